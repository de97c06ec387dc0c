"""Life of newer members: joining, epochs, revoke before assign, refusals."""

import pytest

from engine.coordinator.errors import GroupError
from engine.coordinator.group_config import ConsumerGroupConfig
from tests.support.consumer_conversation import (
    HEARTBEAT_MS,
    Newcomer,
    all_places,
    description,
    listed_state,
    settle_members,
)
from tests.support.group_conversation import REBALANCE_MS, Conversation


def settled_pair() -> tuple[Conversation, Newcomer, Newcomer]:
    """Two members of a Stable group that share the partitions of "clicks"."""
    talk = Conversation()
    a, b = Newcomer(talk, "a", "clicks"), Newcomer(talk, "b", "clicks")
    a.join()
    talk.advance(1_000)
    b.join()
    settle_members(talk, a, b)
    return talk, a, b


def test_first_member_owns_everything_in_epoch_two() -> None:
    talk = Conversation()
    a = Newcomer(talk, "a", "clicks")
    answer = a.join()
    assert (answer.error, answer.member_id, answer.epoch) == (GroupError.NONE, "a", 2)
    assert answer.heartbeat_interval_ms == 5_000
    assert a.assigned == all_places(talk, "clicks")
    assert listed_state(talk) == ("consumer", "Stable")


def test_member_without_subscription_joins_in_epoch_one_and_owns_nothing() -> None:
    talk = Conversation()
    answer = Newcomer(talk, "a").join()
    assert (answer.epoch, answer.assignment) == (1, {})


@pytest.mark.point(89)
def test_assignment_is_told_once() -> None:
    talk = Conversation()
    a = Newcomer(talk, "a", "clicks")
    a.join()
    answer = a.send()
    assert (answer.error, answer.epoch, answer.assignment) == (GroupError.NONE, 2, None)


def test_full_heartbeat_hears_its_assignment_again() -> None:
    talk = Conversation()
    a = Newcomer(talk, "a", "clicks")
    a.join()
    a.take()
    assert a.tell().assignment is not None


@pytest.mark.point(91)
def test_partition_is_given_up_before_another_gets_it() -> None:
    talk = Conversation()
    a, b = Newcomer(talk, "a", "clicks"), Newcomer(talk, "b", "clicks")
    a.join()
    a.take()
    a.beat()
    talk.advance(1_000)
    assert b.join().epoch == 3
    assert b.assigned == frozenset()
    answer = a.beat()
    assert answer.epoch == 2
    assert len(a.assigned) == 2
    assert b.beat().assignment is None
    assert listed_state(talk) == ("consumer", "Reconciling")
    a.revoke()
    assert a.beat().epoch == 3
    b.beat()
    assert a.assigned | b.assigned == all_places(talk, "clicks")
    assert a.assigned.isdisjoint(b.assigned)
    assert listed_state(talk) == ("consumer", "Stable")


def test_changes_within_the_assignment_interval_share_one_target() -> None:
    talk = Conversation()
    a, b, c = (Newcomer(talk, name, "clicks") for name in "abc")
    a.join()
    assert b.join().epoch == 2
    assert c.join().epoch == 2
    assert listed_state(talk) == ("consumer", "Assigning")
    talk.advance(1_000)
    assert b.beat().epoch == 4
    assert description(talk).target_epoch == 4


def test_no_assignment_interval_makes_a_target_at_once() -> None:
    talk = Conversation(consumer=ConsumerGroupConfig(assignment_interval_ms=0))
    a, b = Newcomer(talk, "a", "clicks"), Newcomer(talk, "b", "clicks")
    a.join()
    assert b.join().epoch == 3


def test_target_from_before_the_clock_was_set_back_holds_nothing_up() -> None:
    talk = Conversation()
    a, b = Newcomer(talk, "a", "clicks"), Newcomer(talk, "b", "clicks")
    a.join()
    talk.now = talk.now._replace(wall_ms=talk.now.wall_ms - 3_600_000)
    assert b.join().epoch == 3


def test_lost_answer_is_made_up_for_by_the_previous_epoch() -> None:
    talk = Conversation()
    a, b = Newcomer(talk, "a", "clicks"), Newcomer(talk, "b", "clicks")
    a.join()
    a.take()
    a.beat()
    talk.advance(1_000)
    b.join()
    a.beat()
    a.revoke()
    a.beat()
    assert a.epoch == 3
    a.epoch = 2
    assert a.send(owned={}).epoch == 3
    a.epoch = 2
    assert a.send().error is GroupError.FENCED_MEMBER_EPOCH


