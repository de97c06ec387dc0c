"""The writing half of a log: stages batches, writes them with one gathered write, rolls, syncs.

Three ends: `log_end_offset` counts what is staged, `written_end_offset` what is in the file,
`durable_end_offset` what a finished sync has covered. A write that fails is undone to the last
whole batch before it: with no room or no descriptors the log goes on, after anything else it is
fenced, because what the file holds is not known. A failed sync fences too, for the life of the
process.
"""

import errno
from collections.abc import Mapping
from typing import NamedTuple

from engine.kernel.ids import Offset, Position
from engine.records.crc import Buffer
from engine.storage.errors import LogFenced, NoFileFree, StorageFull
from engine.storage.file_names import PARTITION_METADATA
from engine.storage.filesystem import NO_DESCRIPTORS, NO_ROOM, File
from engine.storage.log_config import LogConfig
from engine.storage.segment import Segment
from engine.storage.segments import Segments
from engine.storage.sync_ticket import CoveredSegment, SyncHistory, SyncTicket
from engine.storage.whole_file import write_all

REWRITE_BYTES = 1024 * 1024
"""Bytes that are read and written again at a time."""


class StagedBatch(NamedTuple):
    """A stamped batch that waits for the next write."""

    buffer: Buffer
    base_offset: Offset
    last_offset: Offset
    max_timestamp_ms: int
    size_bytes: int


