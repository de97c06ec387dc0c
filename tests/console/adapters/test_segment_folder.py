"""The segments of partitions, from a folder of logs."""

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
