"""Which partition a record goes to: by its key as the Java client does, in turn without a key.

The hash is Kafka's variant of MurmurHash2, 32 bits, seed 0x9747b28c (`Utils.murmur2`). librdkafka's
own default is another one (CRC-32), so records of one key may lie in two partitions when both
kinds of producers write to a topic.
"""

from collections.abc import Sequence

_MASK = 0xFFFF_FFFF
_SEED = 0x9747_B28C
_MULTIPLIER = 0x5BD1_E995


def murmur2(data: bytes) -> int:
    """The hash of some bytes, from 0 to 2^32-1."""
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


def partition_of_key(key: bytes, partition_count: int) -> int:
    """The partition that the Java client's default partitioner chooses for a key."""
    return (murmur2(key) & 0x7FFF_FFFF) % partition_count


class Partitioner:
    """Places records in the partitions of topics. Remembers only where its turn is."""

    def __init__(self) -> None:
        self._turn = 0

    def place(self, key: bytes | None, partition_count: int, with_leader: Sequence[int]) -> int:
        """A partition for a record: by its key, or else the next one of those with a leader.

        When none has a leader any is as good.
        """
        if key is not None:
            return partition_of_key(key, partition_count)
        candidates = with_leader or range(partition_count)
        self._turn += 1
        return candidates[(self._turn - 1) % len(candidates)]
