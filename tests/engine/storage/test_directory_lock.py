"""One process to a data directory, and who it is."""

import errno
import os

import pytest

from engine.storage.directory_lock import FILE_NAME, DirectoryLock, Owner, owner_of
from engine.storage.errors import DirectoryInUse
from tests.support.logs import ROOT, new_disk
from tests.support.memory_filesystem import MemoryFileSystem, MemoryLock


class FullLock(MemoryLock):
    """A lock file without room for a word."""

    def write(self, content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class FullFileSystem(MemoryFileSystem):
    """Has no room for what a lock says."""

    def lock(self, path):
        super().lock(path)
        return FullLock(self, path)


def test_a_second_owner_is_refused_and_told_who_has_it():
    filesystem = new_disk()
    lock = DirectoryLock(filesystem, ROOT, 42)
    lock.tell_address("127.0.0.1:9092")
    with pytest.raises(DirectoryInUse) as refused:
        DirectoryLock(filesystem, ROOT, 43)
    assert refused.value.path == ROOT
    assert (refused.value.pid, refused.value.address) == (42, "127.0.0.1:9092")
    assert str(refused.value) == "/data is in use by process 42 at 127.0.0.1:9092"


def test_a_second_owner_learns_where_the_first_tells_its_metrics():
    filesystem = new_disk()
    lock = DirectoryLock(filesystem, ROOT, 42)
    lock.tell_address("127.0.0.1:9092", "127.0.0.1:9404")
    with pytest.raises(DirectoryInUse) as refused:
        DirectoryLock(filesystem, ROOT, 43)
    assert (refused.value.address, refused.value.metrics) == ("127.0.0.1:9092", "127.0.0.1:9404")
    content = bytes(filesystem.files[f"{ROOT}/{FILE_NAME}"].content)
    assert content.split(b"\n")[0] == b"42 127.0.0.1:9092", "earlier versions read the first line"


def test_who_serves_a_directory_is_found_and_is_left_its_lock():
    filesystem = new_disk()
    DirectoryLock(filesystem, ROOT, 42).tell_address("127.0.0.1:9092", "127.0.0.1:9404")
    found = owner_of(filesystem, ROOT, lambda pid: pid == 42)
    assert found == Owner(42, "127.0.0.1:9092", "127.0.0.1:9404")
    with pytest.raises(DirectoryInUse):
        DirectoryLock(filesystem, ROOT, 43)


def test_nobody_serves_a_directory_that_is_free_whatever_its_file_says():
    filesystem = new_disk()
    assert owner_of(filesystem, ROOT, lambda _: True) is None
    assert f"{ROOT}/{FILE_NAME}" not in filesystem.files, "looking makes no file"
    lock = DirectoryLock(filesystem, ROOT, 42)
    assert owner_of(filesystem, ROOT, lambda _: True) is None, "it is starting"
    lock.tell_address("127.0.0.1:9092")
    assert owner_of(filesystem, ROOT, lambda _: False) is None, "it was killed"
    lock.release()
    assert owner_of(filesystem, ROOT, lambda _: True) is None, "another process has its number"
    DirectoryLock(filesystem, ROOT, 43)


def test_an_owner_that_is_starting_has_no_address_yet():
    filesystem = new_disk()
    DirectoryLock(filesystem, ROOT, 42)
    with pytest.raises(DirectoryInUse) as refused:
        DirectoryLock(filesystem, ROOT, 43)
    assert (refused.value.pid, refused.value.address) == (42, "")
    assert str(refused.value) == "/data is in use by process 42"


def test_a_released_directory_can_be_taken():
    filesystem = new_disk()
    DirectoryLock(filesystem, ROOT, 42).release()
    DirectoryLock(filesystem, ROOT, 43)
    with pytest.raises(DirectoryInUse) as refused:
        DirectoryLock(filesystem, ROOT, 44)
    assert refused.value.pid == 43


def test_a_lock_that_cannot_be_written_is_let_go():
    """Its descriptor would stay open for ever, and nobody could try again."""
    filesystem = FullFileSystem()
    filesystem.make_directory(ROOT)
    with pytest.raises(OSError) as told:
        DirectoryLock(filesystem, ROOT, 42)
    assert told.value.errno == errno.ENOSPC
    assert filesystem.locked == set()


@pytest.mark.parametrize("content", [b"", b"\n", b"what", b"\xff\xfe 1", b"-5 x"])
def test_an_owner_that_tells_nothing_sensible_is_refused_to_all_the_same(content):
    filesystem = new_disk()
    DirectoryLock(filesystem, ROOT, 42)
    filesystem.files[f"{ROOT}/{FILE_NAME}"].content[:] = content
    with pytest.raises(DirectoryInUse) as refused:
        DirectoryLock(filesystem, ROOT, 43)
    assert refused.value.pid == 0
