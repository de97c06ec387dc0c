"""Messages to bytes and back: the public face of the compiled codec.

Functions for a (message, version) are compiled on first use, in about a millisecond, and kept for
the life of the process; there are fewer than a thousand. Decoding does work and takes memory in
proportion to the bytes given, whatever they say. Safe for one thread at a time per first use.
"""

import struct
from typing import Any, TypeVar, cast

from engine.protocol.decoder import Decoder, compile_decoder
from engine.protocol.encoder import Encoder, compile_encoder
from engine.protocol.errors import MalformedMessage, UnsupportedVersion
from engine.protocol.fields import Payload
from engine.protocol.layout import Declared

M = TypeVar("M", bound=Declared)

_decoders: dict[tuple[type[Any], int], Decoder] = {}
_encoders: dict[tuple[type[Any], int], Encoder] = {}


def decode(cls: type[M], data: memoryview | bytes | bytearray, version: int, start: int = 0) -> M:
    """The message that begins at `start`. Bytes behind it are ignored, as a Kafka broker does.

    Record batches are slices of `data`; everything else is copied. Raises MalformedMessage for
    bytes that are no such message, UnsupportedVersion for a version that does not exist.
    """
    decoder = _decoders.get((cls, version)) or _decoder(cls, version)
    view = data if isinstance(data, memoryview) else memoryview(data)
    try:
        message: M = decoder(view, start)
    except (struct.error, IndexError) as error:
        raise MalformedMessage(f"{cls.__name__} {version} ends too early") from error
    except UnicodeDecodeError as error:
        raise MalformedMessage(f"{cls.__name__} {version} has text that is not UTF-8") from error
    return message


def encode(message: Declared, version: int, prefix: bytes = b"") -> list[Payload]:
    """The buffers of a message, to be sent in order; `prefix` begins the first of them.

    The first buffer is a bytearray that belongs to the caller. Record batches are items of their
    own and are the objects that the message holds. Fields that the version does not carry are left
    out. Raises UnsupportedVersion.
    """
    encoder = _encoders.get((message.__class__, version)) or _encoder(message.__class__, version)
    return encoder(message, prefix)


def encode_bytes(message: Declared, version: int) -> bytes:
    """The bytes of a message in one piece. Record batches must be bytes-like."""
    return b"".join(cast(list[bytes], encode(message, version)))


def _decoder(cls: type[Declared], version: int) -> Decoder:
    _check_version(cls, version)
    decoder = compile_decoder(cls, version, is_flexible=version >= cls.FLEXIBLE_FROM)
    return _decoders.setdefault((cls, version), decoder)


def _encoder(cls: type[Declared], version: int) -> Encoder:
    _check_version(cls, version)
    encoder = compile_encoder(cls, version, is_flexible=version >= cls.FLEXIBLE_FROM)
    return _encoders.setdefault((cls, version), encoder)


def _check_version(cls: type[Declared], version: int) -> None:
    if not cls.MIN_VERSION <= version <= cls.MAX_VERSION:
        raise UnsupportedVersion(cls.__name__, version)
