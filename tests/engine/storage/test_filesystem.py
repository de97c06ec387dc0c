"""The contract of the file system port: the real one and the one in memory keep the same.

Every test runs against both, so that what holds on the disk in memory holds on a disk.
"""

import errno
from dataclasses import dataclass

import pytest

from engine.kernel.limits import IOV_MAX
from engine.kernel.system import SystemClock
from engine.storage.filesystem import File, FileSystem
from engine.storage.posix import PosixFileSystem
from tests.support.memory_filesystem import MemoryFileSystem


@dataclass
class Disk:
    """A file system and an empty directory in it."""

    filesystem: FileSystem
    root: str

    def path(self, name: str) -> str:
        return f"{self.root}/{name}"

    def make(self, name: str, content: bytes = b"") -> File:
        file = self.filesystem.open(self.path(name), create=True)
        if content:
            assert file.append([content]) == len(content)
        return file

    def names(self, name: str = "") -> set[str]:
        path = self.path(name) if name else self.root
        return set(self.filesystem.list_directory(path))

    def content(self, name: str) -> bytes:
        file = self.filesystem.open(self.path(name))
        return file.read(file.size(), 0)


@pytest.fixture(params=["posix", "memory"])
def disk(request, tmp_path):
    if request.param == "posix":
        return Disk(PosixFileSystem(), str(tmp_path))
    filesystem = MemoryFileSystem(SystemClock())
    filesystem.make_directory("/data")
    return Disk(filesystem, "/data")


def test_what_was_appended_is_read_back(disk):
    file = disk.make("a")
    assert file.append([b"one", memoryview(b"two"), bytearray(b"three")]) == 11
    assert file.append([b"!"]) == 1
    assert file.size() == 12
    assert file.read(12, 0) == b"onetwothree!"
    assert file.read(3, 3) == b"two"


def test_reading_past_the_end_returns_what_there_is(disk):
    file = disk.make("a", b"12345")
    assert file.read(100, 3) == b"45"
    assert file.read(100, 5) == b""
    assert file.read(100, 500) == b""


def test_every_open_file_of_a_path_sees_the_same_bytes(disk):
    first = disk.make("a", b"1")
    second = disk.filesystem.open(disk.path("a"), writable=True)
    second.append([b"2"])
    first.append([b"3"])
    assert first.read(10, 0) == second.read(10, 0) == b"123"


def test_opening_to_create_keeps_what_is_there(disk):
    disk.make("a", b"kept")
    assert disk.make("a").read(10, 0) == b"kept"


def test_a_gathered_write_of_the_most_buffers_is_one_write(disk):
    file = disk.make("a")
    assert file.append([b"x"] * IOV_MAX) == IOV_MAX
    assert file.size() == IOV_MAX


def test_more_buffers_than_that_are_refused(disk):
    with pytest.raises(OSError) as refused:
        disk.make("a").append([b"x"] * (IOV_MAX + 1))
    assert refused.value.errno == errno.EINVAL


def test_a_file_opened_for_reading_takes_no_bytes(disk):
    disk.make("a", b"1")
    file = disk.filesystem.open(disk.path("a"))
    with pytest.raises(OSError) as refused:
        file.append([b"2"])
    assert refused.value.errno == errno.EBADF


def test_rewriting_changes_bytes_where_they_are(disk):
    file = disk.make("a", b"one two three")
    file.rewrite(memoryview(b"TWO"), 4)
    assert file.read(100, 0) == b"one TWO three"
    file.append([b"!"])
    assert disk.content("a") == b"one TWO three!"


def test_a_file_opened_for_reading_cannot_be_rewritten(disk):
    disk.make("a", b"1")
    file = disk.filesystem.open(disk.path("a"))
    with pytest.raises(OSError) as refused:
        file.rewrite(b"2", 0)
    assert refused.value.errno == errno.EBADF
    assert disk.content("a") == b"1"


def test_truncate_cuts(disk):
    file = disk.make("a", b"12345")
    file.truncate(2)
    assert (file.size(), file.read(10, 0)) == (2, b"12")
    file.append([b"x"])
    assert file.read(10, 0) == b"12x"


def test_truncate_grows_with_zeros(disk):
    file = disk.make("a", b"12")
    file.truncate(5)
    assert file.read(10, 0) == b"12\0\0\0"


def test_sync_changes_nothing_that_can_be_read(disk):
    file = disk.make("a", b"12")
    file.datasync()
    disk.filesystem.sync_directory(disk.root)
    assert disk.content("a") == b"12"


def test_a_file_opened_for_reading_can_be_synced(disk):
    disk.make("a", b"12")
    file = disk.filesystem.open(disk.path("a"))
    file.datasync()
    assert file.read(2, 0) == b"12"


@pytest.mark.parametrize("is_writable", [False, True])
def test_opening_a_missing_file_tells_that_it_is_missing(disk, is_writable):
    with pytest.raises(FileNotFoundError):
        disk.filesystem.open(disk.path("a"), writable=is_writable)
    assert disk.names() == set()


def test_creating_a_file_in_a_missing_directory_tells_that_it_is_missing(disk):
    with pytest.raises(FileNotFoundError):
        disk.filesystem.open(disk.path("no/a"), create=True)


