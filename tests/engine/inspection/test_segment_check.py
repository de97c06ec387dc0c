"""Checking one segment: memory bound to the index, and batches whose records are not right."""

from itertools import islice
from pathlib import Path

from engine.inspection.finding import Weight
from engine.inspection.segment_check import SegmentCheck
from engine.inspection.segment_files import SegmentFiles
from engine.records.batch import read_header, stamp_crc
from engine.storage.batch_walk import walk_headers
from engine.storage.offset_index import OffsetIndex
from engine.storage.posix import PosixFileSystem
from tests.support.logs import batch_of

FIRST = SegmentFiles.of(0)


def test_every_offset_index_entry_must_name_its_batch(data: Path) -> None:
    path = data / "orders-0" / f"{0:020d}.log"
    index = path.with_suffix(".index").read_bytes()
    shifted = index[:7] + bytes([index[7] + 1]) + index[8:]
    inspected = SegmentCheck(
        PosixFileSystem().open(str(path)), "orders-0", FIRST, offset_index=shifted, next_base=100
    )

    (finding,) = inspected.run()

    assert finding.weight is Weight.NOTICE
    assert "no batch at byte" in finding.what


def test_zeros_that_kafka_puts_behind_an_index_are_no_fault(data: Path) -> None:
    path = data / "orders-0" / f"{0:020d}.log"
    inspected = SegmentCheck(
        PosixFileSystem().open(str(path)),
        "orders-0",
        FIRST,
        offset_index=path.with_suffix(".index").read_bytes() + bytes(800),
        time_index=path.with_suffix(".timeindex").read_bytes() + bytes(1200),
        next_base=100,
    )

    assert list(inspected.run()) == []


def test_records_that_do_not_fit_their_sound_batch_are_damage(tmp_path: Path) -> None:
    batch = bytearray(batch_of("a", "b"))
    batch[57:61] = (3).to_bytes(4)
    stamp_crc(batch)
    assert read_header(batch).record_count == 3
    path = tmp_path / "segment"
    path.write_bytes(batch)

    findings = list(SegmentCheck(PosixFileSystem().open(str(path)), "orders-0", FIRST).run())

    assert [each.weight for each in findings] == [Weight.DAMAGE]


def test_index_entry_may_name_the_last_of_the_batches_that_were_appended_together(
    data: Path,
) -> None:
    """As Kafka up to 3.8 does for what a follower or the cleaner appends."""
    path = data / "orders-0" / f"{0:020d}.log"
    file = PosixFileSystem().open(str(path))
    index = OffsetIndex()
    index.append(3, 0)
    *_, third = (each.position for each in islice(walk_headers(file, 0, file.size()), 3))
    index.append(6, third)
    inspected = SegmentCheck(file, "orders-0", FIRST, offset_index=index.encode(), next_base=100)

    (finding,) = inspected.run()

    assert finding.what.startswith(f"no batch at byte {third} ends at offset 6;")
