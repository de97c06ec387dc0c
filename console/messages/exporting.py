"""Writes hits to a file, one at a time: JSON lines, CSV, or Parquet where pyarrow is installed.

A file appears under its name when it is complete, and an old one stays until then; an export that
is given up leaves nothing behind. Every record comes back as it was: bytes that are not UTF-8 are
written as base64 (an object in JSON, a prefix in CSV). Blocking: call it off the loop.
"""

import base64
import csv
import io
import json
import os
from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self

from console.messages.lane import Hit

BASE64_PREFIX = "base64:"
"""Before contents that are not UTF-8, in CSV; a text that begins so is written as base64 too."""

ROW_GROUP_RECORDS = 10_000
COLUMNS = ("topic", "partition", "offset", "timestamp", "key", "value", "headers")


class ExportFormat(Enum):
    """How records are written; the value is the ending of the file's name."""

    JSON_LINES = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


class CannotExport(Exception):
    """A format that is not to be had, or a file that cannot be written; the text says why."""


class _Writer(Protocol):
    """Writes into a file that is open."""

    def write(self, hit: Hit) -> None: ...

    def finish(self) -> None: ...

    def give_up(self) -> None: ...


class Export:
    """One file that is written, to be entered. Leaving it with an exception gives it up."""

    def __init__(self, path: Path, format_: ExportFormat) -> None:
        self._path = path
        self._format = format_
        self._unfinished = path.with_name(f".{path.name}.unfinished")
        self._file: IO[bytes] | None = None
        self._writer: _Writer | None = None
        self.records = 0

    def __enter__(self) -> Self:
        """Raises CannotExport."""
        try:
            # A link put there by somebody else is not followed: the file is made anew.
            self._unfinished.unlink(missing_ok=True)
            self._file = self._unfinished.open("xb")
        except OSError as error:
            raise CannotExport(f"{self._path} cannot be written: {error.strerror}") from None
        try:
            self._writer = _writer(self._format, self._file)
        except CannotExport:
            self._give_up()
            raise
        return self

    def write(self, hits: Iterable[Hit]) -> None:
        """Append hits. Raises CannotExport, for example when the disk is full."""
        assert self._writer is not None
        try:
            for hit in hits:
                self._writer.write(hit)
                self.records += 1
        except OSError as error:
            raise CannotExport(f"{self._path} cannot be written: {error.strerror}") from None

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._writer is not None
        assert self._file is not None
        if exc is not None:
            self._give_up()
            return
        try:
            self._writer.finish()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._unfinished.replace(self._path)
        except OSError as error:
            self._give_up()
            raise CannotExport(f"{self._path} cannot be written: {error.strerror}") from None

    def _give_up(self) -> None:
        assert self._file is not None
        try:
            if self._writer is not None:
                self._writer.give_up()
            self._file.close()
        except OSError:
            # The file is thrown away: what could not be written to it does not matter.
            pass
        finally:
            self._unfinished.unlink(missing_ok=True)


def as_object(hit: Hit) -> dict[str, object]:
    """A record as one JSON object, as `kconsole consume -o json` prints it."""
    record = hit.record
    return {
        "topic": hit.key.topic,
        "partition": hit.partition,
        "offset": record.offset,
        "timestamp": record.timestamp_ms,
        "key": _content(record.key),
        "value": _content(record.value),
        "headers": [{"name": name, "value": _content(value)} for name, value in record.headers],
    }


def as_text(content: bytes) -> str:
    """The text where the bytes are UTF-8, else their base64 with a prefix; it can be read back."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = ""
    if (content and not text) or text.startswith(BASE64_PREFIX):
        text = BASE64_PREFIX + base64.b64encode(content).decode("ascii")
    return text


def _content(content: bytes | None) -> str | dict[str, str] | None:
    """Text where the bytes are UTF-8, else an object with their base64."""
    if content is None:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode("ascii")}


def _writer(format_: ExportFormat, file: IO[bytes]) -> _Writer:
    match format_:
        case ExportFormat.JSON_LINES:
            return _JsonLines(file)
        case ExportFormat.CSV:
            return _Csv(file)
        case ExportFormat.PARQUET:
            return _Parquet(file)


class _JsonLines:
    """One object to a line."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, hit: Hit) -> None:
        line = json.dumps(as_object(hit), ensure_ascii=False)
        self._file.write(line.encode("utf-8", "surrogatepass") + b"\n")

    def finish(self) -> None:
        """Nothing stands behind the last line."""

    def give_up(self) -> None:
        """Nothing is held."""


class _Csv:
    """RFC 4180 with a line of names. A null content is written as nothing, an empty one as `""`."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._file.write(",".join(COLUMNS).encode() + b"\r\n")

    def write(self, hit: Hit) -> None:
        record = hit.record
        headers = json.dumps(as_object(hit)["headers"], ensure_ascii=False)
        cells = [
            _quoted(hit.key.topic),
            str(hit.partition),
            str(record.offset),
            str(record.timestamp_ms),
            _cell(record.key),
            _cell(record.value),
            _quoted(headers if record.headers else ""),
        ]
        self._file.write(",".join(cells).encode("utf-8", "surrogatepass") + b"\r\n")

    def finish(self) -> None:
        """Nothing stands behind the last line."""

    def give_up(self) -> None:
        """Nothing is held."""


def _cell(content: bytes | None) -> str:
    return "" if content is None else _quoted(as_text(content))


def _quoted(text: str) -> str:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="").writerow([text])
    return line.getvalue()


class _Parquet:
    """Keys and values as binary columns, headers as a list of structures."""

    def __init__(self, file: IO[bytes]) -> None:
        try:
            import pyarrow
            from pyarrow import parquet
        except ImportError:
            raise CannotExport("Parquet needs a library: pip install 'kconsole[parquet]'") from None
        header = pyarrow.struct([("name", pyarrow.string()), ("value", pyarrow.binary())])
        types = {
            "topic": pyarrow.string(),
            "partition": pyarrow.int32(),
            "offset": pyarrow.int64(),
            "timestamp": pyarrow.timestamp("ms", tz="UTC"),
            "key": pyarrow.binary(),
            "value": pyarrow.binary(),
            "headers": pyarrow.list_(header),
        }
        self._schema = pyarrow.schema(list(types.items()))
        self._batch_of = pyarrow.RecordBatch.from_pylist
        self._writer = parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._rows: list[dict[str, object]] = []

    def write(self, hit: Hit) -> None:
        record = hit.record
        self._rows.append(
            {
                "topic": hit.key.topic,
                "partition": hit.partition,
                "offset": record.offset,
                "timestamp": record.timestamp_ms,
                "key": record.key,
                "value": record.value,
                "headers": [{"name": name, "value": value} for name, value in record.headers],
            }
        )
        if len(self._rows) >= ROW_GROUP_RECORDS:
            self._flush()

    def finish(self) -> None:
        self._flush()
        self._writer.close()

    def give_up(self) -> None:
        self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_batch(self._batch_of(self._rows, schema=self._schema))
            self._rows = []
