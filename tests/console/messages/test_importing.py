"""Files of records to publish."""

from pathlib import Path

import pytest

from console.messages import importing
from console.messages.bulk import STEP_RECORDS, Addressed, Unfit
from console.messages.importing import (
    BadLine,
    FileSupply,
    ImportFormat,
    ImportSettings,
    Look,
    look_at,
    read_records,
)
from console.port.cluster import NewRecord

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
        (b"{", "Expecting"),
        (b"[]", "not a JSON object"),
        (b'{"key": "k"}', "no `value`"),
        (b'{"value": {"base64": "?"}}', ""),
        (b'{"value": {"base64": 5}}', "no text"),
        (b'{"value": null, "headers": {}}', "not a list"),
        (b'{"value": null, "headers": [{"value": "x"}]}', "no name"),
        (b"[" * 100_000, "nested"),
        (b"\xff", ""),
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
