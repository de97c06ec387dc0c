"""The port through which the engine reads time; the real clock is in `system`.

Wall time stamps records and decides retention; it may jump. Monotonic time measures durations and
deadlines; it never goes back. No module outside `system` reads the time of the machine.
"""

from typing import Protocol


class Clock(Protocol):
    """Two readings of time. Neither blocks."""

    def wall_ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC, as Kafka stamps records. May jump either way."""
        ...

    def monotonic_s(self) -> float:
        """Seconds since an arbitrary moment; never decreases within the process."""
        ...


class ThreadClock(Clock, Protocol):
    """A clock that also tells how busy the process is."""

    def others_busy_s(self) -> float:
        """Seconds that all threads of the process but the caller's have run on a processor."""
        ...
