"""Bugs that decoders could well have, planted into the process that calls one of these.

They are for processes that end afterwards: nothing puts the engine back.
"""

import struct
from collections.abc import Callable, Mapping
from typing import Any

from engine.protocol import codec, headers
from engine.protocol.decoder import _DecoderSource
from engine.protocol.errors import MalformedMessage
from engine.records import record, validation
from engine.records.codecs.inflated_pieces import InflatedPieces


def reserve_what_a_count_says() -> None:
    """Room for the elements of an array is made before the count is compared with the bytes."""
    honest = _DecoderSource._array

    def array(self: Any, element: Any, length: str, value: str, label: str) -> None:
        self._out.line(f"{value} = [None] * min({length}, 4_000_000)")
        honest(self, element, length, value, label)

    _DecoderSource._array = array  # type: ignore[method-assign]


def let_bad_text_out() -> None:
    """Text that is no UTF-8 is an error of Python's."""

    def decode(cls: Any, data: bytes, version: int, start: int = 0) -> Any:
        decoder = codec._decoders.get((cls, version)) or codec._decoder(cls, version)
        try:
            return decoder(memoryview(data), start)
        except (struct.error, IndexError) as error:
            raise MalformedMessage("it ends too early") from error

    codec.decode = decode  # type: ignore[assignment]


def count_tagged_fields_that_are_not_there() -> None:
    """A header's tagged fields are counted to the end, whether they are there or not."""

    def skip(data: memoryview, position: int) -> int:
        count, position = headers._read_varint(data, position)
        for _ in range(count):
            if position < len(data):
                _, position = headers._read_varint(data, position)
        return position

    # Its steps are watched like those of the function that it takes the place of.
    skip.__module__ = headers.__name__
    headers._skip_tagged_fields = skip


def believe_a_batch_of_any_size() -> None:
    """A batch shorter than its own header is read."""
    validation.HEADER_SIZE = 0  # type: ignore[misc]


def inflate_without_end() -> None:
    """A payload inflates to whatever it inflates to."""
    honest = InflatedPieces.__init__

    def begin(self: InflatedPieces, limit_bytes: int) -> None:
        honest(self, 1 << 40)

    InflatedPieces.__init__ = begin  # type: ignore[method-assign]


def run_out_of_a_record() -> None:
    """A varint that the end of its batch cuts off is an error of Python's."""

    def decode_varint(buffer: Any, position: int, bits: int = 32) -> tuple[int, int]:
        value = shift = 0
        while True:
            byte = buffer[position]
            position += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return (value >> 1) ^ -(value & 1), position
            shift += 7

    record.decode_varint = decode_varint


BUGS: Mapping[str, Callable[[], None]] = {
    "reserve what a count says": reserve_what_a_count_says,
    "let bad text out": let_bad_text_out,
    "count tagged fields that are not there": count_tagged_fields_that_are_not_there,
    "believe a batch of any size": believe_a_batch_of_any_size,
    "inflate without end": inflate_without_end,
    "run out of a record": run_out_of_a_record,
}
