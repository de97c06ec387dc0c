"""Classic groups that become consumer groups: what their members keep, and who has to wait."""

import pytest

from engine.coordinator.commands import OfferedProtocol
from engine.coordinator.consumer_protocol import write_assignment
from engine.coordinator.errors import GroupError
from engine.coordinator.group_config import ConsumerGroupConfig, MigrationPolicy
from tests.support.consumer_conversation import (
    HEARTBEAT_MS,
    Newcomer,
    all_places,
    description,
    listed_state,
    places,
)
from tests.support.group_conversation import Client, Conversation, subscription
from tests.support.old_member import OldMember


def settled(talk: Conversation, *members: OldMember) -> None:
    for _ in range(6):
        talk.advance(1_000)
        for member in members:
            member.step()


@pytest.mark.point(93)
def test_upgrade_keeps_what_members_have() -> None:
    talk = Conversation()
    old = OldMember(talk, "old", "clicks")
    settled(talk, old)
    a = Newcomer(talk, "a", "views")
    assert a.join().epoch == 2
    assert a.assigned == all_places(talk, "views")
    assert listed_state(talk) == ("consumer", "Reconciling")
    members = {each.member.member_id: each for each in description(talk).members}
    assert places(talk, members[old.member_id].owned) == old.owned
    for _ in range(4):
        old.step()
    assert old.owned == all_places(talk, "clicks")
    assert old.fenced == []
    assert listed_state(talk) == ("consumer", "Stable")


def test_upgraded_group_survives_a_restart() -> None:
    talk = Conversation()
    old = OldMember(talk, "old", "clicks")
    settled(talk, old)
    Newcomer(talk, "a", "clicks").join()
    before = description(talk)
    talk.restart()
    assert description(talk) == before


def test_members_that_wait_are_told_to_join_again() -> None:
    talk = Conversation()
    old, late = OldMember(talk, "old", "clicks"), talk.client("late", "clicks")
    settled(talk, old)
    late.enter()
    assert late.joined is None
    Newcomer(talk, "a", "clicks").join()
    answer = late.take_in_join()
    assert answer is not None
    assert answer.error is GroupError.REBALANCE_IN_PROGRESS
    assert len(description(talk).members) == 3
    assert late.join() is not None


def test_upgrade_by_a_member_that_reads_nothing_leaves_no_partition_unread() -> None:
    """The classic group was in the middle of a rebalance: its assignments were not the last."""
    talk = Conversation()
    old, late = OldMember(talk, "old", "clicks"), OldMember(talk, "late", "views")
    settled(talk, old)
    late.step()
    assert Newcomer(talk, "a").join().error is GroupError.NONE
    settled(talk, old, late)
    assert old.owned == all_places(talk, "clicks")
    assert late.owned == all_places(talk, "views")


def test_upgrade_gives_nobody_what_a_member_has_yet_to_give_up() -> None:
    """Differs from Kafka: the cooperative protocol takes partitions away one generation before it
    gives them to others, and a member may not even have heard of that yet."""
    talk = Conversation(consumer=ConsumerGroupConfig(assignment_interval_ms=0))
    old, late = talk.client("old", "clicks"), talk.client("late", "clicks")
    old.enter()
    old.sync({old.member_id: write_assignment({"clicks": range(4)}, 1)})
    late.enter()
    owned = sorted(all_places(talk, "clicks"))
    old.protocols = (OfferedProtocol("range", subscription("clicks", owned=owned)),)
    old.join()
    late.take_in_join()
    old.sync({old.member_id: write_assignment({"clicks": [0]}, 1)})
    late.sync()
    a = Newcomer(talk, "a", "clicks")
    a.join()
    assert a.assigned == frozenset()
    assert old.heartbeat() is GroupError.REBALANCE_IN_PROGRESS
    kept = subscription("clicks", owned=[("clicks", 0)])
    old.protocols = (OfferedProtocol("range", kept),)
    old.join()
    a.beat()
    assert len(a.assigned) == 1


def test_downgrade_and_upgrade_give_nobody_what_a_member_has_not_given_up() -> None:
    """Differs from Kafka, which takes targets for assignments, whether they were reached or not."""
    talk = Conversation(consumer=ConsumerGroupConfig(assignment_interval_ms=0))
    old = OldMember(talk, "old", "clicks")
    settled(talk, old)
    for name in ("a", "b"):
        newcomer = Newcomer(talk, name, "clicks")
        newcomer.join()
        assert newcomer.assigned == frozenset()
        assert old.owned == all_places(talk, "clicks")
        newcomer.leave()
    settled(talk, old)
    assert old.owned == all_places(talk, "clicks")
    assert old.fenced == []


def test_upgrade_while_the_first_members_gather() -> None:
    """Differs from Kafka, which fails: they have agreed on no protocol yet."""
    talk = Conversation(initial_rebalance_delay_ms=3_000)
    old = talk.client("old", "clicks")
    old.enter()
    assert Newcomer(talk, "a", "clicks").join().error is GroupError.NONE
    assert len(description(talk).members) == 2
    answer = old.take_in_join()
    assert answer is not None
    assert answer.error is GroupError.REBALANCE_IN_PROGRESS


