"""A member on its way to its target: gives up first, takes what is free, waits for the rest."""

import pytest

from engine.coordinator.consumer_member import CurrentAssignment, MemberState
from engine.coordinator.errors import GroupError, GroupRefusal
from engine.coordinator.partition_maps import PartitionEpochs, PartitionSets
from engine.coordinator.reconciliation import Reconciliation
from engine.kernel.ids import TopicId

A, B = (TopicId(bytes(15) + bytes([number])) for number in (1, 2))


def step(
    current: CurrentAssignment,
    target: PartitionSets,
    *,
    epoch: int = 5,
    topics: frozenset[TopicId] = frozenset([A, B]),
    changed: bool = False,
    owned: PartitionSets | None = None,
    taken: frozenset[tuple[TopicId, int]] = frozenset(),
) -> CurrentAssignment:
    return Reconciliation(
        target_epoch=epoch,
        target=target,
        topic_ids=topics,
        has_subscription_changed=changed,
        owned=owned,
        is_free=lambda topic_id, partition: (topic_id, partition) not in taken,
    ).next(current)


def stable(assigned: PartitionEpochs, epoch: int = 4) -> CurrentAssignment:
    return CurrentAssignment(epoch, epoch - 1, MemberState.STABLE, assigned)


def test_stable_member_in_the_epoch_of_its_target_stays() -> None:
    current = stable({A: {0: 4}}, epoch=5)
    assert step(current, {A: frozenset([0])}) == current


def test_free_partitions_are_taken_at_once_with_the_epoch() -> None:
    after = step(stable({A: {0: 4}}), {A: frozenset([0, 1])})
    assert after == CurrentAssignment(5, 4, MemberState.STABLE, {A: {0: 4, 1: 5}})


def test_lost_partitions_are_given_up_in_the_old_epoch_first() -> None:
    after = step(stable({A: {0: 3, 1: 4}}), {A: frozenset([0]), B: frozenset([0])})
    assert after == CurrentAssignment(
        4, 4, MemberState.UNREVOKED_PARTITIONS, {A: {0: 3}}, {A: {1: 4}}
    )


def test_member_that_owns_nothing_of_what_it_loses_need_not_give_it_up() -> None:
    after = step(stable({A: {0: 3, 1: 4}}), {A: frozenset([0])}, owned={A: frozenset([0])})
    assert after == CurrentAssignment(5, 4, MemberState.STABLE, {A: {0: 3}})


def test_member_waits_until_it_reports_what_it_gave_up() -> None:
    current = CurrentAssignment(4, 4, MemberState.UNREVOKED_PARTITIONS, {A: {0: 3}}, {A: {1: 4}})
    target: PartitionSets = {A: frozenset([0])}
    assert step(current, target) == current
    assert step(current, target, owned={A: frozenset([0, 1])}) == current
    after = step(current, target, owned={A: frozenset([0])})
    assert after == CurrentAssignment(5, 4, MemberState.STABLE, {A: {0: 3}})


def test_member_can_be_given_back_what_it_was_to_give_up() -> None:
    """It alone owns it, so nobody has to release it first."""
    current = CurrentAssignment(4, 4, MemberState.UNREVOKED_PARTITIONS, {}, {A: {1: 4}})
    after = step(current, {A: frozenset([1])}, owned={}, taken=frozenset([(A, 1)]))
    assert after == CurrentAssignment(5, 4, MemberState.STABLE, {A: {1: 5}})


def test_partitions_of_others_are_waited_for_in_the_new_epoch() -> None:
    after = step(stable({}), {A: frozenset([0, 1])}, taken=frozenset([(A, 1)]))
    assert after == CurrentAssignment(5, 4, MemberState.UNRELEASED_PARTITIONS, {A: {0: 5}})
    later = step(after, {A: frozenset([0, 1])})
    assert later == CurrentAssignment(5, 5, MemberState.STABLE, {A: {0: 5, 1: 5}})


def test_topic_that_the_member_dropped_is_given_up_without_a_new_target() -> None:
    current = stable({A: {0: 4}, B: {0: 4}}, epoch=5)
    target: PartitionSets = {A: frozenset([0]), B: frozenset([0])}
    after = step(current, target, topics=frozenset([A]), changed=True)
    assert after == CurrentAssignment(
        5, 5, MemberState.UNREVOKED_PARTITIONS, {A: {0: 4}}, {B: {0: 4}}
    )
    owned: PartitionSets = {A: frozenset([0])}
    after = step(current, target, topics=frozenset([A]), changed=True, owned=owned)
    assert after == CurrentAssignment(5, 5, MemberState.STABLE, {A: {0: 4}})


def test_target_does_not_give_what_the_member_does_not_read() -> None:
    after = step(stable({}), {A: frozenset([0]), B: frozenset([0])}, topics=frozenset([A]))
    assert after.assigned == {A: {0: 5}}


def test_member_of_unknown_state_has_to_come_with_nothing() -> None:
    current = CurrentAssignment(4, 3, MemberState.UNKNOWN, {A: {0: 4}})
    for owned in (None, {A: frozenset([0])}):
        with pytest.raises(GroupRefusal) as refusal:
            step(current, {A: frozenset([0])}, owned=owned)
        assert refusal.value.error is GroupError.FENCED_MEMBER_EPOCH
    after = step(current, {A: frozenset([0])}, owned={})
    assert after == CurrentAssignment(5, 4, MemberState.STABLE, {A: {0: 4}})
