"""Whether the wall clock may decide over deletion."""

import pytest

from engine.kernel.clock_guard import (
    HOLD_S,
    START_HOLD_S,
    STEP_MS_MAX,
    UNTIL_CONFIRMED,
    ClockGuard,
    Hold,
)
from tests.support.clock import FakeClock

DAY_S = 86_400
YEAR_S = 365 * DAY_S


def test_a_clock_that_runs_is_trusted():
    clock = FakeClock()
    guard = ClockGuard(clock)
    for _ in range(100):
        clock.advance(300)
        assert guard.trusted_now_ms() == clock.wall


def test_a_long_time_between_looks_is_no_jump():
    clock = FakeClock()
    guard = ClockGuard(clock)
    clock.advance(40 * 86_400)
    assert guard.trusted_now_ms() == clock.wall


@pytest.mark.parametrize("step_s", [29 * DAY_S, -10 * YEAR_S, STEP_MS_MAX / 1000 + 1, -3601])
def test_a_jump_holds_deletion_back_for_a_while(step_s):
    clock = FakeClock()
    guard = ClockGuard(clock)
    clock.advance(300)
    clock.step_wall(step_s)
    assert guard.trusted_now_ms() is None
    clock.advance(HOLD_S - 1)
    assert guard.trusted_now_ms() is None
    clock.advance(1)
    assert guard.trusted_now_ms() == clock.wall


def test_a_clock_that_is_set_right_again_starts_the_wait_anew():
    clock = FakeClock()
    guard = ClockGuard(clock)
    clock.step_wall(10 * YEAR_S)
    assert guard.trusted_now_ms() is None
    clock.advance(HOLD_S / 2)
    clock.step_wall(-10 * YEAR_S)
    assert guard.trusted_now_ms() is None
    clock.advance(HOLD_S / 2)
    assert guard.trusted_now_ms() is None
    clock.advance(HOLD_S / 2)
    assert guard.trusted_now_ms() == clock.wall


@pytest.mark.parametrize("step_s", [1, -1, 59 * 60, -59 * 60])
def test_a_small_correction_is_no_jump(step_s):
    clock = FakeClock()
    guard = ClockGuard(clock)
    clock.advance(300)
    clock.step_wall(step_s)
    assert guard.trusted_now_ms() == clock.wall


def test_a_clock_that_stands_still_decides_nothing_new():
    clock = FakeClock()
    guard = ClockGuard(clock)
    before = clock.wall
    clock.monotonic += 3 * HOLD_S
    assert guard.trusted_now_ms() is None
    assert clock.wall == before


@pytest.mark.parametrize("away_s", [29 * DAY_S, 2 * DAY_S, -10 * YEAR_S])
def test_a_start_long_after_the_last_process_holds_deletion_back_for_a_while(away_s):
    """The clock may be wrong; it cannot be told from a computer that was switched off."""
    clock = FakeClock()
    guard = ClockGuard(clock, clock.wall - away_s * 1000)
    assert guard.trusted_now_ms() is None
    clock.advance(START_HOLD_S - 1)
    assert guard.trusted_now_ms() is None
    clock.advance(1)
    assert guard.trusted_now_ms() == clock.wall


def test_a_start_soon_after_the_last_process_is_trusted():
    clock = FakeClock()
    guard = ClockGuard(clock, clock.wall - STEP_MS_MAX)
    assert guard.trusted_now_ms() == clock.wall


def test_a_clock_that_is_corrected_after_a_wrong_start_holds_anew():
    clock = FakeClock()
    guard = ClockGuard(clock, clock.wall - 10 * YEAR_S * 1000)
    clock.advance(60)
    clock.step_wall(-10 * YEAR_S)
    assert guard.trusted_now_ms() is None
    clock.advance(HOLD_S)
    assert guard.trusted_now_ms() == clock.wall


def test_each_hold_is_told_once_with_its_reason():
    clock = FakeClock()
    holds: list[Hold] = []
    guard = ClockGuard(clock, clock.wall - 7_200_000, on_hold=holds.append)
    guard.trusted_now_ms()
    clock.step_wall(-7_200)
    guard.trusted_now_ms()
    clock.advance(60)
    guard.trusted_now_ms()
    assert holds == [Hold(7_200, START_HOLD_S), Hold(-7_200, HOLD_S)]


@pytest.mark.parametrize("away_s", [31 * DAY_S, 10 * YEAR_S])
def test_a_start_with_a_date_far_ahead_waits_until_it_is_confirmed(away_s):
    clock = FakeClock()
    confirmed = [last := clock.wall - away_s * 1000]
    holds: list[Hold] = []
    guard = ClockGuard(clock, last, on_hold=holds.append, confirmed_ms=lambda: confirmed[-1])
    for _ in range(200):
        clock.advance(DAY_S)
        assert guard.trusted_now_ms() is None
    assert guard.is_unconfirmed
    assert holds == [Hold(away_s, UNTIL_CONFIRMED)]
    confirmed.append(clock.wall - 60_000)
    assert guard.trusted_now_ms() == clock.wall
    assert not guard.is_unconfirmed


def test_a_date_that_jumps_far_ahead_waits_until_it_is_confirmed():
    clock = FakeClock()
    confirmed = [None]
    guard = ClockGuard(clock, clock.wall, confirmed_ms=lambda: confirmed[-1])
    clock.step_wall(10 * YEAR_S)
    for _ in range(100):
        assert guard.trusted_now_ms() is None
        clock.advance(HOLD_S)
    confirmed.append(clock.wall)
    assert guard.trusted_now_ms() == clock.wall


def test_a_date_that_was_far_ahead_and_is_set_right_is_trusted_after_a_while():
    clock = FakeClock()
    guard = ClockGuard(clock, clock.wall - 10 * YEAR_S * 1000)
    clock.advance(40 * DAY_S)
    assert guard.trusted_now_ms() is None
    clock.step_wall(-10 * YEAR_S)
    assert guard.trusted_now_ms() is None
    assert not guard.is_unconfirmed
    clock.advance(HOLD_S)
    assert guard.trusted_now_ms() == clock.wall


def test_a_clock_that_was_behind_and_comes_back_needs_no_confirmation():
    """A computer without a battery begins in 1970 until the network tells it the time."""
    clock = FakeClock()
    last = clock.wall
    clock.step_wall(-50 * YEAR_S)
    guard = ClockGuard(clock, last)
    clock.advance(START_HOLD_S)
    assert guard.trusted_now_ms() == clock.wall
    clock.step_wall(50 * YEAR_S)
    assert guard.trusted_now_ms() is None
    assert not guard.is_unconfirmed
    clock.advance(HOLD_S)
    assert guard.trusted_now_ms() == clock.wall
