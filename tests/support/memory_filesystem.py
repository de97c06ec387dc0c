"""A file system in memory that fails on demand and remembers enough to be cut off from power.

Every operation is written down. `tests.support.power_cut` makes from the journal the images that a
power cut could have left. Faults are played by `fail`: the n-th operation from now on raises, once
or for ever, or writes only a part.
"""

import errno
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.kernel.clock import Clock
from engine.kernel.limits import IOV_MAX
from engine.records.crc import Buffer
from engine.storage.filesystem import DiskSpace, FileStatus
from tests.support.clock import FakeClock


class Op(NamedTuple):
    """One journalled operation. `inode` is 0 for what concerns names only."""

    kind: str
    path: str
    inode: int = 0
    position: int = 0
    data: bytes = b""
    target: str = ""


@dataclass
class Inode:
    """The content of a file, apart from its names."""

    number: int
    content: bytearray = field(default_factory=bytearray)
    modified_ms: int = 0


@dataclass
class Fault:
    """What happens to the operation at which the countdown ends. No error means a short write."""

    countdown: int
    error: int | None
    is_sticky: bool
    kinds: frozenset[str] | None


class MemoryFile:
    """The `File` port over an inode."""

    def __init__(
        self, filesystem: "MemoryFileSystem", inode: Inode, path: str, *, is_writable: bool
    ) -> None:
        self._filesystem = filesystem
        self._inode = inode
        self._path = path
        self._is_writable = is_writable

    def fileno(self) -> int:
        raise OSError(errno.EBADF, "a file in memory has no descriptor")

    def read(self, length: int, position: int) -> bytes:
        self._filesystem.touch("read", self._path)
        return bytes(self._inode.content[position : position + length])

    def append(self, buffers: Sequence[Buffer]) -> int:
        if not self._is_writable:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF), self._path)
        if len(buffers) > IOV_MAX:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), self._path)
        data = b"".join(bytes(buffer) for buffer in buffers)
        is_short = self._filesystem.touch("write", self._path)
        if is_short:
            data = data[: max(1, len(data) // 2)]
        room = self._filesystem.room()
        if room is not None and len(data) > room:
            self._filesystem.refusals += 1
            if not room:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            data = data[:room]
        inode = self._inode
        position = len(inode.content)
        inode.content += data
        inode.modified_ms = self._filesystem.clock.wall_ms()
        self._filesystem.journal.append(Op("write", self._path, inode.number, position, data))
        return len(data)

    def rewrite(self, content: Buffer, position: int) -> None:
        if not self._is_writable:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF), self._path)
        self._filesystem.touch("rewrite", self._path)
        data = bytes(content)
        inode = self._inode
        assert position + len(data) <= len(inode.content), "the file does not grow"
        inode.content[position : position + len(data)] = data
        self._filesystem.journal.append(Op("write", self._path, inode.number, position, data))

    def truncate(self, length: int) -> None:
        self._filesystem.touch("truncate", self._path)
        content = self._inode.content
        if length <= len(content):
            del content[length:]
        else:
            content.extend(bytes(length - len(content)))
        self._filesystem.journal.append(Op("truncate", self._path, self._inode.number, length))

    def datasync(self) -> None:
        try:
            self._filesystem.touch("sync", self._path)
        except OSError:
            # The system takes what it could not write for written: no later sync tries it again.
            self._filesystem.journal.append(Op("lost", self._path, self._inode.number))
            raise
        self._filesystem.journal.append(Op("sync", self._path, self._inode.number))

    def size(self) -> int:
        return len(self._inode.content)


class MemoryLock:
    """The `Lock` port: held until released or forgotten with its file system."""

    def __init__(self, filesystem: "MemoryFileSystem", path: str) -> None:
        self._filesystem = filesystem
        self._path = path
        self._is_held = True

    def write(self, content: bytes) -> None:
        self._filesystem.files[self._path].content[:] = content

    def release(self) -> None:
        if self._is_held:
            self._filesystem.locked.discard(self._path)
            self._is_held = False


