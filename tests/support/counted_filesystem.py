"""The operating system's files in one directory that holds so many bytes, as a small disk does.

Before each write what the directory holds is counted, the files of other programs too. When there
is no room what fits is written, or ENOSPC is raised, as the system does.
"""

import errno
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from engine.records.crc import Buffer
from engine.storage.filesystem import DiskSpace
from engine.storage.posix import PosixFile, PosixFileSystem


def room(disk: Path, size_bytes: int) -> int:
    """How many bytes fit into the directory beside what it holds."""
    held = 0
    for folder, _, names in os.walk(disk):
        for name in names:
            # A file may go while it is counted.
            with suppress(FileNotFoundError):
                held += Path(folder, name).stat().st_size
    return max(0, size_bytes - held)


class CountedFile:
    """An open file that grows only while there is room."""

    def __init__(self, file: PosixFile, disk: "CountedFileSystem") -> None:
        self._file = file
        self._disk = disk
        self.fileno, self.read, self.size = file.fileno, file.read, file.size
        self.rewrite, self.truncate, self.datasync = file.rewrite, file.truncate, file.datasync

    def append(self, buffers: Sequence[Buffer]) -> int:
        left = self._disk.room()
        fitting = []
        for each in buffers:
            fitting.append(memoryview(each)[:left])
            left -= len(fitting[-1])
        if not any(map(len, fitting)) and any(map(len, buffers)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self._file.append(fitting)


class CountedFileSystem(PosixFileSystem):
    """The operating system's files in one directory, which holds so many bytes."""

    def __init__(self, disk: Path, size_bytes: int) -> None:
        """`size_bytes` may change later: what others take or give back."""
        self._disk = disk
        self.size_bytes = size_bytes

    def room(self) -> int:
        """How many bytes still fit."""
        return room(self._disk, self.size_bytes)

    def open(self, path: str, *, writable: bool = False, create: bool = False) -> CountedFile:
        return CountedFile(super().open(path, writable=writable, create=create), self)

    def space(self, path: str) -> DiskSpace:
        return DiskSpace(self.size_bytes, self.room())
