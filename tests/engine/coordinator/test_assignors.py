"""Server-side assignors: everything assigned once, evenly, and as few moves as that allows."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.coordinator.assignment_problem import AssigningMember, AssignmentProblem, Targets
from engine.coordinator.assignors import ASSIGNORS
from engine.coordinator.partition_maps import PartitionSets
from engine.kernel.ids import TopicId

A, B, C = (TopicId(bytes(15) + bytes([number])) for number in (1, 2, 3))
Topics = Mapping[TopicId, int]


def problem(
    topics: Topics,
    members: Mapping[str, frozenset[TopicId]],
    previous: Mapping[str, PartitionSets] | None = None,
    instances: Mapping[str, str] | None = None,
) -> AssignmentProblem:
    read = frozenset().union(*members.values())
    return AssignmentProblem(
        tuple(
            AssigningMember(
                member_id,
                (instances or {}).get(member_id),
                members[member_id],
                (previous or {}).get(member_id, {}),
            )
            for member_id in sorted(members)
        ),
        {topic_id: count for topic_id, count in topics.items() if topic_id in read},
        len(set(members.values())) <= 1,
    )


def alike(count: int, *topics: TopicId) -> dict[str, frozenset[TopicId]]:
    return {f"m{number}": frozenset(topics) for number in range(count)}


def sizes(targets: Targets) -> list[int]:
    return [sum(map(len, targets[member_id].values())) for member_id in sorted(targets)]


def moves(before: Targets, after: Targets) -> int:
    """Partitions that somebody had and somebody else is to have."""
    owners = {
        (topic_id, partition): member_id
        for member_id, target in before.items()
        for topic_id, partitions in target.items()
        for partition in partitions
    }
    return sum(
        owners.get((topic_id, partition), member_id) != member_id
        for member_id, target in after.items()
        for topic_id, partitions in target.items()
        for partition in partitions
    )


@pytest.mark.point(90)
def test_uniform_spreads_all_topics_together() -> None:
    targets = ASSIGNORS["uniform"](problem({A: 3, B: 3}, alike(4, A, B)))
    assert sizes(targets) == [1, 1, 2, 2]


@pytest.mark.point(90)
def test_range_gives_the_same_run_of_each_topic() -> None:
    targets = ASSIGNORS["range"](problem({A: 3, B: 3}, alike(2, A, B)))
    assert targets == {
        "m0": {A: frozenset([0, 1]), B: frozenset([0, 1])},
        "m1": {A: frozenset([2]), B: frozenset([2])},
    }


def test_range_puts_static_members_first_by_instance() -> None:
    instances = {"m2": "i1", "m0": "i2"}
    targets = ASSIGNORS["range"](problem({A: 3}, alike(3, A), instances=instances))
    assert targets == {
        "m2": {A: frozenset([0])},
        "m0": {A: frozenset([1])},
        "m1": {A: frozenset([2])},
    }


def test_range_leaves_members_out_when_partitions_are_few() -> None:
    targets = ASSIGNORS["range"](problem({A: 1}, alike(2, A)))
    assert targets == {"m0": {A: frozenset([0])}, "m1": {}}


def test_range_serves_readers_of_different_topics() -> None:
    members = {"m0": frozenset([A]), "m1": frozenset([A, B])}
    targets = ASSIGNORS["range"](problem({A: 3, B: 2}, members))
    assert targets == {
        "m0": {A: frozenset([0, 1])},
        "m1": {A: frozenset([2]), B: frozenset([0, 1])},
    }


def test_newcomer_takes_no_more_than_its_share() -> None:
    assign = ASSIGNORS["uniform"]
    before = assign(problem({A: 6}, alike(2, A)))
    after = assign(problem({A: 6}, alike(3, A), before))
    assert sizes(after) == [2, 2, 2]
    assert moves(before, after) == 2


def test_one_that_leaves_costs_the_others_nothing() -> None:
    assign = ASSIGNORS["uniform"]
    before = assign(problem({A: 6}, alike(3, A)))
    after = assign(problem({A: 6}, alike(2, A), before))
    assert sizes(after) == [3, 3]
    assert moves({"m0": before["m0"], "m1": before["m1"]}, after) == 0


def test_overlapping_readers_are_even_topic_by_topic() -> None:
    """Kafka's balance too: within one of each other among the readers of any one topic."""
    members = {"m0": frozenset([A]), "m1": frozenset([A, B]), "m2": frozenset([B, C])}
    targets = ASSIGNORS["uniform"](problem({A: 4, B: 4, C: 1}, members))
    assert sizes(targets) == [2, 3, 4]


