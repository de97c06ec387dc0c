"""Compiles the function that encodes one message in one version.

The generated function appends to one bytearray; a run of fixed-width fields, with the length that
follows it, is one `pack`. Record batches are not copied: the bytes before them, the batches
themselves and the bytes behind are separate items of the list that the function returns. A tagged
field is written when it differs from its default; a structure without such fields costs one byte.

A value that its field cannot hold (None where null is not allowed, a number too large) raises
TypeError, AttributeError or struct.error: it is an error of the program, not of a peer.
"""

from collections.abc import Callable
from struct import pack
from typing import Any

from engine.protocol.fields import SENTENCE, Kind, Payload, Scalar, WireField
from engine.protocol.layout import Slot, slots_of
from engine.protocol.wire import SourceWriter, sentence_bytes, write_varint

Encoder = Callable[[Any, bytes], list[Payload]]
"""A message and the bytes to put before it in, buffers out; every first one is a bytearray."""


def compile_encoder(message: type[Any], version: int, *, is_flexible: bool) -> Encoder:
    """The encoder of a message in a version that it has."""
    return _EncoderSource(message, version, is_flexible=is_flexible).build()


class _EncoderSource:
    """Writes one encoder. `_run` holds the fixed-width values that wait to become one pack."""

    def __init__(self, message: type[Any], version: int, *, is_flexible: bool) -> None:
        self._message = message
        self._version = version
        self._is_flexible = is_flexible
        self._out = SourceWriter("encode(message, prefix)")
        self._out.constants.update(write_varint=write_varint, sentence_bytes=sentence_bytes)
        self._buffer = "out"
        self._run: list[tuple[str, str]] = []

    def build(self) -> Encoder:
        self._out.line("buffers = []")
        self._out.line("out = bytearray(prefix)")
        self._structure(self._message, "message")
        self._flush()
        self._out.line("buffers.append(out)")
        self._out.line("return buffers")
        return self._out.compile("encode", f"encoder of {self._message.__name__} {self._version}")

    def _structure(self, structure: type[Any], value: str) -> None:
        slots = [slot for slot in slots_of(structure, self._version) if slot.is_present]
        for slot in slots:
            if not slot.is_tagged:
                self._value(slot.wire, slot.is_nullable, f"{value}.{slot.name}")
        if self._is_flexible:
            self._tagged_fields([slot for slot in slots if slot.is_tagged], value)

    def _value(self, wire: WireField, is_nullable: bool, expression: str) -> None:
        """Write one field. `expression` is evaluated once."""
        if wire.kind is Kind.FIXED:
            assert isinstance(wire.element, Scalar)
            self._run.append((expression, wire.element.code))
            return
        if wire.kind is Kind.STRUCT:
            assert isinstance(wire.element, type)
            self._nested(wire.element, is_nullable, expression)
            return
        value, length = self._out.name("v"), self._out.name("n")
        self._out.line(f"{value} = {expression}")
        if is_nullable:
            self._out.line(f"if {value} is None:")
            self._out.indent()
            self._out.line(f"{length} = -1")
            self._out.line(f"{value} = ()" if wire.kind is Kind.ARRAY else f"{value} = b''")
            self._out.dedent()
            self._out.line("else:")
            self._out.indent()
        if wire.kind is Kind.STRING:
            how = "sentence_bytes({})" if wire.element is SENTENCE else "{}.encode()"
            self._out.line(f"{value} = {how.format(value)}")
        self._out.line(f"{length} = len({value})")
        if is_nullable:
            self._out.dedent()
        self._length(length, "h" if wire.kind is Kind.STRING else "i")
        if wire.kind is Kind.ARRAY:
            self._array(wire.element, value)
        elif wire.kind is Kind.RECORDS:
            self._records(value, length)
        else:
            self._out.line(f"{self._buffer} += {value}")

    def _nested(self, structure: type[Any], is_nullable: bool, expression: str) -> None:
        value = self._out.name("v")
        self._out.line(f"{value} = {expression}")
        if not is_nullable:
            self._structure(structure, value)
            return
        self._flush()
        self._out.line(f"if {value} is None:")
        self._out.indent()
        self._out.line(f"{self._buffer} += b'\\xff'")
        self._out.dedent()
        self._out.line("else:")
        self._out.indent()
        self._run.append(("1", "b"))
        self._structure(structure, value)
        self._flush()
        self._out.dedent()

    def _length(self, length: str, code: str) -> None:
        """Write a length or count (-1 for null) and all that waits before it."""
        if not self._is_flexible:
            self._run.append((length, code))
            self._flush()
            return
        waiting = list(self._run)
        self._out.line(f"if {length} < 127:")
        self._out.indent()
        self._run.append((f"{length} + 1", "B"))
        self._flush()
        self._out.dedent()
        self._out.line("else:")
        self._out.indent()
        self._run = waiting
        self._flush()
        self._out.line(f"{self._buffer} += write_varint({length} + 1)")
        self._out.dedent()

    def _flush(self) -> None:
        """Turn the waiting run into one pack."""
        if not self._run:
            return
        codes = "".join(code for _, code in self._run)
        values = ", ".join(value for value, code in self._run if code != "x")
        if codes == "B":
            self._out.line(f"{self._buffer}.append({values})")
        elif codes == "x":
            self._out.line(f"{self._buffer}.append(0)")
        else:
            self._out.line(f"{self._buffer} += {self._out.packer(codes)}({values})")
        self._run = []

    def _array(self, element: Scalar[Any] | type[Any], value: str) -> None:
        if isinstance(element, Scalar) and element.kind is Kind.FIXED:
            if element.size_bytes == 16:
                self._out.line(f"{self._buffer} += b''.join({value})")
            else:
                self._out.constants["pack"] = pack
                self._out.line(
                    f"{self._buffer} += pack(f'>{{len({value})}}{element.code}', *{value})"
                )
            return
        item = self._out.name("item")
        self._out.line(f"for {item} in {value}:")
        self._out.indent()
        if isinstance(element, Scalar):
            wire = WireField(element.kind, element, 0, 0, 0, None, None, None)
            self._value(wire, False, item)
        else:
            self._structure(element, item)
        self._flush()
        self._out.dedent()

    def _records(self, value: str, length: str) -> None:
        assert self._buffer == "out", "record batches cannot be inside a tagged field"
        self._out.line(f"if {length} > 0:")
        self._out.indent()
        self._out.line("buffers.append(out)")
        self._out.line(f"buffers.append({value})")
        self._out.line("out = bytearray()")
        self._out.dedent()

    def _tagged_fields(self, slots: list[Slot], value: str) -> None:
        """Write the tagged fields that differ from their defaults, in ascending order of tags."""
        if not slots:
            self._run.append(("", "x"))
            return
        self._flush()
        slots = sorted(slots, key=lambda slot: slot.wire.tag or 0)
        differs = {slot.name: _differs_from_default(slot, value) for slot in slots}
        self._out.line(f"if {' or '.join(differs.values())}:")
        self._out.indent()
        outer, fields, count = self._buffer, self._out.name("fields"), self._out.name("count")
        self._out.line(f"{fields} = bytearray()")
        self._out.line(f"{count} = 0")
        for slot in slots:
            self._out.line(f"if {differs[slot.name]}:")
            self._out.indent()
            self._out.line(f"{count} += 1")
            self._buffer = self._out.name("field")
            self._out.line(f"{self._buffer} = bytearray()")
            self._value(slot.wire, slot.is_nullable, f"{value}.{slot.name}")
            self._flush()
            tag = write_varint(slot.wire.tag or 0)
            self._out.line(f"{fields} += {tag!r} + write_varint(len({self._buffer}))")
            self._out.line(f"{fields} += {self._buffer}")
            self._out.dedent()
        self._buffer = outer
        self._out.line(f"{outer} += write_varint({count})")
        self._out.line(f"{outer} += {fields}")
        self._out.dedent()
        self._out.line("else:")
        self._out.indent()
        self._out.line(f"{outer}.append(0)")
        self._out.dedent()


def _differs_from_default(slot: Slot, value: str) -> str:
    """The condition under which a tagged field is written."""
    if slot.wire.factory is list:
        return f"({value}.{slot.name} is None or {value}.{slot.name})"
    if slot.wire.default is None:
        return f"{value}.{slot.name} is not None"
    return f"{value}.{slot.name} != {slot.wire.default!r}"
