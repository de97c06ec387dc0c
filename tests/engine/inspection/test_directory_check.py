"""Checking a data directory offline: what is right passes, each kind of damage is told."""

from pathlib import Path

import pytest

from engine.inspection.directory_check import DirectoryCheck, NoDataDirectory
from engine.inspection.finding import Finding, Weight
from engine.storage.errors import DirectoryInUse
from engine.storage.posix import PosixFileSystem
from tests.engine.inspection.conftest import BATCHES
from tests.support.clock import FakeClock
from tests.support.logs import open_directory


def check(data: Path) -> list[Finding]:
    return list(DirectoryCheck(PosixFileSystem(), str(data)).run())


def segments(data: Path, suffix: str = ".log") -> list[Path]:
    return sorted((data / "orders-0").glob(f"*{suffix}"))


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 0x10
    path.write_bytes(content)


def snapshot_of(data: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}


def test_sound_directory_has_no_findings_and_is_counted(data: Path) -> None:
    inspected = DirectoryCheck(PosixFileSystem(), str(data))

    assert list(inspected.run()) == []
    assert inspected.totals.partitions == 1
    assert inspected.totals.segments == len(segments(data)) > 2
    assert inspected.totals.batches == BATCHES
    assert inspected.totals.records == 2 * BATCHES
    assert inspected.totals.size_bytes == sum(path.stat().st_size for path in segments(data))


def test_check_changes_nothing(data: Path) -> None:
    flip(segments(data)[0], 70)
    before = snapshot_of(data)
    check(data)

    assert snapshot_of(data) == before


def test_flipped_bit_in_a_batch_is_damage_with_its_offsets(data: Path) -> None:
    flip(segments(data)[0], 70)

    (finding,) = [each for each in check(data) if each.weight is Weight.DAMAGE]

    assert finding.path.endswith("00000000000000000000.log")
    assert "offsets from 0 to 1" in finding.what


def test_lost_end_of_a_log_that_was_on_disk_is_damage(data: Path) -> None:
    last = segments(data)[-1]
    last.write_bytes(last.read_bytes()[:-10])

    findings = [each for each in check(data) if each.weight is Weight.DAMAGE]

    assert any("were on disk and are gone" in each.what for each in findings)


def test_torn_tail_behind_the_recovery_point_is_only_a_notice(data: Path) -> None:
    with segments(data)[-1].open("ab") as file:
        file.write(b"\x00" * 30)

    (finding,) = check(data)

    assert finding.weight is Weight.NOTICE
    assert "torn tail of 30 bytes" in finding.what


@pytest.mark.parametrize("suffix", [".index", ".timeindex"])
def test_wrong_index_is_only_a_notice(data: Path, suffix: str) -> None:
    flip(segments(data, suffix)[0], 3)

    findings = check(data)

    assert [each.weight for each in findings] == [Weight.NOTICE]
    assert findings[0].path.endswith(suffix)


def test_wrong_producer_snapshot_is_only_a_notice(data: Path) -> None:
    flip(segments(data, ".snapshot")[-1], 12)

    (finding,) = check(data)

    assert finding.weight is Weight.NOTICE
    assert "CRC" in finding.what


def test_swapped_segments_are_damage(data: Path) -> None:
    first, second = segments(data)[:2]
    first_bytes, second_bytes = first.read_bytes(), second.read_bytes()
    first.write_bytes(second_bytes)
    second.write_bytes(first_bytes)

    assert any(each.weight is Weight.DAMAGE for each in check(data))


def test_segment_that_was_removed_from_the_middle_is_damage(data: Path) -> None:
    first, second, third = segments(data)[:3]
    second.unlink()

    (finding,) = [each for each in check(data) if each.weight is Weight.DAMAGE]

    assert finding.path.endswith(first.name)
    assert f"offsets from {int(second.stem)} to {int(third.stem) - 1} are missing" in finding.what


def test_offsets_of_a_log_that_was_cleaned_may_be_missing(data: Path) -> None:
    (data / "cleaner-offset-checkpoint").write_text("0\n1\norders 0 0\n")
    segments(data)[1].unlink()

    assert check(data) == []


def test_unclean_end_is_told(data: Path) -> None:
    (data / ".kafka_cleanshutdown").unlink()

    (finding,) = check(data)

    assert finding.weight is Weight.NOTICE
    assert "did not end in order" in finding.what


def test_directory_in_use_is_refused(data: Path) -> None:
    directory = open_directory(PosixFileSystem(), FakeClock(), str(data))
    try:
        with pytest.raises(DirectoryInUse, match="42"):
            check(data)
    finally:
        directory.close()


def test_path_that_is_no_data_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoDataDirectory, match=r"meta\.properties"):
        check(tmp_path)
    with pytest.raises(NoDataDirectory, match="missing"):
        check(tmp_path / "missing")
