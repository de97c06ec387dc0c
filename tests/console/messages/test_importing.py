"""Files of records to publish."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.messages import importing
from console.messages.bulk import STEP_RECORDS, Addressed, Unfit
from console.messages.exporting import Export, ExportFormat
from console.messages.importing import (
    BadLine,
    FileSupply,
    ImportFormat,
    ImportSettings,
    Look,
    format_of,
    look_at,
    read_records,
)
from console.messages.lane import Hit
from console.model.names import TopicPartition
from console.port.cluster import NewRecord
from console.port.readings import RecordReading

JSON = ImportSettings(ImportFormat.JSON_LINES)
LINES = ImportSettings(ImportFormat.LINES)


def of(tmp_path: Path, content: bytes, settings: ImportSettings) -> list[NewRecord | BadLine]:
    """What is in a file."""
    path = tmp_path / "records"
    path.write_bytes(content)
    return list(read_records(path, settings))


def test_each_line_is_a_value(tmp_path: Path) -> None:
    assert of(tmp_path, b"a\n\r\n\xff\r\nlast", LINES) == [
        NewRecord(None, value) for value in (b"a", b"", b"\xff", b"last")
    ]


def test_a_separator_stands_between_key_and_value(tmp_path: Path) -> None:
    settings = ImportSettings(ImportFormat.LINES, separator="\t")
    assert of(tmp_path, b"k\tv\tw\nno key\n\tv\n", settings) == [
        NewRecord(b"k", b"v\tw"),
        NewRecord(None, b"no key"),
        NewRecord(b"", b"v"),
    ]


def test_other_json_than_text_is_written_as_json(tmp_path: Path) -> None:
    line = (
        b'{"key": 7, "value": {"a": ["\\u00fc"]}, "headers": [{"name": "h"}], "partition": 3}\n\n'
    )
    assert of(tmp_path, line, JSON) == [
        NewRecord(b"7", '{"a": ["ü"]}'.encode(), (("h", None),)),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON from character 2 on"),
        (b"[]", "not a JSON object"),
        (b'{"key": "k"}', "no `value`"),
        (b'{"value": {"base64": "?"}}', "not base64"),
        (b'{"value": {"base64": 5}}', "no text"),
        (b'{"value": null, "headers": {}}', "not a list"),
        (b'{"value": null, "headers": [{"value": "x"}]}', "no name"),
        (b"[" * 100_000, "nested"),
        (b"\xff", "not UTF-8: byte 1"),
    ],
)
def test_a_line_that_is_no_record_is_told_and_the_next_is_read(
    tmp_path: Path, line: bytes, reason: str
) -> None:
    bad, good = of(tmp_path, line + b'\n{"value": "v"}\n', JSON)
    assert isinstance(bad, BadLine)
    assert bad.number == 1
    assert reason in bad.reason
    assert good == NewRecord(None, b"v")


def test_a_partition_that_is_none_is_told_when_it_is_wanted(tmp_path: Path) -> None:
    settings = ImportSettings(ImportFormat.JSON_LINES, keeps_partitions=True)
    for partition in (b'"x"', b"true", b"-1", b"1.5"):
        (bad,) = of(tmp_path, b'{"value": "v", "partition": ' + partition + b"}", settings)
        assert isinstance(bad, BadLine)


def test_a_line_without_end_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "LINE_BYTES_MAX", 1 << 20)
    content = b"x" * (5 << 20) + b"\nnext\n" + b"y" * (3 << 20)
    first, second, third = of(tmp_path, content, LINES)
    assert isinstance(first, BadLine)
    assert second == NewRecord(None, b"next")
    assert isinstance(third, BadLine)
    assert third.number == 3


async def test_a_file_is_supplied_in_steps_with_what_is_no_record(tmp_path: Path) -> None:
    path = tmp_path / "records"
    path.write_bytes(b'{"value": "x"}\n' * STEP_RECORDS + b"[]\n")
    supply = FileSupply(path, JSON, "orders")
    first, second = await supply.step(), await supply.step()
    assert list(first) == [Addressed("orders", NewRecord(None, b"x"))] * STEP_RECORDS
    assert list(second) == [Unfit(f"line {STEP_RECORDS + 1} is no record: not a JSON object")]
    assert not await supply.step()


async def test_a_step_of_large_records_is_short(tmp_path: Path) -> None:
    path = tmp_path / "records"
    path.write_bytes((b"x" * (3 << 20) + b"\n") * 4)
    supply = FileSupply(path, LINES, "orders")
    assert [len(await supply.step()) for _ in range(3)] == [2, 2, 0]


def test_a_look_counts_and_shows_the_first_lines(tmp_path: Path) -> None:
    path = tmp_path / "records"
    path.write_bytes(b'[]\n{"value": "x"}\n{"value": "y"}\n')
    bad, x = BadLine(1, "not a JSON object"), NewRecord(None, b"x")
    assert look_at(path, JSON, lines_max=3, shown=2) == Look(2, 1, (bad, x), size_bytes=33)
    short = look_at(path, JSON, lines_max=2, shown=1)
    assert short == Look(1, 1, (bad,), is_all=False, size_bytes=33)


CSV = ImportSettings(ImportFormat.CSV)


def test_rows_of_csv_are_records_by_the_names_of_their_columns(tmp_path: Path) -> None:
    content = (
        b'value,key,note\r\n"a ""quoted""\r\ntext, with a line",k,x\n,,\r\n'
        b'"",base64:/w==,\n\nlast,,'
    )
    assert of(tmp_path, content, CSV) == [
        NewRecord(b"k", b'a "quoted"\r\ntext, with a line'),
        NewRecord(None, None),
        NewRecord(b"\xff", b""),
        NewRecord(None, b"last"),
    ]


def test_partition_and_time_of_a_row_are_taken_when_they_are_wanted(tmp_path: Path) -> None:
    content = b"value,partition,timestamp\nv,3,17\nv,x,17\nv,,\n"
    settings = ImportSettings(ImportFormat.CSV, keeps_partitions=True, keeps_times=True)
    assert of(tmp_path, content, settings) == [
        NewRecord(None, b"v", (), 3, 17),
        BadLine(3, "`partition` is no whole number"),
        NewRecord(None, b"v"),
    ]
    assert of(tmp_path, content, CSV) == [NewRecord(None, b"v")] * 3


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"a,b,c", "it has 3 cells, and 2 columns are named"),
        (b'a"b"c,d', "a quote stands within"),
        (b'"a"b,c', "a quote stands within"),
        (b'"a"b,"c', "a quote is not closed"),
        (b"base64:?,", "not base64"),
        (b'v,"{}"', "not a list"),
        (b'v,"[{}]"', "no name"),
        (b"v,[[", "not JSON from character 3 on"),
    ],
)
def test_a_row_that_is_no_record_is_told_with_its_line(
    tmp_path: Path, row: bytes, reason: str
) -> None:
    (bad,) = of(tmp_path, b"value,headers\n" + row, CSV)
    assert isinstance(bad, BadLine)
    assert bad.number == 2
    assert reason in bad.reason


def test_a_row_too_large_is_told_and_those_behind_it_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "LINE_BYTES_MAX", 100)
    content = b'value\n"' + b"line\n" * 30 + b"\nv\n" + b"x" * 250 + b"\nw\n"
    found = of(tmp_path, content, CSV)
    assert found[0] == BadLine(2, "longer than 0 MB")
    *_, before, long, behind = found
    assert (before, behind) == (NewRecord(None, b"v"), NewRecord(None, b"w"))
    assert isinstance(long, BadLine)


def test_a_file_whose_first_line_names_no_value_is_one_of_lines(tmp_path: Path) -> None:
    assert of(tmp_path, b"1,2\n3,4\n", CSV) == [NewRecord(None, b"1,2"), NewRecord(None, b"3,4")]
    assert of(tmp_path, b"", CSV) == []


CONTENTS = (
    st.none()
    | st.binary(max_size=8)
    | st.text(max_size=8).map(lambda text: text.encode("utf-8", "surrogatepass"))
)


@given(
    st.lists(
        st.tuples(CONTENTS, CONTENTS, st.lists(st.tuples(st.text(max_size=4), CONTENTS))),
        min_size=1,
    )
)
def test_what_was_exported_to_csv_comes_back(
    contents: list[tuple[bytes | None, bytes | None, list[tuple[str, bytes | None]]]],
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "records.csv"
        with Export(path, ExportFormat.CSV) as export:
            export.write(
                Hit(TopicPartition("orders", 2), RecordReading(at, 7, key, value, tuple(headers)))
                for at, (key, value, headers) in enumerate(contents)
            )
        settings = ImportSettings(format_of(path), keeps_partitions=True, keeps_times=True)
        assert list(read_records(path, settings)) == [
            NewRecord(key, value, tuple(headers), 2, 7) for key, value, headers in contents
        ]
