"""Reads records from a file to publish them: JSON lines or CSV as exports are, or plain lines.

One record at a time, so that a file of any size is read in little memory. A line that cannot be
understood is an error with its number; what to do about it is the caller's to say. Blocking: call
it off the loop, as `FileSupply` does.
"""

import asyncio
import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import IO

from console.messages.bulk import STEP_RECORDS, Addressed, Item, Unfit
from console.messages.csv_rows import BadRow, Row, column_names, rows_of
from console.messages.exporting import BASE64_PREFIX
from console.messages.json_faults import fault_said
from console.port.cluster import NewRecord

STEP_BYTES = 4 << 20
LINE_BYTES_MAX = 64 << 20
"""A longer line is refused: it would fill the memory."""


NAMES_BYTES_MAX = 64 << 10
"""Of the line that names the columns of a CSV file."""

_BASE64 = BASE64_PREFIX.encode()


class ImportFormat(Enum):
    """What a file holds."""

    JSON_LINES = "jsonl"
    CSV = "csv"
    """Columns by the names in the first line, `value` among them; other files are plain lines."""
    LINES = "lines"
    """A value to a line, or a key and a value with a separator between them."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no record. `number` counts from 1."""

    number: int
    reason: str


ENDINGS = {
    ".jsonl": ImportFormat.JSON_LINES,
    ".ndjson": ImportFormat.JSON_LINES,
    ".json": ImportFormat.JSON_LINES,
    ".csv": ImportFormat.CSV,
}
"""Endings of the names of files that are more than lines."""


def format_of(path: Path) -> ImportFormat:
    """What a file holds, as its name says."""
    return ENDINGS.get(path.suffix.lower(), ImportFormat.LINES)


@dataclass(frozen=True, slots=True)
class ImportSettings:
    """How a file is read. Partitions and times of an export are taken over only when asked for."""

    format: ImportFormat
    separator: str = ""
    """Between key and value of plain lines; empty: lines have no key."""
    keeps_partitions: bool = False
    keeps_times: bool = False


class FileSupply:
    """The records of a file, for one topic."""

    def __init__(self, path: Path, settings: ImportSettings, topic: str) -> None:
        self._records = read_records(path, settings)
        self._topic = topic

    @property
    def share(self) -> float | None:
        """How many records there are is known at the end only."""
        return None

    @property
    def trouble(self) -> str:
        return ""

    def stop(self) -> None:
        """A step never takes long."""

    async def step(self) -> Sequence[Item]:
        records = await asyncio.to_thread(_step_of, self._records)
        return [
            Unfit(f"line {each.number} is no record: {each.reason}")
            if isinstance(each, BadLine)
            else Addressed(self._topic, each)
            for each in records
        ]


def _step_of(records: Iterator[NewRecord | BadLine]) -> list[NewRecord | BadLine]:
    """The next records, not more than fit into a step. Blocks. Raises OSError."""
    step: list[NewRecord | BadLine] = []
    size_bytes = 0
    for each in islice(records, STEP_RECORDS):
        step.append(each)
        if not isinstance(each, BadLine):
            size_bytes += len(each.key or b"") + len(each.value or b"")
        if size_bytes >= STEP_BYTES:
            break
    return step


@dataclass(frozen=True, slots=True)
class Look:
    """What a file holds, as far as it was looked at: lines that are records and lines that are
    none, the first of both, and whether that is all."""

    records: int = 0
    bad: int = 0
    first: tuple[NewRecord | BadLine, ...] = ()
    is_all: bool = True
    size_bytes: int = 0


def look_at(path: Path, settings: ImportSettings, *, lines_max: int, shown: int) -> Look:
    """Look at the beginning of a file. Blocks for some milliseconds a thousand lines.

    Raises OSError.
    """
    if path.exists() and not path.is_file():
        # Opening a pipe would wait for somebody to write into it.
        raise OSError("it is no file")
    size_bytes = path.stat().st_size
    records = bad = 0
    first: list[NewRecord | BadLine] = []
    for each in read_records(path, settings):
        if records + bad == lines_max:
            return Look(records, bad, tuple(first), is_all=False, size_bytes=size_bytes)
        if len(first) < shown:
            first.append(each)
        if isinstance(each, BadLine):
            bad += 1
        else:
            records += 1
    return Look(records, bad, tuple(first), size_bytes=size_bytes)


