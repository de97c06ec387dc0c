"""In which partition records of a key probably are: an assumption, searched first, never alone.

Java's clients place by Kafka's variant of MurmurHash2 (`Utils.murmur2`), librdkafka's by CRC-32
unless it is told otherwise. Both take the remainder by the number of partitions: where that was
raised since, older records lie elsewhere, and a producer may choose partitions as it likes. Pure.
"""

import zlib

_MASK = 0xFFFF_FFFF
_SEED = 0x9747_B28C
_MULTIPLIER = 0x5BD1_E995


def probable_partitions(key: bytes, partition_count: int) -> tuple[int, ...]:
    """The partitions that the usual clients choose, Java's first; one where they agree."""
    java = (murmur2(key) & 0x7FFF_FFFF) % partition_count
    librdkafka = zlib.crc32(key) % partition_count
    return tuple(dict.fromkeys((java, librdkafka)))


def murmur2(data: bytes) -> int:
    """Kafka's MurmurHash2, from 0 to 2^32-1."""
    size = len(data)
    value = _SEED ^ size
    whole = size & ~3
    for at in range(0, whole, 4):
        word = int.from_bytes(data[at : at + 4], "little") * _MULTIPLIER & _MASK
        word = (word ^ word >> 24) * _MULTIPLIER & _MASK
        value = value * _MULTIPLIER & _MASK ^ word
    if size > whole:
        value ^= int.from_bytes(data[whole:], "little")
        value = value * _MULTIPLIER & _MASK
    value = (value ^ value >> 13) * _MULTIPLIER & _MASK
    return value ^ value >> 15