def test_mixed_balance_takes_from_the_fullest() -> None:
    """A member that reads more joins: what it must have of its own topic counts."""
    members = {"m0": frozenset([A]), "m1": frozenset([A, B])}
    before: Targets = {"m0": {A: frozenset([0])}, "m1": {A: frozenset([1, 2, 3])}}
    targets = ASSIGNORS["uniform"](problem({A: 4, B: 2}, members, before))
    assert sizes(targets) == [3, 3]
    assert targets["m1"][B] == {0, 1}


@pytest.mark.parametrize("name", ASSIGNORS)
def test_members_without_topics_get_nothing(name: str) -> None:
    assert ASSIGNORS[name](problem({}, alike(2))) == {"m0": {}, "m1": {}}


_TOPICS = st.dictionaries(st.sampled_from([A, B, C]), st.integers(1, 9), min_size=1)


@st.composite
def _histories(draw: st.DrawFn) -> tuple[Topics, list[dict[str, frozenset[TopicId]]]]:
    """Topics, and the members with what they read at several moments."""
    topics = draw(_TOPICS)
    read = st.frozensets(st.sampled_from(sorted(topics)), max_size=3)
    member_ids = st.sampled_from([f"m{number}" for number in range(6)])
    mixed = st.dictionaries(member_ids, read, min_size=1)
    names = st.lists(member_ids, min_size=1, unique=True)
    uniform = st.tuples(names, read).map(lambda drawn: dict.fromkeys(*drawn))
    return topics, draw(st.lists(st.one_of(mixed, uniform), min_size=1, max_size=4))


@given(_histories(), st.sampled_from(sorted(ASSIGNORS)))
def test_everything_that_is_read_is_assigned_once_to_a_reader(
    history: tuple[Topics, list[dict[str, frozenset[TopicId]]]], name: str
) -> None:
    topics, moments = history
    previous: Targets = {}
    for members in moments:
        targets = ASSIGNORS[name](problem(topics, members, previous))
        assert targets.keys() == members.keys()
        found = [
            (topic_id, partition)
            for member_id, target in targets.items()
            for topic_id, partitions in target.items()
            for partition in partitions
            if topic_id in members[member_id]
        ]
        read = frozenset().union(*members.values())
        assert sorted(found) == sorted((t, p) for t in read for p in range(topics[t]))
        assert sum(sizes(targets)) == len(found)
        assert all(partitions for target in targets.values() for partitions in target.values())
        previous = targets


@given(_histories())
def test_uniform_is_even_and_lets_members_keep_what_evenness_allows(
    history: tuple[Topics, list[dict[str, frozenset[TopicId]]]],
) -> None:
    topics, moments = history
    previous: Targets = {}
    for members in moments:
        targets = ASSIGNORS["uniform"](problem(topics, members, previous))
        again = ASSIGNORS["uniform"](problem(topics, members, targets))
        if len(set(members.values())) == 1:
            assert max(sizes(targets)) - min(sizes(targets)) <= 1
            assert again == targets, "what is even stays"
        for topic_id in topics:
            readers = [member_id for member_id, read in members.items() if topic_id in read]
            held = {member_id: sum(map(len, targets[member_id].values())) for member_id in readers}
            least = min(held.values(), default=0)
            for member_id in readers:
                has_some = topic_id in targets[member_id]
                assert not has_some or held[member_id] - least <= 1 or len(readers) == 1
        previous = targets
