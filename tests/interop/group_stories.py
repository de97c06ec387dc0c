"""What happens to a live group while a producer goes on writing to its topic.

Each story takes a stage and how members are started, so that it can be told of any client and any
cluster; it ends with every acknowledged record read, and returns those that were read again.
"""

import signal
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile

from confluent_kafka.admin import AdminClient, NewTopic

from tests.interop.group_of_members import GroupOfMembers, Member
from tests.interop.writing import Writer

PARTITIONS = 6
RECORDS_MIN = 100
SETTINGS: Mapping[str, int] = {
    "group.consumer.min.session.timeout.ms": 5000,
    "group.consumer.session.timeout.ms": 5000,
    "group.consumer.min.heartbeat.interval.ms": 300,
    "group.consumer.heartbeat.interval.ms": 300,
    "group.consumer.assignment.interval.ms": 0,
    "group.min.session.timeout.ms": 5000,
    "group.initial.rebalance.delay.ms": 0,
}
"""Of the broker: members that fall silent are soon missed."""

Start = Callable[[str, str], Member]
"""Starts a member of this name that speaks this protocol."""
Record = tuple[str, int, int]
"""A topic, a partition and an offset."""


@dataclass(slots=True)
class Stage:
    """A group, and a producer that goes on writing."""

    group: GroupOfMembers
    writer: Writer
    admin: AdminClient

    def share(self, *members: Member, partitions: int = PARTITIONS) -> None:
        """Wait until these members hold everything and each has read since."""
        self.group.share(*members, partitions=partitions)
        before = {member.name: member.times["records_consumed"] for member in members}

        def all_read() -> bool:
            return all(m.times["records_consumed"] > before[m.name] for m in members if m.owned)

        self.group.wait_until("every member reads", all_read)

    def finish(self) -> dict[Record, int]:
        """Stop writing and wait until all is read; how often what was read more than once."""
        self.writer.stop()
        written = self.writer.acknowledged
        assert len(written) >= RECORDS_MIN
        self.group.wait_until("all is read", lambda: written <= self.group.reads().keys())
        reads = self.group.reads()
        assert reads.keys() == written
        assert not self.writer.faults
        assert not self.group.faults
        return {record: times for record, times in reads.items() if times > 1}

    def type_of_group(self) -> str:
        """`CLASSIC` or `CONSUMER`, as the broker tells."""
        described = self.admin.describe_consumer_groups([self.group.group_id])
        return str(described[self.group.group_id].result(30).type.name)


def make_topic(admin: AdminClient, name: str, partitions: int) -> None:
    admin.create_topics([NewTopic(name, partitions, 1)])[name].result(30)


@contextmanager
def stage_of(bootstrap: str) -> Iterator[Stage]:
    """A new topic that is written to, and a group without members that is to read it."""
    name = f"read-{uuid.uuid4().hex[:8]}"
    admin = AdminClient({"bootstrap.servers": bootstrap})
    make_topic(admin, name, PARTITIONS)
    with (
        GroupOfMembers(bootstrap, f"{name}-group", [name]) as group,
        Writer(bootstrap, {name: PARTITIONS}) as writer,
    ):
        yield Stage(group, writer, admin)


def members_come_and_go(stage: Stage, start: Start) -> dict[Record, int]:
    """Some join, alone and together, and some leave."""
    first = start("first", "consumer")
    stage.share(first)
    second = start("second", "consumer")
    stage.share(first, second)
    third, fourth = start("third", "consumer"), start("fourth", "consumer")
    stage.share(first, second, third, fourth)
    stage.group.stop(second)
    stage.share(first, third, fourth)
    stage.group.stop(first)
    stage.group.stop(third)
    stage.share(fourth)
    return stage.finish()


def one_is_killed(stage: Stage, start: Start) -> dict[Record, int]:
    """One of three dies; only what it had read since its last commit is read again."""
    members = [start(name, "consumer") for name in ("first", "second", "third")]
    stage.share(*members)
    killed = members.pop()
    stage.group.kill(killed)
    since_commit = takewhile(lambda e: e["name"] != "offsets_committed", reversed(killed.events))
    uncommitted = {
        (read["topic"], read["partition"], offset)
        for event in since_commit
        if event["name"] == "records_consumed"
        for read in event["partitions"]
        for offset in range(read["minOffset"], read["maxOffset"] + 1)
    }
    stage.share(*members)
    again = stage.finish()
    assert again.keys() <= uncommitted
    return again


def one_is_fenced(stage: Stage, start: Start) -> dict[Record, int]:
    """One of two is halted for longer than its session; it has to give up and joins again."""
    group = stage.group
    halted, other = start("halted", "consumer"), start("other", "consumer")
    stage.share(halted, other)
    before = halted.times.copy()
    halted.process.send_signal(signal.SIGSTOP)
    group.wait_until("the other has it all", lambda: len(other.owned) == PARTITIONS)
    halted.process.send_signal(signal.SIGCONT)

    def has_given_up() -> bool:
        # Members of the Java client tell the loss as they tell that they give something up.
        given_up = ("partitions_lost", "partitions_revoked")
        return any(halted.times[event] > before[event] for event in given_up)

    group.wait_until("it loses what it had", has_given_up)
    stage.share(halted, other)
    return stage.finish()


def goes_over_and_back(stage: Stage, start: Start) -> dict[Record, int]:
    """Members are replaced one by one: by some that speak the newer protocol, and back."""
    members = [start(f"old-{number}", "classic") for number in range(2)]
    stage.share(*members)
    assert stage.type_of_group() == "CLASSIC"
    for protocol in ("consumer", "classic"):
        for old in list(members):
            members.append(start(f"{protocol}-{len(stage.group.members)}", protocol))
            stage.share(*members)
            members.remove(old)
            stage.group.stop(old)
            stage.share(*members)
        assert stage.type_of_group() == protocol.upper()
    return stage.finish()
