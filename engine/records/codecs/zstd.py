"""Zstandard, several frames one after the other included."""

from typing import Final

import zstandard

from engine.records.codecs.inflated_pieces import InflatedPieces
from engine.records.crc import Buffer
from engine.records.errors import CorruptBatch

ERRORS: Final = (zstandard.ZstdError,)

_DEFAULT_LEVEL: Final = 3
_WINDOW_BYTES_MAX: Final = 1 << 27
_SKIPPABLE_MAGIC: Final[bytes] = b"\x2a\x4d\x18"
"""The last three bytes of the magic of a frame without content."""


def compress(data: Buffer, level: int | None) -> bytes:
    """Deflate a payload; `level` is the library's -131072 to 22, None Kafka's default."""
    level = _DEFAULT_LEVEL if level is None else level
    return zstandard.ZstdCompressor(level=level).compress(bytes(data))


def inflate(data: Buffer, limit_bytes: int) -> bytes:
    """Inflate to at most `limit_bytes`. Raises PayloadTooLarge, CorruptBatch, ERRORS."""
    data = bytes(data)
    output = InflatedPieces(limit_bytes)
    decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES_MAX)
    with decompressor.stream_reader(data, read_across_frames=True) as reader:
        while piece := reader.read(output.room()):
            output.add(piece)
    if not _has_whole_frames(data):
        raise CorruptBatch("the zstd payload is cut short")
    return output.join()


def _has_whole_frames(data: bytes) -> bool:
    """Whether the last frame has its end: the reader takes one that is cut short as complete."""
    view = memoryview(data)
    position = 0
    while position < len(view):
        if view[position + 1 : position + 4] == _SKIPPABLE_MAGIC:
            position += 8 + int.from_bytes(view[position + 4 : position + 8], "little")
            continue
        has_checksum = zstandard.get_frame_parameters(view[position:]).has_checksum
        position += zstandard.frame_header_size(view[position:])
        is_last = False
        while not is_last:
            block = int.from_bytes(view[position : position + 3], "little")
            is_last = bool(block & 1) or position >= len(view)
            # A block of one repeated byte tells how often, and has that byte alone.
            position += 3 + (1 if block >> 1 & 3 == 1 else block >> 3)
        position += 4 * has_checksum
    return 0 < position == len(view)
