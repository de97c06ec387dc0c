"""gzip, several members one after the other included."""

import zlib
from typing import Final

from engine.records.codecs.inflated_pieces import InflatedPieces
from engine.records.crc import Buffer
from engine.records.errors import CorruptBatch

ERRORS: Final = (zlib.error,)

_WINDOW_BITS: Final = 31
_SLICE_BYTES: Final = 8 * 1024


def compress(data: Buffer, level: int | None) -> bytes:
    """Deflate a payload; `level` is zlib's 1-9, None its default."""
    deflate = zlib.compressobj(-1 if level is None else level, wbits=_WINDOW_BITS)
    return deflate.compress(data) + deflate.flush()


def inflate(data: Buffer, limit_bytes: int) -> bytes:
    """Inflate to at most `limit_bytes`. Raises PayloadTooLarge, CorruptBatch, ERRORS."""
    output = InflatedPieces(limit_bytes)
    view = memoryview(data)
    position = 0
    rest: Buffer = b""
    member = zlib.decompressobj(_WINDOW_BITS)
    while True:
        if not rest:
            # In slices, since zlib copies what it leaves over at each step and member.
            rest = view[position : position + _SLICE_BYTES]
            position += len(rest)
        is_at_end = not rest
        piece = member.decompress(rest, output.room())
        output.add(piece)
        if member.eof:
            rest = member.unused_data
            if not rest and position == len(view):
                return output.join()
            member = zlib.decompressobj(_WINDOW_BITS)
        elif is_at_end and not piece:
            raise CorruptBatch("the gzip payload is cut short")
        else:
            rest = member.unconsumed_tail
