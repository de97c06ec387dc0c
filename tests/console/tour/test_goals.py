"""What each kind of goal takes as proof that a step was done, and what it does not."""

from dataclasses import replace

import pytest

from console.acts.act import Act, ActKind
from console.model.figures import Total
from console.model.group import GroupState
from console.model.section import Ready
from console.model.snapshot import Snapshot
from console.screens.visits import Place
from console.tour.goals import (
    Acted,
    ByKey,
    LagOver,
    LagUnder,
    Members,
    Opened,
    Reached,
    Undone,
)
from console.tour.sight import Sight
from tests.support.sample_demo import demo_snapshot
from tests.support.sample_series import NOW_MS

TOPIC = Place("topics", "topic", "payments")
PUBLISHED = Act(1, NOW_MS, "local", ActKind.PUBLISH, "payments", "1 message")
NOWHERE = Sight(Place("overview"))


def seen(snapshot: Snapshot | None = None, *acts: Act, place: Place = TOPIC) -> Sight:
    return Sight(place, (), snapshot, acts)


def with_group(name: str, **changes: object) -> Snapshot:
    """The demonstration with one group changed."""
    snapshot = demo_snapshot()
    assert isinstance(snapshot.groups, Ready)
    rows = tuple(
        replace(each, **changes) if each.name == name else each  # type: ignore[arg-type]
        for each in snapshot.groups.value
    )
    return replace(snapshot, groups=Ready(rows, NOW_MS))


@pytest.mark.parametrize(
    ("goal", "is_met"),
    [
        (Reached(view="topics"), True),
        (Reached(kind="topic", detail="payments"), True),
        (Reached(kind="topic", detail="fraud-alerts"), False),
        (Reached(kind="messages", detail="payments"), False),
        (Reached(view="groups"), False),
    ],
)
def test_a_place_is_reached_when_all_that_is_named_of_it_is_so(goal: Reached, is_met: bool) -> None:
    assert goal.is_met(NOWHERE, seen()) is is_met


def test_only_the_screen_in_front_is_in_front() -> None:
    goal = Opened(int)
    assert goal.is_met(NOWHERE, Sight(TOPIC, (str, int)))
    assert not goal.is_met(NOWHERE, Sight(TOPIC, (int, str)))
    assert not goal.is_met(NOWHERE, Sight(TOPIC))


def test_reading_is_never_seen() -> None:
    assert not ByKey().is_met(NOWHERE, seen(demo_snapshot(), PUBLISHED))


@pytest.mark.parametrize(
    ("before", "after", "is_met"),
    [
        ((), (PUBLISHED,), True),
        ((PUBLISHED,), (PUBLISHED,), False),
        ((PUBLISHED,), (replace(PUBLISHED, what="2 messages"),), True),
        ((), (replace(PUBLISHED, failure="refused"),), False),
        ((), (replace(PUBLISHED, subject="fraud-alerts"),), False),
        ((), (replace(PUBLISHED, kind=ActKind.CREATE_TOPIC),), False),
        ((), (replace(PUBLISHED, is_undone=True),), False),
    ],
)
def test_an_act_counts_that_was_made_wholly_since_the_step_began(
    before: tuple[Act, ...], after: tuple[Act, ...], is_met: bool
) -> None:
    goal = Acted(ActKind.PUBLISH, "payments")
    assert goal.is_met(seen(None, *before), seen(None, *after)) is is_met


def test_undone_is_what_was_put_back_since_the_step_began() -> None:
    goal = Undone(ActKind.SET_OFFSETS, "warehouse")
    act = Act(7, NOW_MS, "local", ActKind.SET_OFFSETS, "warehouse")
    undone = replace(act, is_undone=True)
    assert goal.is_met(seen(None, act), seen(None, undone))
    assert not goal.is_met(seen(None, undone), seen(None, undone))
    assert not goal.is_met(seen(None), seen(None, act))


@pytest.mark.parametrize(("lag", "is_over", "is_under"), [(1999, False, True), (2000, True, False)])
def test_lag_is_that_of_the_newest_snapshot(lag: int, is_over: bool, is_under: bool) -> None:
    now = seen(demo_snapshot(lags={"warehouse": lag}))
    assert LagOver("warehouse", 2000).is_met(NOWHERE, now) is is_over
    assert LagUnder("warehouse", 2000).is_met(NOWHERE, now) is is_under


@pytest.mark.parametrize(
    "snapshot",
    [
        None,
        with_group("warehouse", lag_total=Total(0, 1)),
        with_group("warehouse", is_enriched=False, lag_total=Total(0)),
    ],
)
def test_a_lag_that_is_not_known_is_neither_large_nor_small(snapshot: Snapshot | None) -> None:
    assert not LagOver("warehouse", 0).is_met(NOWHERE, seen(snapshot))
    assert not LagUnder("warehouse", 10).is_met(NOWHERE, seen(snapshot))


def test_members_are_counted_once_the_group_is_at_rest() -> None:
    one = seen(demo_snapshot(crews={"fraud-detection": 1}))
    none = seen(demo_snapshot(crews={"fraud-detection": 0}))
    assert Members("fraud-detection", 1).is_met(NOWHERE, one)
    assert not Members("fraud-detection", 2).is_met(NOWHERE, one)
    assert Members("fraud-detection", 0).is_met(NOWHERE, none)
    moving = seen(with_group("fraud-detection", state=GroupState.PREPARING))
    assert not Members("fraud-detection", 2).is_met(NOWHERE, moving)
    assert not Members("nobody", 0).is_met(NOWHERE, one)
