"""Zig-zag variable-length integers, as records carry them (the encoding of Protocol Buffers).

Seven bits a byte, least significant first, the top bit set on all bytes but the last; small
magnitudes of either sign take one byte.
"""

from engine.records.crc import Buffer
from engine.records.errors import CorruptBatch

VARINT_BYTES_MAX = 5
VARLONG_BYTES_MAX = 10


def encode_varint(value: int) -> bytes:
    """A signed value of at most 64 bits; int32 and int64 share the encoding."""
    zigzag = (value << 1) ^ (value >> 63)
    if zigzag < 0x80:
        return bytes((zigzag,))
    encoded = bytearray()
    while zigzag > 0x7F:
        encoded.append(zigzag & 0x7F | 0x80)
        zigzag >>= 7
    encoded.append(zigzag)
    return bytes(encoded)


def varint_size(value: int) -> int:
    """Bytes that `encode_varint` makes of a value."""
    zigzag = (value << 1) ^ (value >> 63)
    return max(1, (zigzag.bit_length() + 6) // 7)


def decode_varint(
    buffer: Buffer, position: int, size_max: int = VARINT_BYTES_MAX
) -> tuple[int, int]:
    """The signed value at a position and the position behind it.

    Raises CorruptBatch when the buffer ends inside it or it has more than `size_max` bytes.
    """
    try:
        byte = buffer[position]
        if byte < 0x80:
            return (byte >> 1) ^ -(byte & 1), position + 1
        value = byte & 0x7F
        shift = 7
        while shift < 7 * size_max:
            position += 1
            byte = buffer[position]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return (value >> 1) ^ -(value & 1), position + 1
            shift += 7
    except IndexError:
        raise CorruptBatch(f"a varint ends outside the record, at byte {position}") from None
    raise CorruptBatch(f"a varint at byte {position} has more than {size_max} bytes")


def decode_varlong(buffer: Buffer, position: int) -> tuple[int, int]:
    """`decode_varint` for values of up to 64 bits."""
    return decode_varint(buffer, position, VARLONG_BYTES_MAX)
