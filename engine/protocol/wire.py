"""The few functions that compiled codecs call at run time, and the source text they are built from.

Unsigned varints (KIP-482) carry 32 bits in at most five bytes. `SourceWriter` collects the lines of
a generated function with the constants that they name.
"""

from collections.abc import Callable
from struct import Struct
from typing import Any

from engine.kernel.limits import STRING_BYTES_MAX
from engine.protocol.errors import MalformedMessage

_VARINT_BYTES_MAX = 5
_CUT = "…".encode()


def read_long_varint(data: memoryview, position: int, first: int) -> tuple[int, int]:
    """The value of a varint whose first byte, `first`, was read and said that more follow.

    `position` is that of the second byte; returns the value and the position behind it.
    """
    value = first & 0x7F
    shift = 7
    for position in range(position, position + _VARINT_BYTES_MAX - 1):  # noqa: B020
        byte = data[position]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF, position + 1
        shift += 7
    raise MalformedMessage("a varint is longer than five bytes")


def write_varint(value: int) -> bytes:
    """The bytes of an unsigned varint."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def sentence_bytes(text: str) -> bytes:
    """The bytes of a text for people, which ends where a string has to."""
    raw = text.encode()
    if len(raw) <= STRING_BYTES_MAX:
        return raw
    return raw[: STRING_BYTES_MAX - len(_CUT)].decode(errors="ignore").encode() + _CUT


class SourceWriter:
    """The source of one generated function. Names are unique; constants become its globals."""

    def __init__(self, signature: str) -> None:
        self._lines = [f"def {signature}:"]
        self._depth = 1
        self._names = 0
        self.constants: dict[str, Any] = {}

    def line(self, text: str) -> None:
        self._lines.append("    " * self._depth + text)

    def indent(self) -> None:
        self._depth += 1

    def dedent(self) -> None:
        self._depth -= 1

    def name(self, prefix: str) -> str:
        """A name that nothing else in the function has."""
        self._names += 1
        return f"{prefix}{self._names}"

    def constant(self, value: object, prefix: str) -> str:
        """The name of a global that holds a value; one name for one object."""
        for name, known in self.constants.items():
            if known is value:
                return name
        name = self.name(prefix)
        self.constants[name] = value
        return name

    def packer(self, code: str) -> str:
        """The name of the `pack` of a struct format, in network byte order."""
        name = "pack_" + code.replace("?", "t")
        self.constants.setdefault(name, Struct(">" + code).pack)
        return name

    def unpacker(self, code: str) -> str:
        """The name of the `unpack_from` of a struct format, in network byte order."""
        name = "unpack_" + code.replace("?", "t")
        self.constants.setdefault(name, Struct(">" + code).unpack_from)
        return name

    def compile(self, name: str, label: str) -> Callable[..., Any]:
        """The function that the source defines. `label` names it in tracebacks."""
        code = compile("\n".join(self._lines) + "\n", f"<{label}>", "exec")
        # The text is made from the declarations alone; nothing from outside reaches it.
        exec(code, self.constants)  # noqa: S102
        function: Callable[..., Any] = self.constants[name]
        return function
