"""The disk images that a power cut could leave, made from the journal of a `MemoryFileSystem`.

What was synced is there. Of a file's later writes any part may be: none, all, a prefix, sectors of
512 bytes here and there with zeros between, or only the length. What was waiting for a sync that
failed may be missing for ever, unless it was written again. Of a directory's later changes of names
likewise. Nothing orders one file or directory against another.

An image is a disk of its own with a journal that begins with what it holds, all of it synced: power
can be cut again.
"""

from collections.abc import Iterator
from random import Random

from tests.support.memory_filesystem import Inode, MemoryFileSystem, Op

SECTOR = 512
_NAME_KINDS = {"create", "mkdir", "rmdir", "rename", "unlink"}
_MODES = ("none", "all", "prefix", "subset")


def power_cut(source: MemoryFileSystem, length: int, random: Random) -> MemoryFileSystem:
    """An image that the disk could hold after the first `length` operations of the journal."""
    journal = source.journal[:length]
    image = MemoryFileSystem(source.clock)
    inodes = {op.inode: image.new_inode() for op in journal if op.kind == "create"}
    ops: dict[int, list[Op]] = {number: [] for number in inodes}
    for op in journal:
        if op.inode and op.kind != "create":
            ops[op.inode].append(op)
    for number, inode in inodes.items():
        inode.number = number
        inode.content = _content(ops[number], random)
    for op in _surviving_names(journal, random):
        _apply_name(image, op, inodes)
    image.journal = list(_as_if_just_written(image))
    return image


def _as_if_just_written(image: MemoryFileSystem) -> Iterator[Op]:
    """Operations that make an empty disk this image and put it on disk."""
    for path in sorted(image.directories - {""}):
        yield Op("mkdir", path)
    for path, inode in image.files.items():
        yield Op("create", path, inode.number)
        yield Op("write", path, inode.number, 0, bytes(inode.content))
        yield Op("sync", path, inode.number)
    for path in sorted(image.directories):
        yield Op("syncdir", path)


def _content(ops: list[Op], random: Random) -> bytearray:
    content = bytearray()
    pending: list[Op] = []
    for op in ops:
        if op.kind not in ("sync", "lost"):
            pending.append(op)
            continue
        for each in pending:
            if op.kind == "sync" or each.kind == "truncate" or random.random() < 0.5:
                _apply_data(content, each, 0, len(each.data))
        pending = []
    mode = random.choice((*_MODES, "zeros"))
    if mode == "prefix":
        pending = pending[: random.randint(0, len(pending))]
    for at, op in enumerate(pending):
        if mode == "none" or (mode == "subset" and random.random() < 0.5):
            continue
        if mode == "zeros" and op.kind == "write":
            content.extend(bytes(max(0, op.position + len(op.data) - len(content))))
            continue
        cut = len(op.data)
        if mode in ("prefix", "subset") and at + 1 == len(pending):
            cut = random.randint(0, len(op.data) // SECTOR) * SECTOR
        _apply_data(content, op, 0, cut)
    return content


def _apply_data(content: bytearray, op: Op, start: int, end: int) -> None:
    if op.kind == "write":
        at = op.position + start
        if len(content) < at:
            content.extend(bytes(at - len(content)))
        content[at : at + end - start] = op.data[start:end]
    elif op.kind == "truncate":
        del content[op.position :]
        content.extend(bytes(op.position - len(content)))


def _surviving_names(journal: list[Op], random: Random) -> list[Op]:
    by_directory: dict[str, list[int]] = {}
    last_sync: dict[str, int] = {}
    for at, op in enumerate(journal):
        if op.kind in _NAME_KINDS:
            by_directory.setdefault(op.path.rpartition("/")[0], []).append(at)
        elif op.kind == "syncdir":
            last_sync[op.path] = at
    kept: list[int] = []
    for directory, indexes in by_directory.items():
        synced = last_sync.get(directory, -1)
        kept += [at for at in indexes if at < synced]
        pending = [at for at in indexes if at > synced]
        mode = random.choice(_MODES)
        if mode == "prefix":
            pending = pending[: random.randint(0, len(pending))]
        elif mode == "subset":
            pending = [at for at in pending if random.random() < 0.5]
        if mode != "none":
            kept += pending
    return [journal[at] for at in sorted(kept)]


def _apply_name(image: MemoryFileSystem, op: Op, inodes: dict[int, Inode]) -> None:
    parent = op.path.rpartition("/")[0]
    if op.kind == "create" and parent in image.directories:
        image.files[op.path] = inodes[op.inode]
    elif op.kind == "mkdir" and parent in image.directories:
        image.directories.add(op.path)
    elif op.kind == "rmdir":
        image.directories.discard(op.path)
    elif op.kind == "rename":
        image.move(op.path, op.target)
    elif op.kind == "unlink":
        image.files.pop(op.path, None)
