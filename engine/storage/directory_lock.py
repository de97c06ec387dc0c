"""The lock that keeps a second engine off a data directory, and tells who has it.

Its file holds one line for the owner, `PID ADDRESS`, and a second one, `METRICS`, where it tells
its metrics; each address is missing while, or because, nothing listens there. Who reads the first
line alone, as earlier versions do, gets what it always held. The file stays when its owner ends:
it counts only while somebody holds the lock.
"""

from collections.abc import Callable
from dataclasses import dataclass

from engine.storage.errors import DirectoryInUse
from engine.storage.filesystem import FileSystem, Lock
from engine.storage.whole_file import read_if_there

FILE_NAME = ".lock"


@dataclass(frozen=True, slots=True)
class Owner:
    """What the process that holds a directory tells of itself.

    `pid` is 0 while it has told nothing. `address` is empty while it starts, `metrics` where it
    serves none.
    """

    pid: int = 0
    address: str = ""
    metrics: str = ""


class DirectoryLock:
    """Held from start to end of the process; it ends with the process in any case."""

    __slots__ = ("_lock", "_pid")

    def __init__(self, filesystem: FileSystem, directory: str, pid: int) -> None:
        """Take the lock. Raises DirectoryInUse with what its owner wrote, and OSError."""
        self._lock = take_lock(filesystem, directory)
        self._pid = pid
        try:
            self.tell_address("")
        except BaseException:
            self._lock.release()
            raise

    def tell_address(self, address: str, metrics: str = "") -> None:
        """Let others know where the owner and its metrics can be reached. Raises OSError."""
        self._lock.write(f"{self._pid} {address}\n{metrics}\n".encode())

    def release(self) -> None:
        """Let another process have the directory."""
        self._lock.release()


def take_lock(filesystem: FileSystem, directory: str) -> Lock:
    """The lock of a directory, without a word about who has it.

    Raises DirectoryInUse with what its owner wrote, and OSError.
    """
    path = f"{directory}/{FILE_NAME}"
    lock = filesystem.lock(path)
    if lock is None:
        owner = _parse_owner(read_if_there(filesystem, path))
        raise DirectoryInUse(directory, owner.pid, owner.address, owner.metrics)
    return lock


def owner_of(
    filesystem: FileSystem, directory: str, is_alive: Callable[[int], bool]
) -> Owner | None:
    """The process that serves a directory and has told where; None without. Raises OSError.

    Makes nothing, and leaves the lock alone as long as `is_alive` knows no such process: an engine
    that starts meanwhile would find it taken. A process that has its number from one that ended
    does not hold the lock.
    """
    path = f"{directory}/{FILE_NAME}"
    owner = _parse_owner(read_if_there(filesystem, path))
    if not owner.address or not is_alive(owner.pid):
        return None
    lock = filesystem.lock(path)
    if lock is not None:
        lock.release()
        return None
    return owner


def _parse_owner(content: bytes) -> Owner:
    """What the file says; nothing that makes no sense."""
    first, second, *_ = (*content.decode("utf-8", "replace").split("\n"), "", "")
    pid, _, address = first.strip().partition(" ")
    is_number = pid.isascii() and pid.isdigit()
    return Owner(int(pid) if is_number else 0, address, second.strip())
