"""Reading and replacing small files as a whole.

A replacement is on disk, old or new but never torn, when `replace_file` returns: the new content is
synced before the rename and the directory after it.
"""

from collections.abc import Sequence

from engine.kernel.limits import IOV_MAX
from engine.records.crc import Buffer
from engine.storage.file_names import TEMPORARY
from engine.storage.filesystem import File, FileSystem


def write_all(file: File, buffers: Sequence[Buffer]) -> None:
    """Append every buffer, however often the file takes only a part. Raises OSError."""
    for start in range(0, len(buffers), IOV_MAX):
        _write_some(file, list(buffers[start : start + IOV_MAX]))


def _write_some(file: File, buffers: list[Buffer]) -> None:
    left = sum(len(buffer) for buffer in buffers)
    while True:
        written = file.append(buffers)
        left -= written
        if not left:
            return
        while buffers and written >= len(buffers[0]):
            written -= len(buffers.pop(0))
        if written:
            buffers[0] = memoryview(buffers[0])[written:]


def read_file(filesystem: FileSystem, path: str) -> bytes:
    """All of a file. Raises FileNotFoundError when it is missing."""
    file = filesystem.open(path)
    return file.read(file.size(), 0)


def read_if_there(filesystem: FileSystem, path: str) -> bytes:
    """All of a file; nothing when it is missing."""
    try:
        return read_file(filesystem, path)
    except FileNotFoundError:
        return b""


def write_file(filesystem: FileSystem, path: str, content: Buffer, *, is_synced: bool) -> None:
    """Make or overwrite a file in place; its name is not synced. For what can be told torn."""
    file = filesystem.open(path, create=True)
    if file.size():
        file.truncate(0)
    if len(content):
        write_all(file, [content])
    if is_synced:
        file.datasync()


def replace_file(filesystem: FileSystem, path: str, content: Buffer) -> None:
    """Replace a file in one step that a power cut cannot tear. Blocks for two syncs."""
    replace_files(filesystem, [(path, content)])


def replace_files(filesystem: FileSystem, files: Sequence[tuple[str, Buffer]]) -> None:
    """Replace files of one directory, each in one step that a power cut cannot tear.

    Which of them a power cut leaves new is not told. Blocks for a sync of each and one more.
    """
    for path, content in files:
        write_file(filesystem, path + TEMPORARY, content, is_synced=True)
    for path, _ in files:
        filesystem.rename(path + TEMPORARY, path)
    filesystem.sync_directory(files[0][0].rpartition("/")[0])


def remove_if_there(filesystem: FileSystem, path: str) -> bool:
    """Remove a file; False when there is none."""
    try:
        filesystem.unlink(path)
    except FileNotFoundError:
        return False
    return True
