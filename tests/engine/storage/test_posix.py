"""What only the file system of the machine can show: modes, descriptors, links, short writes."""

import errno
import os
import resource
import stat
import subprocess
import sys

import pytest

from engine.storage.posix import PosixFileSystem
from engine.storage.whole_file import write_all


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_files_and_directories_are_for_their_owner_only(tmp_path):
    filesystem = PosixFileSystem()
    before = os.umask(0)
    try:
        filesystem.make_directory(str(tmp_path / "d"))
        filesystem.open(str(tmp_path / "d/a"), create=True)
        lock = filesystem.lock(str(tmp_path / "d/.lock"))
    finally:
        os.umask(before)
    assert mode_of(tmp_path / "d") == 0o700
    assert mode_of(tmp_path / "d/a") == 0o600
    assert mode_of(tmp_path / "d/.lock") == 0o600
    assert lock is not None
    lock.release()


def test_a_link_is_not_followed(tmp_path):
    """A link in the data directory must not lead our writes elsewhere."""
    (tmp_path / "secret").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    filesystem = PosixFileSystem()
    for options in ({}, {"writable": True}, {"create": True}):
        with pytest.raises(OSError) as refused:
            filesystem.open(str(tmp_path / "link"), **options)
        assert refused.value.errno == errno.ELOOP
    with pytest.raises(OSError) as refused:
        filesystem.lock(str(tmp_path / "link"))
    assert refused.value.errno == errno.ELOOP


def test_the_descriptor_is_good_for_the_system_and_closes_with_the_file(tmp_path):
    file = PosixFileSystem().open(str(tmp_path / "a"), create=True)
    file.append([b"123"])
    fd = file.fileno()
    assert os.pread(fd, 3, 0) == b"123"
    assert not os.get_inheritable(fd)
    del file
    with pytest.raises(OSError) as closed:
        os.fstat(fd)
    assert closed.value.errno == errno.EBADF


def test_a_write_that_the_system_cuts_short_is_gone_on_with(tmp_path):
    """Goal: a short write is seen as one. Method: a limit on the size of files."""
    file = PosixFileSystem().open(str(tmp_path / "a"), create=True)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        assert file.append([b"1234567", b"890123"]) == 10
        with pytest.raises(OSError) as full:
            write_all(file, [b"x"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert full.value.errno == errno.EFBIG
    assert file.read(20, 0) == b"1234567890"


def test_the_lock_keeps_other_processes_off(tmp_path):
    lock = PosixFileSystem().lock(str(tmp_path / ".lock"))
    assert lock is not None
    code = (
        "import sys; from engine.storage.posix import PosixFileSystem; "
        "sys.exit(0 if PosixFileSystem().lock(sys.argv[1]) is None else 1)"
    )
    other = subprocess.run([sys.executable, "-c", code, str(tmp_path / ".lock")], check=False)
    assert other.returncode == 0
    lock.release()


def test_what_the_lock_says_keeps_its_place_on_the_disk(tmp_path, monkeypatch):
    """Between two texts the file is never empty: on a full disk another would take its block."""
    path = tmp_path / ".lock"
    lock = PosixFileSystem().lock(str(path))
    assert lock is not None
    lock.write(b"42 127.0.0.1:9092\n")
    sizes = []
    truncate = os.ftruncate

    def spied(fd, length):
        truncate(fd, length)
        sizes.append(path.stat().st_size)

    monkeypatch.setattr(os, "ftruncate", spied)
    lock.write(b"42 \n")
    lock.release()
    assert path.read_bytes() == b"42 \n"
    assert sizes == [4]
