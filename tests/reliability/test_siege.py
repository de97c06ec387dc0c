"""What a broker must not do to those who are besieged with it is told when it does."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from types import SimpleNamespace

import pytest

from tests.reliability import siege
from tests.reliability.overload import judge_flood
from tests.reliability.siege import (
    DESCRIPTORS_MORE_MAX,
    GROWTH_BYTES_MAX,
    Body,
    Siege,
    Vessel,
    is_as_before,
    judge_guests,
    judge_left,
    judge_peak,
)
from tests.reliability.verifier import Verdict

BEFORE = Body(own_bytes=30 << 20, descriptors=100)
GUESTS = {"header": 3, "unread": 3}
CAME = {"came": 3.0, "closed": 0.0, "sent_bytes": 5.0}


@pytest.mark.parametrize(("peak_bytes", "faults"), [(100, 0), (101, 1), (0, 1)])
def test_more_memory_than_allowed_is_an_offence_and_none_is_no_measurement(
    peak_bytes: int, faults: int
) -> None:
    verdict = Verdict()
    judge_peak(peak_bytes, 100, verdict)
    assert len(verdict.faults) == faults


@pytest.mark.parametrize(
    ("more_bytes", "more_descriptors", "faults"),
    [
        (GROWTH_BYTES_MAX, DESCRIPTORS_MORE_MAX, 0),
        (GROWTH_BYTES_MAX + 1, 0, 1),
        (0, DESCRIPTORS_MORE_MAX + 1, 1),
    ],
)
def test_what_is_kept_for_those_who_have_gone_is_an_offence(
    more_bytes: int, more_descriptors: int, faults: int
) -> None:
    verdict = Verdict()
    after = Body(BEFORE.own_bytes + more_bytes, BEFORE.descriptors + more_descriptors)
    judge_left(BEFORE, after, verdict)
    assert len(verdict.faults) == faults


TAKER = f"""
import os
for share in (0, 1, 0):
    taken = b"x" * ({4 * GROWTH_BYTES_MAX} * share)
    held = [open(os.devnull) for _ in range({2 * DESCRIPTORS_MORE_MAX} * share)]
    print(share, flush=True)
    input()
"""
"""Has little, takes much, and gives it back: at each it waits for a line."""


def test_a_vessel_sees_what_its_process_takes_and_gives_back() -> None:
    words = [sys.executable, "-c", TAKER]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        vessel, bodies = Vessel(child.pid), list[Body]()
        for _ in range(3):
            child.stdout.readline()
            bodies.append(vessel.body())
            if len(bodies) == 1:
                vessel.begin_peak()
            peak_bytes = vessel.peak_bytes()
            child.stdin.write(b"\n")
            child.stdin.flush()
    before, during, after = bodies
    assert during.own_bytes >= before.own_bytes + 3 * GROWTH_BYTES_MAX
    assert during.descriptors == before.descriptors + 2 * DESCRIPTORS_MORE_MAX
    assert not is_as_before(during, before)
    assert is_as_before(after, before)
    assert peak_bytes >= 3 * GROWTH_BYTES_MAX


def test_a_crowd_that_did_not_come_proves_nothing() -> None:
    for tallies, faults in (
        ({"header": CAME, "unread": CAME}, 0),
        ({"header": CAME, "unread": {**CAME, "came": 0}}, 1),
        ({"header": CAME}, 1),
        ({}, 2),
    ):
        verdict = Verdict()
        judge_guests(GUESTS, tallies, verdict)
        assert len(verdict.faults) == faults, tallies


def test_closing_who_writes_too_much_is_an_offence_and_little_is_not_much() -> None:
    for tally, faults in (
        (CAME, 0),
        ({**CAME, "closed": 1}, 1),
        ({**CAME, "sent_bytes": 4}, 1),
        ({}, 1),
    ):
        verdict = Verdict()
        judge_flood(tally, 5, verdict)
        assert len(verdict.faults) == faults, tally


def test_who_is_beside_a_crowd_comes_and_goes_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Goal: nobody disturbs the calm before. Method: all whom a siege brings note it here."""
    order: list[str] = []

    @contextmanager
    def noted(name: str) -> Iterator[dict[str, dict[str, float]]]:
        order.append(f"{name} comes")
        yield {}
        order.append(f"{name} goes")

    names = iter(("calm", "pressed"))
    monkeypatch.setattr(siege, "Innocent", lambda _: _Noted(partial(noted, next(names))))
    monkeypatch.setattr(siege, "crowd", lambda *_: noted("crowd"))
    scene = SimpleNamespace(
        broker=SimpleNamespace(pid=os.getpid(), address="nowhere"),
        make_topic=lambda *_, **__: None,
        heard=lambda: None,
    )
    stranger = _Noted(partial(noted, "stranger"))
    Siege(scene, "wide", 1).hold({}, 0, 0, beside=[stranger])
    assert order == [
        *("calm comes", "calm goes", "crowd comes", "stranger comes"),
        *("pressed comes", "pressed goes", "stranger goes", "crowd goes"),
    ]


class _Noted:
    """Somebody who comes and goes."""

    def __init__(self, there: Callable[[], AbstractContextManager[object]]) -> None:
        self.there = there
