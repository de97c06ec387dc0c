"""A disk that is played meets its process as a real one does when it is full."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.storage.posix import PosixFileSystem
from tests.reliability.small_disk import CountedDisk, MountedDisk, SmallDisk, can_mount

SIZE = 256 * 1024
KINDS = (CountedDisk, MountedDisk) if can_mount() else (CountedDisk,)


@pytest.fixture(params=KINDS, ids=lambda kind: kind.kind)
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SmallDisk]:
    with request.param(tmp_path / "small", SIZE) as made:
        yield made


def filesystem_of(disk: SmallDisk) -> PosixFileSystem:
    return disk.filesystem() if isinstance(disk, CountedDisk) else PosixFileSystem()


def test_a_write_that_does_not_fit_is_cut_short_and_the_next_finds_no_room(
    disk: SmallDisk,
) -> None:
    filesystem = filesystem_of(disk)
    file = filesystem.open(str(disk.path / "log"), create=True)
    assert file.append([bytes(4096), bytes(4096)]) == 8192
    assert filesystem.space(str(disk.path)).free_bytes == disk.free_bytes() == SIZE - 8192
    disk.fill(4096)
    assert disk.free_bytes() == 4096
    assert file.append([bytes(3000), bytes(3000)]) == 4096
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)) as told:
        file.append([b"x"])
    assert told.value.errno == errno.ENOSPC
    assert file.size() == 12288


def test_what_is_freed_can_be_written_to(disk: SmallDisk) -> None:
    file = filesystem_of(disk).open(str(disk.path / "log"), create=True)
    disk.fill(0)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        file.append([b"x"])
    disk.free()
    assert file.append([b"x"]) == 1


def test_what_it_held_can_be_kept(disk: SmallDisk, tmp_path: Path) -> None:
    (disk.path / "log").write_bytes(b"held")
    disk.keep(tmp_path / "kept")
    assert (tmp_path / "kept" / "log").read_bytes() == b"held"
