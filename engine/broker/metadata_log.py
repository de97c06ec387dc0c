"""The log of the broker's own facts: appended, synced, then replayed into the states that own them.

It is a partition log like any other, `__cluster_metadata-0`, whose records hold the entries of
`metadata_entries`. A change is: take the turn, decide from the states as they are, `commit` the
entries. A commit returns when they are on disk and replayed, whatever `durability` says: what a
client was told to exist survives.

Snapshots keep the log short: when it has grown to several times the size of the state, the whole
state is written behind it and what lies before is given up. The entries of a snapshot are marked,
so that one which a crash cut off is ignored. A snapshot never overtakes a change: both need the
turn. On a disk that is nearly full none is taken: what room there is belongs to changes.

Differs from Kafka: the format is our own and snapshots lie in the log itself; Kafka's tools can
list the records, but show their values as text.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence

from engine.broker.commit import SYNC_RETRY_S, SyncRunner
from engine.broker.metadata_entries import (
    Entry,
    MalformedEntry,
    MetadataState,
    UnknownMetadata,
    decode_entry,
    encode_entry,
)
from engine.kernel.clock import Clock
from engine.kernel.event_log import EventLog
from engine.kernel.ids import Offset, TopicId
from engine.kernel.limits import METADATA_BATCH_BYTES_MAX
from engine.records.batch import read_header, split_batches
from engine.records.builder import NewRecord, build_batch
from engine.records.record import iterate_records
from engine.storage.errors import (
    InvalidBatch,
    LogClosed,
    LogFenced,
    StorageDamaged,
    StorageError,
)
from engine.storage.filesystem import DiskSpace
from engine.storage.log_config import UNBOUNDED, LogConfig
from engine.storage.partition_log import Origin, PartitionLog
from engine.storage.segment_deletion import SegmentDeletion
from engine.storage.spare_room import FREE_BYTES_MIN

_READ_BYTES = 1024 * 1024
_SNAPSHOT_BEGIN = "snapshot-begin"
_SNAPSHOT_END = "snapshot-end"
_SNAPSHOT_PREFIX = "snapshot:"
_SNAPSHOT_ENTRIES_PER_BATCH = 200
_SNAPSHOT_BYTES_MIN = 4 * 1024 * 1024
_SNAPSHOT_GROWTH = 4
_LEADER_EPOCH = 0

METADATA_TOPIC_ID = TopicId(bytes(15) + b"\x01")
"""The id that Kafka gives the topic of its metadata."""

METADATA_LOG_CONFIG = LogConfig(
    segment_bytes=METADATA_BATCH_BYTES_MAX,
    max_message_bytes=METADATA_BATCH_BYTES_MAX,
    retention_ms=UNBOUNDED,
    retention_bytes=UNBOUNDED,
    cleanup_policy=frozenset(),
    file_delete_delay_ms=0,
)
"""How the metadata log is kept: nothing is removed but by snapshots."""


class MetadataLog:
    """The one way to change what the broker durably knows. Loop thread only, `load` before that."""

    def __init__(
        self,
        log: PartitionLog,
        states: Sequence[MetadataState],
        runner: SyncRunner,
        *,
        space: Callable[[], DiskSpace],
        clock: Clock,
        events: EventLog,
    ) -> None:
        """`space` asks the file system, and may raise OSError."""
        self._log = log
        self._space = space
        self._states = states
        self._owners: Mapping[str, MetadataState] = {
            kind: state for state in states for kind in state.kinds
        }
        self._runner = runner
        self._clock = clock
        self._events = events
        self._snapshot_bytes = 0
        self._is_closed = False
        self.turn = asyncio.Lock()
        """Held while a change is decided and committed, so that changes follow each other."""

    @property
    def end_offset(self) -> Offset:
        """The offset of the next entry: grows with every change."""
        return self._log.durable_end_offset

    @property
    def leader_epoch(self) -> int:
        """The epoch that its batches carry."""
        return _LEADER_EPOCH

    def load(self) -> None:
        """Replay the whole log; blocks on the disk. Raises UnknownMetadata or StorageError.

        A log that has been shortened begins with a snapshot that is complete: what lay before was
        given up only then. It counts without its ends, should a repair have given those up.
        """
        is_whole = self._log.log_start_offset > 0
        snapshot: list[Entry] | None = [] if is_whole else None
        for entry in self._entries():
            if entry.kind == _SNAPSHOT_BEGIN:
                if is_whole and snapshot:
                    self._restore(snapshot)
                    is_whole = False
                snapshot = []
            elif entry.kind == _SNAPSHOT_END and snapshot is not None:
                self._restore(snapshot)
                snapshot, is_whole = None, False
            elif entry.kind.startswith(_SNAPSHOT_PREFIX):
                if snapshot is not None:
                    kind = entry.kind.removeprefix(_SNAPSHOT_PREFIX)
                    snapshot.append(Entry(kind, entry.body))
            else:
                if is_whole and snapshot:
                    self._restore(snapshot)
                # The entry ends a snapshot that a crash cut off.
                snapshot, is_whole = None, False
                self._replay(entry)
        if is_whole and snapshot:
            self._restore(snapshot)

    async def commit(self, entries: Sequence[Entry]) -> None:
        """Make entries durable together, then replay them; the caller holds the turn.

        Raises StorageFull when there is no room, with nothing changed, LogFenced when the disk
        failed: it is not known then whether a restart will find the entries, LogClosed.
        """
        assert self.turn.locked(), "decide and commit within one turn"
        if self._is_closed:
            raise LogClosed("the broker stops")
        self._append(entries)
        await self._sync()
        for entry in entries:
            self._replay(entry)
        if self._log.size_bytes >= _SNAPSHOT_BYTES_MIN + _SNAPSHOT_GROWTH * self._snapshot_bytes:
            await self._snapshot_due()

    def close(self) -> None:
        """Refuse further changes: the broker stops."""
        self._is_closed = True

    def retain(self) -> SegmentDeletion | None:
        """Give up the segments that lie wholly before the last snapshot; the caller runs it."""
        return self._log.apply_retention(None, self._log.durable_end_offset).deletion

    def _restore(self, snapshot: Sequence[Entry]) -> None:
        for state in self._states:
            state.reset()
        for entry in snapshot:
            self._replay(entry)

    def _replay(self, entry: Entry) -> None:
        owner = self._owners.get(entry.kind)
        if owner is None:
            raise UnknownMetadata(
                f"the metadata log holds entries of kind {entry.kind!r}, which this version does "
                "not know: the data was written by a newer version"
            )
        owner.replay(entry)

    def _append(self, entries: Sequence[Entry]) -> None:
        now = self._clock.wall_ms()
        records = [NewRecord(now, None, encode_entry(entry)) for entry in entries]
        batch = build_batch(records, leader_epoch=_LEADER_EPOCH)
        self._log.append(memoryview(batch), leader_epoch=_LEADER_EPOCH, origin=Origin.COORDINATOR)
        self._log.write_staged()

    async def _sync(self) -> None:
        """Put on disk what was appended; as often as it takes while there are no descriptors."""
        while (error := await self._sync_once()) is not None:
            if self._log.is_fenced:
                self._events.error("metadata_sync_failed", why=str(error))
                raise LogFenced(f"the metadata log could not be synced: {error}") from error
            self._events.limited("metadata_sync_put_off", why=str(error))
            await asyncio.sleep(SYNC_RETRY_S)

    async def _sync_once(self) -> OSError | None:
        ticket = self._log.begin_sync()
        synced: asyncio.Future[OSError | None] = asyncio.get_running_loop().create_future()

        def done(outcomes: Sequence[OSError | None]) -> None:
            (error,) = outcomes
            if error is None:
                self._log.end_sync(ticket)
            else:
                self._log.fail_sync(error)
            if not synced.done():
                synced.set_result(error)

        self._runner.run([ticket], done)
        return await synced

    async def _snapshot_due(self) -> None:
        """Take a snapshot if that leaves room for changes; otherwise the next commit tries again.

        A snapshot holds no more than the log that it stands for.
        """
        wanted_bytes = self._log.size_bytes + FREE_BYTES_MIN
        free_bytes = self._free_bytes()
        if free_bytes is not None and free_bytes < wanted_bytes:
            self._events.limited(
                "metadata_snapshot_put_off", free_bytes=free_bytes, wanted_bytes=wanted_bytes
            )
            return
        try:
            await self.take_snapshot()
        except StorageError as error:
            # The entries are durable all the same.
            self._events.warning("metadata_snapshot_failed", why=str(error))

    def _free_bytes(self) -> int | None:
        """Room on the disk; None if it is not known: then the write itself will tell."""
        try:
            return self._space().free_bytes
        except OSError as error:
            self._events.limited("disk_not_measured", why=str(error))
            return None

    async def take_snapshot(self) -> None:
        """Write the whole state behind the log and give up what lies before; holds the turn."""
        assert self.turn.locked(), "a snapshot and a change never overlap"
        begin_offset = self._log.log_end_offset
        size_before = self._log.size_bytes
        self._append([Entry(_SNAPSHOT_BEGIN, {})])
        for part in self._snapshot_parts():
            self._append(part)
            await asyncio.sleep(0)
        self._append([Entry(_SNAPSHOT_END, {})])
        await self._sync()
        self._snapshot_bytes = self._log.size_bytes - size_before
        self._log.delete_records(begin_offset)
        self._events.debug("metadata_snapshot", size_bytes=self._snapshot_bytes)

    def _snapshot_parts(self) -> Iterator[list[Entry]]:
        part: list[Entry] = []
        for state in self._states:
            for entry in state.snapshot():
                part.append(Entry(_SNAPSHOT_PREFIX + entry.kind, entry.body))
                if len(part) == _SNAPSHOT_ENTRIES_PER_BATCH:
                    yield part
                    part = []
        if part:
            yield part

    def _entries(self) -> Iterator[Entry]:
        """Every entry of the log, in order."""
        offset = self._log.log_start_offset
        end_offset = self._log.written_end_offset
        while offset < end_offset:
            region = self._log.read(offset, _READ_BYTES, end_offset=end_offset)
            assert region is not None, "the log ends before its end offset"
            for batch in split_batches(region.read()):
                yield from self._entries_of(batch)
            offset = region.next_offset

    def _entries_of(self, batch: memoryview) -> list[Entry]:
        """The entries of a batch. Raises StorageDamaged when they cannot be read."""
        try:
            records = iterate_records(batch, METADATA_BATCH_BYTES_MAX)
            return [decode_entry(each.value) for each in records if each.value is not None]
        except (InvalidBatch, MalformedEntry) as error:
            header = read_header(batch)
            begin, end = header.base_offset, header.last_offset + 1
            partition, what = self._log.topic_partition, f"cannot be read: {error}"
            raise StorageDamaged(partition, begin, end, what) from error
