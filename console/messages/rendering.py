"""Contents of records as text to show: pretty JSON, text, hex, headers; cut, and cleaned.

Everything that comes from a record passes `plain`: no control character and no character that
reorders its neighbours is left. What is shown is cut at `SHOWN_BYTES` and says so; "open full" is
the same call with `limit_bytes` of the content's size, made off the loop for large contents. Pure.
"""

import base64
import datetime
import json
from dataclasses import dataclass
from enum import Enum

from console.messages.formats import (
    Format,
    Part,
    Told,
    beginning_as_text,
    content_of,
    told_format,
)
from console.messages.hex_view import hex_view
from console.messages.json_text import laid_out
from console.messages.lane import Hit
from console.messages.structure import MISSING, Decode
from console.model.text import plain

SHOWN_BYTES = 65_536
CHARACTERS_PER_BYTE_MAX = 8
"""How much longer than its bytes a layout may become before it is cut as well."""

NOTHING = "∅"


class View(Enum):
    """How a content is shown."""

    JSON = "json"
    TEXT = "text"
    HEX = "hex"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A content ready to be shown. `text` is clean and may have many lines.

    `view` is the one that was possible: bytes that are no JSON are shown as hex when JSON was asked
    for. `note` says what else is known, such as the number that eight bytes may be.
    """

    format: Format
    view: View
    text: str
    size_bytes: int
    is_cut: bool = False
    note: str = ""


def render(
    hit: Hit,
    part: Part,
    view: View | None = None,
    *,
    limit_bytes: int = SHOWN_BYTES,
    schemas: Decode | None = None,
) -> Rendered:
    """A key or value in a view; None takes the one that suits its format."""
    content = content_of(hit, part)
    told = told_format(hit, part, schemas=schemas)
    if not content:
        text = NOTHING if content is None else ""
        return Rendered(told.format, view or View.TEXT, text, 0, note=_note(told, content))
    size = len(content)
    note = _note(told, content)
    if view in (None, View.JSON):
        laid = _json(told, content, limit_bytes)
        if laid is not None:
            longest = CHARACTERS_PER_BYTE_MAX * limit_bytes
            is_cut = (told.data is MISSING and size > limit_bytes) or len(laid) > longest
            text = plain(laid, limit=longest, keeps_lines=True)
            return Rendered(told.format, View.JSON, text, size, is_cut, note)
    is_text = told.format in (Format.JSON, Format.TEXT)
    if view is View.TEXT or (view is not View.HEX and is_text):
        text = _text(content, limit_bytes)
        return Rendered(told.format, View.TEXT, text, size, size > limit_bytes, note)
    text = hex_view(content, limit_bytes)
    return Rendered(told.format, View.HEX, text, size, size > limit_bytes, note)


def render_headers(hit: Hit, *, limit_bytes: int = SHOWN_BYTES) -> Rendered:
    """All headers, one to a line; what is no text is shown in hex."""
    lines = []
    left = limit_bytes
    for name, content in hit.record.headers:
        if left <= 0:
            break
        lines.append(f"{plain(name, limit=left)}: {_header(content, left)}")
        left -= len(name) + len(content or b"")
    if not lines:
        return Rendered(Format.TEXT, View.TEXT, NOTHING, 0, note="it has no headers")
    size = sum(len(name) + len(content or b"") for name, content in hit.record.headers)
    return Rendered(Format.TEXT, View.TEXT, "\n".join(lines), size, size > limit_bytes)


def one_line(hit: Hit, part: Part, characters: int, *, schemas: Decode | None = None) -> str:
    """The beginning of a content for a row of a table, without line breaks."""
    content = content_of(hit, part)
    if content is None:
        return NOTHING
    told = told_format(hit, part, schemas=schemas)
    if told.data is not MISSING:
        return plain(as_json(told.data, indent=None), limit=characters)
    if told.format is Format.BYTES:
        return _bytes(content, characters)
    text = beginning_as_text(content, 8 * characters + 8) or ""
    if told.format is Format.JSON:
        text = " ".join(text.split())
    return plain(text, limit=characters)


def as_json(data: object, *, indent: int | None = 2) -> str:
    """Decoded content as JSON; what JSON has no form for is written as text."""
    try:
        return json.dumps(jsonable(data), indent=indent, ensure_ascii=False)
    except (ValueError, RecursionError):
        return "(nested too deeply to be shown)"


def _json(told: Told, content: bytes, limit_bytes: int) -> str | None:
    if told.data is not MISSING:
        return as_json(told.data)
    if told.format is not Format.JSON:
        return None
    text = beginning_as_text(content, limit_bytes)
    return None if text is None else laid_out(text, is_cut=len(content) > limit_bytes)


def _text(content: bytes, limit_bytes: int) -> str:
    text = beginning_as_text(content, limit_bytes)
    if text is None:
        text = content[:limit_bytes].decode("utf-8", "backslashreplace")
    return plain(text.expandtabs(4), limit=4 * limit_bytes, keeps_lines=True)


def _header(content: bytes | None, limit_bytes: int) -> str:
    if content is None:
        return NOTHING
    text = beginning_as_text(content, limit_bytes)
    return _bytes(content, limit_bytes) if text is None else plain(text, limit=limit_bytes)


def _bytes(content: bytes, characters: int) -> str:
    """The first bytes in hex, in pairs."""
    shown = content[: characters // 3 + 1].hex(" ")
    is_whole = len(shown) <= characters and len(content) <= characters // 3 + 1
    return shown if is_whole else shown[: max(0, characters - 1)] + "…"


def _note(told: Told, content: bytes | None) -> str:
    if content is None:
        return "null: a compacted topic forgets the key"
    if told.format is Format.BYTES and len(content) in (4, 8):
        return f"as a number {int.from_bytes(content, 'big', signed=True)}"
    return ""


def jsonable(data: object) -> object:
    """Decoded content with nothing that JSON has no form for. Raises RecursionError."""
    if data is None or isinstance(data, bool | int | float | str):
        return data
    if isinstance(data, dict):
        return {_name(key): jsonable(value) for key, value in data.items()}
    if isinstance(data, list | tuple | set | frozenset):
        return [jsonable(each) for each in data]
    if isinstance(data, bytes | bytearray | memoryview):
        return {"base64": base64.b64encode(data).decode("ascii")}
    if isinstance(data, datetime.date | datetime.time):
        return data.isoformat()
    return str(data)


def _name(key: object) -> str:
    return key if isinstance(key, str) else str(jsonable(key))
