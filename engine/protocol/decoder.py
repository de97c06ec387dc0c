"""Compiles the function that decodes one message in one version.

The generated function walks the bytes once, with every field in a local variable: a run of
fixed-width fields, with the length that follows it, is one `unpack_from`; structures and arrays are
inlined as loops. It trusts nothing. Lengths are compared with the bytes that are left before a
slice is taken, counts with the least size of their elements before a loop begins, and the elements
of all arrays together with `MESSAGE_ELEMENTS_MAX`. What it does not check itself, the struct module
and indexing do by raising; `codec.decode` turns that into MalformedMessage.

Unknown tagged fields are skipped. Negative lengths mean null, as in Kafka's own reader.
"""

from collections.abc import Callable
from struct import unpack_from
from typing import Any

from engine.kernel.limits import MESSAGE_ELEMENTS_MAX, STRING_BYTES_MAX
from engine.protocol.errors import MalformedMessage
from engine.protocol.fields import Kind, Scalar, WireField
from engine.protocol.layout import Slot, least_size_bytes, slots_of
from engine.protocol.wire import SourceWriter, read_long_varint

Decoder = Callable[[memoryview, int], Any]
"""Bytes and the position of a message in, the message out."""


def compile_decoder(message: type[Any], version: int, *, is_flexible: bool) -> Decoder:
    """The decoder of a message in a version that it has."""
    return _DecoderSource(message, version, is_flexible=is_flexible).build()


