"""LZ4 frames. Blocks are independent and without a content size, as Kafka demands."""

from typing import Final

import lz4.frame

from engine.records.codecs.inflated_pieces import InflatedPieces
from engine.records.crc import Buffer
from engine.records.errors import CorruptBatch

ERRORS: Final = (RuntimeError,)


def compress(data: Buffer, level: int | None) -> bytes:
    """Deflate a payload; `level` is the library's 1-17, None its default."""
    packed: bytes = lz4.frame.compress(
        data,
        compression_level=0 if level is None else level,
        block_size=lz4.frame.BLOCKSIZE_MAX64KB,
        block_linked=False,
        store_size=False,
    )
    return packed


def inflate(data: Buffer, limit_bytes: int) -> bytes:
    """Inflate to at most `limit_bytes`. Raises PayloadTooLarge, CorruptBatch, ERRORS."""
    output = InflatedPieces(limit_bytes)
    frame = lz4.frame.LZ4FrameDecompressor()
    rest: Buffer = bytes(data)
    while True:
        piece = frame.decompress(rest, max_length=output.room())
        output.add(piece)
        rest = b""
        if frame.eof:
            if frame.unused_data:
                raise CorruptBatch("bytes follow the lz4 frame")
            return output.join()
        if frame.needs_input:
            raise CorruptBatch("the lz4 payload is cut short")
