"""Slices of work in a thread: how long they last, what comes between, and how they end."""

import threading

import pytest

from engine.broker.pace import FADES_S, REST, REST_S_MIN, SLICE_S, Pace, WorkCancelled
from tests.support.clock import FakeClock

NO_LIMIT = 1e300
WHOLE_S = 1.01 * SLICE_S
"""A step that takes a slice."""


class FakeAlarm:
    """Sleeps by moving the clock; others run for so much of that time as `demand` says."""

    def __init__(self, clock, demand=0.0):
        self.clock = clock
        self.demand = demand
        self.sleeps = []
        self.rings_after = None

    def set(self):
        self.rings_after = 0

    def is_set(self):
        return self.rings_after is not None and len(self.sleeps) >= self.rings_after

    def wait(self, timeout):
        self.sleeps.append(timeout)
        self.clock.advance(timeout)
        self.clock.others_busy += self.demand * timeout
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


def test_a_slice_is_followed_by_a_longer_rest_while_others_are_busy():
    clock = FakeClock()
    alarm = FakeAlarm(clock, demand=0.5)
    short = SLICE_S * 0.3
    Pace(clock, lambda: NO_LIMIT, alarm).drive(work(clock, *[(short, 0)] * 80))
    assert alarm.sleeps[10:] == [pytest.approx(4 * short * REST)] * 10


def test_work_goes_on_nearly_all_the_time_while_nobody_else_does():
    clock = FakeClock()
    alarm = FakeAlarm(clock)
    began_s = clock.monotonic_s()
    Pace(clock, lambda: NO_LIMIT, alarm).drive(work(clock, *[(WHOLE_S, 0)] * 1000))
    assert alarm.sleeps == [REST_S_MIN] * 1000
    assert clock.monotonic_s() - began_s < 1.1 * 1000 * WHOLE_S


def test_who_comes_is_made_room_for_after_the_slice_under_way():
    clock = FakeClock()
    alarm = FakeAlarm(clock)

    def steps():
        yield from work(clock, *[(WHOLE_S, 0)] * 100)
        alarm.demand = 1.0
        yield from work(clock, *[(WHOLE_S, 0)] * 10)

    Pace(clock, lambda: NO_LIMIT, alarm).drive(steps())
    assert alarm.sleeps[:101] == [REST_S_MIN] * 101
    assert alarm.sleeps[103:] == [pytest.approx(WHOLE_S * REST)] * 7


def test_work_speeds_up_again_when_others_have_ended():
    clock = FakeClock()
    alarm = FakeAlarm(clock, demand=1.0)

    def steps():
        yield from work(clock, *[(WHOLE_S, 0)] * 100)
        alarm.demand = 0.0
        ended_s = clock.monotonic_s()
        while clock.monotonic_s() < ended_s + 10 * FADES_S:
            yield from work(clock, (WHOLE_S, 0))

    Pace(clock, lambda: NO_LIMIT, alarm).drive(steps())
    after = alarm.sleeps[100:]
    assert after[0] == pytest.approx(WHOLE_S * REST)
    assert after == sorted(after, reverse=True)
    assert after[-1] == REST_S_MIN


def test_what_others_do_between_two_works_counts():
    clock = FakeClock()
    alarm = FakeAlarm(clock)
    pace = Pace(clock, lambda: NO_LIMIT, alarm)
    pace.drive(work(clock, (WHOLE_S, 0)))
    clock.advance(1.0)
    clock.others_busy += 0.8
    pace.drive(work(clock, (WHOLE_S, 0)))
    assert alarm.sleeps == [REST_S_MIN, pytest.approx(WHOLE_S * REST)]


@pytest.mark.parametrize("every_s", [0.01, 0.1])
def test_one_who_comes_now_and_then_finds_the_work_at_rest(every_s):
    """A producer with one record in flight is not taken for nobody between two records."""
    clock = FakeClock()
    alarm = FakeAlarm(clock)
    next_s = clock.monotonic_s()

    def steps():
        nonlocal next_s
        for _ in range(1000):
            if clock.monotonic_s() >= next_s:
                clock.others_busy += 0.0003
                next_s += every_s
            yield from work(clock, (WHOLE_S, 0))

    Pace(clock, lambda: NO_LIMIT, alarm).drive(steps())
    assert sum(alarm.sleeps) > 0.9 * 1000 * WHOLE_S * REST


def test_bytes_stay_below_the_rate():
    clock = FakeClock()
    alarm = FakeAlarm(clock)
    began_s = clock.monotonic_s()
    Pace(clock, lambda: 1000, alarm).drive(work(clock, *[(0, 500)] * 10))
    assert clock.monotonic_s() - began_s == pytest.approx(5)
    assert len(alarm.sleeps) == 10


def test_time_that_the_work_itself_took_counts_against_the_rate():
    clock = FakeClock()
    alarm = FakeAlarm(clock)
    began_s = clock.monotonic_s()
    Pace(clock, lambda: 1000, alarm).drive(work(clock, (1.0, 100), (0, 500)))
    assert clock.monotonic_s() - began_s == pytest.approx(1, abs=0.001)


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
