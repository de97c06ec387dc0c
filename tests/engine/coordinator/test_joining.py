"""Joining a classic group: ids, waiting, voting, static members, limits."""

import pytest

from engine.coordinator.commands import OfferedProtocol
from engine.coordinator.errors import GroupError
from tests.support.group_conversation import GROUP, Conversation, subscription


def test_member_without_an_id_is_told_one_and_joins_with_it() -> None:
    talk = Conversation()
    a = talk.client("a")
    answer = a.join()
    assert answer is not None
    assert answer.error is GroupError.MEMBER_ID_REQUIRED
    assert answer.member_id.startswith("a-")
    assert len(answer.member_id) == len("a-") + 36
    answer = a.join()
    assert answer is not None
    assert (answer.error, answer.generation_id) == (GroupError.NONE, 1)


def test_old_client_joins_in_one_step() -> None:
    talk = Conversation()
    answer = talk.client("a").join(version=3)
    assert answer is not None
    assert answer.error is GroupError.NONE


@pytest.mark.point(74)
def test_promised_id_is_dropped_after_the_session_timeout() -> None:
    talk = Conversation()
    a = talk.client("a")
    a.join(session_ms=6_000)
    talk.advance(6_000)
    answer = a.join()
    assert answer is not None
    assert answer.error is GroupError.UNKNOWN_MEMBER_ID


@pytest.mark.point(75)
def test_session_timeout_outside_the_bounds_is_invalid() -> None:
    talk = Conversation()
    for session_ms in (5_999, 1_800_001):
        answer = talk.client("a").join(session_ms=session_ms)
        assert answer is not None
        assert answer.error is GroupError.INVALID_SESSION_TIMEOUT
    assert talk.state() == "Dead"


@pytest.mark.point(75)
def test_empty_group_id_is_invalid() -> None:
    answer = Conversation().client("a").join(group="")
    assert answer is not None
    assert answer.error is GroupError.INVALID_GROUP_ID


def test_unknown_id_in_an_unknown_group_is_unknown() -> None:
    talk = Conversation()
    a = talk.client("a")
    a.member_id = "a-from-before"
    answer = a.join()
    assert answer is not None
    assert answer.error is GroupError.UNKNOWN_MEMBER_ID


@pytest.mark.point(75)
def test_no_common_protocol_or_a_foreign_type_is_inconsistent() -> None:
    talk = Conversation()
    talk.stable_group(talk.client("a"))
    foreign, different, empty = talk.client("b"), talk.client("c"), talk.client("d")
    foreign.protocol_type = "connect"
    different.protocols = (OfferedProtocol("sticky", b""),)
    empty.protocols = ()
    for client in (foreign, different, empty):
        answer = client.join()
        assert answer is not None
        assert answer.error is GroupError.INCONSISTENT_GROUP_PROTOCOL
    assert talk.state() == "Stable"


def test_member_id_of_a_long_client_id_can_be_stored() -> None:
    talk = Conversation()
    a = talk.client("ü" * 16_383)
    talk.stable_group(a)
    assert a.member_id.startswith("ü" * 1_000)
    talk.restart()
    assert a.heartbeat() is GroupError.NONE


def test_refused_first_join_leaves_no_group_behind() -> None:
    talk = Conversation()
    a = talk.client("a")
    a.protocols = ()
    a.join()
    assert talk.state() == "Dead"
    assert talk.journal == []


@pytest.mark.point(76)
def test_first_join_waits_for_the_initial_delay_and_longer_while_members_come() -> None:
    talk = Conversation(initial_rebalance_delay_ms=3_000)
    a, b = talk.client("a"), talk.client("b")
    a.enter()
    talk.advance(2_999)
    b.enter()
    talk.advance(1)
    assert a.joined is None
    talk.advance(2_999)
    assert a.joined is None
    talk.advance(1)
    assert a.take_in_join() is not None
    assert b.take_in_join() is not None
    assert a.generation_id == b.generation_id == 1


