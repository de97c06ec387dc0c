"""The file system of the machine. Files are for their owner only, and links are not followed.

Differs from the textbook on macOS, where `fsync` leaves data in the drive's cache: F_FULLFSYNC is
used there.
"""

import errno
import fcntl
import os
import shutil
import stat
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.records.crc import Buffer
from engine.storage.filesystem import DiskSpace, FileStatus

FILE_MODE = stat.S_IRUSR | stat.S_IWUSR
DIRECTORY_MODE = stat.S_IRWXU
_FULL_SYNC: int | None = getattr(fcntl, "F_FULLFSYNC", None)


def _sync_file(fd: int) -> None:
    if _FULL_SYNC is not None:
        fcntl.fcntl(fd, _FULL_SYNC)
    else:
        os.fdatasync(fd)


class PosixFile:
    """One descriptor, closed with the object."""

    __slots__ = ("__weakref__", "_close", "_fd")

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._close: Callable[[int], None] = os.close

    def __del__(self) -> None:
        self._close(self._fd)

    def fileno(self) -> int:
        return self._fd

    def read(self, length: int, position: int) -> bytes:
        data = os.pread(self._fd, length, position)
        if len(data) == length or not data:
            return data
        pieces = [data]
        got = len(data)
        while got < length:
            data = os.pread(self._fd, length - got, position + got)
            if not data:
                break
            pieces.append(data)
            got += len(data)
        return b"".join(pieces)

    def append(self, buffers: Sequence[Buffer]) -> int:
        return os.writev(self._fd, buffers)

    def rewrite(self, content: Buffer, position: int) -> None:
        # Linux writes at the end, whatever the position, while the descriptor appends.
        flags = fcntl.fcntl(self._fd, fcntl.F_GETFL)
        fcntl.fcntl(self._fd, fcntl.F_SETFL, flags & ~os.O_APPEND)
        try:
            rest = memoryview(content)
            while rest:
                written = os.pwrite(self._fd, rest, position)
                position += written
                rest = rest[written:]
        finally:
            fcntl.fcntl(self._fd, fcntl.F_SETFL, flags)

    def truncate(self, length: int) -> None:
        os.ftruncate(self._fd, length)

    def datasync(self) -> None:
        _sync_file(self._fd)

    def size(self) -> int:
        return os.fstat(self._fd).st_size


class PosixLock:
    """A flock on an open file."""

    __slots__ = ("_fd",)

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def write(self, content: bytes) -> None:
        # In this order the file keeps its block, which on a full disk another would take.
        os.pwrite(self._fd, content, 0)
        os.ftruncate(self._fd, len(content))

    def release(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


class PosixFileSystem:
    """The `FileSystem` of the operating system."""

    def open(self, path: str, *, writable: bool = False, create: bool = False) -> PosixFile:
        flags = os.O_CLOEXEC
        flags |= os.O_RDWR | os.O_APPEND if writable or create else os.O_RDONLY
        if create:
            flags |= os.O_CREAT
        return PosixFile(os.open(path, flags | os.O_NOFOLLOW, FILE_MODE))

    def list_directory(self, path: str) -> list[str]:
        with os.scandir(path) as entries:
            return [entry.name for entry in entries]

    def status(self, path: str) -> FileStatus:
        found = Path(path).stat()
        return FileStatus(found.st_size, found.st_mtime_ns // 1_000_000)

    def set_modified(self, path: str, modified_ms: int) -> None:
        stamp_ns = modified_ms * 1_000_000
        os.utime(path, ns=(stamp_ns, stamp_ns))

    def make_directory(self, path: str) -> None:
        Path(path).mkdir(mode=DIRECTORY_MODE)

    def remove_directory(self, path: str) -> None:
        Path(path).rmdir()

    def rename(self, source: str, target: str) -> None:
        Path(source).rename(target)

    def unlink(self, path: str) -> None:
        Path(path).unlink()

    def sync_directory(self, path: str) -> None:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def space(self, path: str) -> DiskSpace:
        usage = shutil.disk_usage(path)
        return DiskSpace(usage.total, usage.free)

    def lock(self, path: str) -> PosixLock | None:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, FILE_MODE)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(fd)
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                return None
            raise
        return PosixLock(fd)
