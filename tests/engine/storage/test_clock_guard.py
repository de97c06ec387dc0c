"""Whether the wall clock may decide over deletion."""

import pytest

from engine.storage.clock_guard import HOLD_S, STEP_MS_MAX, ClockGuard
from tests.support.clock import FakeClock

YEAR_S = 365 * 86_400


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


@pytest.mark.parametrize("step_s", [10 * YEAR_S, -10 * YEAR_S, STEP_MS_MAX / 1000 + 1, -3601])
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