@pytest.mark.point(76)
def test_initial_delay_ends_at_the_rebalance_timeout_however_many_come() -> None:
    talk = Conversation(initial_rebalance_delay_ms=3_000)
    first = talk.client("0")
    first.join(version=3, rebalance_ms=7_000)
    for second in range(1, 7):
        talk.advance(1_000)
        talk.client(str(second)).join(version=3, rebalance_ms=7_000)
    talk.advance(999)
    assert first.joined is None
    talk.advance(1)
    assert first.take_in_join() is not None
    assert first.generation_id == 1


@pytest.mark.point(77)
def test_only_the_leader_is_told_the_members() -> None:
    talk = Conversation()
    a, b = talk.client("a", "clicks"), talk.client("b", "views")
    talk.stable_group(a, b)
    leader, follower = (a, b) if a.leads else (b, a)
    assert leader.joined is not None
    assert follower.joined is not None
    assert {(m.member_id, m.metadata) for m in leader.joined.members} == {
        (a.member_id, subscription("clicks")),
        (b.member_id, subscription("views")),
    }
    assert follower.joined.members == ()
    assert follower.joined.leader_id == leader.member_id


@pytest.mark.point(77)
def test_most_voted_of_the_protocols_that_all_know_is_chosen() -> None:
    talk = Conversation(initial_rebalance_delay_ms=1_000)
    preferences = {"a": "xyz", "b": "yz", "c": "zyw"}
    clients = []
    for name, letters in preferences.items():
        client = talk.client(name)
        client.protocols = tuple(OfferedProtocol(each, b"") for each in letters)
        client.enter()
        clients.append(client)
    talk.advance(60_000)
    # x is known to one alone and w too; y has the votes of a and b, z that of c.
    assert {c.joined.protocol_name for c in clients if c.joined is not None} == {"y"}


@pytest.mark.point(78)
def test_follower_that_joins_again_unchanged_gets_the_present_generation() -> None:
    """★ One rebalance too many is a bug."""
    talk = Conversation()
    a, b = talk.client("a"), talk.client("b")
    talk.stable_group(a, b)
    follower = b if a.leads else a
    generation_id = follower.generation_id
    answer = follower.join()
    assert answer is not None
    assert (answer.error, answer.generation_id) == (GroupError.NONE, generation_id)
    assert talk.state() == "Stable"
    assert follower.sync() is not None
    assert follower.assignment == b"for " + follower.member_id.encode()


def test_member_that_missed_its_reply_joins_again_without_a_rebalance() -> None:
    talk = Conversation()
    a = talk.client("a")
    a.enter()
    answer = a.join()
    assert answer is not None
    assert (answer.error, answer.generation_id) == (GroupError.NONE, 1)
    assert [m.member_id for m in answer.members] == [a.member_id]
    assert talk.state() == "CompletingRebalance"


@pytest.mark.point(78)
def test_leader_that_joins_again_begins_a_rebalance() -> None:
    talk = Conversation()
    a, b = talk.client("a"), talk.client("b")
    talk.stable_group(a, b)
    leader, follower = (a, b) if a.leads else (b, a)
    generation_id = leader.generation_id
    assert leader.join() is None
    assert follower.heartbeat() is GroupError.REBALANCE_IN_PROGRESS
    follower.join()
    assert leader.take_in_join() is not None
    assert leader.generation_id == follower.generation_id == generation_id + 1
    assert leader.leads


@pytest.mark.point(78)
def test_changed_metadata_begins_a_rebalance() -> None:
    talk = Conversation()
    a, b = talk.client("a"), talk.client("b")
    talk.stable_group(a, b)
    leader, follower = (a, b) if a.leads else (b, a)
    follower.protocols = (OfferedProtocol("range", subscription("clicks", "views")),)
    assert follower.join() is None
    assert talk.state() == "PreparingRebalance"
    leader.join()
    assert leader.joined is not None
    metadata = {m.member_id: m.metadata for m in leader.joined.members}
    assert metadata[follower.member_id] == subscription("clicks", "views")


