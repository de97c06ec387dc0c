"""What is in the way of a step is told, the nearest cause first; nothing is made up."""

from dataclasses import replace

import pytest

from console.demo.tour import TOUR
from console.model.cluster import Connection, ConnectionState
from console.model.figures import Total
from console.model.section import LOADING, Ready
from console.model.snapshot import Snapshot
from console.screens.visits import Place
from console.tour.hindrance import ELSEWHERE, SILENT, hindrance_of, is_astray
from console.tour.sight import Sight
from console.tour.step import Step
from tests.support.sample_demo import demo_snapshot
from tests.support.sample_series import NOW_MS

STEPS = {step.id: step for step in TOUR.steps}
STOP, RESET = STEPS["stop"], STEPS["reset"]


def told(step: Step, snapshot: Snapshot | None, *, is_home: bool = True) -> str:
    place = step.place or Place("overview")
    return hindrance_of(TOUR, step, Sight(place, (str,), snapshot, is_home=is_home))


@pytest.mark.parametrize("state", [ConnectionState.LOST, ConnectionState.RESTARTING])
def test_a_broker_that_does_not_answer(state: ConnectionState) -> None:
    lost = replace(demo_snapshot(gone="payments"), connection=Connection(state, "127.0.0.1:9092"))
    assert told(STOP, lost) == SILENT
    assert told(STOP, lost, is_home=False) == ELSEWHERE


def test_nothing_is_in_the_way_while_nothing_is_known_yet() -> None:
    unread = replace(demo_snapshot(), topics=LOADING, groups=LOADING)
    assert told(STOP, None) == told(STOP, unread) == told(STOP, demo_snapshot()) == ""


def test_a_topic_that_is_gone_and_how_it_comes_back() -> None:
    said = told(STOP, demo_snapshot(gone="payments"))
    assert said.startswith("There is no topic payments any more.")
    assert "{demo.restart}" in said


def test_payments_that_do_not_flow() -> None:
    said = told(STOP, demo_snapshot(rate=0.0))
    assert said.startswith("Nothing is written to payments just now.")


def test_a_group_that_nobody_reads_for() -> None:
    empty = demo_snapshot(crews={"warehouse": 0})
    deleted = replace(demo_snapshot(), groups=Ready((), NOW_MS))
    for snapshot in (empty, deleted):
        assert told(STOP, snapshot).startswith("Nobody reads as warehouse just now")


def test_a_lag_that_is_not_known_though_the_group_was_read() -> None:
    """A topic that was deleted and made anew leaves positions beyond its end."""
    snapshot = demo_snapshot()
    assert isinstance(snapshot.groups, Ready)
    partly = [replace(each, lag_total=Total(0, 5)) for each in snapshot.groups.value]
    unread = [replace(each, is_enriched=False) for each in partly]
    ahead = replace(snapshot, groups=Ready(tuple(partly), NOW_MS))
    assert told(STOP, ahead).startswith("How far warehouse is behind is not known.")
    assert told(STEPS["kill"], ahead) == ""
    assert told(STOP, replace(snapshot, groups=Ready(tuple(unread), NOW_MS))) == ""


def test_a_dialog_that_was_closed() -> None:
    assert told(RESET, demo_snapshot()) == TOUR.no_dialog
    assert RESET.dialog is not None
    sight = Sight(Place("groups"), (str, RESET.dialog), demo_snapshot())
    assert hindrance_of(TOUR, RESET, sight) == ""


def test_who_is_elsewhere_is_astray() -> None:
    assert is_astray(STOP, Sight(Place("groups")))
    assert not is_astray(STOP, Sight(Place("demo")))
    assert not is_astray(STEPS["end"], Sight(Place("groups")))
