"""Between joins: assignments, heartbeats, sessions, leaving."""

import pytest

from engine.coordinator.commands import LeavingMember
from engine.coordinator.errors import GroupError
from tests.support.group_conversation import GROUP, REBALANCE_MS, SESSION_MS, Client, Conversation


def joined_pair(talk: Conversation) -> tuple[Client, Client]:
    """Leader and follower of a generation that waits for the leader's assignment."""
    a, b = talk.client("a"), talk.client("b")
    talk.stable_group(a, b)
    leader, follower = (a, b) if a.leads else (b, a)
    leader.join()
    follower.join()
    leader.take_in_join()
    assert talk.state() == "CompletingRebalance"
    return leader, follower


def test_sync_waits_for_the_leader() -> None:
    talk = Conversation()
    leader, follower = joined_pair(talk)
    assert follower.sync() is None
    leader.sync({leader.member_id: b"one", follower.member_id: b"two"})
    follower.take_in_sync()
    assert (leader.assignment, follower.assignment) == (b"one", b"two")
    assert talk.state() == "Stable"


def test_sync_after_the_leader_is_answered_at_once() -> None:
    talk = Conversation()
    leader, follower = joined_pair(talk)
    leader.sync()
    answer = follower.sync()
    assert answer is not None
    assert answer.assignment == b"for " + follower.member_id.encode()


@pytest.mark.point(79)
def test_member_that_the_leader_forgot_gets_zero_bytes() -> None:
    """★ An empty assignment is zero bytes, not absent."""
    talk = Conversation()
    leader, follower = joined_pair(talk)
    follower.sync()
    leader.sync({leader.member_id: b"all"})
    assert follower.synced is not None
    assert follower.synced.error is GroupError.NONE
    assert follower.synced.assignment == b""


def test_sync_of_an_older_generation_is_illegal() -> None:
    talk = Conversation()
    leader, _ = joined_pair(talk)
    leader.generation_id -= 1
    answer = leader.sync()
    assert answer is not None
    assert answer.error is GroupError.ILLEGAL_GENERATION


def test_sync_with_another_protocol_type_is_inconsistent() -> None:
    talk = Conversation()
    leader, _ = joined_pair(talk)
    leader.protocol_type = "connect"
    answer = leader.sync()
    assert answer is not None
    assert answer.error is GroupError.INCONSISTENT_GROUP_PROTOCOL


def test_sync_during_a_rebalance_is_told_so() -> None:
    talk = Conversation()
    leader, follower = joined_pair(talk)
    follower.sync()
    c = talk.client("c")
    c.enter()
    assert follower.synced is not None
    assert follower.synced.error is GroupError.REBALANCE_IN_PROGRESS
    answer = leader.sync()
    assert answer is not None
    assert answer.error is GroupError.REBALANCE_IN_PROGRESS


@pytest.mark.point(79)
def test_silent_leader_is_lost_and_the_others_rebalance() -> None:
    talk = Conversation()
    leader, follower = joined_pair(talk)
    follower.sync()
    talk.advance(SESSION_MS)
    assert follower.synced is not None
    assert follower.synced.error is GroupError.REBALANCE_IN_PROGRESS
    follower.join()
    assert follower.take_in_join() is not None
    assert follower.leads
    assert leader.heartbeat() is GroupError.UNKNOWN_MEMBER_ID


def test_member_that_never_syncs_is_lost_though_it_sends_heartbeats() -> None:
    talk = Conversation()
    leader, follower = joined_pair(talk)
    leader.sync()
    for _ in range(12):
        talk.advance(5_000)
        leader.heartbeat()
        follower.heartbeat()
    assert follower.heartbeat() is GroupError.UNKNOWN_MEMBER_ID
    assert leader.heartbeat() is GroupError.REBALANCE_IN_PROGRESS


