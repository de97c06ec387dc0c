"""The warehouse's files hold every record once, whatever is delivered again."""

import json
from pathlib import Path

from console.demo.warehouse import Warehouse, last_offset

AT_MS = 1_700_000_000_000


def offsets(path: Path) -> list[int]:
    return [json.loads(line)["offset"] for line in path.read_text().splitlines()]


def test_records_are_filed_by_day_and_partition(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path)
    warehouse.write(2, 0, AT_MS, b'{"id":"a"}')
    warehouse.write(2, 1, AT_MS + 86_400_000, b'{"id":"b"}')
    warehouse.close()
    assert offsets(tmp_path / "date=2023-11-14" / "partition=2.jsonl") == [0]
    assert offsets(tmp_path / "date=2023-11-15" / "partition=2.jsonl") == [1]


def test_second_delivery_adds_nothing_twice(tmp_path: Path) -> None:
    for _ in range(2):
        warehouse = Warehouse(tmp_path)
        for offset in range(10):
            warehouse.write(0, offset, AT_MS, b"{}")
        warehouse.close()
    path = warehouse.path_of(0, AT_MS)
    assert offsets(path) == list(range(10))


def test_replay_clears_the_folder_and_writes_it_anew(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path)
    warehouse.write(0, 0, AT_MS, b'{"id":"old"}')
    warehouse.clear()
    assert not list(tmp_path.glob("date=*/*"))
    assert warehouse.write(0, 0, AT_MS, b'{"id":"new"}')
    warehouse.close()
    assert '"new"' in warehouse.path_of(0, AT_MS).read_text()


def test_write_says_whether_the_record_was_new(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path)
    assert warehouse.write(0, 5, AT_MS, b"{}")
    assert not warehouse.write(0, 5, AT_MS, b"{}")
    warehouse.close()


def test_line_torn_by_a_crash_is_cut_and_written_again(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path)
    path = warehouse.path_of(0, AT_MS)
    path.parent.mkdir(parents=True)
    path.write_bytes(b'{"offset":0,"payment":{}}\n{"offset":1,"pay')
    assert warehouse.write(0, 1, AT_MS, b"{}")
    warehouse.close()
    assert offsets(path) == [0, 1]
    assert last_offset(path) == 1
