"""The five codecs of record batches, each inflating in steps with a cap on its output.

A cap is not optional: a megabyte of hostile input can claim, and make, gigabytes. Nothing is
allocated on the word of a length field in the input.

Snappy comes in two framings: the Java client writes Xerial's blocks, librdkafka one raw block;
both are read, Xerial's is written. LZ4 frames have independent blocks, as Kafka demands.
"""

import zlib
from enum import IntEnum

import cramjam
import lz4.frame
import zstandard

from engine.records.crc import Buffer
from engine.records.errors import (
    CorruptBatch,
    PayloadTooLarge,
    UnsupportedCompression,
)

XERIAL_MAGIC = b"\x82SNAPPY\x00"
XERIAL_HEADER = XERIAL_MAGIC + b"\x00\x00\x00\x01\x00\x00\x00\x01"
XERIAL_BLOCK_BYTES = 32 * 1024
GZIP_WINDOW_BITS = 31
GZIP_SLICE_BYTES = 8 * 1024
SNAPPY_RATIO_MAX = 22
"""Snappy's densest element makes 64 bytes of 3."""
STEP_BYTES = 64 * 1024
ZSTD_WINDOW_BYTES_MAX = 1 << 27
ZSTD_SKIPPABLE_MAGIC = b"\x2a\x4d\x18"
"""The last three bytes of the magic of a frame without content."""


class Compression(IntEnum):
    """The codec in the three low bits of a batch's attributes."""

    NONE = 0
    GZIP = 1
    SNAPPY = 2
    LZ4 = 3
    ZSTD = 4


def codec_of(code: int) -> Compression:
    """The codec of a code. Raises UnsupportedCompression for those not assigned."""
    try:
        return Compression(code)
    except ValueError:
        raise UnsupportedCompression(f"no compression codec has the number {code}") from None


def compress(data: Buffer, codec: Compression, level: int | None = None) -> bytes:
    """Deflate a payload. `level` is the codec's own scale; None means its default (KIP-390)."""
    if codec is Compression.NONE:
        return bytes(data)
    if codec is Compression.GZIP:
        deflate = zlib.compressobj(-1 if level is None else level, wbits=GZIP_WINDOW_BITS)
        return deflate.compress(data) + deflate.flush()
    if codec is Compression.SNAPPY:
        return _compress_xerial(memoryview(data))
    if codec is Compression.LZ4:
        packed: bytes = lz4.frame.compress(
            data,
            compression_level=0 if level is None else level,
            block_size=lz4.frame.BLOCKSIZE_MAX64KB,
            block_linked=False,
            store_size=False,
        )
        return packed
    return zstandard.ZstdCompressor(level=3 if level is None else level).compress(bytes(data))


def decompress(data: Buffer, codec: Compression, limit_bytes: int) -> bytes:
    """Inflate a payload to at most `limit_bytes`.

    Raises PayloadTooLarge beyond the limit and CorruptBatch for what does not decode.
    """
    if codec is Compression.NONE:
        if len(data) > limit_bytes:
            raise PayloadTooLarge(limit_bytes)
        return bytes(data)
    try:
        if codec is Compression.GZIP:
            return _inflate_gzip(data, limit_bytes)
        if codec is Compression.SNAPPY:
            return _inflate_snappy(memoryview(data), limit_bytes)
        if codec is Compression.LZ4:
            return _inflate_lz4(data, limit_bytes)
        return _inflate_zstd(bytes(data), limit_bytes)
    except (zlib.error, cramjam.DecompressionError, zstandard.ZstdError, RuntimeError) as error:
        raise CorruptBatch(f"the {codec.name.lower()} payload does not decode") from error


class _Output:
    """Inflated pieces whose sum may not pass a limit."""

    def __init__(self, limit_bytes: int) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self._limit = limit_bytes

    def room(self) -> int:
        """Bytes that the next step may make: one more than fits, so that excess shows."""
        return min(STEP_BYTES, self._limit - self._size + 1)

    def expect(self, size_bytes: int) -> None:
        """Refuse a piece that is too large before it is made."""
        if self._size + size_bytes > self._limit:
            raise PayloadTooLarge(self._limit)

    def add(self, piece: bytes) -> None:
        self.expect(len(piece))
        self._size += len(piece)
        self._pieces.append(piece)

    def join(self) -> bytes:
        return b"".join(self._pieces)


