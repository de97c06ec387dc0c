"""Committing, reading, expiring and deleting positions."""

import pytest

from engine.coordinator.commands import (
    CommitOffsets,
    DeleteGroup,
    DeleteOffsets,
    OffsetsReply,
    OffsetToCommit,
)
from engine.coordinator.errors import GroupError
from engine.coordinator.journal import CommittedOffset, OffsetKey, offset_record
from engine.kernel.ids import NULL_TOPIC_ID, ProducerId, TopicId
from tests.support.group_conversation import GROUP, START, Client, Conversation

DAY_MS = 86_400_000
RETENTION_MS = 7 * DAY_MS
PRODUCER = ProducerId(7)


def position(talk: Conversation, topic: str = "clicks", *, stable: bool = False) -> int | None:
    """The committed offset of partition 0, None when there is none."""
    (fetched,) = talk.coordinator.fetch_offsets(
        GROUP, [(topic, NULL_TOPIC_ID, 0)], require_stable=stable
    )
    assert fetched.error is GroupError.NONE
    return None if fetched.value is None else fetched.value.offset


def delete(talk: Conversation, *partitions: tuple[str, int], group: str = GROUP) -> OffsetsReply:
    token = talk.token()
    command = DeleteOffsets(token=token, group_id=group, partitions=partitions)
    talk.follow(talk.coordinator.delete_offsets(command, talk.now))
    answer = talk.answers[token]
    assert isinstance(answer, OffsetsReply)
    return answer


def delete_group(talk: Conversation, group: str = GROUP) -> GroupError:
    token = talk.token()
    command = DeleteGroup(token=token, group_id=group)
    talk.follow(talk.coordinator.delete_group(command, talk.now))
    return talk.answers[token].error


def commit_in_transaction(talk: Conversation, offset: int, producer: ProducerId = PRODUCER) -> None:
    """A transactional commit of clicks-0 by a producer without group membership."""
    token = talk.token()
    command = CommitOffsets(
        token=token,
        group_id=GROUP,
        generation_id=-1,
        member_id="",
        group_instance_id=None,
        offsets=(OffsetToCommit("clicks", 0, offset, -1, None),),
        is_transactional=True,
    )
    outcome = talk.coordinator.commit(command, talk.now)
    assert outcome.replies[0].value.error is GroupError.NONE
    for record in outcome.records:
        talk.coordinator.replay(record.key, record.value, producer_id=producer)


def completing(talk: Conversation) -> Client:
    """A member that has joined and not synced."""
    a = talk.client("a")
    a.enter()
    assert talk.state() == "CompletingRebalance"
    return a


@pytest.mark.point(85)
def test_metadata_and_leader_epoch_come_back() -> None:
    """★ OffsetFetch returns what OffsetCommit was given."""
    talk = Conversation()
    talk.client("a").commit(42, metadata="where I was: ☕", leader_epoch=5)
    (fetched,) = talk.coordinator.fetch_offsets(
        GROUP, [("clicks", NULL_TOPIC_ID, 0)], require_stable=False
    )
    assert fetched.value == CommittedOffset(42, 5, "where I was: ☕", START.wall_ms)


def test_null_metadata_is_an_empty_string() -> None:
    talk = Conversation()
    talk.client("a").commit(1, metadata=None)
    (fetched,) = talk.coordinator.fetch_offsets(
        GROUP, [("clicks", NULL_TOPIC_ID, 0)], require_stable=False
    )
    assert fetched.value is not None
    assert fetched.value.metadata == ""


@pytest.mark.point(85)
def test_metadata_longer_than_its_limit_is_refused_for_that_partition() -> None:
    talk = Conversation()
    a = talk.client("a")
    assert a.commit(1, metadata="x" * 4_096).partitions == (GroupError.NONE,)
    assert a.commit(2, metadata="x" * 4_097).partitions == (GroupError.OFFSET_METADATA_TOO_LARGE,)
    assert position(talk) == 1


def test_partition_that_was_never_committed_has_no_position_and_no_error() -> None:
    talk = Conversation()
    talk.client("a").commit(1)
    assert position(talk, "views") is None
    assert position(talk, "clicks") == 1


@pytest.mark.point(81)
def test_commit_without_generation_makes_an_empty_group() -> None:
    talk = Conversation()
    talk.client("a").commit(1)
    assert talk.state() == "Empty"
    (listed,) = talk.coordinator.list_groups()
    assert listed.protocol_type == ""


@pytest.mark.point(81)
def test_commit_without_generation_to_a_group_with_members_is_refused() -> None:
    talk = Conversation()
    talk.stable_group(talk.client("a"))
    assert talk.client("b").commit(1).error is GroupError.UNKNOWN_MEMBER_ID
    assert position(talk) is None


