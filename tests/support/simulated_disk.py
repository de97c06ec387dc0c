"""A disk in simulated time: each operation takes some, and the power may fail at any of them.

It is a `MemoryFileSystem` whose operations are pauses of the thread that does them, so that others
come between. A sync covers what was written before it began, and nothing that came meanwhile. Files
have descriptors, by which connections read them.

`end_after` lets the process or the power fail at a later operation: from then on nobody can do
anything. `restore` lays what a power cut has left.
"""

import errno
from collections.abc import Callable
from random import Random
from weakref import WeakValueDictionary

from tests.support.memory_filesystem import Inode, MemoryFile, MemoryFileSystem, MemoryLock, Op
from tests.support.power_cut import power_cut
from tests.support.simulated_loop import PowerFailed, SimulatedClock
from tests.support.simulated_threads import SimulatedThreads

PAUSED_SHARE = 0.15
"""How many operations other than syncs let others come between."""

SYNC_S = 0.0005, 0.02
"""What a sync takes on a disk that is not slow."""

FIRST_DESCRIPTOR = 1000

Trace = Callable[..., None]


class SimulatedFile(MemoryFile):
    """A file with a descriptor, whose syncs take time."""

    def __init__(
        self, disk: "SimulatedDisk", inode: Inode, path: str, *, is_writable: bool
    ) -> None:
        super().__init__(disk, inode, path, is_writable=is_writable)
        self._disk = disk
        self._descriptor = disk.descriptor(self)

    @property
    def content(self) -> bytearray:
        """All bytes of the file."""
        return self._inode.content

    def fileno(self) -> int:
        return self._descriptor

    def datasync(self) -> None:
        begun = self._disk.begin_sync(self._path)
        try:
            self._disk.touch("sync", self._path)
        except OSError:
            self._disk.journal.append(Op("lost", self._path, self._inode.number))
            raise
        self._disk.end_sync(begun, Op("sync", self._path, self._inode.number))


class SimulatedDisk(MemoryFileSystem):
    """The disk of one machine over all lives of the process. Any thread."""

    def __init__(
        self, clock: SimulatedClock, threads: SimulatedThreads, chance: Random, trace: Trace
    ) -> None:
        super().__init__(clock)
        self._threads = threads
        self._chance = chance
        self._trace = trace
        self._files: WeakValueDictionary[int, SimulatedFile] = WeakValueDictionary()
        self._descriptors = FIRST_DESCRIPTOR
        self._operations_left: int | None = None
        self._at_the_end: Callable[[], None] = lambda: None
        self.is_off = False
        self.slow_s = 0.0
        """What each sync takes more than usual."""
        self.slowed = 0
        """Syncs that took more than usual."""

    def end_after(self, operations: int, end: Callable[[], None]) -> None:
        """Let nothing be done from the operation on that follows so many, and call back then."""
        self._operations_left, self._at_the_end = operations, end

    def power_off(self) -> None:
        """Nothing can be done any more."""
        self.is_off = True
        self._operations_left = None

    def power_on(self) -> None:
        """The next process begins; what the last one had locked is free."""
        self.is_off = False
        self._operations_left = None
        self.locked.clear()

    def restore(self) -> None:
        """Become one of the disks that a power cut now could have left."""
        image = power_cut(self, len(self.journal), self._chance)
        self.files, self.directories = image.files, image.directories
        self.journal = image.journal

    def touch(self, kind: str, path: str) -> bool:
        self._require_power()
        # An operation in memory is over before any other thread has its turn.
        if kind.startswith("sync"):
            self.slowed += self.slow_s > 0
            self._threads.pause(self.slow_s + self._chance.uniform(*SYNC_S))
        elif self._chance.random() < PAUSED_SHARE:
            self._threads.pause(self._threads.delay_s())
        self._require_power()
        if self._operations_left is not None:
            self._operations_left -= 1
            if self._operations_left < 0:
                self.power_off()
                self._at_the_end()
                raise PowerFailed
        self._trace("disk", kind, path)
        return super().touch(kind, path)

    def open(self, path: str, *, writable: bool = False, create: bool = False) -> SimulatedFile:
        made = super().open(path, writable=writable, create=create)
        return SimulatedFile(self, made._inode, path, is_writable=writable or create)

    def lock(self, path: str) -> MemoryLock | None:
        self._require_power()
        return super().lock(path)

    def sync_directory(self, path: str) -> None:
        begun = self.begin_sync(path)
        self.touch("syncdir", path)
        if path not in self.directories:
            raise FileNotFoundError(errno.ENOENT, "no such directory", path)
        self.end_sync(begun, Op("syncdir", path))

    def begin_sync(self, path: str) -> Op:
        """Mark in the journal where a sync begins."""
        begun = Op("sync-begun", path, 0, len(self.journal))
        self.journal.append(begun)
        return begun

    def end_sync(self, begun: Op, done: Op) -> None:
        """Put the sync in the place where it began."""
        assert self.journal[begun.position] is begun
        self.journal[begun.position] = done

    def descriptor(self, file: SimulatedFile) -> int:
        """A number for an open file."""
        self._descriptors += 1
        self._files[self._descriptors] = file
        return self._descriptors

    def pread(self, fd: int, length: int, position: int) -> bytes:
        """Bytes of an open file, as `os.pread` has them."""
        self._require_power()
        return bytes(self._files[fd].content[position : position + length])

    def _require_power(self) -> None:
        if self.is_off:
            raise PowerFailed


class SimulatedReads:
    """In the place of `FileCalls`: reads by descriptor, some of which have to wait for the disk."""

    def __init__(self, disk: SimulatedDisk, loop: object, chance: Random) -> None:
        self._disk = disk
        self._loop = loop
        self._chance = chance

    def peek(self, fd: int, position: int, size_bytes: int) -> bytes | None:
        """The whole range if it is in memory, else None."""
        if self._chance.random() < 0.05:
            return None
        data = self._disk.pread(fd, size_bytes, position)
        return data if len(data) == size_bytes else None

    def is_resident(self, fd: int, position: int, size_bytes: int) -> bool:
        return True

    def warm(self, fd: int, position: int, size_bytes: int, done: Callable[[], None]) -> None:
        raise AssertionError("everything is resident")

    def close(self) -> None:
        """Nothing runs."""
