"""A bounded set of open files, shared by all logs of a data directory.

Who needs a file asks for it each time. The least recently used ones are let go when there are too
many, by our own limit or by that of the process. Letting go closes a file only when nobody else
holds it: a reader's region, a sync under way and a segment with unsynced bytes keep theirs. Those
count as well: when all are held, nobody gets one more, as if the process had no descriptor left.
"""

import errno
from collections import OrderedDict
from weakref import WeakSet

from engine.storage.filesystem import NO_DESCRIPTORS, File, FileSystem

OPEN_FILES_MAX = 512
"""Files kept open when the engine's descriptors are not known to be fewer."""


class OpenFiles:
    """Files by path. Not thread-safe: the writer's thread only."""

    __slots__ = ("_files", "_filesystem", "_limit", "_open")

    def __init__(self, filesystem: FileSystem, limit: int = OPEN_FILES_MAX) -> None:
        assert limit > 0
        self._filesystem = filesystem
        self._limit = limit
        self._files: OrderedDict[str, File] = OrderedDict()
        self._open: WeakSet[File] = WeakSet()
        """Every file that has not been closed, whoever holds it."""

    def __len__(self) -> int:
        return len(self._files)

    def get(self, path: str, *, create: bool = False) -> File:
        """The file, open for reading and appending. Raises OSError."""
        file = self._files.get(path)
        if file is not None:
            self._files.move_to_end(path)
            return file
        while len(self._open) >= self._limit:
            if not self._files:
                raise OSError(errno.EMFILE, f"all of {self._limit} files are in use", path)
            self._files.popitem(last=False)
        file = self._opened(path, create=create)
        self._open.add(file)
        self._files[path] = file
        return file

    def forget(self, path: str) -> None:
        """Let go of a file that is renamed or removed."""
        self._files.pop(path, None)

    def forget_directory(self, directory: str) -> None:
        """Let go of every file in a directory that is renamed or removed."""
        for path in [each for each in self._files if each.rpartition("/")[0] == directory]:
            del self._files[path]

    def forget_all(self) -> None:
        """Let go of every file."""
        self._files.clear()

    def _opened(self, path: str, *, create: bool) -> File:
        while True:
            try:
                return self._filesystem.open(path, writable=True, create=create)
            except OSError as error:
                if error.errno not in NO_DESCRIPTORS or not self._files:
                    raise
            for _ in range((len(self._files) + 1) // 2):
                self._files.popitem(last=False)