@pytest.mark.point(81)
def test_commit_while_the_leader_assigns_is_told_of_the_rebalance() -> None:
    """★ A commit in CompletingRebalance is REBALANCE_IN_PROGRESS."""
    talk = Conversation()
    a = completing(talk)
    assert a.commit(1).error is GroupError.REBALANCE_IN_PROGRESS
    a.sync()
    assert a.commit(1).error is GroupError.NONE


def test_commit_during_a_join_phase_is_stored_and_keeps_the_session() -> None:
    talk = Conversation()
    a, b, c = talk.client("a"), talk.client("b"), talk.client("c")
    talk.stable_group(a, b)
    c.enter()
    for _ in range(3):
        talk.advance(9_999)
        assert a.commit(5).error is GroupError.NONE
    assert a.heartbeat() is GroupError.REBALANCE_IN_PROGRESS
    assert position(talk) == 5


@pytest.mark.point(81)
def test_commit_of_another_generation_is_illegal() -> None:
    talk = Conversation()
    a = talk.client("a")
    talk.stable_group(a)
    a.generation_id -= 1
    assert a.commit(1).error is GroupError.ILLEGAL_GENERATION


def test_commit_with_a_generation_to_an_unknown_group_is_illegal() -> None:
    talk = Conversation()
    a = talk.client("a")
    a.generation_id = 3
    assert a.commit(1).error is GroupError.ILLEGAL_GENERATION
    assert talk.state() == "Dead"


def test_commit_that_cannot_be_stored_is_refused() -> None:
    talk = Conversation()
    talk.is_disk_full = True
    answer = talk.client("a").commit(1)
    assert answer.partitions == (GroupError.COORDINATOR_NOT_AVAILABLE,)
    assert position(talk) is None


