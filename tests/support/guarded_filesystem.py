"""The file system of the machine, in which nobody syncs on the loop's thread."""

import os
import threading

from engine.storage.posix import PosixFile, PosixFileSystem


class GuardedFile(PosixFile):
    """A file that is synced off the loop only."""

    __slots__ = ("_owner",)

    def __init__(self, fd: int, owner: "GuardedFileSystem") -> None:
        super().__init__(fd)
        self._owner = owner

    def datasync(self) -> None:
        self._owner.check()
        super().datasync()


class GuardedFileSystem(PosixFileSystem):
    """Whoever would make the loop wait for a sync fails, while it is on guard. Made on the loop."""

    def __init__(self) -> None:
        self._loop_thread = threading.get_ident()
        self.is_on_guard = False
        self.syncs = 0

    def check(self) -> None:
        """Somebody is about to sync."""
        self.syncs += 1
        if self.is_on_guard:
            assert threading.get_ident() != self._loop_thread, "the loop would have to wait"

    def open(self, path: str, *, writable: bool = False, create: bool = False) -> PosixFile:
        file = super().open(path, writable=writable, create=create)
        return GuardedFile(os.dup(file.fileno()), self)

    def sync_directory(self, path: str) -> None:
        self.check()
        super().sync_directory(path)
