"""What one sync of one log covers. Made and ended by the log's writer, run by another thread.

A ticket holds the files open that it syncs, so rolling, closing or deleting in the meantime does
not disturb it. Older segments are synced before newer ones, names after contents.

The operating system tells of a failed write-back once, to one of those who sync a file; the next
sync succeeds although the content is lost. Tickets of one log may run in several threads, so they
share what became of it: one runs at a time, and none succeeds after one failed. What could not even
be opened for a sync, for want of descriptors, is no failure of the disk: it is tried again later.
"""

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial

from engine.kernel.ids import Offset, Position
from engine.storage.filesystem import NO_DESCRIPTORS, File, FileSystem
from engine.storage.segment import Segment


@dataclass(frozen=True, slots=True)
class CoveredSegment:
    """A segment with unsynced bytes as it was when the ticket was made."""

    segment: Segment
    file: File
    size_bytes: Position


@dataclass(slots=True)
class SyncHistory:
    """Whether a sync of a log ever failed."""

    failure: OSError | None = None
    running: threading.Lock = field(default_factory=threading.Lock)

    def run(self, force: Callable[[], None]) -> None:
        """Force something to the disk, unless that failed before. Any thread. Raises OSError."""
        with self.running:
            if self.failure is not None:
                failure = self.failure
                raise OSError(failure.errno, f"an earlier sync failed: {failure}") from failure
            try:
                force()
            except OSError as error:
                if error.errno not in NO_DESCRIPTORS:
                    self.failure = error
                raise


@dataclass(frozen=True, slots=True)
class SyncTicket:
    """Everything before `end_offset` is durable once `run` returned and the log ended it."""

    end_offset: Offset
    covered: tuple[CoveredSegment, ...]
    filesystem: FileSystem
    small_files: tuple[str, ...]
    """Paths of small files of a new partition that have never been synced."""
    directories: tuple[str, ...]
    """Directories with names that have never been synced, inner before outer."""
    names_version: int
    """Which state of the log's names this covers."""
    history: SyncHistory

    def run(self, synced: Collection[str] = ()) -> None:
        """Force it all to the disk. Any thread; blocks. Raises OSError, then nothing is known.

        `synced` are directories that were synced since the ticket was made. Without descriptors
        (NO_DESCRIPTORS) nothing was lost, and another ticket may succeed.
        """
        self.history.run(partial(self._force, synced))

    def _force(self, synced: Collection[str]) -> None:
        for each in self.covered:
            each.file.datasync()
        for path in self.small_files:
            self.filesystem.open(path).datasync()
        for path in self.directories:
            if path not in synced:
                self.filesystem.sync_directory(path)