@pytest.mark.point(86)
def test_positions_expire_seven_days_after_the_group_became_empty() -> None:
    talk = Conversation()
    a = talk.client("a")
    talk.stable_group(a)
    a.commit(1)
    for _ in range(10 * DAY_MS // 9_000):
        talk.advance(9_000)
        a.heartbeat()
    assert position(talk) == 1
    a.leave()
    talk.advance(RETENTION_MS - 600_000)
    assert position(talk) == 1
    talk.advance(1_200_000)
    assert position(talk) is None
    assert talk.state() == "Dead"
    talk.restart()
    assert talk.state() == "Dead"


@pytest.mark.point(86)
def test_position_of_a_topic_that_nobody_reads_expires_after_its_commit() -> None:
    talk = Conversation(max_session_timeout_ms=2_000_000_000)
    a = talk.client("a", "clicks")
    a.join(version=3, session_ms=2_000_000_000)
    a.sync()
    a.commit(1, topic="clicks")
    a.commit(2, topic="views")
    talk.advance(RETENTION_MS + 600_000)
    assert position(talk, "clicks") == 1
    assert position(talk, "views") is None
    assert talk.state() == "Stable"


def test_position_without_members_expires_after_its_commit() -> None:
    talk = Conversation()
    talk.client("a").commit(1)
    talk.advance(RETENTION_MS - 600_000)
    talk.client("a").commit(2, topic="views")
    talk.advance(1_200_000)
    assert position(talk) is None
    assert position(talk, "views") == 2


def test_retention_of_the_client_s_own_counts_from_the_commit() -> None:
    talk = Conversation()
    talk.client("a").commit(1, retention_ms=DAY_MS)
    talk.restart()
    talk.advance(DAY_MS - 600_000)
    assert position(talk) == 1
    talk.advance(1_200_000)
    assert position(talk) is None


def test_longest_retention_of_the_client_s_own_is_for_ever() -> None:
    """The sum of both times is more than a record can tell."""
    talk = Conversation()
    talk.client("a").commit(1, retention_ms=2**63 - 1)
    talk.restart()
    talk.advance(100 * RETENTION_MS)
    assert position(talk) == 1


def test_jump_of_the_wall_clock_expires_nothing() -> None:
    talk = Conversation()
    talk.client("a").commit(1)
    talk.now = talk.now._replace(wall_ms=talk.now.wall_ms + 3_650 * DAY_MS)
    talk.advance(DAY_MS)
    assert position(talk) == 1


def test_group_without_positions_is_deleted_though_it_has_promised_an_id() -> None:
    talk = Conversation()
    a = talk.client("a")
    talk.advance(599_000)
    a.join()
    talk.advance(2_000)
    answer = a.join()
    assert answer is not None
    assert answer.error is GroupError.UNKNOWN_MEMBER_ID


def test_position_of_a_subscribed_topic_cannot_be_deleted() -> None:
    talk = Conversation()
    a = talk.client("a", "clicks")
    talk.stable_group(a)
    a.commit(1, topic="clicks")
    a.commit(2, topic="views")
    answer = delete(talk, ("clicks", 0), ("views", 0), ("views", 1))
    assert answer.error is GroupError.NONE
    assert answer.partitions == (
        GroupError.GROUP_SUBSCRIBED_TO_TOPIC,
        GroupError.NONE,
        GroupError.NONE,
    )
    assert (position(talk, "clicks"), position(talk, "views")) == (1, None)


def test_positions_of_a_group_with_foreign_members_cannot_be_deleted() -> None:
    talk = Conversation()
    a = talk.client("a")
    a.protocol_type = "connect"
    talk.stable_group(a)
    assert delete(talk, ("clicks", 0)).error is GroupError.NON_EMPTY_GROUP


def test_positions_of_an_unknown_group_cannot_be_deleted() -> None:
    assert delete(Conversation(), ("clicks", 0)).error is GroupError.GROUP_ID_NOT_FOUND


def test_positions_of_the_group_without_a_name_cannot_be_deleted() -> None:
    """As in Kafka, which lets anybody commit to it."""
    talk = Conversation()
    assert talk.client("a").commit(1, group="").error is GroupError.NONE
    assert delete(talk, ("clicks", 0), group="").error is GroupError.INVALID_GROUP_ID


def test_group_with_members_cannot_be_deleted() -> None:
    talk = Conversation()
    a = talk.client("a")
    talk.stable_group(a)
    assert delete_group(talk) is GroupError.NON_EMPTY_GROUP
    a.leave()
    assert delete_group(talk) is GroupError.NONE
    assert delete_group(talk) is GroupError.GROUP_ID_NOT_FOUND


def test_deleted_group_is_gone_with_its_positions_after_a_restart_too() -> None:
    talk = Conversation()
    talk.client("a").commit(1)
    assert delete_group(talk) is GroupError.NONE
    for _ in range(2):
        assert talk.state() == "Dead"
        assert position(talk) is None
        talk.restart()


def test_positions_in_a_deleted_topic_are_forgotten() -> None:
    talk = Conversation()
    talk.client("a").commit(1, topic="clicks")
    talk.client("a").commit(2, topic="views")
    topics = {"clicks": TopicId(b"c" * 16)}
    talk.follow(talk.coordinator.topics_deleted(topics, talk.now))
    assert (position(talk, "clicks"), position(talk, "views")) == (None, 2)


@pytest.mark.parametrize(("asked", "expected"), [(b"1" * 16, 5), (b"2" * 16, None), (bytes(16), 5)])
def test_position_belongs_to_the_topic_id_that_it_was_committed_with(
    asked: bytes, expected: int | None
) -> None:
    talk = Conversation()
    value = CommittedOffset(5, -1, "", START.wall_ms, None, TopicId(b"1" * 16))
    record = offset_record(OffsetKey(GROUP, "clicks", 0), value)
    talk.coordinator.replay(record.key, record.value)
    (fetched,) = talk.coordinator.fetch_offsets(
        GROUP, [("clicks", TopicId(asked), 0)], require_stable=False
    )
    assert (None if fetched.value is None else fetched.value.offset) == expected


def test_transactional_position_is_pending_until_its_transaction_commits() -> None:
    talk = Conversation()
    talk.client("a").commit(1)
    commit_in_transaction(talk, 2)
    assert position(talk) == 1
    (unstable,) = talk.coordinator.fetch_offsets(
        GROUP, [("clicks", NULL_TOPIC_ID, 0)], require_stable=True
    )
    assert unstable.error is GroupError.UNSTABLE_OFFSET_COMMIT
    talk.coordinator.replay_end_transaction(PRODUCER, is_committed=True)
    assert position(talk, stable=True) == 2


def test_transactional_position_of_an_aborted_transaction_is_dropped() -> None:
    talk = Conversation()
    talk.client("a").commit(1)
    commit_in_transaction(talk, 2)
    talk.coordinator.replay_end_transaction(PRODUCER, is_committed=False)
    assert position(talk, stable=True) == 1


def test_later_commit_wins_over_a_transaction_that_ends_after_it() -> None:
    talk = Conversation()
    commit_in_transaction(talk, 2)
    talk.client("a").commit(3)
    talk.coordinator.replay_end_transaction(PRODUCER, is_committed=True)
    assert position(talk) == 3


def test_pending_position_expires_only_after_its_transaction() -> None:
    talk = Conversation()
    talk.client("a").commit(1)
    commit_in_transaction(talk, 2)
    talk.advance(2 * RETENTION_MS)
    assert position(talk) == 1


def test_deletion_drops_pending_positions_too() -> None:
    talk = Conversation()
    commit_in_transaction(talk, 2)
    delete(talk, ("clicks", 0))
    talk.coordinator.replay_end_transaction(PRODUCER, is_committed=True)
    assert position(talk) is None
