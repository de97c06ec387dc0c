"""The shell of the group coordinators on a real directory, without a server, at a test's own time.

Inside `group_broker` the loop's timers run on the broker's `FakeClock`: what is due after ten
seconds happens when a test lets ten seconds pass, and not before.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from engine.broker.catalogue import Topic
from engine.broker.group_shell import GroupShell, GroupUnavailable
from engine.broker.new_topics import NewTopic
from engine.broker.topic_names import CONSUMER_OFFSETS
from engine.coordinator.commands import JoinReply, OffsetsReply, ReplyValue, SyncReply
from engine.coordinator.errors import GroupError
from engine.coordinator.group_config import GroupConfig
from engine.coordinator.java_strings import group_partition
from engine.coordinator.journal import JournalRecord, group_record
from engine.kernel.event_log import EventLog
from engine.kernel.ids import NULL_TOPIC_ID, TopicId
from engine.records.builder import NewRecord, build_batch
from engine.records.validation import Origin
from engine.storage.partition_log import PartitionLog
from tests.support.entropy import SeededEntropy
from tests.support.group_commands import (
    commit_command,
    heartbeat_command,
    join_command,
    sync_command,
)
from tests.support.topic_broker import TopicBroker, topic_broker
from tests.support.waiting import until

PARTITIONS = 5
"""Partitions of `__consumer_offsets` here: enough that groups live in different ones."""
LOOP_TURNS = 5
"""Turns of the loop that a timer, its append and its reply may take."""


class GroupBroker:
    """Topics, their directory and the shell. Replies come back as the commands define them."""

    def __init__(self, topics: TopicBroker, config: GroupConfig) -> None:
        self.topics = topics
        self.clock = topics.clock
        self.shell = GroupShell(
            config,
            catalogue=topics.metadata.catalogue,
            partitions=topics.partitions,
            topics=topics.admin,
            commit=topics.commit,
            clock=topics.clock,
            guard=topics.guard,
            entropy=SeededEntropy(len(topics.config.data)),
            log=EventLog(logging.getLogger("tests.group_broker"), topics.clock),
        )

    @property
    def partition_count(self) -> int:
        return self.topics.config.offsets_topic_num_partitions

    async def serve(self) -> None:
        """Make `__consumer_offsets` if need be and load every group."""
        await self.shell.ensure_topic()
        await until(self.is_loaded)

    async def begin_loading(self) -> None:
        """Make `__consumer_offsets` with a record in each journal: none is loaded on return."""
        await self.shell.ensure_topic()
        for index in range(self.partition_count):
            self._write(index, group_record("gone", None))

    def spoil_journal(self, group: str) -> PartitionLog:
        """Put a record that nobody can read into the journal of a group; the journal."""
        bad = group_record("bad", None)._replace(value=b"\x00\x09")
        return self._write(group_partition(group, self.partition_count), bad)

    def _write(self, index: int, record: JournalRecord) -> PartitionLog:
        """Put a record into a journal past its coordinator; the journal."""
        partition = self.topics.partitions.find(CONSUMER_OFFSETS, index)
        assert partition is not None
        partition.log.append(
            build_batch([NewRecord(1, record.key, record.value)]),
            leader_epoch=0,
            origin=Origin.COORDINATOR,
        )
        partition.log.write_staged()
        return partition.log

    async def with_topic(self, name: str, partitions: int = 2) -> TopicId:
        """Create a topic; its id."""
        (created,) = await self.topics.admin.create([NewTopic(name, partitions, 1)])
        assert isinstance(created, Topic)
        return created.topic_id

    async def pass_time(self, seconds: float) -> None:
        """Let time pass, and what is due happen."""
        self.clock.advance(seconds)
        for _ in range(LOOP_TURNS):
            await asyncio.sleep(0)

    def is_loaded(self) -> bool:
        """Every shard is active."""
        try:
            return len(self.shell.coordinators()) == self.partition_count
        except GroupUnavailable:
            return False

    async def join(self, group: str, member_id: str = "", **how: Any) -> JoinReply:
        reply = await self.shell.ask(
            group,
            lambda coordinator, token, now: coordinator.join(
                join_command(token, group, member_id, **how), now
            ),
        )
        assert isinstance(reply, JoinReply)
        return reply

    async def sync(self, group: str, joined: JoinReply) -> SyncReply:
        reply = await self.shell.ask(
            group,
            lambda coordinator, token, now: coordinator.sync(
                sync_command(token, group, joined.member_id, joined.generation_id), now
            ),
        )
        assert isinstance(reply, SyncReply)
        return reply

    async def stable_member(self, group: str) -> JoinReply:
        """The only member of a group, which has its assignment."""
        joined = await self.join(group)
        assert joined.error is GroupError.NONE
        await self.sync(group, joined)
        return joined

    def heartbeat(self, group: str, joined: JoinReply) -> GroupError:
        command = heartbeat_command(group, joined.member_id, joined.generation_id)
        return self.shell.look(group, lambda coordinator, now: coordinator.heartbeat(command, now))

    async def commit(
        self, group: str, *offsets: int, topic: str = "clicks", topic_id: TopicId = NULL_TOPIC_ID
    ) -> OffsetsReply:
        reply: ReplyValue | object = await self.shell.ask(
            group,
            lambda coordinator, token, now: coordinator.commit(
                commit_command(token, group, *offsets, topic=topic, topic_id=topic_id), now
            ),
        )
        assert isinstance(reply, OffsetsReply)
        return reply

    def positions(self, group: str) -> dict[str, dict[int, int]]:
        """Every committed offset by topic and partition."""
        found = self.shell.look(
            group, lambda coordinator, _: coordinator.fetch_all_offsets(group, require_stable=False)
        )
        return {
            topic: {index: each.value.offset for index, each in partitions.items() if each.value}
            for topic, partitions in found.items()
        }

    def state(self, group: str) -> str:
        described = self.shell.look(group, lambda coordinator, _: coordinator.describe(group))
        return "Dead" if described is None else described.state.value


@asynccontextmanager
async def group_broker(
    path: Path, *, groups: GroupConfig | None = None, **settings: Any
) -> AsyncIterator[GroupBroker]:
    """A broker whose shell is stopped at the end; settings are fields of `EngineConfig`."""
    settings.setdefault("offsets_topic_num_partitions", PARTITIONS)
    loop = asyncio.get_running_loop()
    real_time = loop.time
    async with topic_broker(path, **settings) as topics:
        broker = GroupBroker(topics, groups or GroupConfig(initial_rebalance_delay_ms=0))
        loop.time = topics.clock.monotonic_s
        try:
            yield broker
        finally:
            await broker.shell.stop()
            loop.time = real_time
