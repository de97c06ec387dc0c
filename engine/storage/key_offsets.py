"""The latest offset of each key in the dirty part of a compacted log, in bounded memory.

Long keys are held by their fingerprint of 128 bits, so that a key costs the same whatever its size:
two keys with one fingerprint would be taken for one, which nobody has to expect. Source: Kafka's
`SkimpyOffsetMap`.

Differs from Kafka: a key costs `ENTRY_BYTES` instead of 24, so the same memory holds fewer; memory
is taken as keys come, not beforehand.
"""

from hashlib import blake2b

from engine.kernel.ids import Offset

FINGERPRINT_BYTES = 16
ENTRY_BYTES = 160
"""Memory of one entry: key, offset and their share of a dictionary (measured: 133-141)."""

NOT_FOUND = -1


class KeyOffsets:
    """Offsets by key. `size_bytes` bounds its memory, but it has room for one key at least."""

    __slots__ = ("_offsets", "capacity", "end_offset")

    def __init__(self, size_bytes: int, end_offset: Offset) -> None:
        self.capacity = max(1, size_bytes // ENTRY_BYTES)
        self.end_offset = end_offset
        """The offset behind the last batch whose keys are in here; exclusive."""
        self._offsets: dict[bytes, Offset] = {}

    def __len__(self) -> int:
        return len(self._offsets)

    def has_room(self, record_count: int) -> bool:
        """Whether so many more keys fit."""
        return len(self._offsets) + record_count <= self.capacity

    def put(self, key: bytes, offset: Offset) -> None:
        """Note a record; offsets grow from call to call."""
        self._offsets[_name(key)] = offset

    def latest(self, key: bytes) -> Offset:
        """The largest offset noted for a key; `NOT_FOUND` when there is none."""
        return self._offsets.get(_name(key), NOT_FOUND)


def _name(key: bytes) -> bytes:
    """What stands for a key: itself if it is shorter than any fingerprint."""
    if len(key) < FINGERPRINT_BYTES:
        return key
    return blake2b(key, digest_size=FINGERPRINT_BYTES).digest()
