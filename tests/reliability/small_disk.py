"""A file system of a few megabytes, to be filled: a real one where it can be mounted.

`MountedDisk` is a tmpfs of its own, which only root may mount; the broker meets the operating
system's own ENOSPC there. `CountedDisk` is a directory like any other, for a broker whose process
counts what is in it (`tests.reliability.counted_disk`) and plays the same error.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol, Self

from tests.reliability.counted_disk import program
from tests.support.counted_filesystem import CountedFileSystem, room
from tests.support.served import PROGRAM

CHUNK = bytes(65_536)
BALLAST = "ballast"
"""The file of another program, which takes the room."""


class SmallDisk(Protocol):
    """A disk that can be filled and freed. Blocking; use as a context manager."""

    kind: str
    path: Path

    @property
    def program(self) -> Sequence[str]:
        """What Python is to run to serve on it."""
        ...

    def free_bytes(self) -> int: ...

    def fill(self, leave_bytes: int) -> None:
        """Take all room but so much, as another program would. Raises OSError."""
        ...

    def free(self) -> None:
        """Give that room back."""
        ...

    def keep(self, target: Path) -> None:
        """Copy what the disk holds, for after it is gone."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class MountedDisk:
    """A tmpfs."""

    kind = "tmpfs"
    program: Sequence[str] = PROGRAM

    def __init__(self, path: Path, size_bytes: int) -> None:
        self.path = path
        self._size_bytes = size_bytes

    def free_bytes(self) -> int:
        return shutil.disk_usage(self.path).free

    def fill(self, leave_bytes: int) -> None:
        with (self.path / BALLAST).open("ab", buffering=0) as file:
            while (wanted := self.free_bytes() - leave_bytes) > 0:
                # The broker writes as well: whoever comes too late finds nothing.
                with suppress(OSError):
                    file.write(CHUNK[:wanted])

    def free(self) -> None:
        (self.path / BALLAST).unlink(missing_ok=True)

    def keep(self, target: Path) -> None:
        shutil.copytree(self.path, target, dirs_exist_ok=True)

    def __enter__(self) -> Self:
        self.path.mkdir(parents=True, exist_ok=True)
        options = f"size={self._size_bytes},mode=0700"
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self.path)],
            check=True,
            capture_output=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", "--lazy", str(self.path)], check=True)


class CountedDisk:
    """A directory whose broker counts."""

    kind = "counted"

    def __init__(self, path: Path, size_bytes: int) -> None:
        self.path = path
        self._size_bytes = size_bytes

    @property
    def program(self) -> Sequence[str]:
        return program(self.path, self._size_bytes)

    def filesystem(self) -> CountedFileSystem:
        """The file system of a broker on it."""
        return CountedFileSystem(self.path, self._size_bytes)

    def free_bytes(self) -> int:
        return room(self.path, self._size_bytes)

    def fill(self, leave_bytes: int) -> None:
        path = self.path / BALLAST
        with path.open("ab") as file:
            wanted = self.free_bytes() - leave_bytes
            file.truncate(path.stat().st_size + max(0, wanted))

    def free(self) -> None:
        (self.path / BALLAST).unlink(missing_ok=True)

    def keep(self, target: Path) -> None:
        shutil.copytree(self.path, target, dirs_exist_ok=True)

    def __enter__(self) -> Self:
        self.path.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def can_mount() -> bool:
    """Whether this process may mount a file system here."""
    if os.geteuid() or shutil.which("mount") is None:
        return False
    with tempfile.TemporaryDirectory() as name:
        disk = MountedDisk(Path(name) / "disk", 1 << 20)
        try:
            with disk:
                return True
        except subprocess.CalledProcessError:
            return False


def small_disk(path: Path, size_bytes: int) -> SmallDisk:
    """The most real one that can be had."""
    return MountedDisk(path, size_bytes) if can_mount() else CountedDisk(path, size_bytes)
