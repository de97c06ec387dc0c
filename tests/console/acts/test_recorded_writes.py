"""Every change is recorded with what it did, how it ended, and what was there before."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from console.acts.act import Act, ActKind, BrokerConfigsBefore, ConfigsBefore, OffsetsBefore
from console.acts.audit_file import AuditFile
from console.acts.journal import Journal
from console.acts.recorded_writes import RecordedWrites
from console.acts.undo import undo
from console.model.group import GroupState
from console.model.names import TopicPartition
from console.port.cluster import TO_THE_END, NewRecord, NewTopic
from console.port.errors import (
    ClusterError,
    Failed,
    GroupIsActive,
    NotFound,
    Refused,
    TimedOut,
    Unreachable,
)
from tests.support.clock import FakeClock
from tests.support.console_stage import KeptAudit
from tests.support.fake_cluster import FakeCluster
from tests.support.waiting import until


class Recorded:
    """A cluster in memory with a topic and a group, whose changes are recorded."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.cluster = FakeCluster(self.clock)
        self.cluster.world.add_topic("orders", 2, end=100, configs={"retention.ms": "1000"})
        self.cluster.world.add_group("billing", "orders", committed=40, members=0)
        self.cluster.world.groups["billing"].state = GroupState.EMPTY
        self.audit = KeptAudit()
        self.journal = Journal(self.audit, "ann", self.clock)
        self.writes = RecordedWrites(self.cluster, self.cluster, self.journal, "prod")

    @property
    def last(self) -> Act:
        return self.journal.acts[-1]

    @property
    def offsets(self) -> dict[TopicPartition, int]:
        committed = self.cluster.world.groups["billing"].committed
        return {key: flow.at(0) for key, flow in committed.items()}


FIRST, SECOND = TopicPartition("orders", 0), TopicPartition("orders", 1)


@pytest.fixture
def recorded() -> Recorded:
    return Recorded()


async def test_what_is_only_tried_is_not_recorded(recorded: Recorded) -> None:
    await recorded.writes.add_partitions("orders", 5, validate_only=True)
    await recorded.writes.set_topic_configs("orders", {"retention.ms": "5"}, validate_only=True)
    assert recorded.journal.acts == ()
    assert len(recorded.cluster.world.topics["orders"].partitions) == 2
    assert recorded.cluster.world.topics["orders"].configs == {"retention.ms": "1000"}


async def test_emptying_is_told_in_one_line(recorded: Recorded) -> None:
    await recorded.writes.delete_records(dict.fromkeys((FIRST, SECOND), TO_THE_END))
    assert recorded.last.what == "all of 2 partitions"
    await recorded.writes.delete_records({FIRST: 10, SECOND: TO_THE_END})
    assert recorded.last.what == "0 before 10, 1 to the end"


async def test_deletion_from_several_topics_tells_what_each_lost(recorded: Recorded) -> None:
    recorded.cluster.world.add_topic("mails", 1, end=100)
    await recorded.writes.delete_records({FIRST: 10, TopicPartition("mails", 0): 8})
    assert recorded.last.subject == "mails, orders"
    assert recorded.last.what == "orders-0 before 10, mails-0 before 8"


async def test_partition_that_kept_its_records_is_named_behind_why(recorded: Recorded) -> None:
    await recorded.writes.delete_records({FIRST: 10, TopicPartition("orders", 7): 8})
    assert recorded.last.failure == "1 of 2 refused: there is no partition orders-7 (orders-7)"


async def test_every_kind_of_change_is_recorded(recorded: Recorded) -> None:
    writes = recorded.writes
    await writes.create_topic(NewTopic("new", 3, configs={"cleanup.policy": "compact"}))
    await writes.add_partitions("new", 5)
    await writes.set_topic_configs("new", {"retention.ms": "5", "cleanup.policy": None})
    await writes.set_broker_configs(1, {"max.connections": "9"})
    await writes.publish("new", [NewRecord(b"k", b"v")])
    await writes.delete_records({FIRST: 10})
    await writes.set_offsets("billing", {FIRST: 7})
    await writes.delete_offsets("billing", [SECOND])
    await writes.delete_group("billing")
    await writes.delete_topic("new")

    told = [(act.kind, act.subject, act.what) for act in recorded.journal.acts]
    assert told == [
        (ActKind.CREATE_TOPIC, "new", "3 partitions, cleanup.policy = compact"),
        (ActKind.ADD_PARTITIONS, "new", "5 in all"),
        (ActKind.SET_CONFIGS, "new", "cleanup.policy to its default, retention.ms = 5"),
        (ActKind.SET_BROKER_CONFIGS, "broker 1", "max.connections = 9"),
        (ActKind.PUBLISH, "new", "1 message"),
        (ActKind.DELETE_RECORDS, "orders", "0 before 10"),
        (ActKind.SET_OFFSETS, "billing", "orders-0 to 7"),
        (ActKind.DELETE_OFFSETS, "billing", "orders-1"),
        (ActKind.DELETE_GROUP, "billing", ""),
        (ActKind.DELETE_TOPIC, "new", ""),
    ]
    assert all(act.cluster == "prod" and not act.failure for act in recorded.journal.acts)