@pytest.mark.point(80)
def test_heartbeat_during_a_join_phase_announces_it_and_keeps_the_session() -> None:
    """★ A live member is not lost because the others are slow."""
    talk = Conversation()
    a, b, c = talk.client("a"), talk.client("b"), talk.client("c")
    talk.stable_group(a, b)
    c.enter()
    a.join()
    for _ in range(REBALANCE_MS // SESSION_MS):
        talk.advance(SESSION_MS - 1)
        assert b.heartbeat() is GroupError.REBALANCE_IN_PROGRESS
    b.join()
    for client in (a, b, c):
        assert client.take_in_join() is not None
    assert a.generation_id == b.generation_id == c.generation_id


@pytest.mark.point(80)
def test_heartbeat_while_the_leader_assigns_is_fine() -> None:
    talk = Conversation()
    leader, follower = joined_pair(talk)
    assert follower.heartbeat() is GroupError.NONE
    assert leader.heartbeat() is GroupError.NONE


@pytest.mark.point(81)
def test_heartbeat_of_another_generation_or_an_unknown_member_is_refused() -> None:
    talk = Conversation()
    leader, follower = joined_pair(talk)
    follower.generation_id += 1
    assert follower.heartbeat() is GroupError.ILLEGAL_GENERATION
    leader.member_id = "nobody"
    assert leader.heartbeat() is GroupError.UNKNOWN_MEMBER_ID


def test_members_with_a_waiting_request_do_not_expire() -> None:
    """★ Concurrent rebalances never make a live member unknown."""
    talk = Conversation()
    a, b, c = talk.client("a"), talk.client("b"), talk.client("c")
    talk.stable_group(a, b, c)
    a.join()
    b.join()
    for _ in range(5):
        talk.advance(SESSION_MS - 1)
        c.heartbeat()
    c.join()
    for client in (a, b, c):
        assert client.take_in_join() is not None
        assert client.joined is not None
        assert client.joined.error is GroupError.NONE
    assert a.generation_id == b.generation_id == c.generation_id


def test_session_expiry_begins_a_rebalance() -> None:
    talk = Conversation()
    a, b = talk.client("a"), talk.client("b")
    talk.stable_group(a, b)
    talk.advance(SESSION_MS - 1)
    a.heartbeat()
    assert talk.state() == "Stable"
    talk.advance(1)
    assert a.heartbeat() is GroupError.REBALANCE_IN_PROGRESS
    assert b.heartbeat() is GroupError.UNKNOWN_MEMBER_ID
    a.join()
    assert a.take_in_join() is not None
    assert a.leads


def test_last_member_leaving_leaves_an_empty_generation() -> None:
    talk = Conversation()
    a = talk.client("a")
    talk.stable_group(a)
    answer = a.leave()
    assert (answer.error, answer.members) == (GroupError.NONE, (GroupError.NONE,))
    assert talk.state() == "Empty"
    talk.restart()
    assert talk.state() == "Empty"
    b = talk.client("b")
    b.enter()
    assert b.generation_id == a.generation_id + 2


def test_leaving_is_judged_for_each_member() -> None:
    talk = Conversation()
    a, b = talk.client("a"), talk.client("b", instance="desk")
    pending = talk.client("p")
    talk.stable_group(a, b)
    pending.join()
    answer = a.leave(
        LeavingMember(a.member_id, None),
        LeavingMember("nobody", None),
        LeavingMember("", "desk"),
        LeavingMember("", "no such desk"),
        LeavingMember(pending.member_id, None),
    )
    assert answer.members == (
        GroupError.NONE,
        GroupError.UNKNOWN_MEMBER_ID,
        GroupError.NONE,
        GroupError.UNKNOWN_MEMBER_ID,
        GroupError.NONE,
    )
    assert talk.state() == "Empty"


def test_leaving_an_unknown_group_is_unknown_for_each_member() -> None:
    talk = Conversation()
    answer = talk.client("a").leave(LeavingMember("x", None), LeavingMember("y", None))
    assert answer.error is GroupError.NONE
    assert answer.members == (GroupError.UNKNOWN_MEMBER_ID,) * 2


def test_leaving_during_a_join_phase_lets_it_end() -> None:
    talk = Conversation()
    a, b = talk.client("a"), talk.client("b")
    talk.stable_group(a, b)
    leader, follower = (a, b) if a.leads else (b, a)
    assert leader.join() is None
    follower.leave()
    assert leader.take_in_join() is not None
    described = talk.coordinator.describe(GROUP)
    assert described is not None
    assert [m.member_id for m in described.members] == [leader.member_id]


def test_waiting_requests_of_a_member_that_leaves_are_refused() -> None:
    talk = Conversation()
    leader, follower = joined_pair(talk)
    follower.sync()
    leader.leave(LeavingMember(follower.member_id, None))
    assert follower.synced is not None
    assert follower.synced.error is GroupError.UNKNOWN_MEMBER_ID


def test_sync_sent_again_answers_the_one_that_waits() -> None:
    talk = Conversation()
    leader, follower = joined_pair(talk)
    follower.sync()
    earlier = follower.sync_token
    assert earlier is not None
    follower.sync()
    assert talk.answers[earlier].error is GroupError.REBALANCE_IN_PROGRESS
    leader.sync()
    assert follower.take_in_sync() is not None
    assert talk.waiting == set()


def test_wall_clock_jump_ends_no_session() -> None:
    talk = Conversation()
    a = talk.client("a")
    talk.stable_group(a)
    talk.now = talk.now._replace(wall_ms=talk.now.wall_ms + 10 * 365 * 86_400_000)
    talk.settle()
    assert a.heartbeat() is GroupError.NONE
