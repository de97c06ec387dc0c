"""What a policy does to a topic and to those who read it."""

from dataclasses import replace

from console.model.figures import Figure, Known, Unknown
from console.model.group import Group, GroupState, PartitionLag
from console.model.lag import NO_COMMIT, Lag
from console.model.partition import NOT_READ
from console.model.partition_log import PartitionLog, Rolling, told_log
from console.model.record_times import RecordTimes
from console.model.retention import RetentionPolicy
from console.model.retention_cut import Amount
from console.model.what_if import WhatIf, unknown_readers, what_if

NOW_MS = 10_000
POLICY = RetentionPolicy(
    is_deleted=True, is_compacted=False, retention_ms=4_000, retention_bytes=-1
)
DOWN = Unknown("broker 2 did not answer")


def log(partition: int) -> PartitionLog:
    """A record each second from 1000 on, in segments of two."""
    known = RecordTimes()
    for offset, moment in enumerate(range(0, 10_000, 1_000)):
        known = known.looked_up(moment, max(0, offset - 1), max(1_000, moment), start=0, end=9)
    parts = tuple((base, 20) for base in range(0, 9, 2))
    return told_log(partition, start=0, end=9, times=known.seen(8, 9_000), segments=parts)


def group(name: str, *committed: Figure[int], is_enriched: bool = True) -> Group:
    rows = tuple(
        PartitionLag("orders", at, offset, NOT_READ, NOT_READ, Lag(NOT_READ, NOT_READ))
        for at, offset in enumerate(committed)
    )
    return Group(name, GroupState.STABLE, "classic", partitions=rows, is_enriched=is_enriched)


def outcome(*groups: Group, logs: dict[int, Figure[PartitionLog]] | None = None) -> WhatIf:
    known: dict[int, Figure[PartitionLog]] = {at: Known(log(at), NOW_MS) for at in range(2)}
    wanted = known if logs is None else logs
    return what_if(wanted, groups, "orders", POLICY, Rolling(), NOW_MS)


def test_what_goes_is_the_sum_of_the_partitions() -> None:
    found = outcome()
    assert found.records == Amount(8, 8, is_exact=True)
    assert found.size == Amount(80, 80, is_exact=True)
    assert found.oldest_before_ms == 1_000
    assert found.oldest_ms == 5_000
    assert found.may_delete


def test_a_policy_that_leaves_no_record_is_known_for_it() -> None:
    logs = {at: Known(log(at), NOW_MS) for at in range(2)}
    strict = replace(POLICY, retention_ms=500)
    assert what_if(logs, (), "orders", strict, Rolling(), NOW_MS).is_emptied
    assert not outcome().is_emptied
    assert not what_if({**logs, 2: DOWN}, (), "orders", strict, Rolling(), NOW_MS).is_emptied


def test_groups_lose_what_they_have_not_read_those_that_lose_most_first() -> None:
    behind = group("behind", Known(1, 1), Known(9, 1))
    far = group("far", Known(0, 1), Known(0, 1))
    fresh = group("fresh", Known(9, 1), Known(9, 1))
    found = outcome(behind, fresh, far)
    assert [(each.group, each.partition, each.lost.value) for each in found.losers] == [
        ("far", 0, 4),
        ("far", 1, 4),
        ("behind", 0, 3),
    ]


def test_a_group_that_loses_nothing_at_once_is_told_when_its_next_record_goes() -> None:
    (reading,) = outcome(group("near", Known(5, 1), Known(9, 1))).readers
    assert reading.lost == Amount(0, 0, is_exact=True)
    assert reading.next_goes_ms == 10_001


def test_partitions_that_are_not_known_are_told_and_count_for_nothing() -> None:
    logs: dict[int, Figure[PartitionLog]] = {0: Known(log(0), NOW_MS), 1: DOWN}
    reader = group("reader", Known(0, 1), Known(0, 1))
    found = outcome(reader, logs=logs)
    assert found.unknown == {1: DOWN.reason}
    assert found.records == Amount(4, 4, is_exact=True)
    assert found.steady == DOWN
    assert [each.partition for each in found.losers] == [0]
    assert unknown_readers([reader], "orders", found) == 1


def test_that_nothing_can_be_said_is_not_that_nothing_goes() -> None:
    found = outcome(logs={0: DOWN})
    assert not found.records.at_most
    assert found.may_delete


def test_positions_that_could_not_be_read_are_counted_and_no_commit_is_not() -> None:
    groups = (group("a", DOWN, NO_COMMIT), group("b", is_enriched=False))
    found = outcome(*groups)
    assert found.readers == ()
    assert found.unread_groups == 1
    assert unknown_readers(groups, "orders", found) == 1
