"""Tells whether the wall clock may decide over deletion, or has just been set.

Wall time that jumps ahead of the monotonic clock makes everything look old. After such a jump, age
decides nothing for a while: an operator who sees a wrong date has that long to set it right, and a
computer that woke from sleep merely deletes a little later. Time that passed while no process ran
cannot be told from a jump: a start long after the last process counts as one, but waits only as
long as a computer takes to get the time from its network, since many are switched off every day.

A clock that is more than `AWAY_MS_MAX` ahead of every time that was trusted before is more likely
wrong than right, and what it would delete does not come back: then age decides nothing until
somebody confirms the date or sets it right, over any number of starts. A clock that is behind makes
everything look young, so it needs no confirmation; when it comes back to where it should be, none
is needed either.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from engine.kernel.clock import Clock

STEP_MS_MAX = 60 * 60 * 1000
"""How far the clocks may drift apart between two looks before it counts as a jump."""

HOLD_S = 60 * 60
"""How long after a jump age decides nothing."""

START_HOLD_S = 15 * 60
"""How long after a start age decides nothing, if the last process is long gone."""

AWAY_MS_MAX = 30 * 24 * 60 * 60 * 1000
"""How far ahead of what was trusted a clock may be and still be believed after a while: a computer
that was switched off for longer is rarer than a date that is wrong by more."""

UNTIL_CONFIRMED: Final = float("inf")


class Hold(NamedTuple):
    """Age decides nothing for a while."""

    ahead_s: float
    """By how much the wall clock is ahead of where it should be; negative when it went back."""
    seconds: float
    """For how long; `UNTIL_CONFIRMED` when somebody has to look at the date."""


class _Line(NamedTuple):
    """What the wall clock said at a moment, and should say at any other."""

    wall_ms: int
    monotonic_s: float

    def at(self, monotonic_s: float) -> float:
        return self.wall_ms + (monotonic_s - self.monotonic_s) * 1000


class ClockGuard:
    """Looks at both clocks whenever age is about to decide over deletion. Loop thread only."""

    __slots__ = (
        "_clock",
        "_confirmed_ms",
        "_hold_until_s",
        "_is_unconfirmed",
        "_latest",
        "_on_hold",
        "_seen",
    )

    def __init__(
        self,
        clock: Clock,
        last_used_ms: int | None = None,
        *,
        on_hold: Callable[[Hold], None] = lambda hold: None,
        confirmed_ms: Callable[[], int | None] = lambda: None,
    ) -> None:
        """`last_used_ms` is the wall time that the last process trusted, if there was one.

        `on_hold` is told of each hold when it begins. `confirmed_ms` is a time that somebody says
        is about now; it is asked for at each look while the clock is not confirmed.
        """
        self._clock = clock
        self._on_hold = on_hold
        self._confirmed_ms = confirmed_ms
        self._is_unconfirmed = False
        self._seen = _Line(clock.wall_ms(), clock.monotonic_s())
        self._latest = self._seen
        """The latest time that was trusted."""
        self._hold_until_s = self._seen.monotonic_s
        if last_used_ms is not None:
            self._latest = _Line(last_used_ms, self._seen.monotonic_s)
            if not self._needs_confirmation():
                self._compare(last_used_ms, START_HOLD_S)

    @property
    def is_unconfirmed(self) -> bool:
        """Whether age decides nothing until somebody has looked at the date."""
        return self._is_unconfirmed

    def trusted_now_ms(self) -> int | None:
        """The wall time, or None while it must not decide over deletion."""
        wall_ms, monotonic_s = self._clock.wall_ms(), self._clock.monotonic_s()
        expected_ms = self._seen.at(monotonic_s)
        self._seen = _Line(wall_ms, monotonic_s)
        if self._needs_confirmation():
            return None
        self._compare(expected_ms, HOLD_S)
        if monotonic_s < self._hold_until_s:
            return None
        if wall_ms > self._latest.at(monotonic_s):
            self._latest = self._seen
        return wall_ms

    def _needs_confirmation(self) -> bool:
        wall_ms, monotonic_s = self._seen
        ahead_ms = wall_ms - self._latest.at(monotonic_s)
        if ahead_ms <= AWAY_MS_MAX:
            self._is_unconfirmed = False
            return False
        confirmed_ms = self._confirmed_ms()
        if confirmed_ms is not None and abs(wall_ms - confirmed_ms) <= AWAY_MS_MAX:
            self._latest = self._seen
            self._is_unconfirmed = False
            return False
        if not self._is_unconfirmed:
            self._is_unconfirmed = True
            self._on_hold(Hold(ahead_ms / 1000, UNTIL_CONFIRMED))
        return True

    def _compare(self, expected_ms: float, hold_s: float) -> None:
        """Begin a hold if the wall clock is not near where it should be."""
        ahead_ms = self._seen.wall_ms - expected_ms
        if abs(ahead_ms) > STEP_MS_MAX:
            self._hold_until_s = self._seen.monotonic_s + hold_s
            self._on_hold(Hold(ahead_ms / 1000, hold_s))
