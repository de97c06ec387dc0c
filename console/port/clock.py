"""Time as the console reads it; the same two readings as the engine's clock."""

from typing import Protocol


class Clock(Protocol):
    """Two readings of time. Neither blocks."""

    def wall_ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC. May jump either way."""
        ...

    def monotonic_s(self) -> float:
        """Seconds since an arbitrary moment; never decreases within the process."""
        ...
