"""Slices of work in a thread: how long they last, what comes between, and how they end."""

import threading

import pytest

from engine.broker.pace import REST, SLICE_S, Pace, WorkCancelled
from tests.support.clock import FakeClock

NO_LIMIT = 1e300


class FakeAlarm:
    """Sleeps by moving the clock."""

    def __init__(self, clock):
        self.clock = clock
        self.sleeps = []
        self.rings_after = None

    def set(self):
        self.rings_after = 0

    def is_set(self):
        return self.rings_after is not None and len(self.sleeps) >= self.rings_after

    def wait(self, timeout):
        self.sleeps.append(timeout)
        self.clock.advance(timeout)
        return self.is_set()


def work(clock, *steps, result="done"):
    """Steps of (seconds, bytes)."""
    for seconds, size in steps:
        clock.advance(seconds)
        yield size
    return result


def test_the_result_of_the_work_is_returned():
    clock = FakeClock()
    alarm = FakeAlarm(clock)
    assert Pace(clock, lambda: NO_LIMIT, alarm).drive(work(clock, (0, 5), (0, 5))) == "done"
    assert alarm.sleeps == []


def test_a_slice_is_followed_by_a_longer_rest():
    clock = FakeClock()
    alarm = FakeAlarm(clock)
    short = SLICE_S * 0.3
    Pace(clock, lambda: NO_LIMIT, alarm).drive(work(clock, *[(short, 0)] * 8))
    assert alarm.sleeps == [pytest.approx(4 * short * REST)] * 2


def test_bytes_stay_below_the_rate():
    clock = FakeClock()
    alarm = FakeAlarm(clock)
    began_s = clock.monotonic_s()
    Pace(clock, lambda: 1000, alarm).drive(work(clock, *[(0, 500)] * 10))
    assert clock.monotonic_s() - began_s == pytest.approx(5)


def test_time_that_the_work_itself_took_counts_against_the_rate():
    clock = FakeClock()
    alarm = FakeAlarm(clock)
    began_s = clock.monotonic_s()
    Pace(clock, lambda: 1000, alarm).drive(work(clock, (1.0, 100), (0, 500)))
    assert clock.monotonic_s() - began_s == pytest.approx(1 + REST)


def test_work_that_is_cancelled_is_closed_where_it_is():
    clock = FakeClock()
    alarm = FakeAlarm(clock)
    alarm.rings_after = 2
    steps = work(clock, *[(SLICE_S, 0)] * 100)
    with pytest.raises(WorkCancelled):
        Pace(clock, lambda: NO_LIMIT, alarm).drive(steps)
    assert len(alarm.sleeps) == 2
    assert next(steps, "closed") == "closed"


def test_nothing_begins_after_a_cancel():
    pace = Pace(FakeClock(), lambda: NO_LIMIT, threading.Event())
    pace.cancel()
    with pytest.raises(WorkCancelled):
        pace.drive(work(FakeClock(), (0, 1)))


def test_what_the_work_raises_comes_out():
    def failing():
        yield 0
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        Pace(FakeClock(), lambda: NO_LIMIT, FakeAlarm(FakeClock())).drive(failing())
