"""A conversation whose coordinator stands in a shard, over a log on a disk in memory.

What is stored is what the disk holds: batches of a real log, written and synced by the group commit
of a broker. A death leaves what a power cut at that moment could leave.
"""

import errno
from pathlib import Path

from engine.coordinator.group_config import ConsumerGroupConfig
from engine.coordinator.journal import JournalRecord
from engine.coordinator.outcome import Outcome
from engine.records.batch import split_batches
from engine.records.record import iterate_records
from tests.support.group_conversation import Conversation
from tests.support.lone_shard import LoneShard
from tests.support.memory_filesystem import MemoryFileSystem
from tests.support.partitions import Disk
from tests.support.power_cut import power_cut

BROKEN_DISK = OSError(errno.EIO, "the disk says no")
READ_BYTES = 1 << 20
INFLATED_BYTES_MAX = 1 << 20


class ShardConversation(Conversation):
    """A conversation over a real log."""

    def __init__(self, *, consumer: ConsumerGroupConfig | None = None, **config: int) -> None:
        self._files = MemoryFileSystem()
        self._files.make_directory("/data")
        self._files.sync_directory("")
        super().__init__(consumer=consumer, **config)

    @property
    def journal(self) -> list[JournalRecord]:
        """Every record of the log, from its first."""
        log = self._shard.partition.log
        found: list[JournalRecord] = []
        offset = log.log_start_offset
        while True:
            region = log.read(offset, READ_BYTES, end_offset=log.written_end_offset)
            if region is None:
                return found
            for batch in split_batches(region.read()):
                for record in iterate_records(batch, INFLATED_BYTES_MAX):
                    assert record.key is not None
                    found.append(JournalRecord(record.key, record.value))
            offset = region.next_offset
            region.release()

    @journal.setter
    def journal(self, records: list[JournalRecord]) -> None:
        assert not records, "a log begins empty"

    def follow(self, outcome: Outcome) -> None:
        """Let the shard follow an outcome, and the disk finish what that takes."""
        self._keep_time()
        if self.is_disk_full:
            used = sum(len(each.content) for each in self._files.files.values())
            self._files.capacity_bytes = used
        else:
            self._files.capacity_bytes = None
        dies = bool(outcome.records) and self.fate is not None
        self._shard.disk.commit.begin_turn()
        self._shard.shard.follow(outcome)
        self._shard.disk.commit.flush()
        if dies:
            self.die()
            return
        self._shard.disk.syncs.finish_all()
        if not self._shard.shard.is_active:
            self._load_shard()

    def restart(self) -> None:
        """The broker stops, all it wrote on the disk, and comes up again; requests are refused."""
        self._shard.shard.unload()
        self._files.locked.clear()
        self._load()

    def die(self) -> None:
        """Power fails: what was not synced may be there or not."""
        assert self.fate is not None, "a death is one over a write"
        self._files = power_cut(self._files, len(self._files.journal), self.fate)
        super().die()

    def _load(self) -> None:
        self._files.capacity_bytes = None
        disk = Disk(Path("/data"), filesystem=self._files)
        partition = disk.partition()
        self._shard = LoneShard(
            disk,
            partition,
            settings=self.config,
            catalogue=self.topics.catalogue,
            entropy=self._chance,
            deliver=self._deliver,
        )
        self._keep_time()
        self._load_shard()

    def _load_shard(self) -> None:
        """Read the log; what loading decides is stored as well."""
        commit = self._shard.disk.commit
        commit.begin_turn()
        self._shard.load()
        commit.flush()
        self._shard.disk.syncs.finish_all()
        self.coordinator = self._shard.shard.coordinator

    def _keep_time(self) -> None:
        # Half a millisecond more: a sum of floats must not fall short of it.
        self._shard.clock.monotonic = (self.now.monotonic_ms + 0.5) / 1000
        self._shard.clock.wall = self.now.wall_ms
