"""Room on the disk that is kept for a start on a full one.

A process that follows one which died begins a new leader epoch before it serves, and that must be
written. On a disk without any room this file, which nobody reads, is given up for it; it is made
again once there is room. Other programs may take what was given up: then the start fails, as it
does without the file.
"""

import errno
import os
from contextlib import suppress

from engine.storage.file_names import TEMPORARY
from engine.storage.filesystem import FileSystem
from engine.storage.whole_file import remove_if_there, write_file

FILE_NAME = ".spare-room"

SPARE_BYTES = 256 * 1024
"""More than the entries that a start writes, and than a file system keeps of a small file."""

FREE_BYTES_MIN = 2 * SPARE_BYTES
"""Room below which none is taken: what is at work may need the rest this very moment."""


class SpareRoom:
    """The file of one data directory. Any thread, one at a time; blocks."""

    __slots__ = ("_directory", "_filesystem", "_path")

    def __init__(self, filesystem: FileSystem, directory: str) -> None:
        self._filesystem = filesystem
        self._directory = directory
        self._path = f"{directory}/{FILE_NAME}"

    def keep(self) -> None:
        """Make the file unless it is there. Raises OSError, and then takes no room."""
        with suppress(FileNotFoundError):
            if self._filesystem.status(self._path).size_bytes == SPARE_BYTES:
                return
        if self._filesystem.space(self._directory).free_bytes < FREE_BYTES_MIN:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), self._path)
        temporary = self._path + TEMPORARY
        try:
            write_file(self._filesystem, temporary, bytes(SPARE_BYTES), is_synced=False)
            self._filesystem.rename(temporary, self._path)
        except OSError:
            with suppress(OSError):
                remove_if_there(self._filesystem, temporary)
            raise

    def give_up(self) -> None:
        """Let something else have the room, that of a file half made too. Raises OSError."""
        for path in (self._path + TEMPORARY, self._path):
            remove_if_there(self._filesystem, path)
