"""Saving what is derived of one log, so that opening it again is short.

Made and ended by the log's writer. Another thread runs `sync`, whose failure leaves the log not
known, then `save`, whose failure only costs this checkpoint: it writes the new index entries, the
leader epochs and the producers as they are at `offset`. When all of that is on disk, `offset` may
be published as the recovery point.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.kernel.ids import Offset
from engine.storage.file_names import (
    CHECKSUM,
    LEADER_EPOCHS,
    OFFSET_INDEX,
    SNAPSHOT,
    TIME_INDEX,
    segment_file,
)
from engine.storage.filesystem import FileSystem
from engine.storage.leader_epochs import LeaderEpochs
from engine.storage.offset_index import ENTRY_SIZE as OFFSET_ENTRY_SIZE
from engine.storage.segment import Segment
from engine.storage.segments import Segments
from engine.storage.sync_ticket import SyncTicket
from engine.storage.time_index import ENTRY_SIZE as TIME_ENTRY_SIZE
from engine.storage.whole_file import remove_if_there, replace_files, write_all, write_file


@dataclass(frozen=True, slots=True)
class IndexTail:
    """Bytes to put behind the first `saved_bytes` of an index file."""

    path: str
    saved_bytes: int
    content: bytes


@dataclass(frozen=True, slots=True)
class SavedEntries:
    """How many entries of a segment's indexes a checkpoint saves."""

    segment: Segment
    offset_entries: int
    time_entries: int


@dataclass(frozen=True, slots=True)
class LogCheckpoint:
    """One checkpoint of one log."""

    offset: Offset
    filesystem: FileSystem
    sync: SyncTicket
    index_tails: tuple[IndexTail, ...]
    saved_entries: tuple[SavedEntries, ...]
    epochs: tuple[str, bytes] | None
    """Path and content of the leader epochs when they changed."""
    snapshot: tuple[str, bytes]
    """Path and content of the producer snapshot at `offset`."""
    stale_paths: tuple[str, ...]
    """Older producer snapshots to remove."""

    def save(self) -> None:
        """Put on disk what is derived, after `sync` ran. Any thread; blocks. Raises OSError."""
        for tail in self.index_tails:
            file = self.filesystem.open(tail.path, create=True)
            if file.size() != tail.saved_bytes:
                file.truncate(tail.saved_bytes)
            if tail.content:
                write_all(file, [tail.content])
            file.datasync()
        if self.epochs is not None:
            path, content = self.epochs
            checksum = LeaderEpochs.checksum(content)
            replace_files(self.filesystem, [(path, content), (path + CHECKSUM, checksum)])
        write_file(self.filesystem, *self.snapshot, is_synced=False)
        for path in self.stale_paths:
            remove_if_there(self.filesystem, path)

    def note_saved(self) -> None:
        """Let the segments know what their index files hold. The writer's thread."""
        for saved in self.saved_entries:
            saved.segment.saved_offset_entries = saved.offset_entries
            saved.segment.saved_time_entries = saved.time_entries


def collect_checkpoint(
    segments: Segments,
    offset: Offset,
    sync: SyncTicket,
    *,
    epochs: bytes | None,
    snapshot: bytes,
    stale_snapshots: Sequence[Offset],
) -> LogCheckpoint:
    """Gather what is to be saved of a log that ends at an offset. The writer's thread."""
    tails: list[IndexTail] = []
    saved: list[SavedEntries] = []
    for segment in segments:
        offsets, times = segment.offset_index, segment.time_index
        if offsets is None or times is None or _is_empty(segments, segment):
            continue
        saved.append(SavedEntries(segment, len(offsets), len(times)))
        if segment.saved_offset_entries != len(offsets):
            first = _first_unsaved(segment.saved_offset_entries, len(offsets))
            tails.append(
                IndexTail(
                    segment.path(OFFSET_INDEX), first * OFFSET_ENTRY_SIZE, offsets.encode(first)
                )
            )
        if segment.saved_time_entries != len(times):
            first = _first_unsaved(segment.saved_time_entries, len(times))
            tails.append(
                IndexTail(segment.path(TIME_INDEX), first * TIME_ENTRY_SIZE, times.encode(first))
            )
    directory = segments.directory
    return LogCheckpoint(
        offset,
        segments.filesystem,
        sync,
        tuple(tails),
        tuple(saved),
        None if epochs is None else (f"{directory}/{LEADER_EPOCHS}", epochs),
        (f"{directory}/{segment_file(offset, SNAPSHOT)}", snapshot),
        tuple(f"{directory}/{segment_file(stale, SNAPSHOT)}" for stale in stale_snapshots),
    )


def _is_empty(segments: Segments, segment: Segment) -> bool:
    """Whether a segment that grows has no index entries yet, and no files that say otherwise.

    A file without entries tells no more than none, and would cost a small log two syncs.
    """
    is_unsaved = segment.saved_offset_entries <= 0 and segment.saved_time_entries <= 0
    return (
        segment is segments.active
        and is_unsaved
        and not (segment.offset_index or segment.time_index)
    )


def _first_unsaved(saved: int, count: int) -> int:
    """The first entry to write; all of them when the file holds something else."""
    return saved if 0 <= saved <= count else 0