def test_member_with_an_expression_that_meets_the_first_members_gathering_lives() -> None:
    """Its topics are not known yet: nothing else begins an epoch before its next heartbeat."""
    talk = Conversation(initial_rebalance_delay_ms=3_000)
    talk.client("old", "nothing").enter()
    a = Newcomer(talk, "a", regex="cl.*")
    assert a.join().epoch == 1
    assert a.beat().error is GroupError.NONE


def test_refused_upgrade_leaves_those_who_wait_alone() -> None:
    talk = Conversation()
    old, late = OldMember(talk, "old", "clicks"), talk.client("late", "clicks")
    settled(talk, old)
    late.enter()
    answer = Newcomer(talk, "a", regex="(").join()
    assert answer.error is GroupError.INVALID_REGULAR_EXPRESSION
    assert late.joined is None
    assert listed_state(talk) == ("classic", "PreparingRebalance")


def test_full_disk_leaves_the_group_classic() -> None:
    talk = Conversation()
    old = OldMember(talk, "old", "clicks")
    settled(talk, old)
    talk.is_disk_full = True
    answer = Newcomer(talk, "a", "clicks").join()
    assert answer.error is GroupError.COORDINATOR_NOT_AVAILABLE
    talk.is_disk_full = False
    settled(talk, old)
    assert listed_state(talk) == ("classic", "Stable")
    assert old.owned == all_places(talk, "clicks")


@pytest.mark.point(93)
def test_policy_can_forbid_the_upgrade_of_groups_with_members() -> None:
    for policy in (MigrationPolicy.DOWNGRADE, MigrationPolicy.DISABLED):
        talk = Conversation(consumer=ConsumerGroupConfig(migration_policy=policy))
        old = OldMember(talk, "old", "clicks")
        settled(talk, old)
        a = Newcomer(talk, "a", "clicks")
        answer = a.join()
        assert answer.error is GroupError.GROUP_ID_NOT_FOUND
        assert answer.message == (
            "Cannot upgrade classic group orders to consumer group because online upgrade is "
            "disabled."
        )
        old.leave()
        assert a.join().error is GroupError.NONE


def leader_that_assigns(talk: Conversation, assignment: bytes) -> Client:
    old = talk.client("old", "clicks")
    old.enter()
    old.sync({old.member_id: assignment})
    return old


def test_groups_that_are_too_large_or_no_consumers_are_not_upgraded() -> None:
    talk = Conversation(consumer=ConsumerGroupConfig(max_size=1))
    members = [OldMember(talk, name, "clicks") for name in ("one", "two")]
    settled(talk, *members)
    answer = Newcomer(talk, "a", "clicks").join()
    assert answer.message == (
        "Cannot upgrade classic group orders to consumer group because the group size exceeds the "
        "consumer group maximum size."
    )
    talk = Conversation()
    worker = talk.client("worker")
    worker.protocol_type = "connect"
    talk.stable_group(worker)
    answer = Newcomer(talk, "a", "clicks").join()
    assert answer.message == (
        "Cannot upgrade classic group orders to consumer group because the group does not use the "
        "consumer embedded protocol."
    )


def test_assignments_that_only_their_assignor_understands_are_not_upgraded() -> None:
    talk = Conversation()
    leader_that_assigns(talk, b"what is this")
    answer = Newcomer(talk, "a", "clicks").join()
    assert answer.error is GroupError.GROUP_ID_NOT_FOUND
    assert answer.message is not None
    assert "malformed" in answer.message
    talk = Conversation()
    user_data = (3).to_bytes(4, "big") + b"mine"[:3]
    leader_that_assigns(talk, write_assignment({"clicks": [0]}, 1)[:-4] + user_data)
    answer = Newcomer(talk, "a", "clicks").join()
    assert answer.message is not None
    assert "custom assignor" in answer.message


def test_assignor_that_gives_a_partition_to_two_members_stands_in_the_way() -> None:
    talk = Conversation()
    both = write_assignment({"clicks": [0]}, 1)
    one, two = talk.client("one", "clicks"), talk.client("two", "clicks")
    talk.stable_group(one, two)
    leader = one if one.leads else two
    leader.join()
    for client in (one, two):
        client.join()
    for client in (one, two):
        client.take_in_join()
    leader = one if one.leads else two
    follower = two if one.leads else one
    follower.sync()
    leader.sync({one.member_id: both, two.member_id: both})
    assert Newcomer(talk, "a", "clicks").join().error is GroupError.GROUP_ID_NOT_FOUND
    assert listed_state(talk) == ("classic", "Stable")


@pytest.mark.point(93)
def test_positions_survive_every_conversion() -> None:
    talk = Conversation()
    old = talk.client("old", "clicks")
    talk.stable_group(old)
    old.commit(42)
    old.leave()
    a = Newcomer(talk, "a", "clicks")
    a.join()
    assert committed(talk) == 42
    a.leave()
    talk.advance(HEARTBEAT_MS)
    talk.stable_group(talk.client("new", "clicks"))
    assert committed(talk) == 42


def committed(talk: Conversation) -> int:
    found = talk.coordinator.fetch_all_offsets("orders", require_stable=False)
    value = found["clicks"][0].value
    assert value is not None
    return value.offset
