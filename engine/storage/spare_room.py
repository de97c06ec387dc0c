"""Room on the disk that is kept for starts on a full one.

A process that follows one which died begins a new leader epoch before it serves, and that must be
written. On a disk without any room this file, which nobody reads, is given up for it, a step at a
time: what one start does not need is there for the next, should it be after a death on the same
full disk. The file is made whole again once there is room. States, by what is left of it:

    nothing --keep--> whole --give_up_some--> a part --give_up_some--> empty
    a part, empty --keep, while there is room--> whole

Other programs may take what was given up: then the start takes more steps, and fails when none is
left, as it does without the file. Its bytes do not compress: zeros would take no room on a file
system that compresses, and giving them up would free none. Nor does giving up free what a snapshot
of the file system holds.
"""

import errno
import os
from contextlib import suppress
from hashlib import shake_128

from engine.storage.file_names import TEMPORARY
from engine.storage.filesystem import FileSystem
from engine.storage.whole_file import remove_if_there, write_file

FILE_NAME = ".spare-room"

STEP_BYTES = 16 * 1024
"""What is given up at a time: more than the entries that a start writes, in blocks of most file
systems."""

SPARE_BYTES = 16 * STEP_BYTES
"""For so many deaths on one full disk; more, too, than a file system keeps of a small file."""

FREE_BYTES_MIN = 2 * SPARE_BYTES
"""Room below which none is taken: what is at work may need the rest this very moment."""


class SpareRoom:
    """The file of one data directory. Any thread, one at a time; blocks."""

    __slots__ = ("_directory", "_filesystem", "_path")

    def __init__(self, filesystem: FileSystem, directory: str) -> None:
        self._filesystem = filesystem
        self._directory = directory
        self._path = f"{directory}/{FILE_NAME}"

    def keep(self) -> bool:
        """Make the file whole; whether some of it had been given up.

        Raises OSError, and then takes no room.
        """
        was_there = True
        try:
            if self.left_bytes() == SPARE_BYTES:
                return False
        except FileNotFoundError:
            was_there = False
        if self._filesystem.space(self._directory).free_bytes < FREE_BYTES_MIN:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), self._path)
        temporary = self._path + TEMPORARY
        try:
            content = shake_128(self._path.encode()).digest(SPARE_BYTES)
            write_file(self._filesystem, temporary, content, is_synced=False)
            self._filesystem.rename(temporary, self._path)
        except OSError:
            with suppress(OSError):
                remove_if_there(self._filesystem, temporary)
            raise
        return was_there

    def left_bytes(self) -> int:
        """What has not been given up. Raises FileNotFoundError, OSError."""
        return self._filesystem.status(self._path).size_bytes

    def give_up_some(self) -> int:
        """Let something else have a step of the room; its bytes, 0 if there is none left.

        A file half made goes first, and at once. Raises OSError.
        """
        half_made = self._path + TEMPORARY
        with suppress(FileNotFoundError):
            size_bytes = self._filesystem.status(half_made).size_bytes
            self._filesystem.unlink(half_made)
            if size_bytes:
                return size_bytes
        try:
            file = self._filesystem.open(self._path, writable=True)
        except FileNotFoundError:
            return 0
        before_bytes = file.size()
        left_bytes = max(0, before_bytes - STEP_BYTES)
        if left_bytes < before_bytes:
            file.truncate(left_bytes)
        return before_bytes - left_bytes
