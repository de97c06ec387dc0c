"""Classic members of consumer groups: what they hear, and when they are taken out."""

import pytest

from engine.coordinator.commands import OfferedProtocol
from engine.coordinator.consumer_protocol import read_assignment
from engine.coordinator.errors import GroupError
from engine.coordinator.group_config import ConsumerGroupConfig, MigrationPolicy
from tests.support.consumer_conversation import (
    HEARTBEAT_MS,
    Newcomer,
    description,
    listed_state,
)
from tests.support.group_conversation import Client, Conversation, subscription

NO_INTERVAL = ConsumerGroupConfig(assignment_interval_ms=0)


def partitions_of(client: Client) -> dict[str, tuple[int, ...]]:
    answer = client.sync()
    assert answer is not None
    assert answer.error is GroupError.NONE
    return {
        topic: tuple(numbers) for topic, numbers in read_assignment(answer.assignment)[0].items()
    }


def with_one_newer_member() -> tuple[Conversation, Newcomer]:
    talk = Conversation(consumer=NO_INTERVAL)
    a = Newcomer(talk, "a", "clicks")
    a.join()
    a.take()
    a.beat()
    return talk, a


@pytest.mark.point(93)
def test_classic_member_joins_at_once_and_owns_what_is_free() -> None:
    talk, a = with_one_newer_member()
    old = talk.client("old", "views")
    answer = old.join()
    assert answer is not None
    assert answer.error is GroupError.MEMBER_ID_REQUIRED
    assert len(answer.member_id) == 22
    answer = old.join()
    assert answer is not None
    assert (answer.error, answer.generation_id, answer.protocol_name) == (
        GroupError.NONE,
        3,
        "range",
    )
    assert (answer.leader_id, answer.members) == ("", ())
    assert partitions_of(old) == {"views": (0, 1)}
    assert old.heartbeat() is GroupError.NONE
    assert a.beat().epoch == 3


def test_classic_member_hears_of_a_new_target_and_joins_again() -> None:
    talk, a = with_one_newer_member()
    old = talk.client("old", "clicks")
    old.enter()
    assert partitions_of(old) == {}
    assert old.heartbeat() is GroupError.NONE, "others have its partitions still"
    a.beat()
    a.revoke()
    a.beat()
    assert old.heartbeat() is GroupError.REBALANCE_IN_PROGRESS, "they are free"
    old.join()
    assert partitions_of(old) == {"clicks": (2, 3)}
    b = Newcomer(talk, "b", "clicks")
    b.join()
    assert old.heartbeat() is GroupError.REBALANCE_IN_PROGRESS
    answer = old.sync()
    assert answer is not None
    assert answer.error is GroupError.REBALANCE_IN_PROGRESS
    old.join()
    assert set(partitions_of(old)["clicks"]) <= {2, 3}


def test_classic_member_that_does_not_join_again_is_taken_out() -> None:
    talk, a = with_one_newer_member()
    old = talk.client("old", "clicks")
    old.join()
    old.join(rebalance_ms=20_000)
    partitions_of(old)
    Newcomer(talk, "b", "clicks").join()
    for _ in range(4):
        assert old.heartbeat() is GroupError.REBALANCE_IN_PROGRESS
        talk.advance(HEARTBEAT_MS)
        a.send()
    assert old.heartbeat() is GroupError.UNKNOWN_MEMBER_ID


def test_classic_member_that_does_not_sync_is_taken_out() -> None:
    talk, a = with_one_newer_member()
    old = talk.client("old", "clicks")
    old.join()
    old.join(rebalance_ms=20_000)
    for _ in range(4):
        assert old.heartbeat() is GroupError.NONE
        talk.advance(HEARTBEAT_MS)
        a.send()
    assert old.heartbeat() is GroupError.UNKNOWN_MEMBER_ID


def test_session_of_a_classic_member_is_its_own() -> None:
    talk, a = with_one_newer_member()
    old = talk.client("old", "clicks")
    old.join()
    old.join(session_ms=6_000)
    talk.advance(5_999)
    assert len(description(talk).members) == 2
    talk.advance(1)
    assert len(description(talk).members) == 1
    assert a.beat().error is GroupError.NONE


def test_session_of_a_classic_member_is_its_own_after_a_restart() -> None:
    """Differs from Kafka, which gives it that of newer members: a longer one would be cut short."""
    talk, a = with_one_newer_member()
    old = talk.client("old", "views")
    old.join()
    old.join(session_ms=300_000, rebalance_ms=600_000)
    partitions_of(old)
    talk.restart()
    for _ in range(20):
        talk.advance(HEARTBEAT_MS)
        a.send()
    assert old.heartbeat() is GroupError.NONE


