"""A feed that stands still: it publishes one snapshot, then what a test gives it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from console.model.snapshot import Snapshot
from console.sampling.needs import Needs


class StillFeed:
    """The `Feed` port under a test's control; remembers what it was asked for."""

    def __init__(self, snapshot: Snapshot | None) -> None:
        self._first = snapshot
        self._publish: Callable[[Snapshot], None] = lambda _: None
        self._latest = snapshot
        self.needs: list[Needs] = []
        self.refreshes = 0
        self.is_paused = False
        self.interval_s: float | None = None

    async def run(self, publish: Callable[[Snapshot], None]) -> None:
        self._publish = publish
        if self._first is not None:
            publish(self._first)
        await asyncio.Event().wait()

    def give(self, snapshot: Snapshot) -> None:
        """Publish another snapshot, one later in sequence than the last."""
        sequence = self._latest.sequence + 1 if self._latest is not None else snapshot.sequence
        self._latest = replace(snapshot, sequence=sequence)
        self._publish(self._latest)

    def need(self, needs: Needs) -> None:
        self.needs.append(needs)

    def refresh(self) -> None:
        self.refreshes += 1

    def pause(self, *, is_paused: bool) -> None:
        self.is_paused = is_paused

    def set_interval(self, seconds: float) -> None:
        self.interval_s = seconds
