"""The five codecs of record batches, each inflating in steps with a cap on its output.

A cap is not optional: a megabyte of hostile input can claim, and make, gigabytes. Nothing is
allocated on the word of a length field in the input. A codec's library is loaded when the first
batch needs it: a broker passes batches on as they come, and opens few.
"""

import errno
from enum import IntEnum
from typing import Protocol

from engine.records.crc import Buffer
from engine.records.errors import CorruptBatch, PayloadTooLarge, UnsupportedCompression


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
    """Deflate a payload. `level` is the codec's own scale; None means its default (KIP-390).

    Raises OSError when the codec's library cannot be loaded.
    """
    if codec is Compression.NONE:
        return bytes(data)
    return _loaded(codec).compress(data, level)


def decompress(data: Buffer, codec: Compression, limit_bytes: int) -> bytes:
    """Inflate a payload to at most `limit_bytes`.

    Raises PayloadTooLarge beyond the limit, CorruptBatch for what does not decode, and OSError when
    the codec's library cannot be loaded.
    """
    if codec is Compression.NONE:
        if len(data) > limit_bytes:
            raise PayloadTooLarge(limit_bytes)
        return bytes(data)
    library = _loaded(codec)
    try:
        return library.inflate(data, limit_bytes)
    except library.ERRORS as error:
        raise CorruptBatch(f"the {codec.name.lower()} payload does not decode") from error


class _Library(Protocol):
    """What a module of `engine.records.codecs` has."""

    @property
    def ERRORS(self) -> tuple[type[Exception], ...]: ...  # noqa: N802

    def compress(self, data: Buffer, level: int | None) -> bytes: ...

    def inflate(self, data: Buffer, limit_bytes: int) -> bytes: ...


def _loaded(codec: Compression) -> _Library:
    """The codec's module. A process without a free descriptor cannot load it, and can later."""
    try:
        return _library(codec)
    except ImportError as error:
        raise OSError(errno.EMFILE, f"cannot load {codec.name.lower()}: {error}") from error


def _library(codec: Compression) -> _Library:
    if codec is Compression.GZIP:
        from engine.records.codecs import gzip

        return gzip
    if codec is Compression.SNAPPY:
        from engine.records.codecs import snappy

        return snappy
    if codec is Compression.LZ4:
        from engine.records.codecs import lz4

        return lz4
    from engine.records.codecs import zstd

    return zstd