async def test_validation_changes_nothing_and_is_not_recorded(recorded: Recorded) -> None:
    await recorded.writes.create_topic(NewTopic("new"), validate_only=True)
    assert recorded.journal.acts == ()


async def test_configurations_go_back_to_what_they_were(recorded: Recorded) -> None:
    configs = recorded.cluster.world.topics["orders"].configs
    await recorded.writes.set_topic_configs("orders", {"retention.ms": "9", "segment.bytes": "99"})
    assert recorded.last.before == ConfigsBefore(
        "orders", {"retention.ms": "1000", "segment.bytes": None}
    )
    await undo(recorded.last, recorded.writes)
    assert configs == {"retention.ms": "1000"}
    assert recorded.last.kind is ActKind.SET_CONFIGS
    await undo(recorded.last, recorded.writes)
    assert configs == {"retention.ms": "9", "segment.bytes": "99"}


async def test_offsets_go_back_and_those_that_were_not_there_go_away(recorded: Recorded) -> None:
    del recorded.cluster.world.groups["billing"].committed[SECOND]
    await recorded.writes.set_offsets("billing", {FIRST: 1, SECOND: 2})
    assert recorded.last.before == OffsetsBefore("billing", {FIRST: 40, SECOND: None})
    await undo(recorded.last, recorded.writes)
    assert recorded.offsets == {FIRST: 40}


async def test_deleted_offsets_come_back(recorded: Recorded) -> None:
    await recorded.writes.delete_offsets("billing", [FIRST, SECOND])
    assert recorded.offsets == {}
    await undo(recorded.last, recorded.writes)
    assert recorded.offsets == {FIRST: 40, SECOND: 40}


async def test_a_group_that_was_deleted_comes_back_with_its_positions(recorded: Recorded) -> None:
    await recorded.writes.delete_group("billing")
    assert "billing" not in recorded.cluster.world.groups
    await undo(recorded.last, recorded.writes)
    assert recorded.offsets == {FIRST: 40, SECOND: 40}


async def test_a_group_without_positions_is_gone_for_good(recorded: Recorded) -> None:
    recorded.cluster.world.groups["billing"].committed.clear()
    await recorded.writes.delete_group("billing")
    assert not recorded.last.can_be_undone


@pytest.mark.parametrize(
    ("error", "may_be_made"),
    [(GroupIsActive("it has members"), False), (TimedOut("no answer"), True)],
)
async def test_change_that_failed_is_recorded_with_its_reason(
    recorded: Recorded, error: ClusterError, may_be_made: bool
) -> None:
    recorded.cluster.fail("set_offsets", error)
    with pytest.raises(type(error)):
        await recorded.writes.set_offsets("billing", {FIRST: 1})
    assert recorded.last.failure == error.of_change
    assert recorded.last.can_be_undone is may_be_made


async def test_undo_that_is_refused_says_so(recorded: Recorded) -> None:
    await recorded.writes.set_offsets("billing", {FIRST: 1})
    changed = recorded.last
    recorded.cluster.fail("set_offsets", GroupIsActive("it has members"))
    with pytest.raises(GroupIsActive):
        await undo(changed, recorded.writes)
    assert recorded.offsets[FIRST] == 1


async def test_who_may_not_know_what_was_before_changes_it_all_the_same(recorded: Recorded) -> None:
    recorded.cluster.fail("committed", Refused("no right to read"))
    recorded.cluster.fail("topic_configs", Refused("no right to read"))
    await recorded.writes.set_offsets("billing", {FIRST: 1})
    assert recorded.offsets[FIRST] == 1
    assert not recorded.last.can_be_undone
    await recorded.writes.set_topic_configs("orders", {"retention.ms": "9"})
    assert not recorded.last.can_be_undone


@pytest.mark.parametrize(
    "error",
    [
        Unreachable("no broker answers"),
        TimedOut("no answer within 5 s"),
        Failed("NOT_COORDINATOR", "the coordinator moves"),
    ],
)
async def test_what_cannot_be_read_at_the_moment_is_not_changed(
    recorded: Recorded, error: ClusterError
) -> None:
    """A coordinator that moves answers the reading not yet, and the change a second later."""
    recorded.cluster.fail("committed", error)
    recorded.cluster.fail("topic_configs", error)
    before = dict(recorded.offsets)
    for change in (
        recorded.writes.delete_group("billing"),
        recorded.writes.set_offsets("billing", {FIRST: 1}),
        recorded.writes.delete_offsets("billing", [FIRST]),
        recorded.writes.set_topic_configs("orders", {"retention.ms": "9"}),
    ):
        with pytest.raises(Failed, match=f"nothing is changed.*: {error.reason}"):
            await change
    assert recorded.offsets == before
    assert not recorded.journal.acts