def _inflate_gzip(data: Buffer, limit_bytes: int) -> bytes:
    output = _Output(limit_bytes)
    view = memoryview(data)
    position = 0
    rest: Buffer = b""
    inflate = zlib.decompressobj(GZIP_WINDOW_BITS)
    while True:
        if not rest:
            # In slices, since zlib copies what it leaves over at each step and member.
            rest = view[position : position + GZIP_SLICE_BYTES]
            position += len(rest)
        is_at_end = not rest
        piece = inflate.decompress(rest, output.room())
        output.add(piece)
        if inflate.eof:
            rest = inflate.unused_data
            if not rest and position == len(view):
                return output.join()
            inflate = zlib.decompressobj(GZIP_WINDOW_BITS)
        elif is_at_end and not piece:
            raise CorruptBatch("the gzip payload is cut short")
        else:
            rest = inflate.unconsumed_tail


def _inflate_lz4(data: Buffer, limit_bytes: int) -> bytes:
    output = _Output(limit_bytes)
    inflate = lz4.frame.LZ4FrameDecompressor()
    rest: Buffer = bytes(data)
    while True:
        piece = inflate.decompress(rest, max_length=output.room())
        output.add(piece)
        rest = b""
        if inflate.eof:
            if inflate.unused_data:
                raise CorruptBatch("bytes follow the lz4 frame")
            return output.join()
        if inflate.needs_input:
            raise CorruptBatch("the lz4 payload is cut short")


def _inflate_zstd(data: bytes, limit_bytes: int) -> bytes:
    output = _Output(limit_bytes)
    inflate = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW_BYTES_MAX)
    with inflate.stream_reader(data, read_across_frames=True) as reader:
        while piece := reader.read(output.room()):
            output.add(piece)
    if not _has_whole_zstd_frames(data):
        raise CorruptBatch("the zstd payload is cut short")
    return output.join()


def _has_whole_zstd_frames(data: bytes) -> bool:
    """Whether the last frame has its end: the reader takes one that is cut short as complete."""
    view = memoryview(data)
    position = 0
    while position < len(view):
        if view[position + 1 : position + 4] == ZSTD_SKIPPABLE_MAGIC:
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


def _inflate_snappy(data: memoryview, limit_bytes: int) -> bytes:
    output = _Output(limit_bytes)
    if bytes(data[: len(XERIAL_MAGIC)]) != XERIAL_MAGIC:
        output.add(_inflate_snappy_block(data, output))
        return output.join()
    position = len(XERIAL_HEADER)
    if len(data) < position:
        raise CorruptBatch("the snappy payload is cut short")
    while position < len(data):
        size = int.from_bytes(data[position : position + 4], "big")
        block = data[position + 4 : position + 4 + size]
        if len(block) != size:
            raise CorruptBatch("the snappy payload is cut short")
        output.add(_inflate_snappy_block(block, output))
        position += 4 + size
    return output.join()


def _inflate_snappy_block(block: memoryview, output: _Output) -> bytes:
    raw = bytes(block)
    size = cramjam.snappy.decompress_raw_len(raw)
    output.expect(size)
    if size > len(raw) * SNAPPY_RATIO_MAX:
        raise CorruptBatch(f"a snappy block of {len(raw)} bytes cannot hold {size}")
    return bytes(cramjam.snappy.decompress_raw(raw))


def _compress_xerial(data: memoryview) -> bytes:
    pieces = [XERIAL_HEADER]
    for start in range(0, len(data), XERIAL_BLOCK_BYTES):
        packed = bytes(cramjam.snappy.compress_raw(bytes(data[start : start + XERIAL_BLOCK_BYTES])))
        pieces.append(len(packed).to_bytes(4, "big"))
        pieces.append(packed)
    return b"".join(pieces)
