"""The life of a broker on a disk in memory, and what it had promised at each moment of it.

`step` does something at random: producers write to topics, groups commit, topics are deleted and
made again, records are deleted, logs roll, are retained, compacted and saved, the broker ends in
order or dies. The disk writes every operation down; each fact is kept with the length that this
journal had when it was told. So the image of a power cut at any length can be held against all that
was promised by then. The seed alone reproduces a life.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from engine.broker.catalogue import Topic
from engine.broker.group_shell import GroupUnavailable
from engine.broker.new_topics import NewTopic
from engine.broker.partition import Partition
from engine.coordinator.errors import GroupError
from engine.coordinator.group_config import GroupConfig
from engine.kernel.ids import TopicId
from engine.records.builder import NewRecord, build_batch
from tests.reliability.evidence import Evidence, make_value, read_value
from tests.support.clock import FakeClock
from tests.support.compaction import records_of
from tests.support.entropy import SeededEntropy
from tests.support.group_broker import GroupBroker
from tests.support.logs import ROOT, new_disk
from tests.support.memory_filesystem import MemoryFileSystem
from tests.support.topic_broker import TopicBroker

NEVER = 2**62
PRODUCER_ID = 9
KEYS = 12
GROUPS = ("billing", "fraud")
TABLE = "table"
LOOP_TURNS = 5
STARTS_TRIED = 2
LOAD_TURNS = 2000
"""Turns of the loop within which groups are loaded, or never will be."""
ROLL_S = 700
"""A little more than the age at which segments roll. A life is shorter than a day, after which a
producer that wrote nothing is forgotten."""
_CONFIGS = {
    "internal.segment.bytes": "1500",
    "segment.ms": "600000",
    "file.delete.delay.ms": "1000",
    "index.interval.bytes": "200",
}
TOPICS = {
    "orders": {"retention.bytes": "6000"},
    "clicks": {"retention.ms": "-1"},
    TABLE: {"cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.01"},
}


@dataclass
class Incarnation:
    """A topic from its creation to its deletion, in lengths of the journal."""

    name: str
    topic_id: TopicId
    created_at: int
    deleting_at: int = NEVER
    deleted_at: int = NEVER
    told: list[tuple[int, int, Evidence]] = field(default_factory=list)
    """When, at what offset, which record was acknowledged, or recovered for all to read."""
    starts: list[tuple[int, int]] = field(default_factory=list)
    """When the log began at what offset."""
    produced: list[tuple[int, int, int]] = field(default_factory=list)
    """When, which sequence of the idempotent producer was acknowledged at what offset."""
    sent: dict[int, set[Evidence]] = field(default_factory=lambda: defaultdict(set))
    """By offset, every record that was ever written there."""
    count: int = 0
    """Records sent."""

    @property
    def is_table(self) -> bool:
        return self.name == TABLE

    @property
    def producer(self) -> str:
        """The name that its records bear."""
        return f"{self.name}-{self.created_at}"


class CannotStart(Exception):
    """The disk fails whenever a broker is to start."""


class GroupsNotLoaded(Exception):
    """A broker that started cannot read what its groups had committed."""


@contextmanager
def on_its_clock(clock: FakeClock) -> Iterator[None]:
    """Let the running loop's timers follow the clock of a life."""
    loop = asyncio.get_running_loop()
    real_time = loop.time
    loop.time = clock.monotonic_s
    try:
        yield
    finally:
        loop.time = real_time


async def serve(broker: GroupBroker) -> None:
    """Load the groups. Raises GroupsNotLoaded, Refused."""
    await broker.shell.ensure_topic()
    for _ in range(LOAD_TURNS):
        if broker.is_loaded():
            return
        await asyncio.sleep(0)
    raise GroupsNotLoaded


async def open_broker(disk: MemoryFileSystem, clock: FakeClock) -> GroupBroker:
    """Start a broker on a disk, as after a death or a power cut. Raises EngineError, OSError."""
    topics = TopicBroker(
        Path(ROOT),
        filesystem=disk,
        clock=clock,
        entropy=SeededEntropy(len(disk.journal)),
        offsets_topic_num_partitions=1,
    )
    topics.maintenance.discard(topics.directory.leftovers, 0)
    topics.maintenance.discard(topics.settled.deletions, 0)
    return GroupBroker(topics, GroupConfig(initial_rebalance_delay_ms=0))