class MemoryFileSystem:
    """The `FileSystem` port. `capacity_bytes` bounds the sum of all files; None for no bound."""

    def __init__(self, clock: Clock | None = None, capacity_bytes: int | None = None) -> None:
        self.clock: Clock = clock or FakeClock()
        self.capacity_bytes = capacity_bytes
        self.directories: set[str] = {""}
        self.files: dict[str, Inode] = {}
        self.locked: set[str] = set()
        self.journal: list[Op] = []
        self.operations: Counter[str] = Counter()
        self.refusals = 0
        """Operations that a fault, or a lack of room, has kept from being done as told."""
        self._faults: list[Fault] = []
        self._inode_count = 0

    def fail(
        self,
        after: int,
        error: int | None,
        *,
        is_sticky: bool = False,
        kinds: Sequence[str] | None = None,
    ) -> None:
        """Play a fault at the operation that follows `after` others; None writes short."""
        chosen = None if kinds is None else frozenset(kinds)
        self._faults.append(Fault(after, error, is_sticky, chosen))

    def copy(self) -> "MemoryFileSystem":
        """What a killed process leaves, on a disk of its own: every byte, no locks, no faults."""
        other = MemoryFileSystem(self.clock, self.capacity_bytes)
        other.directories = set(self.directories)
        other._inode_count = self._inode_count
        for path, inode in self.files.items():
            other.files[path] = Inode(inode.number, bytearray(inode.content), inode.modified_ms)
        return other

    def heal(self) -> None:
        """No faults from here on."""
        self._faults.clear()

    def room(self) -> int | None:
        """Bytes that still fit."""
        if self.capacity_bytes is None:
            return None
        return max(0, self.capacity_bytes - sum(len(f.content) for f in self.files.values()))

    def touch(self, kind: str, path: str) -> bool:
        """Count an operation and play its fault; True when a write is to be short."""
        self.operations[kind] += 1
        is_short = False
        for fault in list(self._faults):
            if fault.kinds is not None and kind not in fault.kinds:
                continue
            if fault.countdown > 0:
                fault.countdown -= 1
                continue
            self.refusals += 1
            if not fault.is_sticky:
                self._faults.remove(fault)
            if fault.error is not None:
                raise OSError(fault.error, os.strerror(fault.error), path)
            is_short = True
        return is_short

    def new_inode(self) -> Inode:
        """A file without a name yet."""
        self._inode_count += 1
        return Inode(self._inode_count, modified_ms=self.clock.wall_ms())

    def open(self, path: str, *, writable: bool = False, create: bool = False) -> MemoryFile:
        self.touch("open", path)
        inode = self.files.get(path)
        if inode is None:
            if not create or path.rpartition("/")[0] not in self.directories:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
            inode = self.new_inode()
            self.files[path] = inode
            self.journal.append(Op("create", path, inode.number))
        return MemoryFile(self, inode, path, is_writable=writable or create)

    def list_directory(self, path: str) -> list[str]:
        self.touch("list", path)
        if path not in self.directories:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        inside = [name for name in (*self.files, *self.directories) if name]
        # Sorted, so that a run with the same seed does the same things in the same order.
        return sorted(n.rpartition("/")[2] for n in inside if n.rpartition("/")[0] == path)

    def status(self, path: str) -> FileStatus:
        self.touch("status", path)
        inode = self.files.get(path)
        if inode is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        return FileStatus(len(inode.content), inode.modified_ms)

    def set_modified(self, path: str, modified_ms: int) -> None:
        self.touch("utime", path)
        if path not in self.files:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        self.files[path].modified_ms = modified_ms

    def make_directory(self, path: str) -> None:
        self.touch("mkdir", path)
        if path in self.directories or path in self.files:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)
        if path.rpartition("/")[0] not in self.directories:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        self.directories.add(path)
        self.journal.append(Op("mkdir", path))

    def remove_directory(self, path: str) -> None:
        self.touch("rmdir", path)
        if self.list_directory(path):
            raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), path)
        self.directories.remove(path)
        self.journal.append(Op("rmdir", path))

    def rename(self, source: str, target: str) -> None:
        self.touch("rename", source)
        if not self.move(source, target):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), source)
        self.journal.append(Op("rename", source, target=target))

    def move(self, source: str, target: str) -> bool:
        """Rename without writing it down; False when there is no such name."""
        if source in self.files:
            self.files[target] = self.files.pop(source)
            return True
        if source not in self.directories:
            return False
        for path in [p for p in self.directories if p == source or p.startswith(source + "/")]:
            self.directories.remove(path)
            self.directories.add(target + path[len(source) :])
        for path in [p for p in self.files if p.startswith(source + "/")]:
            self.files[target + path[len(source) :]] = self.files.pop(path)
        return True

    def unlink(self, path: str) -> None:
        self.touch("unlink", path)
        if path not in self.files:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        del self.files[path]
        self.journal.append(Op("unlink", path))

    def sync_directory(self, path: str) -> None:
        self.touch("syncdir", path)
        if path not in self.directories:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        self.journal.append(Op("syncdir", path))

    def space(self, path: str) -> DiskSpace:
        total = 2**40 if self.capacity_bytes is None else self.capacity_bytes
        room = self.room()
        return DiskSpace(total, total if room is None else room)

    def lock(self, path: str) -> MemoryLock | None:
        if path in self.locked:
            return None
        if path not in self.files:
            self.files[path] = self.new_inode()
        self.locked.add(path)
        return MemoryLock(self, path)