@pytest.mark.point(92)
def test_wrong_epoch_is_fenced_and_comes_back_with_nothing() -> None:
    talk = Conversation()
    a = Newcomer(talk, "a", "clicks")
    a.join()
    for epoch, word in ((1, "smaller"), (9, "greater")):
        a.epoch = epoch
        answer = a.send()
        assert answer.error is GroupError.FENCED_MEMBER_EPOCH
        assert answer.message == (
            f"The consumer group member has a {word} member epoch ({epoch}) than the one known by "
            "the group coordinator (2). The member must abandon all its partitions and rejoin."
        )
    assert a.join().epoch == 2
    assert a.assigned == all_places(talk, "clicks")


def test_unknown_group_and_member_are_told_apart() -> None:
    talk = Conversation()
    a, b = Newcomer(talk, "a", "clicks"), Newcomer(talk, "b", "clicks")
    b.epoch = 5
    answer = b.send()
    assert answer.error is GroupError.GROUP_ID_NOT_FOUND
    assert answer.message == "Consumer group orders not found."
    assert b.leave().message == "Group orders not found."
    a.join()
    b.epoch = 5
    answer = b.send()
    assert answer.error is GroupError.UNKNOWN_MEMBER_ID
    assert answer.message == "Member b is not a member of group orders."
    assert b.leave().error is GroupError.UNKNOWN_MEMBER_ID


@pytest.mark.point(89)
def test_member_that_leaves_frees_its_partitions_at_once() -> None:
    talk, a, b = settled_pair()
    answer = b.leave()
    assert (answer.error, answer.member_id, answer.epoch) == (GroupError.NONE, "b", -1)
    a.beat()
    assert a.assigned == all_places(talk, "clicks")


def test_last_member_leaves_an_empty_group_behind() -> None:
    talk = Conversation()
    a = Newcomer(talk, "a", "clicks")
    a.join()
    a.leave()
    assert listed_state(talk) == ("consumer", "Empty")
    talk.advance(1_000)
    assert a.join().epoch == 4


def test_silent_member_is_taken_out_when_its_session_ends() -> None:
    talk, a, b = settled_pair()
    for _ in range(10):
        talk.advance(HEARTBEAT_MS)
        a.beat()
    assert a.assigned == all_places(talk, "clicks")
    assert b.beat().error is GroupError.UNKNOWN_MEMBER_ID


@pytest.mark.point(91)
def test_member_that_does_not_revoke_is_taken_out_after_its_rebalance_timeout() -> None:
    talk = Conversation()
    a = Newcomer(talk, "a", "clicks", rebalance_ms=20_000)
    b = Newcomer(talk, "b", "clicks")
    a.join()
    a.take()
    talk.advance(1_000)
    b.join()
    for _ in range(4):
        a.send()
        b.beat()
        assert len(description(talk).members) == 2
        talk.advance(HEARTBEAT_MS)
    assert a.send().error is GroupError.UNKNOWN_MEMBER_ID
    b.beat()
    assert b.assigned == all_places(talk, "clicks")


def test_member_that_revokes_in_time_stays() -> None:
    talk = Conversation()
    a = Newcomer(talk, "a", "clicks", rebalance_ms=20_000)
    b = Newcomer(talk, "b", "clicks")
    a.join()
    talk.advance(1_000)
    b.join()
    settle_members(talk, a, b)
    talk.advance(REBALANCE_MS - 30_000)
    assert a.beat().error is GroupError.NONE


def test_subscription_can_change_and_shrink() -> None:
    talk = Conversation()
    a = Newcomer(talk, "a", "clicks")
    a.join()
    a.take()
    talk.advance(1_000)
    a.send(topic_names=["clicks", "views"])
    assert a.assigned == all_places(talk, "clicks", "views")
    a.take()
    a.beat()
    talk.advance(100)
    answer = a.send(topic_names=["views"])
    assert answer.epoch == 3, "the target is too young to be replaced"
    assert a.assigned == all_places(talk, "views")
    a.revoke()
    talk.advance(1_000)
    assert a.beat().epoch == 4
    assert listed_state(talk) == ("consumer", "Stable")


def test_full_group_refuses_newcomers() -> None:
    talk = Conversation(consumer=ConsumerGroupConfig(max_size=1))
    a, b = Newcomer(talk, "a", "clicks"), Newcomer(talk, "b", "clicks")
    a.join()
    answer = b.join()
    assert answer.error is GroupError.GROUP_MAX_SIZE_REACHED
    assert answer.message == "The consumer group has reached its maximum capacity of 1 members."
    assert a.beat().error is GroupError.NONE


