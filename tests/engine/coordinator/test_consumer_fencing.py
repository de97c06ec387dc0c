"""Members that leave or are taken out: static ones that come back, and the end of mixed groups."""

import pytest

from engine.coordinator.errors import GroupError
from engine.coordinator.group_config import ConsumerGroupConfig, MigrationPolicy
from tests.support.consumer_conversation import (
    HEARTBEAT_MS,
    Newcomer,
    all_places,
    description,
    listed_state,
    settle_members,
)
from tests.support.group_conversation import Conversation
from tests.support.old_member import OldMember


def mixed_group(talk: Conversation) -> tuple[Newcomer, OldMember]:
    """A newer and a classic member that own half of "clicks" each."""
    a, old = Newcomer(talk, "a", "clicks"), OldMember(talk, "old", "clicks")
    a.join()
    for _ in range(8):
        talk.advance(HEARTBEAT_MS)
        old.step()
        a.beat()
        a.take()
    assert len(a.owned) == len(old.owned) == 2
    return a, old


@pytest.mark.point(89)
def test_static_member_that_leaves_for_a_while_keeps_its_partitions() -> None:
    talk = Conversation()
    a, b = Newcomer(talk, "a", "clicks", instance="desk"), Newcomer(talk, "b", "clicks")
    a.join()
    talk.advance(1_000)
    b.join()
    settle_members(talk, a, b)
    kept = a.owned
    answer = a.leave_for_a_while()
    assert (answer.error, answer.member_id, answer.epoch) == (GroupError.NONE, "a", -2)
    talk.advance(HEARTBEAT_MS)
    assert b.beat().assignment is None
    back = Newcomer(talk, "c", "clicks", instance="desk")
    back.join()
    assert back.assigned == kept
    assert b.beat().assignment is None


def test_static_member_that_does_not_come_back_is_taken_out_with_its_session() -> None:
    talk = Conversation()
    a, b = Newcomer(talk, "a", "clicks", instance="desk"), Newcomer(talk, "b", "clicks")
    a.join()
    talk.advance(1_000)
    b.join()
    settle_members(talk, a, b)
    a.leave_for_a_while()
    for _ in range(9):
        talk.advance(HEARTBEAT_MS)
        b.beat()
        b.take()
    assert b.owned == all_places(talk, "clicks")


@pytest.mark.point(92)
def test_instance_id_in_use_is_unreleased_and_the_old_holder_is_fenced_after_it_left() -> None:
    talk = Conversation()
    a = Newcomer(talk, "a", "clicks", instance="desk")
    a.join()
    b = Newcomer(talk, "b", "clicks", instance="desk")
    answer = b.join()
    assert answer.error is GroupError.UNRELEASED_INSTANCE_ID
    assert answer.message == (
        "Static member b with instance id desk cannot join the group because the instance id is "
        "owned by a member."
    )
    a.leave_for_a_while()
    b.join()
    a.epoch = 2
    assert a.send().error is GroupError.FENCED_INSTANCE_ID
    a.instance = "other"
    assert a.send().message == "Instance id other is unknown."


def test_static_member_may_come_back_under_its_own_member_id() -> None:
    """Its session goes on: the tombstones of the place that it takes over are its own."""
    talk = Conversation()
    a = Newcomer(talk, "a", "clicks", instance="desk")
    a.join()
    a.leave_for_a_while()
    assert a.join().error is GroupError.NONE
    assert a.assigned == all_places(talk, "clicks")
    talk.advance(45_000)
    assert listed_state(talk) == ("consumer", "Empty")


@pytest.mark.point(93)
def test_group_is_classic_once_its_last_newer_member_leaves() -> None:
    talk = Conversation()
    a, old = mixed_group(talk)
    a.leave()
    assert listed_state(talk) == ("classic", "PreparingRebalance")
    for _ in range(4):
        old.step()
    assert old.owned == all_places(talk, "clicks")
    assert old.fenced == []
    assert listed_state(talk) == ("classic", "Stable")


