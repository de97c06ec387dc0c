"""A record as a text for an editor, and back: lines with key and headers, an empty line, the value.

    # A record of orders, partition 3, offset 7.
    key: customer-7
    header trace: 00-4bf9
    header raw: base64:AAE=

    {
      "total": 12.5
    }

There is no line for a key that is null; a value that is null has the line `value: null` and nothing
behind the empty line. Contents that are no plain line of text are quoted as in JSON, or base64.
JSON is laid out for editing, and goes back into one line where it stood in one; a value that was
not touched is published as it was, to the byte. Pure.
"""

import base64
import binascii
import json

from console.messages.json_faults import fault_said
from console.messages.json_text import in_one_line, laid_out
from console.messages.lane import Hit
from console.messages.structure import MISSING, decoded_json
from console.port.cluster import NewRecord

BASE64 = "base64:"
NULL = "null"
LAID_OUT_MAX = 1 << 20
"""Characters and bytes of JSON that is laid out for editing; more stays as it is."""

_NULL_VALUE = f"value: {NULL}"


class EditError(ValueError):
    """A text that is no record. `line` counts from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(f"line {line}: {message}")
        self.message = message
        self.line = line


def editable(hit: Hit) -> str:
    """The text of a record."""
    record = hit.record
    lines = [
        f"# A record of {hit.key.topic}, partition {hit.partition}, offset {record.offset}.",
        "# The value stands behind the empty line. Lines such as this one are left out.",
    ]
    if record.key is not None:
        lines.append(f"key: {_line_of(record.key)}")
    for name, content in record.headers:
        shown = NULL if content is None else _line_of(content)
        lines.append(f"header {_name_of(name)}: {shown}")
    if record.value is None:
        return "\n".join([*lines, _NULL_VALUE, "", ""])
    return "\n".join([*lines, "", _body_of(record.value)]) + "\n"


def read_back(content: bytes, hit: Hit) -> NewRecord:
    """The record that an edited file says. Raises EditError."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise EditError("it is not text in UTF-8; base64: takes any bytes", line) from None
    return edited(text, hit)


def is_as_before(record: NewRecord, hit: Hit) -> bool:
    """Whether nothing was changed."""
    before = hit.record
    return (record.key, record.value, record.headers) == (
        before.key,
        before.value,
        before.headers,
    )


def json_fault(record: NewRecord, hit: Hit) -> str:
    """What is wrong with a value that was JSON and is none any more; empty when nothing is."""
    before, after = hit.record.value or b"", record.value
    if after is None or before.lstrip()[:1] not in (b"{", b"[") or decoded_json(before) is MISSING:
        return ""
    if decoded_json(after) is not MISSING:
        return ""
    try:
        json.loads(after)
    except (ValueError, RecursionError) as error:
        return fault_said(error)
    return "it cannot be read as JSON"


def edited(text: str, hit: Hit) -> NewRecord:
    """The record that an edited text says. Raises EditError."""
    # The head may have been emptied altogether.
    head, is_there, body = ("\n" + text).partition("\n\n")
    head = head[1:]
    if not is_there:
        raise EditError("the empty line before the value is missing", text.count("\n") + 1)
    key: bytes | None = None
    headers: list[tuple[str, bytes | None]] = []
    is_null = False
    for number, line in enumerate(head.split("\n"), start=1):
        if line.startswith("#") or not head:
            continue
        if line.startswith("key:"):
            key = _content_of(line[len("key:") :].strip(), number)
        elif line.startswith("header "):
            headers.append(_header_of(line[len("header ") :], number))
        elif line.rstrip() == _NULL_VALUE:
            is_null = True
        else:
            raise EditError("`key: …`, `header NAME: …` or the empty line is expected", number)
    if is_null:
        if body.strip():
            raise EditError("the value is null, and there is one", head.count("\n") + 3)
        return NewRecord(key, None, tuple(headers))
    return NewRecord(key, _value_of(body, hit.record.value, head.count("\n") + 3), tuple(headers))


def _body_of(value: bytes) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return _in_base64(value)
    if text.startswith(BASE64) or "\r" in text:
        # Editors may change the ends of lines.
        return _in_base64(value)
    if len(text) <= LAID_OUT_MAX and decoded_json(value) is not MISSING:
        return laid_out(text, is_cut=False) or text
    return text


def _value_of(body: str, before: bytes | None, line: int) -> bytes:
    """The value of a text; its last line end is the editor's."""
    body = body.removesuffix("\n")
    if before is not None and body == _body_of(before):
        return before
    if body.startswith(BASE64):
        return _from_base64(body, line)
    return _as_it_stood(body, before).encode("utf-8", "surrogatepass")


def _as_it_stood(body: str, before: bytes | None) -> str:
    """JSON in one line, in the way in which it was before; all else as it was typed."""
    text = (before or b"").decode("utf-8", "replace")
    contents = (text.encode(), body.encode("utf-8", "surrogatepass"))
    if max(map(len, contents)) > LAID_OUT_MAX or MISSING in map(decoded_json, contents):
        return body
    for is_spaced in (False, True):
        if in_one_line(text, is_spaced=is_spaced) == text:
            return in_one_line(body, is_spaced=is_spaced) or body
    return body


def _line_of(content: bytes) -> str:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return _in_base64(content)
    is_plain = text.isprintable() and text == text.strip() and text not in ("", NULL)
    return text if is_plain and not text.startswith((BASE64, '"')) else json.dumps(text)


def _content_of(text: str, line: int) -> bytes:
    if text.startswith(BASE64):
        return _from_base64(text, line)
    if text.startswith('"'):
        return _unquoted(text, line).encode("utf-8", "surrogatepass")
    return text.encode("utf-8", "surrogatepass")


def _name_of(name: str) -> str:
    is_plain = name.isprintable() and name == name.strip() and name and ":" not in name
    return name if is_plain and not name.startswith('"') else json.dumps(name)


def _header_of(text: str, line: int) -> tuple[str, bytes | None]:
    if text.startswith('"'):
        try:
            name, end = json.JSONDecoder().raw_decode(text)
        except ValueError:
            raise EditError("the quotes of the name are not closed", line) from None
        rest = text[end:]
    else:
        end = text.find(":")
        name, rest = text[: max(0, end)].strip(), text[max(0, end) :]
    if not rest.startswith(":"):
        raise EditError("a colon is expected behind the name", line)
    content = rest[1:].strip()
    return name, None if content == NULL else _content_of(content, line)


def _unquoted(text: str, line: int) -> str:
    try:
        content = json.loads(text)
    except ValueError:
        content = None
    if not isinstance(content, str):
        raise EditError("the text in quotes is not one of JSON", line)
    return content


def _in_base64(content: bytes) -> str:
    return BASE64 + base64.b64encode(content).decode("ascii")


def _from_base64(text: str, line: int) -> bytes:
    try:
        return base64.b64decode("".join(text.removeprefix(BASE64).split()), validate=True)
    except (binascii.Error, ValueError):
        raise EditError("what follows base64: is not base64", line) from None
