"""Topics under every cleanup policy over years, beside a list of everything that was appended.

The list is the model, and it knows the true time of each append, whatever the broker's clock said.
`step` does something at random: appends, rounds of maintenance after hours or months, deletions,
ends in order and deaths. Each life has its kind of wrong times: records from a far future, or
accidents by which the wall clock is years ahead, or behind, until somebody sets it right, or both.
"""

import asyncio
from pathlib import Path
from random import Random
from typing import NamedTuple

from engine.broker.new_topics import NewTopic
from engine.kernel.ids import Offset
from engine.records.builder import NewRecord, build_batch
from engine.records.record import Record
from engine.storage.partition_log import PartitionLog
from tests.support.clock import FAKE_EPOCH_MS, FakeClock
from tests.support.compaction import records_of
from tests.support.memory_filesystem import MemoryFileSystem
from tests.support.topic_broker import TopicBroker

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S
DAY_MS = 86_400_000
YEAR_S = 365 * DAY_S
RETENTION_MS = 20 * DAY_MS
SEGMENT_MS = 3 * DAY_MS
RETENTION_BYTES = 1500
SEGMENT_BYTES = 500

_ALL = {
    "internal.segment.bytes": str(SEGMENT_BYTES),
    "segment.ms": str(SEGMENT_MS),
    "message.timestamp.after.max.ms": str(2**63 - 1),
    "min.cleanable.dirty.ratio": "0.2",
    "delete.retention.ms": str(5 * DAY_MS),
}
TOPICS = {
    "by-time": {"retention.ms": str(RETENTION_MS)},
    "by-size": {"retention.ms": "-1", "retention.bytes": str(RETENTION_BYTES)},
    "table": {"cleanup.policy": "compact"},
    "both": {"cleanup.policy": "compact,delete", "retention.ms": str(RETENTION_MS)},
}


class Appended(NamedTuple):
    """A record and the time from which retention may count."""

    record: Record
    since_ms: int


class DataLife:
    """One broker and its model."""

    def __init__(self, path: Path, random: Random) -> None:
        self.random = random
        self.clock = FakeClock()
        self.filesystem = MemoryFileSystem(self.clock)
        self.filesystem.directories.add(str(path))
        self._path = path
        self.record_wrong_s, self.clock_wrong_s = random.choice(
            (
                (10 * YEAR_S, 0.0),
                (0.0, 10 * YEAR_S),
                (0.0, 30 * DAY_S),
                (0.0, -10 * YEAR_S),
                (10 * YEAR_S, -10 * YEAR_S),
            )
        )
        self.broker = self._open()
        self.appended: dict[str, dict[Offset, Appended]] = {name: {} for name in TOPICS}
        self.deleted_to = dict.fromkeys(TOPICS, 0)
        """Where somebody deleted records up to."""

    async def begin(self) -> None:
        """Create the topics."""
        for name, configs in TOPICS.items():
            await self.broker.admin.create([NewTopic(name, configs=[*(_ALL | configs).items()])])

    @property
    def true_ms(self) -> int:
        """What a right wall clock would say."""
        return FAKE_EPOCH_MS + round((self.clock.monotonic - 1000.0) * 1000)

    def log(self, topic: str) -> PartitionLog:
        """The log of a topic's one partition."""
        partition = self.broker.partitions.find(topic, 0)
        assert partition is not None
        return partition.log

    def found(self, topic: str) -> list[Record]:
        """What a consumer from the beginning reads."""
        log = self.log(topic)
        return [each for each in records_of(log) if each.offset >= log.log_start_offset]

    async def step(self) -> None:
        """Do one thing."""
        actions = (
            *((self.append_some,) * 5),
            *((self.pass_time,) * 4),
            self.clock_accident,
            self.delete_records,
            self.broker.maintenance.checkpoint,
            self.restart,
        )
        await self.random.choice(actions)()

    async def append_some(self) -> None:
        """Batches to every topic, most of them with the time of the broker's clock."""
        for name in TOPICS:
            for _ in range(self.random.randint(1, 4)):
                await self.append(name, self._timestamp_ms(), keys=30)

    async def append(self, topic: str, timestamp_ms: int, *, keys: int = 6) -> None:
        """Commit one batch."""
        random = self.random
        is_table = "compact" in TOPICS[topic].get("cleanup.policy", "")
        values = (b"v%d" % random.randrange(10**6), b"x" * 60, *((None,) if is_table else ()))
        records = [
            NewRecord(timestamp_ms, b"k%d" % random.randrange(keys), random.choice(values))
            for _ in range(random.randint(1, 3))
        ]
        partition = self.broker.partitions.find(topic, 0)
        assert partition is not None
        base_offset = partition.log.log_end_offset
        batch = build_batch(records)
        partition.log.append(batch, leader_epoch=partition.leader_epoch)
        await self.broker.commit.wait(partition, partition.log.log_end_offset, len(batch))
        for offset, each in enumerate(records, base_offset):
            record = Record(offset, each.timestamp_ms, each.key, each.value)
            since_ms = min(timestamp_ms, self.true_ms)
            self.appended[topic][offset] = Appended(record, since_ms)

    async def pass_time(self) -> None:
        """Hours to weeks, and the rounds at their end."""
        self.clock.advance(self.random.choice((HOUR_S, 9 * HOUR_S, DAY_S, 4 * DAY_S, 60 * DAY_S)))
        await self.rounds()

    async def rounds(self) -> None:
        """Retention and compaction, in any order."""
        maintenance = self.broker.maintenance
        both = [maintenance.retain, maintenance.compaction.clean_due]
        self.random.shuffle(both)
        for each in both:
            await each()

    async def clock_accident(self) -> None:
        """Somebody sets the clock wrong, and right again within the hour."""
        if not self.clock_wrong_s:
            return
        self.clock.step_wall(self.clock_wrong_s)
        for _ in range(self.random.randint(1, 3)):
            await self.random.choice((self.append_some, self.rounds))()
            self.clock.advance(900)
        self.clock.step_wall(-self.clock_wrong_s)
        await self.rounds()

    async def delete_records(self) -> None:
        """Move the start of a log forward."""
        topic = self.random.choice(("by-time", "both"))
        log = self.log(topic)
        before = self.random.randint(log.log_start_offset, log.durable_end_offset)
        log.delete_records(before)
        self.deleted_to[topic] = max(before, self.deleted_to[topic])
        await self.broker.maintenance.checkpoint()

    async def restart(self) -> None:
        """End in order, or die."""
        if self.random.random() < 0.5:
            await self.broker.close()
        else:
            image = self.filesystem.copy()
            await self.broker.close()
            self.filesystem = image
        self.broker = self._open()

    async def live_on(self, days: int) -> None:
        """An ordinary life of so many days: a record and the rounds twice a day."""
        for _ in range(2 * days):
            for name in TOPICS:
                await self.append(name, self.clock.wall)
            self.clock.advance(DAY_S / 2)
            await self.rounds()

    def _open(self) -> TopicBroker:
        return TopicBroker(self._path, filesystem=self.filesystem, clock=self.clock)

    def _timestamp_ms(self) -> int:
        """Mostly now; sometimes from days ago, sometimes from a far future."""
        off_s = self.random.choice((0.0,) * 8 + (-2 * DAY_S, self.record_wrong_s))
        return self.clock.wall + round(off_s * 1000)


async def end(life: DataLife) -> None:
    """Let go of the broker."""
    await life.broker.close()
    await asyncio.sleep(0)
