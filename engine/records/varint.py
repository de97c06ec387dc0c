"""Zig-zag variable-length integers, as records carry them (the encoding of Protocol Buffers).

Seven bits a byte, least significant first, the top bit set on all bytes but the last; small
magnitudes of either sign take one byte.
"""

from engine.records.crc import Buffer
from engine.records.errors import CorruptBatch

VARINT_BITS = 32
VARLONG_BITS = 64


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


def decode_varint(buffer: Buffer, position: int, bits: int = VARINT_BITS) -> tuple[int, int]:
    """The signed value at a position and the position behind it.

    Raises CorruptBatch when the buffer ends inside it or it does not fit into so many bits.
    """
    start = position
    try:
        byte = buffer[position]
        if byte < 0x80:
            return (byte >> 1) ^ -(byte & 1), position + 1
        value = byte & 0x7F
        shift = 7
        while shift < bits:
            position += 1
            byte = buffer[position]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                if value >> bits:
                    break
                return (value >> 1) ^ -(value & 1), position + 1
            shift += 7
    except IndexError:
        raise CorruptBatch(f"the varint at byte {start} ends outside its record") from None
    raise CorruptBatch(f"the varint at byte {start} has more than {bits} bits")


def decode_varlong(buffer: Buffer, position: int) -> tuple[int, int]:
    """`decode_varint` for values of up to 64 bits."""
    return decode_varint(buffer, position, VARLONG_BITS)
