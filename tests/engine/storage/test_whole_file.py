"""Small files as a whole: written however the disk takes them, replaced without a torn moment."""

import errno
from random import Random

import pytest

from engine.kernel.limits import IOV_MAX
from engine.storage.whole_file import (
    read_file,
    read_if_there,
    remove_if_there,
    replace_file,
    write_all,
    write_file,
)
from tests.support.logs import ROOT, new_disk
from tests.support.memory_filesystem import MemoryFileSystem
from tests.support.power_cut import power_cut

PATH = f"{ROOT}/small"


class Stingy:
    """A file that takes only some bytes of each write."""

    def __init__(self, random):
        self.content = b""
        self.writes = 0
        self._random = random

    def append(self, buffers):
        assert 0 < len(buffers) <= IOV_MAX
        data = b"".join(buffers)
        taken = self._random.randint(1, len(data)) if data else 0
        self.content += data[:taken]
        self.writes += 1
        return taken


@pytest.mark.parametrize("seed", range(30))
def test_all_buffers_are_written_however_little_the_file_takes(seed):
    random = Random(seed)
    buffers = [random.randbytes(random.choice([0, 1, 7, 100])) for _ in range(20)]
    buffers.append(b"x")
    file = Stingy(random)
    write_all(file, [memoryview(each) for each in buffers])
    assert file.content == b"".join(buffers)


def test_more_buffers_than_one_write_takes_are_written_in_order():
    file = new_disk().open(PATH, create=True)
    buffers = [at.to_bytes(2, "big") for at in range(2 * IOV_MAX + 5)]
    write_all(file, buffers)
    assert file.read(10**6, 0) == b"".join(buffers)


def test_writing_nothing_writes_nothing():
    filesystem = new_disk()
    write_all(filesystem.open(PATH, create=True), [])
    assert filesystem.operations["write"] == 0


def test_a_missing_file_is_told_or_taken_for_empty():
    filesystem = new_disk()
    with pytest.raises(FileNotFoundError):
        read_file(filesystem, PATH)
    assert read_if_there(filesystem, PATH) == b""
    assert not remove_if_there(filesystem, PATH)


def test_other_failures_are_not_taken_for_missing():
    filesystem = new_disk()
    write_file(filesystem, PATH, b"x", is_synced=True)
    for call in (read_if_there, remove_if_there):
        filesystem.fail(0, errno.EIO)
        with pytest.raises(OSError):
            call(filesystem, PATH)


def test_overwriting_leaves_nothing_of_the_old_content():
    filesystem = new_disk()
    write_file(filesystem, PATH, b"a long content", is_synced=False)
    write_file(filesystem, PATH, b"short", is_synced=False)
    assert read_file(filesystem, PATH) == b"short"
    write_file(filesystem, PATH, b"", is_synced=False)
    assert read_file(filesystem, PATH) == b""


def test_a_removed_file_is_gone():
    filesystem = new_disk()
    write_file(filesystem, PATH, b"x", is_synced=False)
    assert remove_if_there(filesystem, PATH)
    assert PATH not in filesystem.files


def test_a_replacement_is_synced_before_and_its_name_after_the_rename():
    filesystem = new_disk()
    filesystem.journal.clear()
    replace_file(filesystem, PATH, b"new")
    assert [op.kind for op in filesystem.journal] == [
        "create",
        "write",
        "sync",
        "rename",
        "syncdir",
    ]


def contents_after_power_cuts(filesystem: MemoryFileSystem, start: int, length: int) -> set[bytes]:
    found = set()
    for cut in range(start, length + 1):
        for seed in range(8):
            image = power_cut(filesystem, cut, Random(seed))
            found.add(read_if_there(image, PATH))
    return found


def test_a_replacement_is_old_or_new_whenever_power_is_cut():
    filesystem = new_disk()
    old, new = b"o" * 700, b"n" * 900
    replace_file(filesystem, PATH, old)
    start = len(filesystem.journal)
    replace_file(filesystem, PATH, new)
    assert contents_after_power_cuts(filesystem, start, len(filesystem.journal)) == {old, new}
    end = len(filesystem.journal)
    assert contents_after_power_cuts(filesystem, end, end) == {new}


def test_what_a_failed_replacement_left_is_no_hindrance():
    filesystem = new_disk()
    replace_file(filesystem, PATH, b"old")
    filesystem.fail(0, errno.ENOSPC, kinds=["sync"])
    with pytest.raises(OSError):
        replace_file(filesystem, PATH, b"a long new content")
    assert read_file(filesystem, PATH) == b"old"
    replace_file(filesystem, PATH, b"new")
    assert read_file(filesystem, PATH) == b"new"
