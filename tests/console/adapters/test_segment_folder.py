"""The segments of partitions, from a folder of logs."""

import struct
from pathlib import Path

from console.adapters.segment_folder import segments_in
from console.port.readings import SegmentReading
from tests.support.cluster_stages import key


def file(folder: Path, name: str, size: int) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"x" * size)


def test_segments_are_the_log_files_oldest_first(tmp_path: Path) -> None:
    folder = tmp_path / "orders-0"
    file(folder, f"{700:020d}.log", 5)
    file(folder, f"{0:020d}.log", 9)
    file(folder, f"{0:020d}.index", 100)
    file(folder, f"{0:020d}.log.deleted", 100)
    file(folder, "partition.metadata", 100)
    found = segments_in(tmp_path, [key("orders", 0)])
    assert found == {key("orders", 0): (SegmentReading(0, 9), SegmentReading(700, 5))}


def test_partitions_without_a_folder_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "orders-1").mkdir()
    assert segments_in(tmp_path, [key("orders", 0), key("orders", 1)]) == {}


def head(
    first_ms: int, newest_ms: int, *, attributes: int = 0, magic: int = 2, count: int = 1
) -> bytes:
    """The head of a batch."""
    times = (first_ms, newest_ms)
    return struct.pack(
        ">qiibIhiqqqhii", 0, 0, 0, magic, 0, attributes, 0, *times, -1, -1, -1, count
    )


def test_a_segment_begins_at_the_time_of_its_first_record(tmp_path: Path) -> None:
    """With the time of the broker all records of a batch have its newest time. A batch that
    compaction emptied tells none."""
    folder = tmp_path / "orders-0"
    folder.mkdir()
    heads = (
        head(1_000, 2_000),
        head(3_000, 4_000, attributes=0x08),
        head(-1, -1),
        head(5_000, 6_000, magic=1),
        head(7_000, 8_000, count=0),
        b"",
    )
    for base_offset, content in enumerate(heads):
        (folder / f"{base_offset:020d}.log").write_bytes(content)
    (found,) = segments_in(tmp_path, [key("orders", 0)]).values()
    assert [each.first_ms for each in found] == [1_000, 4_000, *[None] * 4]
