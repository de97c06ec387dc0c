"""Bugs that decoders could well have, each planted into the process that calls `plant`.

A bug is there when it shows: on one input on which a decoder without it does otherwise. That is
tried before it is planted and after, so that nothing is looked for that is not there. They are for
processes that end afterwards: nothing puts the engine back.
"""

import struct
import tracemalloc
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from engine.protocol import codec, headers
from engine.protocol.decoder import _DecoderSource
from engine.protocol.errors import MalformedMessage
from engine.protocol.messages.metadata import MetadataRequest
from engine.records import compression, record, validation
from engine.records.batch import HEADER_SIZE, LOG_OVERHEAD, MAGIC, stamp_crc
from engine.records.builder import NewRecord, build_batch
from engine.records.codecs.inflated_pieces import InflatedPieces
from engine.records.compression import Compression
from engine.records.errors import InvalidBatch

RESERVED_BYTES = 1 << 20
"""More than a decoder takes for a message of a few bytes."""
BATCH_BYTES = 36
"""Of a batch that ends within its header."""


class NotPlanted(Exception):
    """A bug is not there although it was planted, or was there before."""


class Bug(NamedTuple):
    """How a bug comes into this process, and whether it is there."""

    plant: Callable[[], None]
    shows: Callable[[], bool]


def plant(bug: Bug) -> None:
    """Plant a bug. Raises NotPlanted, and whatever planting raises."""
    if bug.shows():
        raise NotPlanted("it shows before it is planted")
    bug.plant()
    if not bug.shows():
        raise NotPlanted("it does not show")


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


def reserves_what_a_count_says() -> bool:
    """An array of 2 billion topics, of which none is there, takes much memory."""
    # The decoder is made anew: the bug is in what makes it.
    codec._decoders.pop((MetadataRequest, 0), None)
    tracemalloc.start()
    try:
        with suppress(MalformedMessage):
            codec.decode(MetadataRequest, struct.pack(">i", 2**31 - 1), 0)
        return tracemalloc.get_traced_memory()[1] > RESERVED_BYTES
    finally:
        tracemalloc.stop()
        codec._decoders.pop((MetadataRequest, 0), None)


def lets_bad_text_out() -> bool:
    """A topic whose name is no UTF-8."""
    return _escapes(
        UnicodeDecodeError,
        lambda: codec.decode(MetadataRequest, struct.pack(">ih", 1, 2) + b"\xc3\x28", 0),
    )


def counts_tagged_fields_that_are_not_there() -> bool:
    """Three tagged fields, of which none is there."""
    try:
        headers._skip_tagged_fields(memoryview(b"\x03"), 0)
    except MalformedMessage:
        return False
    return True


def believes_a_batch_of_any_size() -> bool:
    """A batch with the right length and the right sum, whose header is cut off."""
    assert BATCH_BYTES < HEADER_SIZE
    made = bytearray(BATCH_BYTES)
    struct.pack_into(">i", made, 8, BATCH_BYTES - LOG_OVERHEAD)
    made[16] = MAGIC
    stamp_crc(made)
    return _escapes(struct.error, lambda: validation.check_single_batch(made))


def inflates_without_end() -> bool:
    """A payload that is larger than allowed."""
    packed = compression.compress(bytes(1000), Compression.GZIP)
    try:
        compression.decompress(packed, Compression.GZIP, 100)
    except InvalidBatch:
        return False
    return True


def runs_out_of_a_record() -> bool:
    """A batch whose last byte says that another follows."""
    made = build_batch([NewRecord(0, b"key", b"value")])
    made[-1] = 0x80
    return _escapes(IndexError, lambda: [*record.iterate_records(made, 1 << 20)])


def _escapes(error: type[Exception], decode: Callable[[], object]) -> bool:
    """Whether an error of Python's leaves a decoder."""
    try:
        with suppress(MalformedMessage, InvalidBatch):
            decode()
    except error:
        return True
    return False


BUGS: Mapping[str, Bug] = {
    "reserve what a count says": Bug(reserve_what_a_count_says, reserves_what_a_count_says),
    "let bad text out": Bug(let_bad_text_out, lets_bad_text_out),
    "count tagged fields that are not there": Bug(
        count_tagged_fields_that_are_not_there, counts_tagged_fields_that_are_not_there
    ),
    "believe a batch of any size": Bug(believe_a_batch_of_any_size, believes_a_batch_of_any_size),
    "inflate without end": Bug(inflate_without_end, inflates_without_end),
    "run out of a record": Bug(run_out_of_a_record, runs_out_of_a_record),
}
