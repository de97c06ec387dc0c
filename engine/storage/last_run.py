"""What the last process left in a data directory: the marker of a clean end, and when it wrote.

The marker is Kafka's. It is written last, after every log is on disk, and taken away, on disk too,
before anything else is written.
"""

from contextlib import suppress
from typing import NamedTuple

from engine.storage.filesystem import FileSystem
from engine.storage.meta_properties import FILE_NAME as META_PROPERTIES
from engine.storage.offset_checkpoint import RECOVERY_POINTS
from engine.storage.trusted_time import TrustedTime
from engine.storage.whole_file import remove_if_there, write_file

CLEAN_SHUTDOWN = ".kafka_cleanshutdown"
_CONTENT = b'{"version":0,"brokerEpoch":-1}'


class LastRun(NamedTuple):
    """How and when the last process ended, as far as its files tell."""

    was_clean: bool
    wrote_ms: int | None
    """The wall time that it last trusted. Where that is not told, that of the newest file that
    starting, going on or ending writes; None without any."""


def take_over(filesystem: FileSystem, directory: str) -> LastRun:
    """Look at what the last process left, and take the marker away. Blocks. Raises OSError."""
    stamps = []
    for name in (META_PROPERTIES, RECOVERY_POINTS, CLEAN_SHUTDOWN):
        with suppress(FileNotFoundError):
            stamps.append(filesystem.status(f"{directory}/{name}").modified_ms)
    was_clean = remove_if_there(filesystem, f"{directory}/{CLEAN_SHUTDOWN}")
    # A start that was killed may have removed the marker, but not on disk.
    filesystem.sync_directory(directory)
    trusted_ms = TrustedTime(filesystem, directory).read()
    return LastRun(was_clean, max(stamps, default=None) if trusted_ms is None else trusted_ms)


def leave_marker(filesystem: FileSystem, directory: str) -> None:
    """Tell the next process that every log is on disk. Blocks. Raises OSError."""
    path = f"{directory}/{CLEAN_SHUTDOWN}"
    write_file(filesystem, path, _CONTENT, is_synced=True)
    filesystem.sync_directory(directory)