async def abandon(broker: GroupBroker) -> None:
    """Let a broker go as a death does: nothing more is written."""
    maintenance = broker.topics.maintenance
    maintenance._save_time = lambda: None
    await broker.shell.stop()
    await maintenance.stop()


def partition_of(broker: GroupBroker, name: str) -> Partition:
    """The one partition of a topic that is there."""
    partition = broker.topics.partitions.find(name, 0)
    assert partition is not None
    return partition


class CutLife:
    """One broker over all its lives. Use within `on_its_clock`."""

    def __init__(self, random: Random, *, expected: tuple[type[Exception], ...] = ()) -> None:
        """A disk that fails makes steps fail in ways that are `expected`."""
        self.random = random
        self._expected = expected
        self.clock = FakeClock()
        self.disk = new_disk(self.clock)
        self.topics: dict[str, Incarnation] = {}
        self.incarnations: list[Incarnation] = []
        self.commits: list[tuple[int, str, int]] = []
        """When a group's commit of which offset was acknowledged."""
        self.deaths = 0
        self._commit_count = 0

    @property
    def now(self) -> int:
        """The length of the journal."""
        return len(self.disk.journal)

    async def begin(self) -> None:
        """Start the first broker and make what it needs."""
        await self._open()
        for name in TOPICS:
            await self._create(name)
        self.begun_at = self.now

    async def step(self) -> None:
        """Do one thing; what it began in the background ends with it."""
        actions = (
            *((self._produce,) * 6),
            *((self._commit,) * 2),
            *((self._checkpoint,) * 2),
            *((self._pass_time,) * 2),
            self._retain,
            self._compact,
            self._delete_records,
            self._delete_topic,
            self._die,
            self._write_and_die,
            self._restart,
        )
        with suppress(*self._expected):
            await self.random.choice(actions)()
        await self._settle()
        for each in self.topics.values():
            each.starts.append((self.now, self._start_of(each)))

    def _start_of(self, each: Incarnation) -> int:
        try:
            return partition_of(self.broker, each.name).log.log_start_offset
        except self._expected:
            return NEVER

    async def end(self) -> None:
        """Let go of the broker."""
        await abandon(self.broker)

    async def _settle(self) -> None:
        """Wait for what runs in threads, so that the journal has one order."""
        thread = self.broker.topics.maintenance._thread
        for _ in range(LOOP_TURNS):
            await asyncio.sleep(0)
        await asyncio.get_running_loop().run_in_executor(thread, int)
        await asyncio.sleep(0)

    async def _create(self, name: str) -> None:
        configs = [*(_CONFIGS | TOPICS[name]).items()]
        (made,) = await self.broker.topics.admin.create([NewTopic(name, 1, 1, (), configs)])
        if not isinstance(made, Topic):
            raise made
        each = Incarnation(name, made.topic_id, self.now)
        self.topics[name] = each
        self.incarnations.append(each)

    async def _produce(self) -> None:
        each = self.random.choice([*self.topics.values()])
        partition = partition_of(self.broker, each.name)
        size, told, produced = self._write(each, partition)
        await self.broker.topics.commit.wait(partition, partition.log.log_end_offset, size)
        each.told += [(self.now, offset, evidence) for offset, evidence in told]
        each.produced += [(self.now, sequence, offset) for sequence, offset in produced]

    def _write(
        self, each: Incarnation, partition: Partition
    ) -> tuple[int, list[tuple[int, Evidence]], list[tuple[int, int]]]:
        """Append some batches: their bytes, what stands where, and the producer's sequences."""
        told: list[tuple[int, Evidence]] = []
        produced: list[tuple[int, int]] = []
        size = 0
        log = partition.log
        for _ in range(self.random.randint(1, 4)):
            records, evidence = [], []
            for _ in range(self.random.randint(1, 3)):
                body = b"x" * self.random.choice((1, 60, 400))
                value = make_value(each.producer, each.count, body)
                key = b"%d" % (each.count % KEYS)
                records.append(NewRecord(self.clock.wall, key, value))
                evidence.append(Evidence(each.producer, each.count))
                each.count += 1
            sequence = next((p.last_sequence + 1 for p in log.active_producers()), 0)
            is_idempotent = self.random.random() < 0.5
            numbers = (PRODUCER_ID, 0, sequence) if is_idempotent else (-1, -1, -1)
            batch = build_batch(
                records,
                producer_id=numbers[0],
                producer_epoch=numbers[1],
                base_sequence=numbers[2],
            )
            result = log.append(batch, leader_epoch=partition.leader_epoch)
            if is_idempotent:
                produced.append((sequence, result.base_offset))
            for offset, record in enumerate(evidence, result.base_offset):
                told.append((offset, record))
                each.sent[offset].add(record)
            size += len(batch)
        return size, told, produced

    async def _commit(self) -> None:
        group = self.random.choice(GROUPS)
        self._commit_count += 1
        reply = await self.broker.commit(group, self._commit_count, topic=TABLE)
        if reply.partitions != (GroupError.NONE,):
            raise GroupUnavailable(reply.error)
        self.commits.append((self.now, group, self._commit_count))

    async def _checkpoint(self) -> None:
        await self.broker.topics.maintenance.checkpoint()

    async def _retain(self) -> None:
        await self.broker.topics.maintenance.retain()

    async def _compact(self) -> None:
        await self.broker.topics.maintenance.compaction.clean_due()

    async def _pass_time(self) -> None:
        """Long enough for a roll, and for files that were deleted to be freed."""
        self.clock.advance(self.random.choice((2, ROLL_S)))
        await self._settle()
        await self._retain()

    async def _delete_records(self) -> None:
        others = [name for name in self.topics if name != TABLE]
        if not others:
            return
        partition = partition_of(self.broker, self.random.choice(others))
        before = self.random.randint(partition.log.log_start_offset, partition.high_watermark)
        partition.log.delete_records(before)
        await self._checkpoint()

    async def _delete_topic(self) -> None:
        """Delete a topic and make it again, or one whose deletion or creation failed."""
        for name in TOPICS:
            if name not in self.topics:
                await self._create(name)
                return
        each = self.topics.pop(self.random.choice([n for n in self.topics if n != TABLE]))
        each.deleting_at = self.now
        (gone,) = await self.broker.topics.admin.delete([each.topic_id])
        if not isinstance(gone, Topic):
            raise gone
        each.deleted_at = self.now
        if self.random.random() < 0.5:
            await self._settle()
        await self._create(each.name)

    async def _write_and_die(self) -> None:
        """Nobody was told of what is in the file."""
        each = self.random.choice([*self.topics.values()])
        partition = partition_of(self.broker, each.name)
        self._write(each, partition)
        partition.log.write_staged()
        await self._die()

    async def _die(self) -> None:
        """The process goes, what it wrote stays; the next one makes it durable and tells it."""
        self.deaths += 1
        await abandon(self.broker)
        await self._open()
        for each in self.topics.values():
            log = partition_of(self.broker, each.name).log
            assert not log.damages
            known = {offset for _, offset, _ in each.told}
            recovered = [
                (record.offset, read_value(record.value or b""))
                for record in records_of(log)
                if record.offset not in known
            ]
            each.told += [(self.now, offset, evidence) for offset, evidence in recovered]

    async def _restart(self) -> None:
        """The process ends in order."""
        await self.broker.shell.stop()
        with suppress(*self._expected):
            await self.broker.topics.close()
        await self._open()

    async def _open(self) -> None:
        """Start the next process; what fails once is tried again."""
        for _ in range(STARTS_TRIED):
            self.disk.locked.clear()
            with suppress(*self._expected):
                self.broker = await open_broker(self.disk, self.clock)
                try:
                    await serve(self.broker)
                except self._expected:
                    await abandon(self.broker)
                    raise
                return
        raise CannotStart


def sync_points(life: CutLife) -> Iterator[int]:
    """The length before and behind each sync of a life."""
    for at, op in enumerate(life.disk.journal):
        if op.kind.startswith("sync") and at >= life.begun_at:
            yield at
            yield at + 1
