"""Files of hits: complete or not there, and true to the byte."""

import csv
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from console.messages.exporting import COLUMNS, CannotExport, Export, ExportFormat
from console.messages.importing import ImportFormat, ImportSettings, read_records
from console.messages.lane import Hit
from console.model.names import TopicPartition
from console.port.cluster import NewRecord
from console.port.readings import RecordReading

CONTENTS = st.none() | st.binary(max_size=12) | st.text(max_size=8).map(str.encode)
HEADERS = st.lists(st.tuples(st.text(max_size=5), CONTENTS), max_size=3).map(tuple)
RECORDS = st.lists(
    st.builds(
        RecordReading, st.integers(0, 2**40), st.integers(0, 2**41), CONTENTS, CONTENTS, HEADERS
    ),
    max_size=5,
)


def hits(records: list[RecordReading]) -> list[Hit]:
    """Records of one partition."""
    return [Hit(TopicPartition("orders, all", 3), each) for each in records]


def written(path: Path, format_: ExportFormat, records: list[RecordReading]) -> Path:
    """A file of records."""
    with Export(path, format_) as export:
        export.write(hits(records))
        assert export.records == len(records)
    return path


@given(RECORDS)
def test_json_lines_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, records: list[RecordReading]
) -> None:
    path = written(tmp_path_factory.mktemp("x") / "o.jsonl", ExportFormat.JSON_LINES, records)
    settings = ImportSettings(ImportFormat.JSON_LINES, keeps_partitions=True, keeps_times=True)
    assert list(read_records(path, settings)) == [
        NewRecord(each.key, each.value, each.headers, 3, each.timestamp_ms) for each in records
    ]


@given(RECORDS)
def test_csv_has_a_row_for_each_record_whatever_is_in_it(
    tmp_path_factory: pytest.TempPathFactory, records: list[RecordReading]
) -> None:
    path = written(tmp_path_factory.mktemp("x") / "o.csv", ExportFormat.CSV, records)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["offset"]) for row in rows] == [each.offset for each in records]
    for row, record in zip(rows, records, strict=True):
        assert tuple(row) == COLUMNS
        assert row["topic"] == "orders, all"
        assert len(json.loads(row["headers"] or "[]")) == len(record.headers)


def test_csv_tells_null_empty_and_bytes_apart(tmp_path: Path) -> None:
    values = [None, b"", b"\xff", b"base64:x", b'say "hi",\r\n']
    records = [RecordReading(n, 0, None, each, ()) for n, each in enumerate(values)]
    content = written(tmp_path / "o.csv", ExportFormat.CSV, records).read_bytes()
    lines = content.split(b"\r\n", 5)
    assert [line.rsplit(b",", 2)[-2:] for line in lines[1:5]] == [
        [b"", b'""'],
        [b'""', b'""'],
        [b'"base64:/w=="', b'""'],
        [b'"base64:YmFzZTY0Ong="', b'""'],
    ]
    assert b'"say ""hi"",\r\n"' in content


def test_parquet_keeps_bytes_as_bytes(tmp_path: Path) -> None:
    records = [
        RecordReading(n, 1_700_000_000_000, b"\xff", None, (("a", b"\x00"), ("a", None)))
        for n in range(25_000)
    ]
    table = parquet.read_table(written(tmp_path / "o.parquet", ExportFormat.PARQUET, records))
    assert table.num_rows == 25_000
    row = table.slice(24_999).to_pylist()[0]
    assert (row["offset"], row["key"], row["value"]) == (24_999, b"\xff", None)
    assert row["headers"] == [{"name": "a", "value": b"\x00"}, {"name": "a", "value": None}]
    assert row["timestamp"].timestamp() == 1_700_000_000


def test_without_the_library_parquet_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with (
        pytest.raises(CannotExport, match="pip install"),
        Export(tmp_path / "o", ExportFormat.PARQUET),
    ):
        pass
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("format_", ExportFormat)
def test_an_export_that_is_given_up_leaves_the_old_file_alone(
    tmp_path: Path, format_: ExportFormat
) -> None:
    path = tmp_path / "orders"
    path.write_text("old")

    def interrupted() -> None:
        with Export(path, format_) as export:
            export.write(hits([RecordReading(0, 0, None, b"x", ())]))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [each.name for each in tmp_path.iterdir()] == ["orders"]
    assert path.read_text() == "old"
    written(path, format_, [])
    assert path.read_bytes() != b"old"


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotExport, match="cannot be written"):
        written(tmp_path / "missing" / "o", ExportFormat.CSV, [])


def test_a_link_in_the_way_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / ".o.csv.unfinished").symlink_to(victim)
    written(tmp_path / "o.csv", ExportFormat.CSV, [])
    assert victim.read_text() == "precious"
