"""The directory of one partition: made with its metadata and an empty first segment, or unmade.

Nothing is synced: it reaches the disk with the first sync of its log, and until then the caller's
own record of the partition is what survives a crash.
"""

from engine.kernel.ids import TopicId
from engine.storage.directory_deletion import DirectoryDeletion
from engine.storage.file_names import LOG, PARTITION_METADATA, segment_file
from engine.storage.filesystem import FileSystem
from engine.storage.partition_metadata import encode_metadata
from engine.storage.whole_file import write_file


def make_directory(filesystem: FileSystem, directory: str, topic_id: TopicId) -> None:
    """Make a directory with what every partition has, or nothing. Raises OSError."""
    filesystem.make_directory(directory)
    try:
        path = f"{directory}/{PARTITION_METADATA}"
        write_file(filesystem, path, encode_metadata(topic_id), is_synced=False)
        filesystem.open(f"{directory}/{segment_file(0, LOG)}", create=True)
    except OSError:
        unmake_directory(filesystem, directory)
        raise


def unmake_directory(filesystem: FileSystem, directory: str) -> None:
    """Remove a directory that is not to be used after all, as far as that can be done."""
    try:
        DirectoryDeletion(filesystem, directory).unlink()
    except OSError:
        return