def test_names_of_a_directory_are_those_of_its_files_and_directories(disk):
    disk.make("a")
    disk.filesystem.make_directory(disk.path("d"))
    disk.filesystem.open(disk.path("d/inner"), create=True)
    assert disk.names() == {"a", "d"}
    assert disk.names("d") == {"inner"}


def test_listing_a_missing_directory_tells_that_it_is_missing(disk):
    with pytest.raises(FileNotFoundError):
        disk.filesystem.list_directory(disk.path("no"))


def test_making_a_directory_twice_is_refused(disk):
    disk.filesystem.make_directory(disk.path("d"))
    with pytest.raises(FileExistsError):
        disk.filesystem.make_directory(disk.path("d"))


def test_making_a_directory_where_a_file_is_is_refused(disk):
    disk.make("d")
    with pytest.raises(FileExistsError):
        disk.filesystem.make_directory(disk.path("d"))


def test_making_a_directory_in_a_missing_one_tells_that_it_is_missing(disk):
    with pytest.raises(FileNotFoundError):
        disk.filesystem.make_directory(disk.path("no/d"))


def test_a_directory_that_is_not_empty_stays(disk):
    disk.filesystem.make_directory(disk.path("d"))
    disk.filesystem.open(disk.path("d/inner"), create=True)
    with pytest.raises(OSError) as refused:
        disk.filesystem.remove_directory(disk.path("d"))
    assert refused.value.errno == errno.ENOTEMPTY
    disk.filesystem.unlink(disk.path("d/inner"))
    disk.filesystem.remove_directory(disk.path("d"))
    assert disk.names() == set()


def test_removing_a_missing_directory_tells_that_it_is_missing(disk):
    with pytest.raises(FileNotFoundError):
        disk.filesystem.remove_directory(disk.path("no"))


def test_rename_replaces_its_target(disk):
    disk.make("new", b"new")
    disk.make("old", b"old")
    disk.filesystem.rename(disk.path("new"), disk.path("old"))
    assert disk.names() == {"old"}
    assert disk.content("old") == b"new"


def test_renaming_a_directory_takes_its_files_along(disk):
    disk.filesystem.make_directory(disk.path("d"))
    disk.filesystem.open(disk.path("d/inner"), create=True).append([b"1"])
    disk.filesystem.rename(disk.path("d"), disk.path("e"))
    assert disk.names() == {"e"}
    assert disk.content("e/inner") == b"1"


def test_renaming_a_missing_file_tells_that_it_is_missing(disk):
    with pytest.raises(FileNotFoundError):
        disk.filesystem.rename(disk.path("no"), disk.path("a"))


def test_unlinking_a_missing_file_tells_that_it_is_missing(disk):
    with pytest.raises(FileNotFoundError):
        disk.filesystem.unlink(disk.path("no"))


def test_syncing_a_missing_directory_tells_that_it_is_missing(disk):
    with pytest.raises(FileNotFoundError):
        disk.filesystem.sync_directory(disk.path("no"))


def test_an_open_file_outlives_its_name(disk):
    """Readers under way keep a segment that retention removes."""
    file = disk.make("a", b"12")
    disk.filesystem.unlink(disk.path("a"))
    file.append([b"3"])
    file.datasync()
    assert file.read(10, 0) == b"123"
    assert disk.names() == set()


def test_a_new_file_of_a_removed_name_is_another_file(disk):
    old = disk.make("a", b"old")
    disk.filesystem.unlink(disk.path("a"))
    new = disk.make("a", b"new")
    assert (old.read(10, 0), new.read(10, 0)) == (b"old", b"new")


def test_an_open_file_follows_a_rename(disk):
    file = disk.make("a", b"1")
    disk.filesystem.rename(disk.path("a"), disk.path("b"))
    file.append([b"2"])
    assert disk.content("b") == b"12"


def test_status_tells_size_and_time_of_the_last_write(disk):
    before_ms = SystemClock().wall_ms() - 2000
    disk.make("a", b"12")
    status = disk.filesystem.status(disk.path("a"))
    assert status.size_bytes == 2
    assert before_ms <= status.modified_ms <= SystemClock().wall_ms() + 2000


def test_status_of_a_missing_file_tells_that_it_is_missing(disk):
    with pytest.raises(FileNotFoundError):
        disk.filesystem.status(disk.path("no"))


def test_there_is_room_for_something(disk):
    total_bytes, free_bytes = disk.filesystem.space(disk.root)
    assert 0 < free_bytes <= total_bytes


def test_a_lock_is_taken_once_until_it_is_released(disk):
    lock = disk.filesystem.lock(disk.path(".lock"))
    assert lock is not None
    assert disk.filesystem.lock(disk.path(".lock")) is None
    lock.release()
    again = disk.filesystem.lock(disk.path(".lock"))
    assert again is not None
    again.release()


def test_what_a_lock_says_replaces_what_it_said(disk):
    lock = disk.filesystem.lock(disk.path(".lock"))
    assert lock is not None
    lock.write(b"a longer text")
    lock.write(b"short")
    assert disk.content(".lock") == b"short"
    lock.release()


def test_releasing_a_lock_twice_is_harmless(disk):
    lock = disk.filesystem.lock(disk.path(".lock"))
    assert lock is not None
    lock.release()
    other = disk.filesystem.lock(disk.path(".lock"))
    assert other is not None
    lock.release()
    assert disk.filesystem.lock(disk.path(".lock")) is None
    other.release()
