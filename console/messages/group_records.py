"""Decodes keys and values of `__consumer_offsets`, as `group_layouts` describes them. Pure.

A value alone does not tell its type: its record's key does. What does not fit its layout to the
last byte is not decoded at all, for wrong figures are worse than bytes.
"""

import uuid
from collections.abc import Sequence

from console.messages.group_layouts import KEYS, VALUES, Field, Layout
from console.messages.structure import MISSING, Missing

CONSUMER_OFFSETS = "__consumer_offsets"


class _Misfit(Exception):
    """The bytes are not of the layout."""


def decoded_group_key(key: bytes) -> dict[str, object] | Missing:
    """A key with the name of its `type`, or MISSING."""
    reader = _Reader(key)
    try:
        layout = KEYS.get(reader.integer(2))
        if layout is None:
            return MISSING
        found: dict[str, object] = {"type": layout.name}
        found.update(reader.structure(layout.fields, version=0, is_flexible=False))
        reader.end()
    except _Misfit:
        return MISSING
    return found


def decoded_group_value(key: bytes | None, value: bytes) -> dict[str, object] | Missing:
    """The value of the record with a key, or MISSING."""
    layout = VALUES.get(int.from_bytes((key or b"")[:2], "big", signed=True))
    if layout is None or len(key or b"") < 2:
        return MISSING
    reader = _Reader(value)
    try:
        return reader.whole(layout)
    except _Misfit:
        return MISSING


class _Reader:
    """Reads fields from the front of some bytes. Raises _Misfit where they end too early."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def whole(self, layout: Layout) -> dict[str, object]:
        """A version, and the structure in that version, up to the last byte."""
        version = self.integer(2)
        if not 0 <= version <= layout.latest:
            raise _Misfit
        is_flexible = version >= layout.flexible_since
        found: dict[str, object] = {"version": version}
        found.update(
            self.structure(
                layout.fields, version=version, is_flexible=is_flexible, tagged=layout.tagged
            )
        )
        self.end()
        return found

    def structure(
        self,
        fields: Sequence[Field],
        *,
        version: int,
        is_flexible: bool,
        tagged: dict[int, Field] | None = None,
    ) -> dict[str, object]:
        """Fields in order and, where the version is flexible, those that are tagged."""
        found = {
            each.name: self._field(each, version, is_flexible=is_flexible)
            for each in fields
            if each.since <= version <= each.until
        }
        if is_flexible:
            for _ in range(self._unsigned()):
                tag, size = self._unsigned(), self._unsigned()
                inner = _Reader(self._take(size))
                known = (tagged or {}).get(tag)
                if known is not None:
                    found[known.name] = inner._field(known, version, is_flexible=True)
                    inner.end()
        return found

    def integer(self, size: int) -> int:
        """A signed number of so many bytes."""
        return int.from_bytes(self._take(size), "big", signed=True)

    def end(self) -> None:
        """Nothing may be left."""
        if self._at != len(self._data):
            raise _Misfit

    def _field(self, field: Field, version: int, *, is_flexible: bool) -> object:
        if field.kind.startswith("[]"):
            count = self._length(4, is_flexible=is_flexible)
            if count is None:
                return None
            if count > len(self._data) - self._at:
                raise _Misfit
            element = Field(field.name, field.kind[2:], fields=field.fields)
            return [self._field(element, version, is_flexible=is_flexible) for _ in range(count)]
        if field.kind == "?" and self.integer(1) < 1:
            return None
        if field.fields:
            return self.structure(field.fields, version=version, is_flexible=is_flexible)
        match field.kind:
            case "int8" | "int16" | "int32" | "int64":
                return self.integer(int(field.kind[3:]) // 8)
            case "uuid":
                return str(uuid.UUID(bytes=self._take(16)))
            case "string":
                size = self._length(2, is_flexible=is_flexible)
                return None if size is None else self._text(size)
            case _:
                size = self._length(4, is_flexible=is_flexible)
                return None if size is None else self._take(size).hex()

    def _length(self, size: int, *, is_flexible: bool) -> int | None:
        length = self._unsigned() - 1 if is_flexible else self.integer(size)
        return None if length < 0 else length

    def _text(self, size: int) -> str:
        try:
            return self._take(size).decode()
        except UnicodeDecodeError:
            raise _Misfit from None

    def _take(self, size: int) -> bytes:
        end = self._at + size
        if size < 0 or end > len(self._data):
            raise _Misfit
        taken = self._data[self._at : end]
        self._at = end
        return taken

    def _unsigned(self) -> int:
        value = shift = 0
        while True:
            (byte,) = self._take(1)
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > 28:
                raise _Misfit
