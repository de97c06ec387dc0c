"""The disk of a real broker process, which writes down what it does, for power to be cut after it.

`RecordedFileSystem` is the operating system's, with one line of JSON for each write, sync, rename,
truncate, unlink and new name. The lines outlive `kill -9`. From them `image_of` makes one of the
disks that a power cut at the moment of the death could have left, and `put_image` lays it where a
broker can start on it.

A line is written when the operation is over and before its caller goes on, so nothing that rests on
it can be earlier. A sync covers what was written down before it began, not what came meanwhile.
"""

import json
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from engine.records.crc import Buffer
from engine.storage.posix import PosixFile, PosixFileSystem
from tests.support.memory_filesystem import MemoryFileSystem, Op
from tests.support.power_cut import power_cut

SYNC_BEGUN = "sync-begun"


class Record:
    """The file of one process's operations. Any thread."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)
        self._turn = threading.Lock()
        self._syncs = 0

    def close(self) -> None:
        """Write no more; a process that dies need not ask."""
        self._file.close()

    def note(self, kind: str, path: str, inode: int = 0, position: int = 0, **more: str) -> None:
        """Write one operation down; `data` is hexadecimal."""
        line = json.dumps([kind, path, inode, position, more])
        with self._turn:
            self._file.write(line.encode() + b"\n")

    def begin_sync(self, path: str) -> int:
        """Write down that a sync begins; its number."""
        with self._turn:
            self._syncs += 1
            number = self._syncs
            line = json.dumps([SYNC_BEGUN, path, 0, number, {}])
            self._file.write(line.encode() + b"\n")
        return number


class RecordedFile:
    """An open file whose operations are written down."""

    def __init__(self, file: PosixFile, disk: "RecordedFileSystem", path: str, inode: int) -> None:
        self._file = file
        self._disk = disk
        self._path = path
        self._inode = inode
        self.fileno, self.read, self.size = file.fileno, file.read, file.size

    def append(self, buffers: Sequence[Buffer]) -> int:
        written = self._file.append(buffers)
        data = b"".join(bytes(each) for each in buffers)[:written]
        self._note_write(self.size() - written, data)
        return written

    def rewrite(self, content: Buffer, position: int) -> None:
        self._file.rewrite(content, position)
        self._note_write(position, bytes(content))

    def truncate(self, length: int) -> None:
        self._file.truncate(length)
        # A planted bug may have left the file as it was.
        self._disk.record.note("truncate", self._path, self._inode, self.size())

    def datasync(self) -> None:
        number = self._disk.record.begin_sync(self._path)
        time.sleep(self._disk.sync_delay_s)
        self._file.datasync()
        self._disk.record.note("sync", self._path, self._inode, number)

    def _note_write(self, position: int, data: bytes) -> None:
        self._disk.record.note("write", self._path, self._inode, position, data=data.hex())


class RecordedFileSystem(PosixFileSystem):
    """The operating system's files under one data directory, whose syncs take some time more."""

    def __init__(self, data: Path, record: Path, sync_delay_s: float = 0.0) -> None:
        self.record = Record(record)
        self.sync_delay_s = sync_delay_s
        self._turn = threading.Lock()
        self._inodes: dict[str, int] = {}
        self._count = 0
        for directory in reversed((data, *data.parents)):
            if directory != directory.parent:
                self.record.note("mkdir", str(directory))
                self.record.note("syncdir", str(directory.parent).rstrip("/"))
        for path in sorted(data.rglob("*")):
            self._note_present(path)

    def _note_present(self, path: Path) -> None:
        """Write down, as on disk, what was there before."""
        name = str(path)
        if path.is_dir():
            self.record.note("mkdir", name)
        else:
            number = self._inode(name)
            self.record.note("write", name, number, data=path.read_bytes().hex())
            self.record.note("sync", name, number)
        self.record.note("syncdir", str(path.parent))

    def _inode(self, path: str) -> int:
        """The number of a file; one that has none yet is new."""
        with self._turn:
            number = self._inodes.get(path)
            if number is None:
                self._count += 1
                number = self._inodes[path] = self._count
                self.record.note("create", path, number)
            return number

    def open(self, path: str, *, writable: bool = False, create: bool = False) -> RecordedFile:
        file = super().open(path, writable=writable, create=create)
        return RecordedFile(file, self, path, self._inode(path))

    def make_directory(self, path: str) -> None:
        super().make_directory(path)
        self.record.note("mkdir", path)

    def remove_directory(self, path: str) -> None:
        super().remove_directory(path)
        self.record.note("rmdir", path)

    def rename(self, source: str, target: str) -> None:
        super().rename(source, target)
        with self._turn:
            for path in [p for p in self._inodes if p == source or p.startswith(source + "/")]:
                self._inodes[target + path[len(source) :]] = self._inodes.pop(path)
            self.record.note("rename", source, target=target)

    def unlink(self, path: str) -> None:
        super().unlink(path)
        with self._turn:
            self._inodes.pop(path, None)
            self.record.note("unlink", path)

    def sync_directory(self, path: str) -> None:
        number = self.record.begin_sync(path)
        super().sync_directory(path)
        self.record.note("syncdir", path, 0, number)


def operations(record: Path) -> Iterator[Op]:
    """What a process did, in order; each sync that ended stands where it began."""
    lines = [json.loads(line) for line in record.read_bytes().split(b"\n")[:-1]]
    ended = {line[3]: line for line in lines if line[0] in ("sync", "syncdir") and line[3]}
    for kind, path, inode, position, more in lines:
        if kind == SYNC_BEGUN:
            if position in ended:
                done = ended[position]
                yield Op(done[0], done[1], done[2])
        elif kind not in ("sync", "syncdir") or not position:
            data = bytes.fromhex(more.get("data", ""))
            yield Op(kind, path, inode, position, data, more.get("target", ""))


def image_of(record: Path, random: Random) -> MemoryFileSystem:
    """A disk that a power cut behind the last operation could have left."""
    source = MemoryFileSystem()
    source.journal = list(operations(record))
    return power_cut(source, len(source.journal), random)


def put_image(image: MemoryFileSystem, data: Path, root: str = "") -> None:
    """Replace a data directory by what an image holds of it, there under `root` if that differs."""
    shutil.rmtree(data, ignore_errors=True)
    inside = f"{root or data}/"
    data.mkdir(mode=0o700, parents=True)
    for directory in sorted(each for each in image.directories if each.startswith(inside)):
        (data / directory.removeprefix(inside)).mkdir(mode=0o700)
    for path, inode in image.files.items():
        # The names of a directory may have outlived it.
        if path.startswith(inside) and path.rpartition("/")[0] in image.directories:
            file = data / path.removeprefix(inside)
            file.write_bytes(inode.content)
            file.chmod(0o600)
