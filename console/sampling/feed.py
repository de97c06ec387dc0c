"""Where screens get their pictures from, as they see it: the sampler behind a narrow port."""

from collections.abc import Callable
from typing import Protocol

from console.model.snapshot import Snapshot
from console.sampling.needs import Needs


class Feed(Protocol):
    """One cluster's pictures. All methods but `run` return at once."""

    async def run(self, publish: Callable[[Snapshot], None]) -> None:
        """Ask the cluster and publish whenever there is a newer picture, until cancelled."""
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
