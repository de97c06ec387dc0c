"""The last wall time that a process trusted, kept for the next one.

The times of files tell when a process wrote, by whatever clock it had; this file is written only
while the clock is trusted, so that a clock that is wrong does not vouch for itself after a restart.
An operator writes it to vouch for the date. It holds milliseconds since 1970 as digits.
"""

from engine.storage.filesystem import FileSystem
from engine.storage.whole_file import read_if_there, replace_file

FILE_NAME = "last-trusted-time"
_DIGITS_MAX = 16


class TrustedTime:
    """The file of one data directory. Any thread, one at a time; blocks."""

    def __init__(self, filesystem: FileSystem, directory: str) -> None:
        self._filesystem = filesystem
        self.path = f"{directory}/{FILE_NAME}"

    def read(self) -> int | None:
        """What the file says; None when it is missing or says no time."""
        try:
            content = read_if_there(self._filesystem, self.path).strip()
        except OSError:
            return None
        return int(content) if content.isdigit() and len(content) <= _DIGITS_MAX else None

    def write(self, trusted_ms: int) -> None:
        """Replace the file. Raises OSError."""
        replace_file(self._filesystem, self.path, b"%d\n" % trusted_ms)
