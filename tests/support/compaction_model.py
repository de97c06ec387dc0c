"""A compacted log under a random life of years, beside a list of everything that was ever appended.

The list is the model. After every step the log must hold nothing that was not appended, at the
offsets where it was, and tell a reader from the beginning the same last value of each key.
"""

from random import Random

from engine.kernel.ids import Offset
from engine.records.builder import NewRecord, build_batch
from engine.records.compression import Compression
from engine.records.control import ControlType, EndMarker, build_end_marker
from engine.records.record import Record
from engine.records.validation import Origin
from engine.storage.key_offsets import ENTRY_BYTES
from engine.storage.partition_log import PartitionLog
from tests.support.clock import FakeClock
from tests.support.compaction import clean, compacted, records_of
from tests.support.logs import checkpoint, open_log, sync
from tests.support.memory_filesystem import MemoryFileSystem

DAY_MS = 86_400_000
PRODUCERS = (1, 2, 3)
TRANSACTIONAL = (11, 12)


class CompactedLife:
    """One log and its model; `step` does something at random."""

    def __init__(self, random: Random, filesystem: MemoryFileSystem, clock: FakeClock) -> None:
        self.random = random
        self.filesystem = filesystem
        self.clock = clock
        self.config = compacted(
            segment_bytes=random.choice((500, 900, 3000)),
            index_interval_bytes=random.choice((1, 200, 4096)),
            delete_retention_ms=random.choice((0, DAY_MS, 30 * DAY_MS)),
            min_compaction_lag_ms=random.choice((0, 0, 3 * DAY_MS)),
            segment_ms=random.choice((DAY_MS, 90 * DAY_MS)),
        )
        self.log = open_log(filesystem, clock, self.config)
        self.cleaned_end_offset: Offset = 0
        self.appended: dict[Offset, Record] = {}
        self.aborted: set[Offset] = set()
        self.open: dict[int, list[Offset]] = {}
        self.sequences = dict.fromkeys((*PRODUCERS, *TRANSACTIONAL), 0)

    @property
    def stable_offset(self) -> Offset:
        """Before the first record of the oldest transaction that is open."""
        return min((offsets[0] for offsets in self.open.values()), default=self.log.log_end_offset)

    def step(self) -> None:
        """Do one thing."""
        actions = (
            *((self.append,) * 8),
            *((self.append_in_transaction,) * 2),
            self.end_transaction,
            *((self.wait,) * 2),
            self.clean,
            self.reopen,
        )
        self.random.choice(actions)()

    def append(self) -> None:
        """A batch of some records, perhaps of a producer that counts."""
        producer_id = self.random.choice((-1, -1, *PRODUCERS))
        records = self._records()
        batch = build_batch(
            records,
            compression=self.random.choice((Compression.NONE, *Compression)),
            producer_id=producer_id,
            producer_epoch=-1 if producer_id < 0 else 0,
            base_sequence=self.sequences.get(producer_id, -1),
        )
        if producer_id >= 0:
            self.sequences[producer_id] += len(records)
        self._take(records, self._write(batch, Origin.CLIENT))

    def append_in_transaction(self) -> None:
        """A batch of a transaction, which begins with it if need be."""
        producer_id = self.random.choice(TRANSACTIONAL)
        records = self._records()
        batch = build_batch(
            records,
            producer_id=producer_id,
            producer_epoch=0,
            base_sequence=self.sequences[producer_id],
            is_transactional=True,
        )
        self.sequences[producer_id] += len(records)
        base_offset = self._write(batch, Origin.COORDINATOR)
        self._take(records, base_offset)
        self.open.setdefault(producer_id, []).extend(range(base_offset, base_offset + len(records)))

    def end_transaction(self) -> None:
        """Commit or abort one that is open."""
        if not self.open:
            return
        producer_id = self.random.choice(sorted(self.open))
        how = self.random.choice((ControlType.ABORT, ControlType.COMMIT))
        marker = build_end_marker(
            EndMarker(how, 0),
            timestamp_ms=self.clock.wall,
            producer_id=producer_id,
            producer_epoch=0,
        )
        self._write(marker, Origin.COORDINATOR)
        offsets = self.open.pop(producer_id)
        if how is ControlType.ABORT:
            self.aborted.update(offsets)

    def wait(self) -> None:
        """Minutes to months."""
        self.clock.advance(self.random.choice((60, 3600, 86_400, 40 * 86_400)))
        self.log.roll_if_due(self.clock.wall)

    def clean(self) -> None:
        """One cleaning, with more or less memory for keys, perhaps while the clock is doubtful."""
        now_ms = self.random.choice((self.clock.wall, self.clock.wall, None))
        self._clean(now_ms, self.random.choice((1, 3, 1000)))

    def clean_to_the_end(self) -> None:
        """End what is open, let everything grow old enough, and clean until nothing is dirty."""
        while self.open:
            self.end_transaction()
        self.append()
        self.clock.advance(100 * 86_400)
        assert self.log.roll_if_due(self.clock.wall)
        while self.cleaned_end_offset < self.log.log_end_offset:
            before = self.cleaned_end_offset
            self._clean(self.clock.wall, self.random.choice((1, 3, 1000)))
            assert self.cleaned_end_offset > before

    def _clean(self, now_ms: int | None, keys: int) -> None:
        self.cleaned_end_offset = clean(
            self.log,
            now_ms,
            cleaned_end_offset=self.cleaned_end_offset,
            stable_offset=self.stable_offset,
            key_bytes=keys * ENTRY_BYTES,
        ).end_offset

    def reopen(self) -> None:
        """Close and open, with a checkpoint or from the bare log; sequences must survive."""
        producers = {each.producer_id: each.last_sequence for each in self.log.active_producers()}
        if self.random.random() < 0.5:
            checkpoint(self.log)
        self.log.close()
        self.log = open_log(
            self.filesystem, self.clock, self.config, recovery_point=self.log.recovery_point
        )
        for each in self.log.active_producers():
            assert each.last_sequence == producers.pop(each.producer_id)
        assert not producers

    def visible(self) -> dict[Offset, Record]:
        """What the model holds of committed records."""
        hidden = {offset for offsets in self.open.values() for offset in offsets} | self.aborted
        return {at: record for at, record in self.appended.items() if at not in hidden}

    def visible_in(self, log: PartitionLog) -> list[Record]:
        """What a read_committed consumer gets of a log."""
        hidden = {offset for offsets in self.open.values() for offset in offsets} | self.aborted
        return [record for record in records_of(log) if record.offset not in hidden]

    def _records(self) -> list[NewRecord]:
        random = self.random
        return [
            NewRecord(
                self.clock.wall - random.choice((0, 0, 5000)),
                random.choice((b"a", b"b", b"c", b"d", b"a key longer than a fingerprint")),
                random.choice((None, b"", b"v%d" % random.randrange(1000), b"x" * 80)),
            )
            for _ in range(random.randint(1, 4))
        ]

    def _take(self, records: list[NewRecord], base_offset: Offset) -> None:
        for offset, record in enumerate(records, base_offset):
            self.appended[offset] = Record(offset, record.timestamp_ms, record.key, record.value)

    def _write(self, batch: bytearray, origin: Origin) -> Offset:
        result = self.log.append(memoryview(batch), leader_epoch=1, origin=origin)
        self.log.write_staged()
        sync(self.log)
        return result.base_offset
