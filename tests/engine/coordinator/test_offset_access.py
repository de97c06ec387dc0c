"""Who may commit and read positions of consumer groups, by the epoch that is named."""

import pytest

from engine.coordinator.commands import CommitOffsets, OffsetsReply, OffsetToCommit
from engine.coordinator.errors import GroupError
from engine.coordinator.group_config import ConsumerGroupConfig
from tests.support.consumer_conversation import Newcomer
from tests.support.group_conversation import GROUP, Conversation

NO_INTERVAL = ConsumerGroupConfig(assignment_interval_ms=0)


def committed(
    talk: Conversation,
    member_id: str,
    epoch: int,
    *partitions: int,
    is_transactional: bool = False,
    knows_member_epochs: bool = True,
) -> GroupError:
    """What a commit of partitions of "clicks" is answered."""
    token = talk.token()
    topic_id = talk.topics.id_of("clicks")
    command = CommitOffsets(
        token=token,
        group_id=GROUP,
        generation_id=epoch,
        member_id=member_id,
        group_instance_id=None,
        offsets=tuple(OffsetToCommit("clicks", p, 5, -1, "", topic_id) for p in partitions or (0,)),
        is_transactional=is_transactional,
        knows_member_epochs=knows_member_epochs,
    )
    talk.follow(talk.coordinator.commit(command, talk.now))
    answer = talk.answers[token]
    assert isinstance(answer, OffsetsReply)
    assert set(answer.partitions) == {answer.error}
    return answer.error


def two_members() -> tuple[Conversation, Newcomer, Newcomer]:
    """Both are in epoch 3; "a" has partitions 0 and 1 since epoch 2, "b" has 2 and 3."""
    talk = Conversation(consumer=NO_INTERVAL)
    a, b = Newcomer(talk, "a", "clicks"), Newcomer(talk, "b", "clicks")
    a.join()
    a.take()
    a.beat()
    b.join()
    a.beat()
    a.revoke()
    a.beat()
    b.beat()
    return talk, a, b


@pytest.mark.point(92)
def test_own_epoch_may_commit_and_a_later_one_is_stale() -> None:
    talk, a, _ = two_members()
    assert committed(talk, "a", a.epoch) is GroupError.NONE
    assert committed(talk, "a", a.epoch + 1) is GroupError.STALE_MEMBER_EPOCH


def test_earlier_epoch_may_commit_what_the_member_has_had_since() -> None:
    talk, a, b = two_members()
    assert (a.epoch, b.epoch) == (3, 3)
    assert committed(talk, "a", 2, 0, 1) is GroupError.NONE
    assert committed(talk, "a", 2, 0, 2) is GroupError.STALE_MEMBER_EPOCH
    assert committed(talk, "b", 2, 2) is GroupError.STALE_MEMBER_EPOCH
    assert committed(talk, "a", 1, 0) is GroupError.STALE_MEMBER_EPOCH


def test_partition_that_is_to_be_given_up_may_be_committed() -> None:
    talk = Conversation(consumer=NO_INTERVAL)
    a, b = Newcomer(talk, "a", "clicks"), Newcomer(talk, "b", "clicks")
    a.join()
    a.take()
    b.join()
    a.beat()
    assert committed(talk, "a", 2, 3) is GroupError.NONE


def test_nobody_may_commit_while_there_are_members() -> None:
    talk, a, b = two_members()
    assert committed(talk, "", -1) is GroupError.UNKNOWN_MEMBER_ID
    assert committed(talk, "z", 3) is GroupError.UNKNOWN_MEMBER_ID
    assert committed(talk, "a", -1) is GroupError.STALE_MEMBER_EPOCH
    a.leave()
    b.leave()
    assert committed(talk, "", -1) is GroupError.NONE


def test_version_that_does_not_know_stale_epochs_is_unsupported() -> None:
    talk, _, _ = two_members()
    error = committed(talk, "a", 3, knows_member_epochs=False)
    assert error is GroupError.UNSUPPORTED_VERSION


def test_transactional_commit_is_told_of_a_generation() -> None:
    talk, _, _ = two_members()
    assert committed(talk, "", -1, is_transactional=True) is GroupError.NONE
    assert committed(talk, "a", 3, is_transactional=True) is GroupError.NONE
    error = committed(talk, "a", 2, 2, is_transactional=True)
    assert error is GroupError.ILLEGAL_GENERATION
    error = committed(talk, "a", 3, is_transactional=True, knows_member_epochs=False)
    assert error is GroupError.NONE


def test_classic_member_is_told_of_a_generation() -> None:
    talk, _, _ = two_members()
    old = talk.client("old", "views")
    old.enter()
    assert committed(talk, old.member_id, old.generation_id) is GroupError.NONE
    error = committed(talk, old.member_id, old.generation_id, knows_member_epochs=False)
    assert error is GroupError.NONE
    assert committed(talk, old.member_id, 1) is GroupError.ILLEGAL_GENERATION
    assert talk.coordinator.fetch_error(GROUP, old.member_id, 1) is GroupError.ILLEGAL_GENERATION


@pytest.mark.point(92)
def test_reading_needs_the_epoch_of_the_member_that_is_named() -> None:
    talk, a, _ = two_members()
    error = talk.coordinator.fetch_error
    assert error(GROUP, "a", a.epoch) is GroupError.NONE
    assert error(GROUP, "a", a.epoch - 1) is GroupError.STALE_MEMBER_EPOCH
    assert error(GROUP, "a", -1) is GroupError.STALE_MEMBER_EPOCH
    assert error(GROUP, "z", 3) is GroupError.UNKNOWN_MEMBER_ID
    assert error(GROUP, None, -1) is GroupError.NONE
    assert error("unknown", "a", 3) is GroupError.NONE


def test_reading_of_classic_groups_needs_nothing() -> None:
    talk = Conversation()
    talk.stable_group(talk.client("old"))
    assert talk.coordinator.fetch_error(GROUP, "z", 77) is GroupError.NONE


def test_positions_of_topics_that_nobody_reads_expire_while_the_group_lives() -> None:
    """By the time of the commit, with members or without; then the empty group goes too."""
    talk = Conversation(offsets_retention_ms=60_000, offsets_retention_check_interval_ms=10_000)
    a = Newcomer(talk, "a", "views")
    a.join()
    assert committed(talk, "a", a.epoch) is GroupError.NONE
    for _ in range(12):
        assert talk.coordinator.fetch_all_offsets(GROUP, require_stable=False)
        talk.advance(5_000)
        a.beat()
    assert talk.coordinator.fetch_all_offsets(GROUP, require_stable=False) == {}
    a.leave()
    talk.advance(10_000)
    assert not talk.coordinator.has_group(GROUP)


def test_positions_of_topics_that_a_member_reads_stay() -> None:
    talk = Conversation(offsets_retention_ms=60_000, offsets_retention_check_interval_ms=10_000)
    a = Newcomer(talk, "a", regex="cl.*")
    a.join()
    a.beat()
    assert committed(talk, "a", a.epoch) is GroupError.NONE
    for _ in range(40):
        talk.advance(5_000)
        a.beat()
    assert talk.coordinator.fetch_all_offsets(GROUP, require_stable=False)
