"""Where screens get their pictures from: a source of snapshots that they tell what they need."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from console.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Needs:
    """What the visible screen shows beyond what is always read."""

    topics: frozenset[str] = frozenset()
    """Topics whose partitions, configuration and retention are shown in full."""
    groups: frozenset[str] = frozenset()
    """Groups that are enriched even where there are too many to enrich all."""
    has_retention: bool = False


class Feed(Protocol):
    """One cluster's pictures. All methods but `run` return at once."""

    async def run(self, publish: Callable[[Snapshot], None]) -> None:
        """Ask the cluster and publish a snapshot whenever there is a newer one, until cancelled."""
        ...

    def need(self, needs: Needs) -> None:
        """Say what the visible screen shows."""
        ...

    def refresh(self) -> None:
        """Ask now, without waiting for the interval."""
        ...

    def pause(self, *, is_paused: bool) -> None:
        """Stop or resume asking."""
        ...

    def set_interval(self, seconds: float) -> None:
        """Ask this often."""
        ...
