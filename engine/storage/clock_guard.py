"""Tells whether the wall clock may decide over deletion, or has just been set.

Wall time that jumps ahead of the monotonic clock makes everything look old. After such a jump, age
decides nothing for a while: an operator who sees a wrong date has that long to set it right, and a
computer that woke from sleep merely deletes a little later.
"""

from engine.kernel.clock import Clock

STEP_MS_MAX = 60 * 60 * 1000
"""How far the clocks may drift apart between two looks before it counts as a jump."""

HOLD_S = 60 * 60
"""How long after a jump age decides nothing."""


class ClockGuard:
    """Looks at both clocks whenever retention is about to run."""

    __slots__ = ("_clock", "_hold_until_s", "_last_monotonic_s", "_last_wall_ms")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last_wall_ms = clock.wall_ms()
        self._last_monotonic_s = clock.monotonic_s()
        self._hold_until_s = self._last_monotonic_s

    def trusted_now_ms(self) -> int | None:
        """The wall time, or None while it must not decide over deletion."""
        wall_ms, monotonic_s = self._clock.wall_ms(), self._clock.monotonic_s()
        expected_ms = self._last_wall_ms + (monotonic_s - self._last_monotonic_s) * 1000
        if abs(wall_ms - expected_ms) > STEP_MS_MAX:
            self._hold_until_s = monotonic_s + HOLD_S
        self._last_wall_ms, self._last_monotonic_s = wall_ms, monotonic_s
        return None if monotonic_s < self._hold_until_s else wall_ms
