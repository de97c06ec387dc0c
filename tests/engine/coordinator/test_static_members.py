"""Static members (KIP-345, KIP-814): an instance id outlives the processes that use it."""

import pytest

from engine.coordinator.commands import LeavingMember, OfferedProtocol
from engine.coordinator.errors import GroupError
from tests.support.group_conversation import (
    GROUP,
    REBALANCE_MS,
    SESSION_MS,
    Client,
    Conversation,
    subscription,
)


def static_pair(talk: Conversation) -> tuple[Client, Client]:
    """Leader and follower of a Stable group, both static."""
    a, b = talk.client("a", instance="desk-a"), talk.client("b", instance="desk-b")
    talk.stable_group(a, b)
    return (a, b) if a.leads else (b, a)


def started_again(talk: Conversation, client: Client) -> Client:
    """The next process with the same instance id."""
    return talk.client(client.name, instance=client.instance)


def test_static_member_needs_no_second_step() -> None:
    talk = Conversation()
    a = talk.client("a", instance="desk")
    answer = a.join()
    assert answer is not None
    assert answer.error is GroupError.NONE
    assert answer.member_id.startswith("desk-")


@pytest.mark.point(82)
def test_returning_member_takes_its_place_without_a_rebalance() -> None:
    """★ One rebalance too many is a bug."""
    talk = Conversation()
    leader, follower = static_pair(talk)
    assignment = follower.assignment
    again = started_again(talk, follower)
    answer = again.join()
    assert answer is not None
    assert answer.generation_id == follower.generation_id
    assert answer.member_id != follower.member_id
    assert not answer.skip_assignment
    again.sync()
    assert again.assignment == assignment
    assert leader.heartbeat() is GroupError.NONE


@pytest.mark.point(82)
def test_returning_leader_leads_on_and_skips_the_assignment() -> None:
    talk = Conversation()
    leader, follower = static_pair(talk)
    assignment = leader.assignment
    again = started_again(talk, leader)
    answer = again.join()
    assert answer is not None
    assert answer.skip_assignment
    assert answer.leader_id == answer.member_id
    assert {m.group_instance_id for m in answer.members} == {"desk-a", "desk-b"}
    again.sync({})
    assert again.assignment == assignment
    assert follower.heartbeat() is GroupError.NONE
    assert talk.state() == "Stable"


def test_returning_leader_with_an_older_version_is_not_told_that_it_leads() -> None:
    talk = Conversation()
    leader, _ = static_pair(talk)
    answer = started_again(talk, leader).join(version=8)
    assert answer is not None
    assert answer.leader_id == leader.member_id
    assert answer.members == ()
    assert not answer.skip_assignment
    assert talk.state() == "Stable"


@pytest.mark.point(82)
def test_old_process_of_an_instance_is_fenced() -> None:
    talk = Conversation()
    _, follower = static_pair(talk)
    started_again(talk, follower).join()
    assert follower.heartbeat() is GroupError.FENCED_INSTANCE_ID
    assert follower.commit(1).error is GroupError.FENCED_INSTANCE_ID
    answer = follower.sync()
    assert answer is not None
    assert answer.error is GroupError.FENCED_INSTANCE_ID
    assert follower.leave().members == (GroupError.FENCED_INSTANCE_ID,)
    joined = follower.join()
    assert joined is not None
    assert joined.error is GroupError.FENCED_INSTANCE_ID


def test_waiting_join_of_the_old_process_is_fenced() -> None:
    talk = Conversation()
    leader, follower = static_pair(talk)
    leader.join()
    again = started_again(talk, leader)
    again.join()
    assert leader.joined is not None
    assert leader.joined.error is GroupError.FENCED_INSTANCE_ID
    follower.join()
    assert again.take_in_join() is not None
    assert again.leads


def test_return_while_the_leader_assigns_begins_a_rebalance() -> None:
    talk = Conversation()
    leader, follower = static_pair(talk)
    leader.join()
    follower.join()
    leader.take_in_join()
    follower.sync()
    again = started_again(talk, follower)
    assert again.join() is None
    assert follower.synced is not None
    assert follower.synced.error is GroupError.FENCED_INSTANCE_ID
    leader.join()
    assert again.take_in_join() is not None


