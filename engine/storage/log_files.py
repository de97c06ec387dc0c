"""The files of a log, as an opening finds them: what counts, and what is left of something else.

A segment is there if its log file is. What a deletion or a replacement left behind, and indexes
without a log, are removed. Everything here blocks on the disk and raises OSError.
"""

from collections.abc import Iterable
from contextlib import suppress

from engine.kernel.ids import OFFSET_MAX, Offset
from engine.storage.errors import MalformedFile
from engine.storage.file_names import (
    DELETED,
    LOG,
    OFFSET_INDEX,
    SNAPSHOT,
    TEMPORARY,
    TIME_INDEX,
    base_offset_of,
    segment_file,
)
from engine.storage.filesystem import FileSystem
from engine.storage.producer_snapshot import decode_snapshot
from engine.storage.segment import UNKNOWN_TIMESTAMP, Segment
from engine.storage.segments import Segments
from engine.storage.whole_file import read_file


def saved_offset(filesystem: FileSystem, directory: str) -> Offset:
    """Up to where a log was on disk for certain, when its recovery point is lost; 0 if unknown.

    A checkpoint writes a producer snapshot after it has synced the log up to there. Blocks; raises
    OSError.
    """
    for offset in reversed(snapshot_offsets(filesystem.list_directory(directory))):
        path = f"{directory}/{segment_file(offset, SNAPSHOT)}"
        with suppress(FileNotFoundError, MalformedFile):
            decode_snapshot(read_file(filesystem, path), path)
            return offset
    return 0


def without_leftovers(filesystem: FileSystem, directory: str, names: list[str]) -> list[str]:
    """Finish deletions that were under way, drop temporary files and indexes without a log.

    The names that are left.
    """
    kept = []
    logs = {name.removesuffix(LOG) for name in names if name.endswith(LOG)}
    for name in names:
        stem, dot, suffix = name.rpartition(".")
        is_stray = dot + suffix in (OFFSET_INDEX, TIME_INDEX) and stem not in logs
        if name.endswith((DELETED, TEMPORARY)) or is_stray:
            filesystem.unlink(f"{directory}/{name}")
        else:
            kept.append(name)
    return kept


def list_segments(segments: Segments, names: Iterable[str], log_start_offset: Offset) -> None:
    """Fill `segments` with those of a directory; with a new one at the log start if none is there.

    Where a segment ends nobody knows yet: it is told to reach to the next one, the last for ever.
    """
    bases = sorted(
        offset for offset in (base_offset_of(name, LOG) for name in names) if offset is not None
    )
    directory = segments.directory
    if not bases:
        segment = Segment(directory, log_start_offset)
        segments.open_files.get(segment.path(), create=True)
        segment.start_indexes()
        segment.end_offset = OFFSET_MAX
        segments.add(segment)
        return
    for base_offset, next_base in zip(bases, [*bases[1:], OFFSET_MAX], strict=True):
        status = segments.filesystem.status(f"{directory}/{segment_file(base_offset, LOG)}")
        segment = Segment(directory, base_offset, size_bytes=status.size_bytes)
        segment.modified_ms = status.modified_ms
        segment.end_offset = next_base
        segment.max_timestamp_ms = UNKNOWN_TIMESTAMP
        segments.add(segment)


def snapshot_offsets(names: Iterable[str]) -> list[Offset]:
    """The producer snapshots among some names, in order."""
    offsets = (base_offset_of(name, SNAPSHOT) for name in names)
    return sorted(offset for offset in offsets if offset is not None)
