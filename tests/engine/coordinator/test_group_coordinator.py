"""What a coordinator keeps: restarts, records that cannot be stored, unloading, descriptions."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.coordinator.errors import GroupError
from engine.coordinator.group_coordinator import GroupCoordinator
from engine.coordinator.journal import GroupMetadata, StoredMember, decode_group, group_record
from engine.coordinator.versioned_bytes import MalformedRecordError
from engine.protocol.error_codes import ErrorCode
from tests.support.changing_topics import ChangingTopics
from tests.support.entropy import SeededEntropy
from tests.support.group_conversation import GROUP, SESSION_MS, Conversation, subscription


def test_error_codes_are_kafka_s() -> None:
    for error in GroupError:
        assert ErrorCode[error.name] == error


def test_members_go_on_after_a_restart_as_if_nothing_had_happened() -> None:
    """★ A restart of the broker makes no rebalance."""
    talk = Conversation()
    a, b = talk.client("a"), talk.client("b")
    talk.stable_group(a, b)
    a.commit(7)
    talk.restart()
    for client in (a, b):
        assert client.heartbeat() is GroupError.NONE
        answer = client.sync()
        assert answer is not None
        assert answer.assignment == b"for " + client.member_id.encode()
    assert a.commit(8).error is GroupError.NONE
    assert talk.state() == "Stable"


def test_members_that_died_with_the_broker_expire_after_a_restart() -> None:
    talk = Conversation()
    a, b = talk.client("a"), talk.client("b")
    talk.stable_group(a, b)
    talk.restart()
    talk.advance(SESSION_MS - 1)
    a.heartbeat()
    talk.advance(1)
    assert a.heartbeat() is GroupError.REBALANCE_IN_PROGRESS
    a.join()
    assert a.take_in_join() is not None
    assert a.leads


def test_unfinished_rebalance_is_forgotten_by_a_restart() -> None:
    talk = Conversation()
    a, b = talk.client("a"), talk.client("b")
    talk.stable_group(a, b)
    generation_id = a.generation_id
    (a if a.leads else b).join()
    talk.restart()
    assert talk.state() == "Stable"
    other = b if a.leads else a
    assert other.generation_id == generation_id
    assert other.heartbeat() is GroupError.NONE


def test_journal_holds_one_record_for_each_generation() -> None:
    """A group that forms, changes and empties writes four records: new, two generations, empty."""
    talk = Conversation()
    a, b = talk.client("a"), talk.client("b")
    talk.stable_group(a)
    talk.stable_group(a, b)
    talk.advance(SESSION_MS)
    values = [decode_group(record.value) for record in talk.journal if record.value is not None]
    assert [(value.generation_id, len(value.members)) for value in values] == [
        (0, 0),
        (1, 1),
        (2, 2),
        (3, 0),
    ]


def test_new_group_that_cannot_be_stored_is_refused_and_gone() -> None:
    talk = Conversation()
    talk.is_disk_full = True
    promised, waiting = talk.client("a"), talk.client("b")
    answer = promised.join()
    assert answer is not None
    assert answer.error is GroupError.COORDINATOR_NOT_AVAILABLE
    assert talk.state() == "Dead"
    answer = waiting.join(version=3)
    assert answer is not None
    assert answer.error is GroupError.COORDINATOR_NOT_AVAILABLE
    assert talk.state() == "Dead"
    assert talk.coordinator.next_deadline_ms() is not None
    talk.advance(700_000)
    assert talk.journal == []


def test_assignment_that_cannot_be_stored_begins_another_rebalance() -> None:
    talk = Conversation()
    a, b = talk.client("a"), talk.client("b")
    talk.stable_group(a)
    b.enter()
    a.join()
    b.take_in_join()
    leader, follower = (a, b) if a.leads else (b, a)
    follower.sync()
    talk.is_disk_full = True
    leader.sync()
    for client in (leader, follower):
        assert client.synced is not None
        assert client.synced.error is GroupError.COORDINATOR_NOT_AVAILABLE
    assert talk.state() == "PreparingRebalance"
    talk.is_disk_full = False
    talk.stable_group(a, b)
    assert a.generation_id == b.generation_id


def test_unloading_refuses_what_waits_and_forgets_everything() -> None:
    talk = Conversation()
    a, b = talk.client("a"), talk.client("b")
    talk.stable_group(a, b)
    leader, follower = (a, b) if a.leads else (b, a)
    leader.join()
    talk.follow(talk.coordinator.unload(GroupError.NOT_COORDINATOR, talk.now))
    assert leader.joined is not None
    assert leader.joined.error is GroupError.NOT_COORDINATOR
    assert talk.coordinator.list_groups() == []
    assert talk.coordinator.next_deadline_ms() is None
    for record in talk.journal:
        talk.coordinator.replay(record.key, record.value)
    talk.follow(talk.coordinator.finish_loading(talk.now))
    assert follower.heartbeat() is GroupError.NONE


def test_description_shows_protocol_and_metadata_while_stable_only() -> None:
    talk = Conversation()
    a = talk.client("a", "clicks")
    a.enter()
    described = talk.coordinator.describe(GROUP)
    assert described is not None
    assert (described.protocol_type, described.protocol_name) == ("consumer", "")
    assert (described.members[0].metadata, described.members[0].assignment) == (b"", b"")
    a.sync()
    described = talk.coordinator.describe(GROUP)
    assert described is not None
    assert described.protocol_name == "range"
    (member,) = described.members
    assert member.metadata == subscription("clicks")
    assert member.assignment == b"for " + a.member_id.encode()
    assert (member.client_id, member.client_host) == ("a", "/127.0.0.1")


def test_description_shows_the_last_assignment_during_a_rebalance() -> None:
    """As in Kafka: the partitions that a member may still hold."""
    talk = Conversation()
    a, b = talk.client("a"), talk.client("b")
    talk.stable_group(a, b)
    for state in ("PreparingRebalance", "CompletingRebalance"):
        a.join()
        if state == "CompletingRebalance":
            b.join()
        described = talk.coordinator.describe(GROUP)
        assert described is not None
        assert described.state.value == state
        assert {m.metadata for m in described.members} == {b""}
        assert {m.assignment for m in described.members} == {
            b"for " + client.member_id.encode() for client in (a, b)
        }


def test_metadata_that_is_no_subscription_is_kept_verbatim() -> None:
    """Cooperative assignors and other frameworks put their own bytes there (KIP-429)."""
    talk = Conversation()
    a = talk.client("a")
    a.protocols = (a.protocols[0]._replace(metadata=b"\xff\x00 not a subscription"),)
    talk.stable_group(a)
    talk.restart()
    described = talk.coordinator.describe(GROUP)
    assert described is not None
    assert described.members[0].metadata == b"\xff\x00 not a subscription"


@pytest.mark.point(80, 83)
def test_two_rebalances_in_a_row_keep_every_member() -> None:
    """★ The second rebalance of a cooperative assignor loses nobody."""
    talk = Conversation()
    a, b = talk.client("a"), talk.client("b")
    talk.stable_group(a, b)
    for _ in range(2):
        generation_id = a.generation_id
        for client in (a, b):
            client.join()
        for client in (a, b):
            client.take_in_join()
            client.sync()
        for client in (a, b):
            client.take_in_sync()
            assert client.heartbeat() is GroupError.NONE
        assert a.generation_id == b.generation_id == generation_id + 1


def test_records_of_other_kinds_of_groups_are_passed_over() -> None:
    coordinator = GroupCoordinator(
        Conversation().config, SeededEntropy(), ChangingTopics().catalogue
    )
    coordinator.replay(b"\x00\x0b\x00\x01g", b"\x00\x00" + bytes(4))
    assert coordinator.list_groups() == []


_IDS = st.sampled_from(["", "a", "b"])
_MEMBERS = st.builds(
    StoredMember,
    _IDS,
    st.none() | _IDS,
    _IDS,
    _IDS,
    st.sampled_from([-1, 0, 60_000]),
    st.sampled_from([-1, 0, 60_000]),
    st.sampled_from([b"", subscription("clicks")]),
    st.binary(max_size=3),
)
_GENERATIONS = st.builds(
    GroupMetadata,
    st.sampled_from(["", "consumer", "connect"]),
    st.integers(-1, 3),
    st.none() | _IDS,
    st.none() | _IDS,
    st.none() | st.integers(0, 2**62),
    st.lists(_MEMBERS, max_size=3).map(tuple),
)


@given(st.lists(_GENERATIONS, min_size=1, max_size=3))
def test_any_generation_in_a_journal_is_a_group_or_malformed(
    generations: list[GroupMetadata],
) -> None:
    """Whoever wrote it: the coordinator goes on with a group that it can work with, or says no."""
    talk = Conversation()
    coordinator = GroupCoordinator(talk.config, SeededEntropy(), talk.topics.catalogue)
    for each in generations:
        record = group_record(GROUP, each)
        with suppress(MalformedRecordError):
            coordinator.replay(record.key, record.value)
    talk.coordinator = coordinator
    talk.follow(coordinator.finish_loading(talk.now))
    talk.settle()
    a = talk.client("new")
    a.protocol_type = generations[-1].protocol_type or "consumer"
    a.join(version=3)
    talk.advance(10 * 60_000)
    assert not talk.waiting


def test_malformed_record_is_an_error() -> None:
    coordinator = GroupCoordinator(
        Conversation().config, SeededEntropy(), ChangingTopics().catalogue
    )
    with pytest.raises(MalformedRecordError):
        coordinator.replay(b"\x00\x02\x00\x01g", b"\x00\x03\x00")
