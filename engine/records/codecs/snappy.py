"""Snappy in its two framings: the Java client writes Xerial's blocks, librdkafka one raw block.

Both are read, Xerial's is written.
"""

from typing import Final

import cramjam

from engine.records.codecs.inflated_pieces import InflatedPieces
from engine.records.crc import Buffer
from engine.records.errors import CorruptBatch

ERRORS: Final = (cramjam.DecompressionError,)

XERIAL_MAGIC: Final = b"\x82SNAPPY\x00"
XERIAL_HEADER: Final = XERIAL_MAGIC + b"\x00\x00\x00\x01\x00\x00\x00\x01"

BLOCK_BYTES: Final = 32 * 1024
_RATIO_MAX: Final = 22
"""Snappy's densest element makes 64 bytes of 3."""


def compress(data: Buffer, level: int | None) -> bytes:
    """Deflate a payload into Xerial's blocks. Snappy has no levels."""
    view = memoryview(data)
    pieces = [XERIAL_HEADER]
    for start in range(0, len(view), BLOCK_BYTES):
        packed = bytes(cramjam.snappy.compress_raw(bytes(view[start : start + BLOCK_BYTES])))
        pieces.append(len(packed).to_bytes(4, "big"))
        pieces.append(packed)
    return b"".join(pieces)


def inflate(data: Buffer, limit_bytes: int) -> bytes:
    """Inflate to at most `limit_bytes`. Raises PayloadTooLarge, CorruptBatch, ERRORS."""
    data = memoryview(data)
    output = InflatedPieces(limit_bytes)
    if bytes(data[: len(XERIAL_MAGIC)]) != XERIAL_MAGIC:
        output.add(_inflate_block(data, output))
        return output.join()
    position = len(XERIAL_HEADER)
    if len(data) < position:
        raise CorruptBatch("the snappy payload is cut short")
    while position < len(data):
        size = int.from_bytes(data[position : position + 4], "big")
        block = data[position + 4 : position + 4 + size]
        if len(block) != size:
            raise CorruptBatch("the snappy payload is cut short")
        output.add(_inflate_block(block, output))
        position += 4 + size
    return output.join()


def _inflate_block(block: memoryview, output: InflatedPieces) -> bytes:
    raw = bytes(block)
    size = cramjam.snappy.decompress_raw_len(raw)
    output.expect(size)
    if size > len(raw) * _RATIO_MAX:
        raise CorruptBatch(f"a snappy block of {len(raw)} bytes cannot hold {size}")
    return bytes(cramjam.snappy.decompress_raw(raw))