def test_downgraded_group_rebalances_after_a_restart_too() -> None:
    """Nobody but the journal knows that somebody has left."""
    talk = Conversation()
    a, old = mixed_group(talk)
    a.leave()
    talk.restart()
    assert listed_state(talk) == ("classic", "PreparingRebalance")
    for _ in range(4):
        old.step()
    assert old.owned == all_places(talk, "clicks")
    assert old.fenced == []
    talk.restart()
    assert listed_state(talk) == ("classic", "Stable")


def test_policy_can_forbid_the_downgrade() -> None:
    for policy in (MigrationPolicy.UPGRADE, MigrationPolicy.DISABLED):
        talk = Conversation(consumer=ConsumerGroupConfig(migration_policy=policy))
        if policy is MigrationPolicy.DISABLED:
            assert not policy.allows_downgrade
            continue
        a, old = mixed_group(talk)
        a.leave()
        assert listed_state(talk) == ("consumer", "Assigning")
        for _ in range(4):
            old.step()


def test_group_larger_than_classic_groups_may_be_stays_a_consumer_group() -> None:
    talk = Conversation(max_size=1)
    a, old = mixed_group(talk)
    other = OldMember(talk, "other", "clicks")
    other.step()
    a.leave()
    assert listed_state(talk) == ("consumer", "Assigning")
    assert len(description(talk).members) == 2
    assert old.fenced == []


def test_full_disk_leaves_the_group_of_both_protocols_as_it_was() -> None:
    talk = Conversation()
    a, old = mixed_group(talk)
    talk.is_disk_full = True
    assert a.leave().error is GroupError.COORDINATOR_NOT_AVAILABLE
    talk.is_disk_full = False
    assert listed_state(talk) == ("consumer", "Stable")
    a.epoch = description(talk).members[0].member.current.epoch
    assert a.send().error is GroupError.NONE
    old.step()
    assert old.fenced == []


def test_downgrade_that_could_not_be_stored_expects_nothing_of_anybody() -> None:
    """Its deadlines would take members out that live: they are those of a group that never was."""
    talk = Conversation()
    a, old = mixed_group(talk)
    talk.is_disk_full = True
    assert a.leave().error is GroupError.COORDINATOR_NOT_AVAILABLE
    talk.is_disk_full = False
    a.epoch = description(talk).members[0].member.current.epoch
    for _ in range(20):
        talk.advance(HEARTBEAT_MS)
        old.step()
        assert a.send().error is GroupError.NONE
    assert old.fenced == []
    assert listed_state(talk) == ("consumer", "Stable")


def test_downgraded_group_that_is_upgraded_again_knows_no_deadline_of_before() -> None:
    talk = Conversation()
    a, old = mixed_group(talk)
    b = Newcomer(talk, "b", "clicks")
    b.join()
    old.step()
    for newcomer in (a, b):
        newcomer.leave()
    assert listed_state(talk) == ("classic", "PreparingRebalance")
    for _ in range(11):
        old.step()
        talk.advance(HEARTBEAT_MS)
    again = Newcomer(talk, "again", "views")
    again.join()
    talk.advance(HEARTBEAT_MS)
    for _ in range(4):
        old.step()
        assert again.beat().error is GroupError.NONE
    assert old.fenced == []
    assert listed_state(talk) == ("consumer", "Stable")


def test_sessions_that_end_at_one_moment_end_one_after_the_other() -> None:
    """Each is decided on the group as the one before has left it: the second downgrades it."""
    talk = Conversation()
    a, old = mixed_group(talk)
    b = Newcomer(talk, "b", "clicks")
    b.join()
    a.send()
    b.send()
    for _ in range(9):
        talk.advance(HEARTBEAT_MS)
        old.step()
    assert listed_state(talk) is not None
    assert listed_state(talk)[0] == "classic"  # type: ignore[index]  # there is one


def test_unused_expression_is_forgotten_with_its_last_subscriber() -> None:
    talk = Conversation()
    a, b = Newcomer(talk, "a", regex="cl.*"), Newcomer(talk, "b", regex="cl.*")
    a.join()
    b.join()
    resolved = description(talk).epoch
    a.leave()
    talk.restart()
    assert description(talk).epoch == resolved + 1
    b.leave()
    assert not any(record.value for record in talk.journal[-1:] if b"cl.*" in record.key)
