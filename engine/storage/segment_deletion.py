"""Removing the files of segments that have left their log. Any thread; the log goes on meanwhile.

First the names change, oldest segment first and each on disk before the next, so that a crash
leaves a log without a hole; readers keep what they have open. The bytes are freed later.
"""

from dataclasses import dataclass

from engine.storage.file_names import DELETED, SEGMENT_SUFFIXES
from engine.storage.filesystem import FileSystem
from engine.storage.segment import Segment
from engine.storage.whole_file import remove_if_there


@dataclass(frozen=True, slots=True)
class SegmentDeletion:
    """The files of some of the oldest segments of one log, in order."""

    filesystem: FileSystem
    directory: str
    segments: tuple[Segment, ...]

    def rename(self) -> None:
        """Take the files out of the log's names. Blocks for a sync each. Raises OSError."""
        for segment in self.segments:
            for suffix in SEGMENT_SUFFIXES:
                path = segment.path(suffix)
                try:
                    self.filesystem.rename(path, path + DELETED)
                except FileNotFoundError:
                    continue
            self.filesystem.sync_directory(self.directory)

    def unlink(self) -> None:
        """Free the bytes. Blocks. Raises OSError; opening the log does the rest then."""
        for segment in self.segments:
            for suffix in SEGMENT_SUFFIXES:
                remove_if_there(self.filesystem, segment.path(suffix) + DELETED)
