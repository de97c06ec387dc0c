"""Putting a cleaned segment in the place of its sources, so that a crash leaves the old or the new.

    written           X.log.cleaned, X.index.cleaned, X.timeindex.cleaned      synced, names synced
    commit            X.log.cleaned -> X.log.swap                              names synced
    take_places       every source's files -> .deleted, X's indexes -> their names
    finish            names synced; X.log.swap -> X.log                        names synced

Before the commit is on disk an opening log removes what is `.cleaned`. After it, a `.swap` is there
until everything else is on disk, and `settle_swaps` does the rest: sources are the segments whose
base lies in the offsets of the `.swap`, whose last batch cleaning keeps, empty if need be. The
content of a source whose names are gone stays with those who have it open.

Differs from Kafka: indexes do not go through `.swap`, and each step is on disk before the next.
Sources: Kafka's `LocalLog.replaceSegments`, `LogLoader`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.kernel.ids import OFFSET_MAX, Offset
from engine.storage.batch_walk import find_batch_behind, walk_headers
from engine.storage.file_names import (
    CLEANED,
    DELETED,
    LOG,
    OFFSET_INDEX,
    SWAP,
    TIME_INDEX,
    TRANSACTION_INDEX,
    base_offset_of,
    segment_file,
)
from engine.storage.filesystem import FileSystem
from engine.storage.whole_file import remove_if_there

INDEX_SUFFIXES = (OFFSET_INDEX, TIME_INDEX, TRANSACTION_INDEX)


@dataclass(frozen=True, slots=True)
class SegmentSwap:
    """The change of names of one cleaned segment. Its files are written and on disk."""

    filesystem: FileSystem
    directory: str
    base_offset: Offset
    source_bases: tuple[Offset, ...]

    def commit(self) -> None:
        """Decide for the cleaned segment. Any thread; blocks for a sync. Raises OSError."""
        log = self._path(self.base_offset, LOG)
        self.filesystem.rename(log + CLEANED, log + SWAP)
        self.filesystem.sync_directory(self.directory)

    def take_places(self) -> None:
        """Take the sources out of the log's names and the indexes in. Raises OSError.

        The log's own thread, in one go with the change in memory: no look-up by name in between.
        """
        for base_offset in self.source_bases:
            for suffix in (LOG, *INDEX_SUFFIXES):
                path = self._path(base_offset, suffix)
                _rename_if_there(self.filesystem, path, path + DELETED)
        _take_indexes(self.filesystem, self.directory, self.base_offset)

    def finish(self) -> None:
        """Give the log file its name. Any thread; blocks for two syncs. Raises OSError."""
        _finish(self.filesystem, self.directory, self.base_offset)

    def abandon(self) -> None:
        """Remove what was written, before `take_places`. Raises OSError."""
        log = self._path(self.base_offset, LOG)
        remove_if_there(self.filesystem, log + SWAP)
        for suffix in (LOG, *INDEX_SUFFIXES):
            remove_if_there(self.filesystem, self._path(self.base_offset, suffix) + CLEANED)

    def unlink(self) -> None:
        """Free the bytes of the sources. Any thread; blocks. Raises OSError."""
        for base_offset in self.source_bases:
            for suffix in (LOG, *INDEX_SUFFIXES):
                remove_if_there(self.filesystem, self._path(base_offset, suffix) + DELETED)

    def _path(self, base_offset: Offset, suffix: str) -> str:
        return f"{self.directory}/{segment_file(base_offset, suffix)}"


def settle_swaps(filesystem: FileSystem, directory: str, names: Sequence[str]) -> bool:
    """Finish the swaps that were decided and forget those that were not; whether names changed.

    For a log that is being opened. Blocks. Raises OSError.
    """
    swaps = [name.removesuffix(SWAP) for name in names if name.endswith(LOG + SWAP)]
    if swaps:
        # The process may have died before the decision was on disk.
        filesystem.sync_directory(directory)
    for name in swaps:
        base_offset = base_offset_of(name, LOG)
        if base_offset is not None:
            _settle(filesystem, directory, base_offset, names)
    decided = {name.removesuffix(LOG) for name in swaps}
    stale = [
        name for name in names if name.endswith(CLEANED) and name.partition(".")[0] not in decided
    ]
    for name in stale:
        filesystem.unlink(f"{directory}/{name}")
    return bool(swaps or stale)


def end_offset_in(filesystem: FileSystem, path: str, base_offset: Offset) -> Offset:
    """The offset behind the last batch in a segment's file, whatever lies before that."""
    file = filesystem.open(path)
    size = file.size()
    position, end_offset = 0, base_offset
    while position < size:
        for batch in walk_headers(file, position, size):
            if batch.header.base_offset < end_offset:
                break
            position, end_offset = batch.end_position, batch.header.last_offset + 1
        if position < size:
            found = find_batch_behind(file, position, size, end_offset, OFFSET_MAX)
            if found is None:
                break
            position, end_offset = found.end_position, found.header.last_offset + 1
    return end_offset


def _settle(
    filesystem: FileSystem, directory: str, base_offset: Offset, names: Sequence[str]
) -> None:
    swap = f"{directory}/{segment_file(base_offset, LOG)}{SWAP}"
    end_offset = end_offset_in(filesystem, swap, base_offset)
    for name in names:
        other = base_offset_of(name, LOG)
        if other is not None and base_offset < other < end_offset:
            for suffix in (LOG, *INDEX_SUFFIXES):
                remove_if_there(filesystem, f"{directory}/{segment_file(other, suffix)}")
    _take_indexes(filesystem, directory, base_offset)
    _finish(filesystem, directory, base_offset)


def _take_indexes(filesystem: FileSystem, directory: str, base_offset: Offset) -> None:
    for suffix in INDEX_SUFFIXES:
        path = f"{directory}/{segment_file(base_offset, suffix)}"
        _rename_if_there(filesystem, path + CLEANED, path)


def _finish(filesystem: FileSystem, directory: str, base_offset: Offset) -> None:
    filesystem.sync_directory(directory)
    path = f"{directory}/{segment_file(base_offset, LOG)}"
    filesystem.rename(path + SWAP, path)
    filesystem.sync_directory(directory)


def _rename_if_there(filesystem: FileSystem, source: str, target: str) -> None:
    try:
        filesystem.rename(source, target)
    except FileNotFoundError:
        return
