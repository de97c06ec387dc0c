"""The room on the disk that records of clients may not take (`disk.reserve.bytes`).

Offsets of groups and metadata need room as well, and a disk that is full to the last byte cannot
even be tidied up. When less than the reserve is free, produce is refused with a
retriable error; everything else goes on, and so does produce by itself once there is some room.

The file system is asked once a second at most; what is admitted in between is counted off.
"""

from collections.abc import Callable
from typing import Final

from engine.kernel.clock import Clock
from engine.kernel.event_log import EventLog
from engine.metrics import catalogue
from engine.metrics.registry import Registry, Sample
from engine.storage.filesystem import DiskSpace

LOOK_INTERVAL_S: Final = 1.0
"""Time between two looks at the file system: so soon produce goes on when there is room again."""

RESUME_SHARE: Final = 8
"""The part of the reserve that must be free on top of it before produce goes on: one in so many."""


class DiskReserve:
    """The reserve of one data directory. Loop thread only."""

    def __init__(
        self,
        space: Callable[[], DiskSpace],
        reserve_bytes: Callable[[], int],
        *,
        clock: Clock,
        events: EventLog,
        registry: Registry,
    ) -> None:
        """`space` asks the file system, and may raise OSError.

        `reserve_bytes` tells the reserve of the moment; 0 is none.
        """
        self._space = space
        self._reserve_bytes = reserve_bytes
        self._clock = clock
        self._events = events
        registry.watch(catalogue.DISK_FREE_BYTES, self._free_samples)
        registry.watch(catalogue.DISK_RESERVE_BYTES, lambda: [((), float(reserve_bytes()))])
        self._refused = registry.counter(catalogue.RESERVE_REFUSALS)
        self._room_bytes = 0.0
        self._next_look_s = clock.monotonic_s()
        self.is_reached = False
        """Records of clients are refused."""

    def admits(self, size_bytes: int) -> bool:
        """Whether so many bytes of a client may be appended; counts them off if so."""
        if not self._reserve_bytes():
            self.is_reached = False
            return True
        now_s = self._clock.monotonic_s()
        if now_s >= self._next_look_s:
            self._next_look_s = now_s + LOOK_INTERVAL_S
            self._look()
        if size_bytes > self._room_bytes and not self.is_reached:
            self.is_reached = True
            self._events.limited_error("disk_reserve_reached", reserve_bytes=self._reserve_bytes())
        if self.is_reached:
            self._refused.add()
            return False
        self._room_bytes -= size_bytes
        return True

    def _look(self) -> None:
        try:
            self._room_bytes = self._space().free_bytes - self._reserve_bytes()
        except OSError as error:
            # Not known: the write itself will tell.
            self._events.limited("disk_not_measured", why=str(error))
            self._room_bytes = float("inf")
        if self.is_reached and self._room_bytes >= self._reserve_bytes() / RESUME_SHARE:
            self.is_reached = False
            self._events.info("disk_reserve_restored", reserve_bytes=self._reserve_bytes())

    def _free_samples(self) -> list[Sample]:
        try:
            return [((), float(self._space().free_bytes))]
        except OSError:
            return []
