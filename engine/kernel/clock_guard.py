"""Tells whether the wall clock may decide over deletion, or has just been set.

Wall time that jumps ahead of the monotonic clock makes everything look old. After such a jump, age
decides nothing for a while: an operator who sees a wrong date has that long to set it right, and a
computer that woke from sleep merely deletes a little later. Time that passed while no process ran
cannot be told from a jump: a start long after the last process counts as one, but waits only as
long as a computer takes to get the time from its network, since many are switched off every day.
"""

from collections.abc import Callable
from typing import NamedTuple

from engine.kernel.clock import Clock

STEP_MS_MAX = 60 * 60 * 1000
"""How far the clocks may drift apart between two looks before it counts as a jump."""

HOLD_S = 60 * 60
"""How long after a jump age decides nothing."""

START_HOLD_S = 15 * 60
"""How long after a start age decides nothing, if the last process is long gone."""


class Hold(NamedTuple):
    """Age decides nothing for a while."""

    ahead_s: float
    """By how much the wall clock is ahead of where it should be; negative when it went back."""
    seconds: float


class ClockGuard:
    """Looks at both clocks whenever age is about to decide over deletion. Loop thread only."""

    __slots__ = ("_clock", "_hold_until_s", "_last_monotonic_s", "_last_wall_ms", "_on_hold")

    def __init__(
        self,
        clock: Clock,
        last_used_ms: int | None = None,
        *,
        on_hold: Callable[[Hold], None] = lambda hold: None,
    ) -> None:
        """`last_used_ms` is the wall time at which the last process wrote, if there was one.

        `on_hold` is told of each hold when it begins.
        """
        self._clock = clock
        self._on_hold = on_hold
        self._last_wall_ms = clock.wall_ms()
        self._last_monotonic_s = clock.monotonic_s()
        self._hold_until_s = self._last_monotonic_s
        if last_used_ms is not None:
            self._compare(last_used_ms, START_HOLD_S)

    def trusted_now_ms(self) -> int | None:
        """The wall time, or None while it must not decide over deletion."""
        wall_ms, monotonic_s = self._clock.wall_ms(), self._clock.monotonic_s()
        expected_ms = self._last_wall_ms + (monotonic_s - self._last_monotonic_s) * 1000
        self._last_wall_ms, self._last_monotonic_s = wall_ms, monotonic_s
        self._compare(expected_ms, HOLD_S)
        return None if monotonic_s < self._hold_until_s else wall_ms

    def _compare(self, expected_ms: float, hold_s: float) -> None:
        """Begin a hold if the wall clock is not near where it should be."""
        ahead_ms = self._last_wall_ms - expected_ms
        if abs(ahead_ms) > STEP_MS_MAX:
            self._hold_until_s = self._last_monotonic_s + hold_s
            self._on_hold(Hold(ahead_ms / 1000, hold_s))