def read_records(path: Path, settings: ImportSettings) -> Iterator[NewRecord | BadLine]:
    """The records of a file in order. Raises OSError when it cannot be read."""
    with path.open("rb") as file:
        if settings.format is ImportFormat.CSV:
            names = column_names(file.readline(NAMES_BYTES_MAX))
            if names is not None:
                yield from _of_rows(file, names, settings)
                return
            file.seek(0)
        for number, line in enumerate(_lines(file), start=1):
            if line is None:
                yield BadLine(number, f"longer than {LINE_BYTES_MAX >> 20} MB")
            elif settings.format is not ImportFormat.JSON_LINES:
                yield _of_line(line, settings.separator.encode())
            elif line.strip():
                yield _of_json(number, line, settings)


def _of_rows(
    file: IO[bytes], names: tuple[str, ...], settings: ImportSettings
) -> Iterator[NewRecord | BadLine]:
    for row in rows_of(file, names, bytes_max=LINE_BYTES_MAX):
        if isinstance(row, BadRow):
            yield BadLine(row.number, row.reason)
            continue
        number, cells = row
        try:
            yield _of_row(cells, settings)
        except (ValueError, RecursionError) as error:
            yield BadLine(number, fault_said(error))


def _of_row(cells: Row, settings: ImportSettings) -> NewRecord:
    """Raises ValueError with what is wrong."""
    headers = json.loads(cells.get("headers") or b"[]")
    if not isinstance(headers, list):
        raise ValueError("`headers` is not a list")
    return NewRecord(
        _cell(cells.get("key")),
        _cell(cells["value"]),
        tuple(_header(each) for each in headers),
        _number(cells, "partition") if settings.keeps_partitions else None,
        _number(cells, "timestamp") if settings.keeps_times else None,
    )


def _cell(content: bytes | None) -> bytes | None:
    if content is None or not content.startswith(_BASE64):
        return content
    return base64.b64decode(content.removeprefix(_BASE64), validate=True)


def _number(cells: Row, name: str) -> int | None:
    text = cells.get(name)
    if text is not None and not text.isdigit():
        raise ValueError(f"`{name}` is no whole number")
    return None if text is None else int(text)


def _lines(file: IO[bytes]) -> Iterator[bytes | None]:
    """Lines without their ends; None for one that is too long, which is passed over."""
    while line := file.readline(LINE_BYTES_MAX + 1):
        if line.endswith(b"\n"):
            yield line[:-2] if line.endswith(b"\r\n") else line[:-1]
        elif len(line) <= LINE_BYTES_MAX:
            yield line
        else:
            while (rest := file.readline(LINE_BYTES_MAX)) and not rest.endswith(b"\n"):
                pass
            yield None


def _of_line(line: bytes, separator: bytes) -> NewRecord:
    if separator and separator in line:
        key, value = line.split(separator, 1)
        return NewRecord(key, value)
    return NewRecord(None, line)


def _of_json(number: int, line: bytes, settings: ImportSettings) -> NewRecord | BadLine:
    try:
        document = json.loads(line)
        record = _of_document(document)
        if settings.keeps_partitions:
            record = replace(record, partition=_whole(document, "partition"))
        if settings.keeps_times:
            record = replace(record, timestamp_ms=_whole(document, "timestamp"))
    except (ValueError, RecursionError) as error:
        return BadLine(number, fault_said(error))
    return record


def _of_document(document: object) -> NewRecord:
    """Raises ValueError with what is wrong."""
    if not isinstance(document, dict):
        raise ValueError("not a JSON object")
    if "value" not in document:
        raise ValueError("there is no `value`")
    headers = document.get("headers")
    if headers is None:
        headers = []
    if not isinstance(headers, list):
        raise ValueError("`headers` is not a list")
    return NewRecord(
        _content(document.get("key"), "key"),
        _content(document["value"], "value"),
        tuple(_header(each) for each in headers),
    )


def _header(document: object) -> tuple[str, bytes | None]:
    if not isinstance(document, dict) or not isinstance(document.get("name"), str):
        raise ValueError("a header has no name")
    return document["name"], _content(document.get("value"), "header")


def _content(document: object, name: str) -> bytes | None:
    """Text, an object with `base64`, null, or any other JSON, which is written as such."""
    if document is None:
        return None
    if isinstance(document, str):
        return document.encode("utf-8", "surrogatepass")
    if isinstance(document, dict) and set(document) == {"base64"}:
        encoded = document["base64"]
        if not isinstance(encoded, str):
            raise ValueError(f"the base64 of `{name}` is no text")
        return base64.b64decode(encoded, validate=True)
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _whole(document: object, name: str) -> int | None:
    assert isinstance(document, dict)
    found = document.get(name)
    if found is not None and (isinstance(found, bool) or not isinstance(found, int) or found < 0):
        raise ValueError(f"`{name}` is no whole number")
    return found