def test_old_client_is_given_a_member_id() -> None:
    talk = Conversation()
    a = Newcomer(talk, "", "clicks")
    answer = a.send(rebalance_timeout_ms=60_000, topic_names=["clicks"], owned={}, version=0)
    assert answer.error is GroupError.NONE
    assert answer.member_id is not None
    assert len(answer.member_id) == 22


@pytest.mark.point(90)
def test_preferred_assignor_is_the_one_that_most_ask_for() -> None:
    talk = Conversation(consumer=ConsumerGroupConfig(assignment_interval_ms=0))
    a = Newcomer(talk, "a", "clicks", assignor="range")
    b = Newcomer(talk, "b", "clicks")
    a.join()
    b.join()
    assert description(talk).assignor == "range"
    settle_members(talk, a, b)
    assert a.assigned == {("clicks", 0), ("clicks", 1)}


@pytest.mark.point(89)
@pytest.mark.parametrize(
    ("epoch", "fields", "message"),
    [
        (0, {}, "RebalanceTimeoutMs must be provided in first request."),
        (0, {"rebalance_timeout_ms": 1}, "TopicPartitions must be empty when (re-)joining."),
        (
            0,
            {"rebalance_timeout_ms": 1, "owned": {}},
            (
                "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when "
                "(re-)joining."
            ),
        ),
        (-2, {}, "InstanceId can't be null."),
        (-3, {}, "MemberEpoch is invalid."),
        (2, {"rack": "  "}, "RackId can't be empty."),
    ],
)
def test_incomplete_heartbeat_is_invalid(
    epoch: int, fields: dict[str, object], message: str
) -> None:
    a = Newcomer(Conversation(), "a", "clicks")
    a.epoch = epoch
    answer = a.send(**fields)  # type: ignore[arg-type]  # one dictionary for all shapes
    assert (answer.error, answer.message) == (GroupError.INVALID_REQUEST, message)


def test_empty_ids_are_invalid() -> None:
    talk = Conversation()
    nameless = Newcomer(talk, "", "clicks")
    assert nameless.join().message == "MemberId can't be empty."
    homeless = Newcomer(talk, "a", "clicks", group="")
    assert homeless.join().message == "GroupId can't be empty."
    faceless = Newcomer(talk, "a", "clicks", instance=" ")
    assert faceless.join().message == "InstanceId can't be empty."


@pytest.mark.point(90)
def test_unknown_assignor_is_unsupported() -> None:
    answer = Newcomer(Conversation(), "a", "clicks", assignor="sticky").join()
    assert answer.error is GroupError.UNSUPPORTED_ASSIGNOR
    assert answer.message == (
        "ServerAssignor sticky is not supported. Supported assignors: uniform, range."
    )


def test_protocol_can_be_turned_off() -> None:
    talk = Conversation(consumer=ConsumerGroupConfig(is_enabled=False))
    answer = Newcomer(talk, "a", "clicks").join()
    assert (answer.error, answer.message) == (GroupError.UNSUPPORTED_VERSION, None)


def test_full_disk_refuses_a_join_and_leaves_nothing_behind() -> None:
    talk = Conversation()
    talk.is_disk_full = True
    a = Newcomer(talk, "a", "clicks")
    assert a.join().error is GroupError.COORDINATOR_NOT_AVAILABLE
    assert listed_state(talk) is None
    talk.is_disk_full = False
    assert a.join().epoch == 2


def test_full_disk_delays_the_end_of_a_session() -> None:
    talk, a, _ = settled_pair()
    for _ in range(8):
        talk.advance(HEARTBEAT_MS)
        a.beat()
    talk.is_disk_full = True
    talk.advance(HEARTBEAT_MS)
    a.beat()
    assert len(description(talk).members) == 2
    talk.is_disk_full = False
    for _ in range(10):
        talk.advance(HEARTBEAT_MS)
        a.beat()
    assert len(description(talk).members) == 1


def test_group_comes_back_from_its_journal() -> None:
    talk = Conversation()
    a, b = Newcomer(talk, "a", "clicks"), Newcomer(talk, "b", "clicks", "views")
    a.join()
    talk.advance(1_000)
    b.join()
    settle_members(talk, a, b)
    before = description(talk)
    talk.restart()
    assert description(talk) == before
    assert a.beat().error is GroupError.NONE
    talk.advance(45_000)
    assert listed_state(talk) == ("consumer", "Empty")
