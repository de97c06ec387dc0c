"""The file system of the machine, with logs that nobody can read while a gate is closed."""

import os
import threading

from engine.storage.posix import PosixFile, PosixFileSystem

GATE_SECONDS_MAX = 60.0


class GatedFile(PosixFile):
    """A file whose reads wait at the gate."""

    __slots__ = ("_owner",)

    def __init__(self, fd: int, owner: "GatedFileSystem") -> None:
        super().__init__(fd)
        self._owner = owner

    def read(self, length: int, position: int) -> bytes:
        self._owner.pass_gate()
        return super().read(length, position)


class GatedFileSystem(PosixFileSystem):
    """Log files whose path holds `held` are read only once the gate is open, and off the loop.

    Made on the loop's thread.
    """

    def __init__(self, held: str) -> None:
        self._held = held
        self._loop_thread = threading.get_ident()
        self._gate = threading.Event()
        self._reached = threading.Event()

    @property
    def is_reached(self) -> bool:
        """Whether somebody stands, or stood, at the gate."""
        return self._reached.is_set()

    def open_gate(self) -> None:
        """Let everybody through from here on."""
        self._gate.set()

    def pass_gate(self) -> None:
        """Wait for the gate. Whoever would hold up the loop there fails instead."""
        if not self._gate.is_set():
            assert threading.get_ident() != self._loop_thread, "the loop would have to wait"
            self._reached.set()
            assert self._gate.wait(GATE_SECONDS_MAX), "nobody opened the gate"

    def open(self, path: str, *, writable: bool = False, create: bool = False) -> PosixFile:
        file = super().open(path, writable=writable, create=create)
        if self._held in path and path.endswith(".log"):
            return GatedFile(os.dup(file.fileno()), self)
        return file
