"""Strings as Java measures them: UTF-16 code units decide hashes and lengths that Kafka promises.

A group lives in the partition of `__consumer_offsets` that Java's `String.hashCode` of its id
names; tools and other brokers compute the same number. Source: `java.lang.String`, Kafka's
`Utils.abs` and `GroupCoordinatorService.partitionFor`.
"""

from functools import lru_cache
from typing import Final

GROUPS_REMEMBERED: Final = 256
"""Groups whose partition is remembered: every request of a group asks for it. Those that are gone
are remembered until as many others have come, so these are few: it takes 5 us to compute for an id
of 40 characters."""

REMEMBERED_LENGTH_MAX: Final = 256
"""Characters of a group's id beyond which that is computed each time: ids may have 32,767, and
whoever makes them up must not fill the memory with them."""


def java_string_hash(text: str) -> int:
    """Java's `String.hashCode`: a signed 32-bit number."""
    units = text.encode("utf-16-le", "surrogatepass")
    value = 0
    for low, high in zip(units[::2], units[1::2], strict=True):
        value = (31 * value + (high << 8 | low)) & 0xFFFFFFFF
    return value - 0x1_0000_0000 if value & 0x8000_0000 else value


def utf16_length(text: str) -> int:
    """Java's `String.length`: UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def group_partition(group_id: str, partition_count: int) -> int:
    """The partition of `__consumer_offsets` that keeps a group."""
    if len(group_id) > REMEMBERED_LENGTH_MAX:
        return _partition(group_id, partition_count)
    return _remembered_partition(group_id, partition_count)


@lru_cache(GROUPS_REMEMBERED)
def _remembered_partition(group_id: str, partition_count: int) -> int:
    return _partition(group_id, partition_count)


def _partition(group_id: str, partition_count: int) -> int:
    value = java_string_hash(group_id)
    # The smallest int has no positive counterpart; Kafka's Utils.abs makes it zero.
    return (0 if value == -0x8000_0000 else abs(value)) % partition_count