def test_return_with_other_protocols_rebalances_only_if_the_choice_changes() -> None:
    talk = Conversation()
    a = talk.client("a", instance="desk")
    a.protocols = (OfferedProtocol("range", b"r"), OfferedProtocol("sticky", b"s"))
    talk.stable_group(a)
    again = started_again(talk, a)
    again.protocols = (OfferedProtocol("range", b"R"),)
    answer = again.join()
    assert answer is not None
    assert answer.generation_id == a.generation_id
    again.sync({})
    third = started_again(talk, a)
    third.protocols = (OfferedProtocol("sticky", b"s"), OfferedProtocol("range", b"r"))
    answer = third.join()
    assert answer is not None
    assert answer.generation_id == a.generation_id + 1
    assert answer.protocol_name == "sticky"


def test_place_keeps_the_client_that_first_took_it() -> None:
    """As in Kafka: client id and host are those of the first process, for all to see."""
    talk = Conversation()
    talk.stable_group(talk.client("first", instance="desk"))
    talk.client("second", instance="desk").join()
    described = talk.coordinator.describe(GROUP)
    assert described is not None
    assert [member.client_id for member in described.members] == ["first"]


def test_new_subscription_of_a_returning_member_counts() -> None:
    talk = Conversation()
    a = talk.client("a", "clicks", instance="desk")
    talk.stable_group(a)
    again = talk.client("a", "views", instance="desk")
    again.join()
    described = talk.coordinator.describe(GROUP)
    assert described is not None
    assert described.members[0].metadata == subscription("views")


@pytest.mark.point(82)
def test_silent_static_member_keeps_its_place_until_its_session_ends() -> None:
    talk = Conversation()
    leader, follower = static_pair(talk)
    talk.advance(SESSION_MS - 1)
    leader.heartbeat()
    assert talk.state() == "Stable"
    talk.advance(1)
    assert talk.state() == "PreparingRebalance"
    generation_id = leader.generation_id
    again = started_again(talk, follower)
    again.join()
    leader.join()
    assert again.take_in_join() is not None
    assert again.generation_id == generation_id + 1


def test_administrator_removes_a_static_member_by_its_instance() -> None:
    talk = Conversation()
    leader, follower = static_pair(talk)
    assert leader.leave(LeavingMember("", follower.instance)).members == (GroupError.NONE,)
    assert follower.heartbeat() is GroupError.UNKNOWN_MEMBER_ID


def test_static_members_that_all_miss_a_rebalance_keep_their_places_for_a_while() -> None:
    talk = Conversation()
    a, b, c = (
        talk.client("a", instance="desk-a"),
        talk.client("b", instance="desk-b"),
        talk.client("c"),
    )
    talk.stable_group(a, b)
    for client in (a, b):
        client.join(session_ms=300_000)
    talk.stable_group(a, b)
    generation_id = a.generation_id
    c.join()
    c.join()
    c.join_token = None
    a.leave(LeavingMember(c.member_id, None))
    talk.advance(REBALANCE_MS)
    assert talk.state() == "PreparingRebalance"
    returned = started_again(talk, a), started_again(talk, b)
    for client in returned:
        client.join()
    for client in returned:
        assert client.take_in_join() is not None
        assert client.generation_id == generation_id + 1


def test_static_member_without_rebalance_timeout_does_not_keep_the_clock_busy() -> None:
    """Alone it is waited for with its own time-out, 0: one tick at a time, not for ever in one."""
    talk = Conversation()
    a, b = talk.client("a", instance="desk-a"), talk.client("b", instance="desk-b")
    talk.stable_group(a, b)
    a.join()
    b.join(rebalance_ms=0)
    talk.stable_group(a, b)
    a.leave()
    assert talk.state() == "PreparingRebalance"
    deadline_ms = talk.coordinator.next_deadline_ms()
    assert deadline_ms is not None
    assert deadline_ms > talk.now.monotonic_ms
    talk.advance(SESSION_MS)
    assert talk.state() == "Empty"


def test_place_taken_over_survives_a_restart() -> None:
    talk = Conversation()
    leader, follower = static_pair(talk)
    again = started_again(talk, follower)
    again.join()
    talk.restart()
    assert again.heartbeat() is GroupError.NONE
    assert follower.heartbeat() is GroupError.FENCED_INSTANCE_ID
    assert leader.heartbeat() is GroupError.NONE


def test_takeover_that_cannot_be_stored_is_undone() -> None:
    talk = Conversation()
    _, follower = static_pair(talk)
    talk.is_disk_full = True
    answer = started_again(talk, follower).join()
    assert answer is not None
    assert answer.error is GroupError.COORDINATOR_NOT_AVAILABLE
    assert follower.heartbeat() is GroupError.NONE
    assert talk.state() == "Stable"
