"""Reading and writing the primitive fields of coordinator records, flexible versions included.

Keys and values in the internal topics are an int16 version followed by fields in Kafka's encoding.
Reading is bounded by the bytes that are there: a length is checked before anything is copied.
Source: Kafka's message format (KIP-482 for flexible versions).
"""

import struct

from engine.kernel.errors import EngineError

_INT8 = struct.Struct(">b")
_INT16 = struct.Struct(">h")
_INT32 = struct.Struct(">i")
_INT64 = struct.Struct(">q")
_VARINT_BYTES_MAX = 5
_UUID_BYTES = 16


class MalformedRecordError(EngineError):
    """The bytes of a key or value do not follow the schema of their version."""


class Reader:
    """Reads fields from the front of a buffer. Each method raises MalformedRecordError."""

    __slots__ = ("_data", "_position")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def int8(self) -> int:
        return self._number(_INT8)

    def int16(self) -> int:
        return self._number(_INT16)

    def int32(self) -> int:
        return self._number(_INT32)

    def int64(self) -> int:
        return self._number(_INT64)

    def uvarint(self) -> int:
        value = shift = 0
        for byte in self._data[self._position : self._position + _VARINT_BYTES_MAX]:
            self._position += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
        raise MalformedRecordError("a varint does not end")

    def string(self, *, is_flexible: bool = False) -> str:
        text = self.nullable_string(is_flexible=is_flexible)
        if text is None:
            raise MalformedRecordError("a string that cannot be null is null")
        return text

    def nullable_string(self, *, is_flexible: bool = False) -> str | None:
        length = self.uvarint() - 1 if is_flexible else self.int16()
        if length < 0:
            return None
        try:
            return self._take(length).decode()
        except UnicodeDecodeError as error:
            raise MalformedRecordError("a string is not UTF-8") from error

    def byte_string(self, *, is_flexible: bool = False) -> bytes:
        raw = self.nullable_byte_string(is_flexible=is_flexible)
        if raw is None:
            raise MalformedRecordError("bytes that cannot be null are null")
        return raw

    def nullable_byte_string(self, *, is_flexible: bool = False) -> bytes | None:
        length = self.uvarint() - 1 if is_flexible else self.int32()
        return None if length < 0 else self._take(length)

    def uuid(self) -> bytes:
        return self._take(_UUID_BYTES)

    def array_length(self, *, is_flexible: bool = False) -> int:
        """The count of an array's elements; more than there are bytes left is malformed."""
        count = self.uvarint() - 1 if is_flexible else self.int32()
        if not 0 <= count <= len(self._data) - self._position:
            raise MalformedRecordError(f"an array cannot have {count} elements")
        return count

    def tagged_fields(self) -> dict[int, bytes]:
        """All tagged fields, raw, by tag."""
        fields: dict[int, bytes] = {}
        for _ in range(self.uvarint()):
            tag = self.uvarint()
            fields[tag] = self._take(self.uvarint())
        return fields

    def _number(self, layout: struct.Struct) -> int:
        position = self._position
        try:
            value: int = layout.unpack_from(self._data, position)[0]
        except struct.error as error:
            raise MalformedRecordError("the bytes end inside a number") from error
        self._position = position + layout.size
        return value

    def _take(self, length: int) -> bytes:
        begin = self._position
        self._position = end = begin + length
        if end > len(self._data):
            raise MalformedRecordError("the bytes end inside a field")
        return self._data[begin:end]


class Writer:
    """Collects fields, after the version unless it is None; `getvalue` joins them."""

    __slots__ = ("_parts",)

    def __init__(self, version: int | None = None) -> None:
        self._parts = bytearray() if version is None else bytearray(_INT16.pack(version))

    def getvalue(self) -> bytes:
        return bytes(self._parts)

    def int8(self, value: int) -> None:
        self._parts += _INT8.pack(value)

    def int16(self, value: int) -> None:
        self._parts += _INT16.pack(value)

    def int32(self, value: int) -> None:
        self._parts += _INT32.pack(value)

    def int64(self, value: int) -> None:
        self._parts += _INT64.pack(value)

    def uvarint(self, value: int) -> None:
        while value >= 0x80:
            self._parts.append(value & 0x7F | 0x80)
            value >>= 7
        self._parts.append(value)

    def string(self, text: str | None, *, is_flexible: bool = False) -> None:
        """A string or null. Raises ValueError beyond 32,767 bytes in an inflexible version."""
        raw = None if text is None else text.encode("utf-8", "surrogatepass")
        length = -1 if raw is None else len(raw)
        if is_flexible:
            self.uvarint(length + 1)
        elif length > 0x7FFF:
            raise ValueError("a string has more than 32,767 bytes")
        else:
            self._parts += _INT16.pack(length)
        self._parts += raw or b""

    def byte_string(self, raw: bytes, *, is_flexible: bool = False) -> None:
        if is_flexible:
            self.uvarint(len(raw) + 1)
        else:
            self._parts += _INT32.pack(len(raw))
        self._parts += raw

    def uuid(self, raw: bytes) -> None:
        assert len(raw) == _UUID_BYTES
        self._parts += raw

    def array_length(self, count: int, *, is_flexible: bool = False) -> None:
        if is_flexible:
            self.uvarint(count + 1)
        else:
            self._parts += _INT32.pack(count)

    def tagged_fields(self, fields: dict[int, bytes]) -> None:
        self.uvarint(len(fields))
        for tag in sorted(fields):
            self.uvarint(tag)
            self.uvarint(len(fields[tag]))
            self._parts += fields[tag]
