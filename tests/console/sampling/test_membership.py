"""Who joined and left, and how long a rebalance was seen."""

from dataclasses import replace

import pytest

from console.model.figures import Known, Unknown
from console.model.group import Group, GroupState, Member
from console.model.names import TopicPartition
from console.model.severity import Severity
from console.sampling.membership import membership_changes, rebalancing_since
from tests.support.sample_series import NOW_MS


def member(number: int, *partitions: int, client: str = "") -> Member:
    assigned = tuple(TopicPartition("orders", index) for index in partitions)
    return Member(f"id-{number}", None, client or f"billing-{number}", "10.0.0.1", assigned)


def group(*members: Member, state: GroupState = GroupState.STABLE) -> Group:
    return Group("billing", state, "classic", members=Known(members, NOW_MS))


def told(before: Group, after: Group, since_ms: int | None = None) -> list[str]:
    return [event.text for event in membership_changes(before, after, NOW_MS, since_ms)]


def test_members_that_join_and_leave_are_named() -> None:
    before = group(member(0), member(1), state=GroupState.PREPARING)
    after = group(member(1), member(2), member(3), state=GroupState.PREPARING)
    assert told(before, after) == [
        "group billing: billing-0 (10.0.0.1) left",
        "group billing: billing-2 (10.0.0.1), billing-3 (10.0.0.1) joined",
    ]


def test_many_are_counted_and_equal_ones_are_said_once() -> None:
    crew = [member(number) for number in range(5)]
    alike = [member(number, client="worker") for number in range(10, 13)]
    assert told(group(state=GroupState.PREPARING), group(*crew, state=GroupState.PREPARING)) == [
        (
            "group billing: billing-0 (10.0.0.1), billing-1 (10.0.0.1), billing-2 (10.0.0.1)"
            " and 2 more joined"
        )
    ]
    assert told(group(state=GroupState.PREPARING), group(*alike, state=GroupState.PREPARING)) == [
        "group billing: 3 x worker (10.0.0.1) joined"
    ]


@pytest.mark.parametrize("is_before", [True, False])
def test_a_crew_that_is_not_known_is_no_news(is_before: bool) -> None:
    known, unknown = group(member(0)), replace(group(), members=Unknown("not allowed"))
    assert told(unknown, known) == told(known, unknown) == []


@pytest.mark.parametrize(
    ("since_ms", "took"),
    [(NOW_MS - 3_000, " after 3s"), (NOW_MS - 95_000, " after 1m 35s"), (NOW_MS, ""), (None, "")],
)
def test_a_rebalance_is_as_long_as_it_was_seen(since_ms: int | None, took: str) -> None:
    before = group(member(0), state=GroupState.COMPLETING)
    (event,) = membership_changes(before, group(member(0)), NOW_MS, since_ms)
    assert event.text == f"group billing is stable with 1 member{took}"
    assert event.severity is Severity.OK


def test_a_rebalance_between_two_readings_is_told_without_a_duration() -> None:
    before, after = group(member(0, 0, 1)), group(member(0, 0), member(1, 1))
    assert told(before, after) == [
        "group billing: billing-1 (10.0.0.1) joined",
        "group billing rebalanced between two readings",
    ]
    assert told(group(member(0, 0, 1)), group(member(0, 1, 0))) == []


def test_the_last_member_is_missed() -> None:
    assert told(group(member(0)), group(state=GroupState.EMPTY)) == [
        "group billing: billing-0 (10.0.0.1) left",
        "group billing has no members any more",
    ]


def test_the_first_reading_of_a_rebalance_is_its_beginning() -> None:
    resting, moving = group(), group(state=GroupState.PREPARING)
    since = rebalancing_since({}, [moving], NOW_MS)
    assert since == {"billing": NOW_MS}
    later = replace(moving, state=GroupState.COMPLETING)
    assert rebalancing_since(since, [later], NOW_MS + 5_000) == {"billing": NOW_MS}
    assert rebalancing_since(since, [resting], NOW_MS + 5_000) == {}
    assert rebalancing_since(since, [], NOW_MS + 5_000) == {}


def test_hostile_names_are_cleaned() -> None:
    hostile = member(0, client="a\x1b[31m\n")
    (text,) = told(group(state=GroupState.PREPARING), group(hostile, state=GroupState.PREPARING))
    assert text == "group billing: a␛[31m␊ (10.0.0.1) joined"
