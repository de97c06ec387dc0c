"""A stretch of batches on its way to a reader."""

import pytest

from engine.storage.posix import PosixFileSystem
from engine.storage.region import Region


def test_a_region_is_read_from_its_position_until_it_is_released(tmp_path):
    file = PosixFileSystem().open(str(tmp_path / "a"), create=True)
    file.append([b"0123456789"])
    region = Region(file, 3, 4, next_offset=9)
    assert (len(region), region.position, region.next_offset) == (4, 3, 9)
    assert region.read() == b"3456"
    assert region.fileno() == file.fileno()
    region.release()
    with pytest.raises(AssertionError):
        region.read()
    with pytest.raises(AssertionError):
        region.fileno()


def test_a_region_keeps_its_file_open(tmp_path):
    file = PosixFileSystem().open(str(tmp_path / "a"), create=True)
    file.append([b"0123456789"])
    region = Region(file, 0, 10, next_offset=1)
    del file
    (tmp_path / "a").unlink()
    assert region.read() == b"0123456789"
