"""Opening a log: finds its end, cuts a torn tail, quarantines damage, rebuilds what is derived.

The recovery point is the offset up to which the log was known to be on disk. What lies before it is
never cut: damage there becomes a range that reads refuse, and what was cut off before it, or before
the log start, becomes a hole in front of the next append. What lies behind it is checked batch by
batch, so the work is bounded by what was written since the last checkpoint; the first unsound batch
there is the torn tail, and it and everything behind it go. Cut and batches may still be on their
way to the disk: the process may have died, not the machine. Whoever opens the log puts them there
before it is used.

After a clean shutdown the recovery point is the end, and the walk is that of one index interval.
Source: Kafka's `LogLoader`, with the stricter treatment of damage before the recovery point.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from engine.kernel.ids import OFFSET_MAX, Offset, Position
from engine.records.control import read_end_marker
from engine.records.errors import InvalidBatch
from engine.storage.batch_walk import BatchAt, walk_headers, walk_verified
from engine.storage.epoch_rebuild import rebuilt_epochs
from engine.storage.errors import MalformedFile
from engine.storage.file_names import (
    CHECKSUM,
    LEADER_EPOCHS,
    SEGMENT_SUFFIXES,
    SNAPSHOT,
    segment_file,
)
from engine.storage.index_resume import resume_indexes
from engine.storage.leader_epochs import LeaderEpochs
from engine.storage.log_files import list_segments, snapshot_offsets, without_leftovers
from engine.storage.offset_index import RELATIVE_OFFSET_MAX
from engine.storage.producer_snapshot import decode_snapshot
from engine.storage.producer_state import ProducerState
from engine.storage.segment import Segment
from engine.storage.segment_swap import settle_swaps
from engine.storage.segments import Segments
from engine.storage.whole_file import read_file, read_if_there, remove_if_there

Progress: TypeAlias = Callable[[int, int], None]
"""Is told after each batch how many bytes were checked, and of how many; may raise to end it."""


@dataclass(slots=True)
class RecoveredLog:
    """What opening a log found. `segments` was filled in place."""

    end_offset: Offset
    epochs: LeaderEpochs
    producers: ProducerState
    work: "RecoveryWork"
    unsynced: dict[Segment, Position]
    """Segments that were cut or have batches behind the recovery point, in order, each with the
    position from which on its bytes may not be on disk."""
    saved_epochs: bytes
    """What the checkpoint file of the leader epochs holds."""
    snapshot_offsets: list[Offset]
    """The producer snapshots there are, in order."""


class RecoveryWork(NamedTuple):
    """What opening a log took."""

    checked_bytes: int
    """Bytes of the batches that were read, each whole."""
    cut_bytes: int
    """Bytes of the torn tail that was removed."""


@dataclass(slots=True)
class _Scan:
    """How far recovery has come."""

    expected: Offset
    producers_from: Offset
    to_check_bytes: int = 0
    checked_bytes: int = 0
    cut_bytes: int = 0
    unsynced: dict[Segment, Position] = field(default_factory=dict)


class Recovery:
    """One opening of one log. Blocks on the disk; used once."""

    def __init__(
        self,
        segments: Segments,
        *,
        recovery_point: Offset,
        log_start_offset: Offset,
        now_ms: int,
        progress: Progress | None = None,
    ) -> None:
        """`progress` is called after each batch that was read."""
        self._segments = segments
        self._progress = progress
        self._filesystem = segments.filesystem
        self._directory = segments.directory
        self._recovery_point = recovery_point
        self._log_start_offset = log_start_offset
        self._now_ms = now_ms
        self._epochs = LeaderEpochs()
        self._saved_epochs = b""
        self._producers = ProducerState()

    def run(self) -> RecoveredLog:
        """Open the log. Raises OSError."""
        names = self._filesystem.list_directory(self._directory)
        if settle_swaps(self._filesystem, self._directory, names):
            names = self._filesystem.list_directory(self._directory)
        names = without_leftovers(self._filesystem, self._directory, names)
        list_segments(self._segments, names, self._log_start_offset)
        snapshots = snapshot_offsets(names)
        scan = self._begin(snapshots)
        self._scan_from_recovery_point(scan)
        end_offset = max(scan.expected, self._recovery_point, self._log_start_offset)
        for offset in snapshots:
            if offset > end_offset:
                remove_if_there(self._filesystem, self._path(offset, SNAPSHOT))
        self._make_active(end_offset, scan.expected)
        return RecoveredLog(
            end_offset,
            self._epochs,
            self._producers,
            RecoveryWork(scan.checked_bytes, scan.cut_bytes),
            scan.unsynced,
            self._saved_epochs,
            [offset for offset in snapshots if offset <= end_offset],
        )

    def _begin(self, snapshots: list[Offset]) -> _Scan:
        """Load epochs and producers as they were at or before the recovery point."""
        path = f"{self._directory}/{LEADER_EPOCHS}"
        try:
            content = read_file(self._filesystem, path)
            checksum = read_if_there(self._filesystem, path + CHECKSUM)
            self._epochs = LeaderEpochs.decode_checked(content, checksum, path)
            self._saved_epochs = content
        except (FileNotFoundError, MalformedFile):
            self._epochs = rebuilt_epochs(self._segments)
        self._epochs.cut_end(self._recovery_point)
        self._segments.epochs = self._epochs
        first_offset = self._segments.first.base_offset
        for offset in reversed(snapshots):
            if offset > self._recovery_point:
                continue
            path = self._path(offset, SNAPSHOT)
            try:
                entries = decode_snapshot(read_file(self._filesystem, path), path)
            except (FileNotFoundError, MalformedFile):
                continue
            self._producers = ProducerState(entries.items())
            return _Scan(first_offset, offset)
        return _Scan(first_offset, first_offset)

    def _scan_from_recovery_point(self, scan: _Scan) -> None:
        # The segment before the recovery point may have been saved before it was closed.
        start = self._segments.floor(self._recovery_point - 1) or self._segments.first
        position, scan.expected = resume_indexes(self._segments, start, self._recovery_point)
        ahead = [each for each in self._segments if each.base_offset >= start.base_offset]
        scan.to_check_bytes = sum(each.size_bytes for each in ahead) - position
        self._replay_producers(scan, start, position)
        segment: Segment | None = start
        while segment is not None:
            if segment is not start:
                if segment.base_offset > scan.expected and not self._may_skip(scan, segment):
                    self._remove_from(scan, segment)
                    return
                position = 0
                segment.start_indexes()
            scan.expected = max(scan.expected, segment.base_offset)
            if not self._scan_segment(scan, segment, position):
                return
            segment = self._segments.after(segment)

    def _may_skip(self, scan: _Scan, segment: Segment) -> bool:
        """Whether offsets may be missing before a segment: compacted away, deleted or lost."""
        return (
            not self._segments.gaps_are_damage
            or segment.base_offset <= self._log_start_offset
            or scan.expected < self._recovery_point
        )

    def _replay_producers(self, scan: _Scan, start: Segment, position: Position) -> None:
        """Bring the producers from an older snapshot to where the scan starts."""
        if scan.producers_from >= scan.expected:
            return
        segment: Segment | None = self._segments.floor(scan.producers_from) or self._segments.first
        at = 0
        while segment is not None:
            end = position if segment is start else segment.size_bytes
            expected = segment.base_offset
            while at < end:
                for batch in walk_verified(self._segments.file(segment), at, end):
                    if not self._segments.is_in_place(segment, batch.header, expected):
                        break
                    if batch.header.base_offset >= scan.producers_from:
                        self._note_producer(batch)
                    self._tell(scan)
                    at, expected = batch.end_position, batch.header.last_offset + 1
                if at < end:
                    damage = self._segments.damage_at(segment, at, expected)
                    at, expected = damage.end_position, damage.end_offset
            if segment is start:
                return
            segment, at = self._segments.after(segment), 0

    def _scan_segment(self, scan: _Scan, segment: Segment, position: Position) -> bool:
        """Check every batch from a position; False when the tail was cut, which ends the log."""
        file = self._segments.file(segment)
        segment.trusted_from = min(segment.trusted_from, position)
        while position < segment.size_bytes:
            next_base = segment.end_offset
            for batch in walk_verified(file, position, segment.size_bytes):
                segment.end_offset = next_base
                if not self._may_follow(scan, segment, batch):
                    break
                self._note(scan, segment, batch)
                position = batch.end_position
            segment.end_offset = next_base
            if position >= segment.size_bytes:
                break
            if scan.expected >= self._recovery_point:
                self._cut(scan, segment, position)
                return False
            damage = self._segments.damage_at(segment, position, scan.expected)
            if damage.end_position >= segment.size_bytes and next_base == OFFSET_MAX:
                bounded = damage._replace(end_offset=self._recovery_point)
                segment.damages = tuple(bounded if d == damage else d for d in segment.damages)
                break
            position, scan.expected = damage.end_position, damage.end_offset
        if segment is not self._segments.active:
            segment.close_indexes()
            self._segments.note_closed(segment)
        return True

    def _may_follow(self, scan: _Scan, segment: Segment, batch: BatchAt) -> bool:
        """Whether a sound batch is the next one. Behind the recovery point epochs are learned."""
        header, end = batch.header, self._recovery_point
        if header.last_offset - segment.base_offset > RELATIVE_OFFSET_MAX:
            return False
        if scan.expected < end:
            if header.last_offset >= end and self._segments.is_overtaken(segment, batch):
                return False
            # A gap that compaction left may reach across the point, behind which no epoch is known.
            if header.base_offset < end or self._segments.gaps_are_damage:
                return self._segments.is_in_place(segment, header, scan.expected)
        return scan.expected <= header.base_offset and header.last_offset < segment.end_offset

    def _note(self, scan: _Scan, segment: Segment, batch: BatchAt) -> None:
        header = batch.header
        segment.note_batch(
            batch.position,
            header.last_offset,
            header.latest_record_ms,
            header.size_bytes,
            self._segments.index_interval_bytes,
        )
        scan.expected = header.last_offset + 1
        scan.checked_bytes += header.size_bytes
        self._tell(scan)
        if header.leader_epoch >= 0 and header.base_offset >= self._recovery_point:
            self._epochs.assign(header.leader_epoch, header.base_offset)
        if header.base_offset >= scan.producers_from:
            self._note_producer(batch)
        if scan.expected > self._recovery_point:
            scan.unsynced.setdefault(segment, batch.position)

    def _tell(self, scan: _Scan) -> None:
        if self._progress is not None:
            self._progress(scan.checked_bytes, scan.to_check_bytes)

    def _note_producer(self, batch: BatchAt) -> None:
        header = batch.header
        if not header.has_producer_id:
            return
        appended_ms = header.max_timestamp_ms if header.is_log_append_time else self._now_ms
        if not header.is_control:
            self._producers.record_batch(header, header.base_offset, appended_ms)
        else:
            try:
                marker = read_end_marker(batch.content)
            except InvalidBatch:
                marker = None
            if marker is not None:
                self._producers.record_marker(header, marker, appended_ms)
        self._producers.commit()

    def _cut(self, scan: _Scan, segment: Segment, position: Position) -> None:
        """Remove the tail from a position on: the rest of its segment and all newer ones."""
        newer = self._segments.after(segment)
        if newer is not None:
            self._remove_from(scan, newer)
        scan.cut_bytes += segment.size_bytes - position
        self._segments.file(segment).truncate(position)
        segment.size_bytes = position
        segment.trusted_from = min(segment.trusted_from, position)
        scan.unsynced.setdefault(segment, position)

    def _remove_from(self, scan: _Scan, segment: Segment) -> None:
        """Remove a segment and all newer ones, the newest first."""
        while True:
            dropped = self._segments.drop_last()
            scan.cut_bytes += dropped.size_bytes
            for suffix in SEGMENT_SUFFIXES:
                remove_if_there(self._filesystem, dropped.path(suffix))
            if dropped is segment:
                return

    def _make_active(self, end_offset: Offset, expected: Offset) -> None:
        """The last segment takes appends, or a new one if the offsets expected next were lost."""
        active = self._segments.active
        active.end_offset = end_offset
        self._segments.offset_index(active)
        if expected < end_offset:
            is_told = active.damages and active.damages[-1].end_offset >= end_offset
            if not is_told and end_offset > self._log_start_offset:
                self._segments.note_gap(active, expected)
            active.close_indexes()
            fresh = Segment(self._directory, end_offset)
            fresh.start_indexes()
            self._segments.open_files.get(fresh.path(), create=True)
            self._segments.add(fresh)
            self._segments.note_closed(active)
        elif active.size_bytes:
            self._note_first_append(active)

    def _note_first_append(self, active: Segment) -> None:
        first = next(walk_headers(self._segments.file(active), 0, active.size_bytes), None)
        stamp_ms = -1 if first is None else first.header.latest_record_ms
        usable = 0 < stamp_ms <= self._now_ms
        active.first_append_ms = stamp_ms if usable else min(active.modified_ms, self._now_ms)

    def _path(self, offset: Offset, suffix: str) -> str:
        return f"{self._directory}/{segment_file(offset, suffix)}"