async def test_audit_tells_who_did_what_when_and_what_was_before(recorded: Recorded) -> None:
    await recorded.writes.set_offsets("billing", {FIRST: 7})
    with pytest.raises(NotFound):
        await recorded.writes.delete_topic("gone")
    first, second = (json.loads(line) for line in recorded.audit.lines)
    assert first == {
        "at": "2023-11-14T22:13:20.000+00:00",
        "user": "ann",
        "cluster": "prod",
        "act": "set offsets",
        "subject": "billing",
        "what": "orders-0 to 7",
        "before": {"orders-0": 40},
    }
    assert second["failure"] == "there is no topic gone"


@pytest.mark.parametrize("operation", ["set_offsets", "delete_group", "set_topic_configs"])
async def test_a_change_that_is_not_waited_for_is_recorded_and_can_be_undone(
    recorded: Recorded, operation: str
) -> None:
    """The console is left while the answer is on its way: the change may be made all the same."""
    recorded.cluster.hold(operation)
    changes = {
        "set_offsets": recorded.writes.set_offsets("billing", {FIRST: 1}),
        "delete_group": recorded.writes.delete_group("billing"),
        "set_topic_configs": recorded.writes.set_topic_configs("orders", {"retention.ms": "9"}),
    }
    change = asyncio.ensure_future(changes.pop(operation))
    for other in changes.values():
        other.close()
    await until(lambda: operation in recorded.cluster.calls)
    change.cancel()
    with pytest.raises(asyncio.CancelledError):
        await change
    assert recorded.last.failure == "its answer was not waited for; it may have been done"
    assert recorded.last.can_be_undone
    assert "may have been done" in recorded.audit.lines[-1]


async def test_messages_whose_storing_is_not_waited_for_are_recorded(recorded: Recorded) -> None:
    recorded.cluster.hold("publish")
    publishing = asyncio.create_task(recorded.writes.publish("orders", [NewRecord(b"k", b"v")]))
    await until(lambda: "publish" in recorded.cluster.calls)
    publishing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await publishing
    assert recorded.last.kind is ActKind.PUBLISH
    assert recorded.last.failure == "1 of 1 perhaps stored: its answer was not waited for"


async def test_messages_of_a_batch_that_fails_as_a_whole_are_counted(recorded: Recorded) -> None:
    records = [NewRecord(b"k", b"v")] * 3
    await recorded.writes.publish("orders", records)
    for error in (Unreachable("nobody listens"), TimedOut("no answer in 15 s")):
        recorded.cluster.fail("publish", error)
        with pytest.raises(type(error)):
            await recorded.writes.publish("orders", records)
    assert (recorded.last.what, recorded.last.failure) == (
        "3 messages",
        "3 of 9 refused: nobody listens; 3 of 9 perhaps stored: no answer in 15 s",
    )


async def test_a_slow_disk_holds_up_the_change_and_not_the_console(
    recorded: Recorded, tmp_path: Path
) -> None:
    """Method: the audit file is a pipe, and opening it waits until somebody reads from it."""
    path = tmp_path / "audit.jsonl"
    os.mkfifo(path)
    journal = Journal(AuditFile(path), "ann", recorded.clock)
    writes = RecordedWrites(recorded.cluster, recorded.cluster, journal, "prod")
    change = asyncio.create_task(writes.delete_topic("orders"))
    await until(lambda: journal.acts)
    assert not change.done(), "what was done is told when it is kept for good"
    line = await asyncio.to_thread(path.read_text)
    await change
    assert json.loads(line)["subject"] == "orders"


async def test_what_is_cut_short_before_the_change_is_not_recorded(recorded: Recorded) -> None:
    recorded.cluster.hold("committed")
    change = asyncio.create_task(recorded.writes.delete_group("billing"))
    await until(lambda: "committed" in recorded.cluster.calls)
    change.cancel()
    with pytest.raises(asyncio.CancelledError):
        await change
    assert recorded.journal.acts == ()


async def test_publishing_nothing_is_a_question_and_no_change(recorded: Recorded) -> None:
    assert await recorded.writes.publish("orders", []) == ()
    with pytest.raises(NotFound):
        await recorded.writes.publish("missing", [])
    assert recorded.journal.acts == ()


async def test_a_broker_s_configuration_goes_back_to_what_it_was(recorded: Recorded) -> None:
    recorded.cluster.broker_values[1] = {"max.connections": "7"}
    changes = {"max.connections": "9", "log.retention.bytes": "5"}
    await recorded.writes.set_broker_configs(1, changes)
    before = {"max.connections": "7", "log.retention.bytes": None}
    assert recorded.last.before == BrokerConfigsBefore(1, before)
    await undo(recorded.last, recorded.writes)
    assert recorded.cluster.broker_values == {1: {"max.connections": "7"}}