class LogWriter:
    """Appends to one log. The writer's thread only, but for a ticket's `run`."""

    __slots__ = (
        "_dirty",
        "_names_synced",
        "_names_version",
        "_segments",
        "_sync_history",
        "durable_end_offset",
        "fencing_error",
        "is_new",
        "log_end_offset",
        "staged",
        "written_end_offset",
    )

    def __init__(self, segments: Segments, end_offset: Offset, *, is_new: bool) -> None:
        self._segments = segments
        self._dirty: list[Segment] = []
        self._names_version = 1
        self._names_synced = 0
        self._sync_history = SyncHistory()
        self.is_new = is_new
        """The partition's directory and its metadata were never synced."""
        self.staged: list[StagedBatch] = []
        self.log_end_offset = end_offset
        self.written_end_offset = end_offset
        self.durable_end_offset = end_offset
        self.fencing_error: OSError | None = None

    def sync_recovered(self, unsynced: Mapping[Segment, Position]) -> None:
        """Put on disk what the last process had only written, names included. Raises OSError.

        Some of it may have been promised to consumers that saw it. It is written again from the
        positions on: a sync of the last process may have failed, and then the system takes for
        written what is in memory only.
        """
        for segment, position in unsynced.items():
            file = segment.held = self._segments.file(segment)
            self._dirty.append(segment)
            for start in range(position, segment.size_bytes, REWRITE_BYTES):
                file.rewrite(
                    file.read(min(REWRITE_BYTES, segment.size_bytes - start), start), start
                )
        ticket = self.begin_sync()
        ticket.run()
        self.end_sync(ticket)

    @property
    def unsynced_files(self) -> int:
        """How many files are held because no sync has covered them."""
        return len(self._dirty)

    def stage(self, batch: StagedBatch) -> None:
        """Take a batch whose base offset is `log_end_offset`."""
        self.staged.append(batch)
        self.log_end_offset = batch.last_offset + 1

    def write_staged(self, config: LogConfig, now_ms: int, *, may_hold: bool = True) -> None:
        """Write all staged batches, rolling where the configuration says so.

        Unless it `may_hold` another file only a log that holds its active one already is written.
        Raises StorageFull, NoFileFree or LogFenced; then `written_end_offset` tells what was
        written, and the rest is forgotten.
        """
        staged, self.staged = self.staged, []
        run: list[StagedBatch] = []
        try:
            active = self._segments.active
            if not may_hold and active.held is None:
                raise OSError(errno.EMFILE, "too many files wait for a sync", active.path())
            if active.size_bytes and active.age_ms(now_ms) >= config.roll_ms:
                active = self.roll(self.written_end_offset)
            end = active.size_bytes
            for batch in staged:
                if end and not active.has_room(
                    end + batch.size_bytes,
                    batch.last_offset,
                    config.segment_bytes,
                    config.segment_index_bytes,
                ):
                    self._write_run(active, run, config, now_ms)
                    run = []
                    active = self.roll(batch.base_offset)
                    end = 0
                run.append(batch)
                end += batch.size_bytes
            self._write_run(active, run, config, now_ms)
        except OSError as error:
            self.log_end_offset = self.written_end_offset
            self._undo_write(error)

    def roll(self, base_offset: Offset) -> Segment:
        """Start a new active segment. Raises OSError and changes nothing then."""
        segments = self._segments
        old = segments.active
        fresh = Segment(segments.directory, base_offset)
        file = segments.open_files.get(fresh.path(), create=True)
        if file.size():
            file.truncate(0)
        old.close_indexes()
        fresh.start_indexes()
        segments.add(fresh)
        segments.note_closed(old)
        self._names_version += 1
        return fresh

    def begin_sync(self) -> SyncTicket:
        """What has to reach the disk so that everything written so far is durable."""
        segments = self._segments
        covered = tuple(
            CoveredSegment(segment, segment.held, segment.size_bytes)
            for segment in self._dirty
            if segment.held is not None
        )
        directories: tuple[str, ...] = ()
        small_files: tuple[str, ...] = ()
        if self._names_synced < self._names_version:
            directories = (segments.directory,)
        if self.is_new:
            parent = segments.directory.rpartition("/")[0]
            directories = (segments.directory, parent)
            small_files = (f"{segments.directory}/{PARTITION_METADATA}",)
        return SyncTicket(
            self.written_end_offset,
            covered,
            segments.filesystem,
            small_files,
            directories,
            self._names_version,
            self._sync_history,
        )

    def end_sync(self, ticket: SyncTicket) -> None:
        """Take note that a ticket ran to its end. Tickets may overlap."""
        for each in ticket.covered:
            segment = each.segment
            if segment.size_bytes == each.size_bytes and segment in self._dirty:
                segment.held = None
                self._dirty.remove(segment)
        self._names_synced = max(self._names_synced, ticket.names_version)
        if ticket.small_files:
            self.is_new = False
        self.durable_end_offset = max(self.durable_end_offset, ticket.end_offset)

    def fence(self, error: OSError) -> None:
        """Take no more batches: what is on disk is not known any more, and no sync will tell."""
        self.fencing_error = error
        self.forget([*self._dirty])
        self.staged = []
        self.log_end_offset = self.written_end_offset

    def forget(self, dropped: list[Segment]) -> None:
        """Segments that left the log need no sync."""
        for segment in dropped:
            if segment in self._dirty:
                self._dirty.remove(segment)
            segment.held = None

    def _write_run(
        self, active: Segment, run: list[StagedBatch], config: LogConfig, now_ms: int
    ) -> None:
        if not run:
            return
        file = active.held
        if file is None:
            file = self._segments.file(active)
            active.held = file
            self._dirty.append(active)
        write_all(file, [batch.buffer for batch in run])
        position = active.size_bytes
        if not position:
            active.first_append_ms = now_ms
        every = config.index_interval_bytes
        for _, _, last_offset, max_timestamp_ms, size in run:
            active.note_batch(position, last_offset, max_timestamp_ms, size, every)
            position += size
        active.size_bytes = position
        active.modified_ms = now_ms
        self.written_end_offset = active.end_offset

    def _undo_write(self, error: OSError) -> None:
        """Bring the file back to the last whole batch; fence when that cannot be done."""
        active = self._segments.active
        try:
            file: File | None = active.held
            if file is not None and file.size() != active.size_bytes:
                file.truncate(active.size_bytes)
                self._sync_history.run(file.datasync)
            if self.durable_end_offset == self.written_end_offset or not active.size_bytes:
                self.forget([active])
        except OSError as worse:
            self.fence(worse)
            raise LogFenced(f"a failed write could not be undone: {worse}") from worse
        if error.errno not in NO_ROOM | NO_DESCRIPTORS:
            self.fence(error)
            raise LogFenced(f"a write failed: {error}") from error
        kind = StorageFull if error.errno in NO_ROOM else NoFileFree
        raise kind(f"nothing was written: {error}") from error
