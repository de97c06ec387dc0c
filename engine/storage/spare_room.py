"""Room on the disk that is kept for a start on a full one.

A process that follows one which died begins a new leader epoch before it serves, and that must be
written. On a disk without any room this file, which nobody reads, is given up for it; it is made
again once there is room. Other programs may take what was given up: then the start fails, as it
does without the file.
"""

from contextlib import suppress

from engine.storage.file_names import TEMPORARY
from engine.storage.filesystem import FileSystem
from engine.storage.whole_file import remove_if_there, write_file

FILE_NAME = ".spare-room"

SPARE_BYTES = 256 * 1024
"""More than the entries that a start writes, and than a file system keeps of a small file."""


class SpareRoom:
    """The file of one data directory. Any thread, one at a time; blocks."""

    __slots__ = ("_filesystem", "_path")

    def __init__(self, filesystem: FileSystem, directory: str) -> None:
        self._filesystem = filesystem
        self._path = f"{directory}/{FILE_NAME}"

    def keep(self) -> None:
        """Make the file unless it is there. Raises OSError, and then takes no room."""
        with suppress(FileNotFoundError):
            if self._filesystem.status(self._path).size_bytes == SPARE_BYTES:
                return
        temporary = self._path + TEMPORARY
        try:
            write_file(self._filesystem, temporary, bytes(SPARE_BYTES), is_synced=False)
            self._filesystem.rename(temporary, self._path)
        except OSError:
            with suppress(OSError):
                remove_if_there(self._filesystem, temporary)
            raise

    def give_up(self) -> None:
        """Let something else have the room. Raises OSError."""
        remove_if_there(self._filesystem, self._path)