@pytest.mark.point(76)
def test_rebalance_waits_for_every_known_member_and_ends_with_the_last() -> None:
    talk = Conversation()
    a, b, c = talk.client("a"), talk.client("b"), talk.client("c")
    talk.stable_group(a, b)
    c.enter()
    a.join()
    assert c.joined is None
    b.join()
    for client in (a, b, c):
        assert client.take_in_join() is not None
    assert a.generation_id == b.generation_id == c.generation_id


@pytest.mark.point(76)
def test_rebalance_waits_at_most_the_largest_rebalance_timeout() -> None:
    talk = Conversation()
    a, b = talk.client("a"), talk.client("b")
    a.join(version=3, rebalance_ms=5_000, session_ms=30_000)
    a.sync()
    b.join(version=3, rebalance_ms=20_000, session_ms=30_000)
    a.join(rebalance_ms=5_000, session_ms=30_000)
    b.take_in_join()
    a.sync()
    b.sync()
    c = talk.client("c")
    c.join(version=3, rebalance_ms=1_000)
    talk.advance(19_999)
    assert c.joined is None
    talk.advance(1)
    assert c.take_in_join() is not None
    assert c.leads
    assert a.heartbeat() is GroupError.UNKNOWN_MEMBER_ID


def test_pending_member_holds_up_a_rebalance_until_it_joins() -> None:
    talk = Conversation()
    a, b, c = talk.client("a"), talk.client("b"), talk.client("c")
    talk.stable_group(a)
    b.join()
    c.join()
    c.join()
    a.join()
    assert a.joined is None
    b.join()
    for client in (a, b, c):
        assert client.take_in_join() is not None
    assert a.generation_id == b.generation_id == c.generation_id


def test_group_at_its_maximum_refuses_another_member() -> None:
    talk = Conversation(max_size=2)
    talk.stable_group(talk.client("a"), talk.client("b"))
    c = talk.client("c")
    answer = c.enter()
    assert answer is not None
    assert (answer.error, answer.member_id) == (GroupError.GROUP_MAX_SIZE_REACHED, "")
    assert talk.state() == "Stable"


def test_group_over_a_lowered_maximum_sheds_members_after_a_restart() -> None:
    talk = Conversation()
    clients = [talk.client(name) for name in "abc"]
    talk.stable_group(*clients)
    talk.config = Conversation(max_size=2).config
    talk.restart()
    assert talk.state() == "PreparingRebalance"
    errors = []
    for client in clients:
        client.join()
        if client.joined is not None:
            errors.append(client.joined.error)
    assert GroupError.GROUP_MAX_SIZE_REACHED in errors
    described = talk.coordinator.describe(GROUP)
    assert described is not None
    assert len(described.members) == 2


def test_join_sent_again_answers_the_one_that_waits() -> None:
    talk = Conversation()
    a, b = talk.client("a"), talk.client("b")
    talk.stable_group(a, b)
    leader, follower = (a, b) if a.leads else (b, a)
    leader.join()
    earlier = leader.join_token
    assert earlier is not None
    leader.join()
    assert talk.answers[earlier].error is GroupError.REBALANCE_IN_PROGRESS
    assert leader.joined is None
    follower.join()
    assert talk.waiting == set()


def test_first_join_that_waits_too_long_is_given_up() -> None:
    talk = Conversation(new_member_join_timeout_ms=30_000)
    a, b = talk.client("a"), talk.client("b")
    talk.stable_group(a)
    b.enter()
    for _ in range(6):
        talk.advance(5_000)
        a.heartbeat()
    assert b.joined is not None
    assert b.joined.error is GroupError.UNKNOWN_MEMBER_ID
