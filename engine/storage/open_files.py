"""A bounded set of open files, shared by all logs of a data directory.

Who needs a file asks for it each time. The least recently used ones are let go when there are too
many, by our own limit or by that of the process. Letting go closes a file only when nobody else
holds it: a reader's region, a sync under way and a segment with unsynced bytes keep theirs. Those
count as well: when all are held, nobody gets one more, as if the process had no descriptor left.

The lock is never held while the system opens a file, so who waits for the disk holds nobody up. A
file that is on its way to being open counts as open.
"""

import errno
import threading
from collections import OrderedDict
from weakref import WeakSet

from engine.storage.filesystem import NO_DESCRIPTORS, File, FileSystem

OPEN_FILES_MAX = 512
"""Files kept open when the engine's descriptors are not known to be fewer."""


class OpenFiles:
    """Files by path. Any thread, but no two at once for the same path."""

    __slots__ = ("_coming", "_files", "_filesystem", "_limit", "_lock", "_open")

    def __init__(self, filesystem: FileSystem, limit: int = OPEN_FILES_MAX) -> None:
        assert limit > 0
        self._filesystem = filesystem
        self._limit = limit
        self._files: OrderedDict[str, File] = OrderedDict()
        self._open: WeakSet[File] = WeakSet()
        """Every file that has not been closed, whoever holds it."""
        self._coming = 0
        """Files that are being opened."""
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._files)

    def get(self, path: str, *, create: bool = False) -> File:
        """The file, open for reading and appending. Raises OSError."""
        with self._lock:
            file = self._files.get(path)
            if file is not None:
                self._files.move_to_end(path)
                return file
            while len(self._open) + self._coming >= self._limit:
                if not self._files:
                    raise OSError(errno.EMFILE, f"all of {self._limit} files are in use", path)
                self._files.popitem(last=False)
            self._coming += 1
        try:
            file = self._opened(path, create=create)
        except BaseException:
            with self._lock:
                self._coming -= 1
            raise
        with self._lock:
            self._coming -= 1
            self._open.add(file)
            self._files[path] = file
        return file

    def forget(self, path: str) -> None:
        """Let go of a file that is renamed or removed."""
        with self._lock:
            self._files.pop(path, None)

    def forget_directory(self, directory: str) -> None:
        """Let go of every file in a directory that is renamed or removed."""
        with self._lock:
            for path in [each for each in self._files if each.rpartition("/")[0] == directory]:
                del self._files[path]

    def forget_all(self) -> None:
        """Let go of every file."""
        with self._lock:
            self._files.clear()

    def _opened(self, path: str, *, create: bool) -> File:
        while True:
            try:
                return self._filesystem.open(path, writable=True, create=create)
            except OSError as error:
                if error.errno not in NO_DESCRIPTORS or not self._let_half_go():
                    raise

    def _let_half_go(self) -> bool:
        """Whether there was any file to let go of."""
        with self._lock:
            count = (len(self._files) + 1) // 2
            for _ in range(count):
                self._files.popitem(last=False)
        return count > 0