class _DecoderSource:
    """Writes one decoder. `_run` holds the fixed-width reads that wait to become one unpack."""

    def __init__(self, message: type[Any], version: int, *, is_flexible: bool) -> None:
        self._message = message
        self._version = version
        self._is_flexible = is_flexible
        self._out = SourceWriter("decode(data, position)")
        self._out.constants.update(
            MalformedMessage=MalformedMessage, read_long_varint=read_long_varint
        )
        self._run: list[tuple[str, str, int]] = []

    def build(self) -> Decoder:
        self._out.line("end = len(data)")
        self._out.line(f"budget = {MESSAGE_ELEMENTS_MAX}")
        result = self._structure(self._message)
        self._out.line(f"return {result}")
        return self._out.compile("decode", f"decoder of {self._message.__name__} {self._version}")

    def _structure(self, structure: type[Any]) -> str:
        """Read a structure; the expression that builds it from the locals."""
        slots = slots_of(structure, self._version)
        values: dict[str, str] = {}
        for slot in slots:
            if slot.is_present and not slot.is_tagged:
                values[slot.name] = self._value(slot.wire, slot.is_nullable, slot.name)
        if self._is_flexible:
            tagged = [slot for slot in slots if slot.is_present and slot.is_tagged]
            values.update(self._tagged_fields(tagged))
        self._flush()
        arguments = [values.get(slot.name) or self._default(slot.wire) for slot in slots]
        return f"{self._out.constant(structure, structure.__name__)}({', '.join(arguments)})"

    def _value(self, wire: WireField, is_nullable: bool, label: str) -> str:
        """Read one field; the name of the local, or the expression, that holds its value."""
        if wire.kind is Kind.FIXED:
            assert isinstance(wire.element, Scalar)
            return self._fixed(wire.element)
        if wire.kind is Kind.STRUCT:
            assert isinstance(wire.element, type)
            if is_nullable:
                return self._nullable_structure(wire.element)
            return self._structure(wire.element)
        value = self._out.name("v")
        length = self._length("h" if wire.kind is Kind.STRING else "i")
        self._flush_length(length)
        self._out.line(f"if {length} < 0:")
        self._out.indent()
        self._out.line(
            f"{value} = None" if is_nullable else _malformed(f"{label} must not be null")
        )
        self._out.dedent()
        self._out.line("else:")
        self._out.indent()
        if wire.kind is Kind.ARRAY:
            self._array(wire.element, length, value, label)
        else:
            self._bytes(wire.kind, length, value, label)
        self._out.dedent()
        return value

    def _fixed(self, scalar: Scalar[Any]) -> str:
        value = self._out.name("v")
        self._run.append((value, scalar.code, scalar.size_bytes))
        return value

    def _length(self, code: str) -> str:
        """Put the length of a string or an array into the run; its name."""
        length = self._out.name("n")
        if self._is_flexible:
            self._run.append((length, "B", 1))
        else:
            self._run.append((length, code, 2 if code == "h" else 4))
        return length

    def _flush_length(self, length: str) -> None:
        """Make the length that ends the run usable: -1 for null."""
        self._flush()
        if self._is_flexible:
            self._out.line(f"if {length} > 127:")
            self._out.indent()
            self._varint_tail(length)
            self._out.dedent()
            self._out.line(f"{length} -= 1")

    def _varint_tail(self, name: str) -> None:
        self._out.line(f"{name}, position = read_long_varint(data, position, {name})")

    def _varint(self, name: str) -> None:
        self._out.line(f"{name} = data[position]")
        self._out.line("position += 1")
        self._out.line(f"if {name} > 127:")
        self._out.indent()
        self._varint_tail(name)
        self._out.dedent()

    def _flush(self) -> None:
        """Turn the waiting run into one unpack."""
        if not self._run:
            return
        names = ", ".join(name for name, _, _ in self._run)
        size = sum(size for _, _, size in self._run)
        codes = "".join(code for _, code, _ in self._run)
        if codes == "B":
            self._out.line(f"{names} = data[position]")
        else:
            comma = "," if len(self._run) == 1 else ""
            self._out.line(f"{names}{comma} = {self._out.unpacker(codes)}(data, position)")
        self._out.line(f"position += {size}")
        self._run.clear()

    def _bytes(self, kind: Kind, length: str, value: str, label: str) -> None:
        self._out.line("start = position")
        self._out.line(f"position += {length}")
        self._out.line("if position > end:")
        self._out.indent()
        self._out.line(_malformed(f"{label} is longer than the message"))
        self._out.dedent()
        if kind is Kind.STRING and self._is_flexible:
            # What older versions and stored records give 16 bits for; Kafka refuses it too.
            self._out.line(f"if {length} > {STRING_BYTES_MAX}:")
            self._out.indent()
            self._out.line(_malformed(f"{label} is longer than a string may be"))
            self._out.dedent()
        if kind is Kind.STRING:
            self._out.line(f"{value} = str(data[start:position], 'utf-8')")
        elif kind is Kind.BINARY:
            self._out.line(f"{value} = bytes(data[start:position])")
        else:
            self._out.line(f"{value} = data[start:position]")

    def _array(self, element: Scalar[Any] | type[Any], length: str, value: str, label: str) -> None:
        least = least_size_bytes(element, self._version, is_flexible=self._is_flexible)
        assert least > 0, f"an element of {label} may be empty, so its count has no bound"
        self._out.line(f"budget -= {length}")
        self._out.line(f"if {length} * {least} > end - position or budget < 0:")
        self._out.indent()
        self._out.line(_malformed(f"{label} claims more elements than the message can hold"))
        self._out.dedent()
        if isinstance(element, Scalar) and element.kind is Kind.FIXED:
            self._fixed_array(element, length, value)
            return
        self._out.line(f"{value} = []")
        self._out.line(f"for _ in range({length}):")
        self._out.indent()
        if isinstance(element, Scalar):
            wire = WireField(element.kind, element, 0, 0, 0, None, None, None)
            item = self._value(wire, False, label)
        else:
            item = self._structure(element)
        self._out.line(f"{value}.append({item})")
        self._out.dedent()

    def _fixed_array(self, element: Scalar[Any], length: str, value: str) -> None:
        self._out.constants["unpack_from"] = unpack_from
        if element.size_bytes == 16:
            self._out.line("start = position")
            self._out.line(f"position += {length} * 16")
            self._out.line(
                f"{value} = [bytes(data[at : at + 16]) for at in range(start, position, 16)]"
            )
            return
        self._out.line(
            f"{value} = list(unpack_from(f'>{{{length}}}{element.code}', data, position))"
        )
        self._out.line(f"position += {length} * {element.size_bytes}")

    def _nullable_structure(self, structure: type[Any]) -> str:
        """A structure behind a byte that is negative for null."""
        value = self._out.name("v")
        marker = self._out.name("n")
        self._run.append((marker, "b", 1))
        self._flush()
        self._out.line(f"{value} = None")
        self._out.line(f"if {marker} >= 0:")
        self._out.indent()
        self._out.line(f"{value} = {self._structure(structure)}")
        self._out.dedent()
        return value

    def _tagged_fields(self, slots: list[Slot]) -> dict[str, str]:
        """Read the tagged fields of a structure; the locals of those that it declares."""
        values = {slot.name: self._out.name("v") for slot in slots}
        count = self._out.name("n")
        self._run.append((count, "B", 1))
        self._flush()
        for slot in slots:
            self._out.line(f"{values[slot.name]} = {self._default(slot.wire)}")
        self._out.line(f"if {count}:")
        self._out.indent()
        self._out.line(f"if {count} > 127:")
        self._out.indent()
        self._varint_tail(count)
        self._out.dedent()
        self._out.line(f"if {count} * 2 > end - position:")
        self._out.indent()
        self._out.line(_malformed("more tagged fields than the message can hold"))
        self._out.dedent()
        self._out.line(f"for _ in range({count}):")
        self._out.indent()
        self._tagged_field(slots, values)
        self._out.dedent()
        self._out.dedent()
        return values

    def _tagged_field(self, slots: list[Slot], values: dict[str, str]) -> None:
        tag, size, behind = (self._out.name(prefix) for prefix in ("tag", "size", "behind"))
        self._varint(tag)
        self._varint(size)
        self._out.line(f"{behind} = position + {size}")
        self._out.line(f"if {behind} > end:")
        self._out.indent()
        self._out.line(_malformed("a tagged field is longer than the message"))
        self._out.dedent()
        for slot in slots:
            self._out.line(f"if {tag} == {slot.wire.tag}:")
            self._out.indent()
            value = self._value(slot.wire, slot.is_nullable, slot.name)
            self._flush()
            self._out.line(f"{values[slot.name]} = {value}")
            self._out.line(f"if position != {behind}:")
            self._out.indent()
            self._out.line(_malformed(f"{slot.name} has not the size that its tag says"))
            self._out.dedent()
            self._out.dedent()
        self._out.line(f"position = {behind}")

    def _default(self, wire: WireField) -> str:
        """The expression of a field that the version does not carry."""
        if wire.factory is None:
            return repr(wire.default)
        if wire.factory is list:
            return "[]"
        return f"{self._out.constant(wire.factory, 'struct')}()"


def _malformed(reason: str) -> str:
    return f"raise MalformedMessage({reason!r})"