def test_protocols_that_classic_members_do_not_share_are_inconsistent() -> None:
    talk, _ = with_one_newer_member()
    old, odd, foreign = talk.client("old"), talk.client("odd"), talk.client("foreign")
    old.enter()
    odd.protocols = (OfferedProtocol("sticky", subscription("clicks")),)
    foreign.protocol_type = "connect"
    for client in (odd, foreign):
        answer = client.join()
        assert answer is not None
        assert answer.error is GroupError.INCONSISTENT_GROUP_PROTOCOL


def test_subscription_that_cannot_be_read_is_an_error_and_changes_nothing() -> None:
    talk, _ = with_one_newer_member()
    old = talk.client("old")
    old.protocols = (OfferedProtocol("range", b"\x00"),)
    answer = old.enter()
    assert answer is not None
    assert answer.error is GroupError.UNKNOWN_SERVER_ERROR
    assert len(description(talk).members) == 1


def test_full_consumer_group_refuses_classic_members() -> None:
    talk = Conversation(consumer=ConsumerGroupConfig(max_size=1))
    Newcomer(talk, "a", "clicks").join()
    answer = talk.client("old").join()
    assert answer is not None
    assert answer.error is GroupError.GROUP_MAX_SIZE_REACHED


def test_disabled_migration_keeps_classic_members_out() -> None:
    policy = MigrationPolicy.DISABLED
    talk = Conversation(consumer=ConsumerGroupConfig(migration_policy=policy))
    Newcomer(talk, "a", "clicks").join()
    answer = talk.client("old").join()
    assert answer is not None
    assert answer.error is GroupError.INCONSISTENT_GROUP_PROTOCOL


def test_join_that_could_not_be_stored_has_no_sync_to_send() -> None:
    talk, a = with_one_newer_member()
    old = talk.client("old", "views")
    old.enter()
    partitions_of(old)
    talk.is_disk_full = True
    old.protocols = (OfferedProtocol("range", subscription("views", "clicks")),)
    answer = old.join()
    assert answer is not None
    assert answer.error is GroupError.COORDINATOR_NOT_AVAILABLE
    talk.is_disk_full = False
    for _ in range(14):
        old.heartbeat()
        talk.advance(HEARTBEAT_MS)
        a.send()
    assert old.heartbeat() is GroupError.NONE


def test_newer_member_does_not_speak_the_classic_protocol() -> None:
    talk, a = with_one_newer_member()
    old = talk.client("old", "clicks")
    old.member_id, old.generation_id = a.member_id, a.epoch
    assert old.heartbeat() is GroupError.UNKNOWN_MEMBER_ID
    answer = old.sync()
    assert answer is not None
    assert answer.error is GroupError.UNKNOWN_MEMBER_ID


def test_member_can_change_its_protocol_under_the_same_id() -> None:
    talk, _ = with_one_newer_member()
    old = talk.client("old", "clicks")
    old.enter()
    upgraded = Newcomer(talk, old.member_id, "clicks")
    assert upgraded.join().error is GroupError.NONE
    assert old.heartbeat() is GroupError.UNKNOWN_MEMBER_ID
    assert len(description(talk).members) == 2


def test_empty_consumer_group_makes_way_for_a_classic_one() -> None:
    talk, a = with_one_newer_member()
    a.leave()
    old = talk.client("old", "clicks")
    assert old.heartbeat() is GroupError.UNKNOWN_MEMBER_ID
    talk.stable_group(old)
    assert listed_state(talk) == ("classic", "Stable")
    talk.restart()
    assert listed_state(talk) == ("classic", "Stable")


def test_empty_consumer_group_stays_when_a_classic_one_cannot_be_stored() -> None:
    talk, a = with_one_newer_member()
    a.leave()
    talk.is_disk_full = True
    old = talk.client("old", "clicks")
    answer = old.join()
    assert answer is not None
    assert answer.error is GroupError.COORDINATOR_NOT_AVAILABLE
    assert listed_state(talk) == ("consumer", "Empty")


def test_id_of_old_does_not_open_an_empty_consumer_group() -> None:
    talk, a = with_one_newer_member()
    a.leave()
    old = talk.client("old", "clicks")
    old.member_id = "from-before"
    answer = old.join()
    assert answer is not None
    assert answer.error is GroupError.UNKNOWN_MEMBER_ID
    assert listed_state(talk) == ("consumer", "Empty")
