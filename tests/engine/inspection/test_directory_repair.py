"""Damaged logs that a repair makes readable again, by the broker's own means."""

import errno
import shutil
from pathlib import Path

import pytest

from engine.inspection.directory_check import DirectoryCheck, NoDataDirectory
from engine.inspection.directory_repair import DirectoryRepair
from engine.inspection.finding import Weight
from engine.storage.errors import DirectoryInUse, StorageDamaged
from engine.storage.log_config import LogConfig
from engine.storage.posix import PosixFileSystem
from tests.support.clock import FakeClock
from tests.support.logs import ORDERS, ORDERS_ID, ROOT, commit, new_disk, open_directory, records_in

CONFIG = LogConfig(segment_bytes=1_500, index_interval_bytes=1)


def repaired(data: Path) -> list[str]:
    """Repair everything; where the bytes are as they were."""
    repair = DirectoryRepair(PosixFileSystem(), str(data))
    try:
        return [repair.write(log) for log in repair.damaged()]
    finally:
        repair.close()


def lost(data: Path) -> list[tuple[int, int]]:
    repair = DirectoryRepair(PosixFileSystem(), str(data))
    try:
        return [
            (each.damage.start_offset, each.damage.end_offset)
            for log in repair.damaged()
            for each in log.lost
        ]
    finally:
        repair.close()


def damages(data: Path) -> list[str]:
    found = DirectoryCheck(PosixFileSystem(), str(data)).run()
    return [str(finding) for finding in found if finding.weight is Weight.DAMAGE]


def segments(data: Path) -> list[Path]:
    return sorted((data / str(ORDERS)).glob("*.log"))


def offsets(data: Path) -> tuple[list[int], int]:
    """The offsets of all records that the broker reads, and where the log ends."""
    directory = open_directory(PosixFileSystem(), FakeClock(), str(data))
    try:
        log = directory.open_partition(ORDERS, ORDERS_ID, CONFIG)
        found, at = [], log.log_start_offset
        while (region := log.read(at, 1000, end_offset=log.log_end_offset)) is not None:
            found += [record.offset for record in records_in(region.read())]
            at = region.next_offset
        return found, log.log_end_offset
    finally:
        directory.close()


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 0x40
    path.write_bytes(content)


def test_a_sound_directory_has_nothing_to_repair(data: Path) -> None:
    assert lost(data) == []
    assert repaired(data) == []


@pytest.mark.parametrize("segment", [0, 1, -1])
@pytest.mark.parametrize("at", [3, 10, 16, 25, 70])
def test_everything_but_the_damaged_batch_can_be_read_again(
    data: Path, segment: int, at: int
) -> None:
    """One bit of the first batch of a segment: in its offset, length, magic, header or records."""
    path = segments(data)[segment]
    begin = int(path.stem)
    sound, end_offset = offsets(data)
    flip(path, at)
    with pytest.raises(StorageDamaged):
        offsets(data)

    assert lost(data) == [(begin, begin + 2)]
    repaired(data)

    assert offsets(data) == ([each for each in sound if each not in (begin, begin + 1)], end_offset)
    assert lost(data) == []
    assert damages(data) == []


def test_a_file_that_was_cut_off_keeps_the_end_of_the_log(data: Path) -> None:
    sound, end_offset = offsets(data)
    path = segments(data)[-1]
    path.write_bytes(path.read_bytes()[:-20])

    repaired(data)

    assert offsets(data) == (sound[:-2], end_offset)
    assert damages(data) == []


def test_a_segment_that_is_missing_becomes_offsets_without_records(data: Path) -> None:
    sound, end_offset = offsets(data)
    first, second, third, *_ = segments(data)
    second.unlink()
    gone = range(int(second.stem), int(third.stem))
    assert lost(data) == [(gone.start, gone.stop)]

    repaired(data)

    assert offsets(data) == ([each for each in sound if each not in gone], end_offset)
    assert first.exists()


def test_the_bytes_are_kept_as_they_were(data: Path) -> None:
    path = segments(data)[1]
    flip(path, 70)
    damaged = path.read_bytes()

    (aside,) = repaired(data)
    assert (Path(aside) / path.name).read_bytes() == damaged
    flip(path, 70)
    (again,) = repaired(data)
    assert again != aside
    assert (Path(aside) / path.name).read_bytes() == damaged


def test_looking_changes_nothing(data: Path) -> None:
    flip(segments(data)[1], 70)
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}

    assert lost(data)

    assert {path: path.read_bytes() for path in data.rglob("*") if path.is_file()} == before


def test_a_torn_tail_is_left_to_the_next_start(data: Path) -> None:
    path = segments(data)[-1]
    with path.open("ab") as file:
        file.write(bytes(100))
    assert lost(data) == []


def test_a_directory_that_is_gone_is_told_and_left(data: Path) -> None:
    shutil.rmtree(data / str(ORDERS))
    repair = DirectoryRepair(PosixFileSystem(), str(data))
    assert repair.missing() == [ORDERS]
    assert list(repair.damaged()) == []
    repair.close()


def test_a_directory_in_use_is_refused(data: Path) -> None:
    directory = open_directory(PosixFileSystem(), FakeClock(), str(data))
    with pytest.raises(DirectoryInUse):
        DirectoryRepair(PosixFileSystem(), str(data))
    directory.close()


def test_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoDataDirectory):
        DirectoryRepair(PosixFileSystem(), str(tmp_path))


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC])
def test_a_repair_that_fails_anywhere_can_be_run_again(error: int) -> None:
    """The n-th operation on the disk fails, for every n, until a repair gets through."""
    clock = FakeClock()
    disk = new_disk(clock)
    directory = open_directory(disk, clock)
    directory.create_partitions([ORDERS], ORDERS_ID)
    log = directory.open_partition(ORDERS, ORDERS_ID, CONFIG)
    for number in range(30):
        commit(log, f"value {number}")
    assert directory.close()
    paths = sorted(path for path in disk.files if path.endswith(".log"))
    for path in paths[:2]:
        disk.files[path].content[70] ^= 1

    for after in range(10_000):
        image = disk.copy()
        image.fail(after, error)
        repair = None
        try:
            repair = DirectoryRepair(image, ROOT)
            for each in list(repair.damaged()):
                repair.write(each)
            is_through = True
        except OSError:
            is_through = False
        image.heal()
        if repair is not None:
            repair.close()
        again = DirectoryRepair(image, ROOT)
        for each in list(again.damaged()):
            again.write(each)
        again.close()
        opened = open_directory(image, clock).open_partition(ORDERS, ORDERS_ID, CONFIG)
        found, at = 0, 0
        while (region := opened.read(at, 1000, end_offset=opened.log_end_offset)) is not None:
            found, at = found + len(records_in(region.read())), region.next_offset
        assert (found, opened.log_end_offset) == (28, 30)
        if is_through:
            assert after > 20
            return
    raise AssertionError("no repair got through")
