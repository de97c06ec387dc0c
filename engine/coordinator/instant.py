"""One moment, read from both clocks: commands and ticks carry it into the pure machines.

Sessions and rebalances are measured on the monotonic clock, so that a jump of the wall clock
neither ends nor prolongs them. Wall time only stamps what is stored.
"""

from typing import NamedTuple


class Instant(NamedTuple):
    """A moment: milliseconds of the monotonic clock, and milliseconds since 1970-01-01 UTC."""

    monotonic_ms: int
    wall_ms: int
