"""The lock that keeps a second engine off a data directory, and tells who has it."""

from engine.storage.errors import DirectoryInUse
from engine.storage.filesystem import FileSystem, Lock
from engine.storage.whole_file import read_if_there

FILE_NAME = ".lock"


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

    def tell_address(self, address: str) -> None:
        """Let others know where the owner can be reached. Raises OSError."""
        self._lock.write(f"{self._pid} {address}\n".encode())

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
        owner, address = _parse_owner(read_if_there(filesystem, path))
        raise DirectoryInUse(directory, owner, address)
    return lock


def _parse_owner(content: bytes) -> tuple[int, str]:
    """Process id and address; 0 and nothing while the owner has not told."""
    line, _, _ = content.decode("utf-8", "replace").partition("\n")
    pid, _, address = line.strip().partition(" ")
    return (int(pid) if pid.isascii() and pid.isdigit() else 0), address
