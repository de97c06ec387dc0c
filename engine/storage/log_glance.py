"""What the names and sizes of a log's files tell, so that it need not be opened without a reason.

A log that is not open takes no appends: whether retention or the cleaner may have anything to do
there changes with time alone. Age counts from the last append to a segment, which is never before
its records came; a time from the future tells nothing. Opening tells the rest.
"""

from collections.abc import Sequence
from typing import NamedTuple

from engine.kernel.ids import Offset
from engine.storage.file_names import LOG, base_offset_of
from engine.storage.filesystem import FileSystem
from engine.storage.log_config import UNBOUNDED, LogConfig


class SegmentFile(NamedTuple):
    """The log file of one segment."""

    base_offset: Offset
    size_bytes: int
    modified_ms: int


class LogGlance(NamedTuple):
    """The segments of a log that is not open, in order, and the log start that is known of it."""

    segments: Sequence[SegmentFile]
    log_start_offset: Offset

    @property
    def size_bytes(self) -> int:
        """Bytes of all log files."""
        return sum(segment.size_bytes for segment in self.segments)

    def may_lose_segments(self, config: LogConfig, now_ms: int | None) -> bool:
        """Whether retention may have anything to remove. No age decides while `now_ms` is None."""
        if not self.size_bytes:
            return False
        first = self.segments[0]
        if len(self.segments) > 1 and self.segments[1].base_offset <= self.log_start_offset:
            return True
        if not config.deletes_segments:
            return False
        excess = self.size_bytes - config.retention_bytes
        if config.retention_bytes != UNBOUNDED and excess >= first.size_bytes:
            return True
        by_age = now_ms is not None and config.retention_ms != UNBOUNDED
        return by_age and not _is_younger(first, config.retention_ms, now_ms)

    def may_be_cleaned(
        self, config: LogConfig, cleaned_end_offset: Offset, now_ms: int | None
    ) -> bool:
        """Whether there may be anything dirty in a closed segment, or in one that is to be."""
        if not self.size_bytes:
            return False
        active = self.segments[-1]
        if active.base_offset > max(cleaned_end_offset, self.segments[0].base_offset):
            return True
        return bool(active.size_bytes) and not _is_younger(active, config.roll_ms, now_ms)


def glance_at(filesystem: FileSystem, directory: str, log_start_offset: Offset) -> LogGlance:
    """Look at a directory without opening a file. Raises OSError."""
    segments = []
    for name in filesystem.list_directory(directory):
        base_offset = base_offset_of(name, LOG)
        if base_offset is not None:
            status = filesystem.status(f"{directory}/{name}")
            segments.append(SegmentFile(base_offset, status.size_bytes, status.modified_ms))
    return LogGlance(sorted(segments), log_start_offset)


def _is_younger(segment: SegmentFile, age_ms: int, now_ms: int | None) -> bool:
    """Whether the last append to a segment is not as long ago; of course while no age decides."""
    return now_ms is None or 0 <= now_ms - segment.modified_ms < age_ms
