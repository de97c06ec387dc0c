"""The port through which storage touches the disk, so that every fault can be played.

Failures are OSError with its errno, as the operating system tells them. What is written is on disk
only after `datasync` of the file and, for a new, renamed or removed name, `sync_directory` of its
directory. `engine.storage.posix` is the real one.
"""

import errno
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from engine.records.crc import Buffer

NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Failures of a write that end by themselves when there is room."""

NO_DESCRIPTORS: Final = frozenset({errno.EMFILE, errno.ENFILE})
"""Failures to open something that end by themselves; nothing was touched."""


class FileStatus(NamedTuple):
    """What the file system knows about a file."""

    size_bytes: int
    modified_ms: int
    """Wall time of the last write."""


class DiskSpace(NamedTuple):
    """The room of a file system."""

    total_bytes: int
    free_bytes: int
    """What an ordinary user can still write."""


class File(Protocol):
    """An open file. It closes when nothing refers to it any more: whoever reads keeps it."""

    def fileno(self) -> int:
        """The descriptor, for sendfile; valid while the object lives."""
        ...

    def read(self, length: int, position: int) -> bytes:
        """Up to `length` bytes from a position; fewer only at the end of the file."""
        ...

    def append(self, buffers: Sequence[Buffer]) -> int:
        """One gathered write of at most IOV_MAX buffers at the end. May write only a part."""
        ...

    def rewrite(self, content: Buffer, position: int) -> None:
        """Write all of some bytes over those at a position; the file does not grow."""
        ...

    def truncate(self, length: int) -> None:
        """Cut the file, or grow it with zeros."""
        ...

    def datasync(self) -> None:
        """Force content and size to the disk. Blocks. Failed once, the content is not known."""
        ...

    def size(self) -> int:
        """Bytes in the file."""
        ...


class Lock(Protocol):
    """An advisory lock that ends with the process."""

    def write(self, content: bytes) -> None:
        """Replace what the lock file says, for others to read."""
        ...

    def release(self) -> None:
        """Let others have it."""
        ...


class FileSystem(Protocol):
    """Names and files under a data directory. Paths are absolute, separated by `/`."""

    def open(self, path: str, *, writable: bool = False, create: bool = False) -> File:
        """Open an existing file, or make it when `create`. FileNotFoundError otherwise."""
        ...

    def list_directory(self, path: str) -> list[str]:
        """The names in a directory, in no order."""
        ...

    def status(self, path: str) -> FileStatus:
        """Size and time of a file. FileNotFoundError when it is missing."""
        ...

    def set_modified(self, path: str, modified_ms: int) -> None:
        """Set the time of the last write. Nothing promises that it reaches the disk."""
        ...

    def make_directory(self, path: str) -> None:
        """Make one directory, for the owner only. FileExistsError when it is there."""
        ...

    def remove_directory(self, path: str) -> None:
        """Remove an empty directory."""
        ...

    def rename(self, source: str, target: str) -> None:
        """Rename a file or directory; a file replaces its target in one step."""
        ...

    def unlink(self, path: str) -> None:
        """Remove a file."""
        ...

    def sync_directory(self, path: str) -> None:
        """Force the names in a directory to the disk. Blocks."""
        ...

    def space(self, path: str) -> DiskSpace:
        """The room of the file system that holds a path."""
        ...

    def lock(self, path: str) -> Lock | None:
        """Take the lock of a path, which is created if missing; None when another has it."""
        ...
