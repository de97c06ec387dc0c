"""The positions that groups have committed, and those that wait for a transaction to end.

A transactional commit is pending until the marker of its producer arrives: then it replaces the
committed position, or is dropped. Two pending commits of one partition keep the order in which
they were written: the later one wins, whichever transaction ends first.
Source: Kafka's `OffsetMetadataManager`; KIP-98, KIP-447.
"""

from collections.abc import Iterator
from typing import NamedTuple

from engine.coordinator.journal import CommittedOffset, OffsetKey
from engine.kernel.ids import ProducerId

_Partitions = dict[int, CommittedOffset]


class _Pending(NamedTuple):
    value: CommittedOffset
    sequence: int


class CommittedOffsets:
    """Positions by group, topic and partition. Only replay changes them."""

    def __init__(self) -> None:
        self._by_group: dict[str, dict[str, _Partitions]] = {}
        self._pending: dict[ProducerId, dict[OffsetKey, _Pending]] = {}
        self._producers_by_group: dict[str, dict[OffsetKey, set[ProducerId]]] = {}
        self._sequence = 0
        self._sequence_by_key: dict[OffsetKey, int] = {}

    def get(self, key: OffsetKey) -> CommittedOffset | None:
        """The committed position of one partition, or None."""
        return self.of_group(key.group_id).get(key.topic, {}).get(key.partition)

    def of_group(self, group_id: str) -> dict[str, _Partitions]:
        """The committed positions of a group by topic and partition; not to be changed."""
        return self._by_group.get(group_id, {})

    def keys_of_group(self, group_id: str) -> Iterator[OffsetKey]:
        """Every partition that has a committed or a pending position."""
        for topic, partitions in self.of_group(group_id).items():
            for partition in partitions:
                yield OffsetKey(group_id, topic, partition)
        for key in self._producers_by_group.get(group_id, {}):
            if self.get(key) is None:
                yield key

    def groups(self) -> Iterator[str]:
        """The ids of all groups with committed or pending positions."""
        return iter({*self._by_group, *self._producers_by_group})

    def is_pending(self, key: OffsetKey) -> bool:
        """Whether an open transaction has committed this partition."""
        return key in self._producers_by_group.get(key.group_id, {})

    def store(self, key: OffsetKey, value: CommittedOffset) -> None:
        """Replay a commit outside any transaction."""
        self._sequence += 1
        self._put(key, value, self._sequence)

    def store_pending(self, key: OffsetKey, value: CommittedOffset, producer: ProducerId) -> None:
        """Replay a commit inside the transaction of a producer."""
        self._sequence += 1
        self._pending.setdefault(producer, {})[key] = _Pending(value, self._sequence)
        by_key = self._producers_by_group.setdefault(key.group_id, {})
        by_key.setdefault(key, set()).add(producer)

    def remove(self, key: OffsetKey) -> None:
        """Replay a tombstone: the committed and every pending position are gone."""
        self._sequence_by_key.pop(key, None)
        topics = self._by_group.get(key.group_id, {})
        partitions = topics.get(key.topic, {})
        if partitions.pop(key.partition, None) is not None and not partitions:
            del topics[key.topic]
            if not topics:
                del self._by_group[key.group_id]
        for producer in self._producers_by_group.get(key.group_id, {}).get(key, ()):
            del self._pending[producer][key]
            if not self._pending[producer]:
                del self._pending[producer]
        self._forget_producers(key)

    def end_transaction(self, producer: ProducerId, *, is_committed: bool) -> list[OffsetKey]:
        """Replay the end of a transaction; returns the partitions that it had committed."""
        pending = self._pending.pop(producer, {})
        for key, (value, sequence) in pending.items():
            producers = self._producers_by_group[key.group_id][key]
            producers.discard(producer)
            if not producers:
                self._forget_producers(key)
            if is_committed and sequence > self._sequence_by_key.get(key, 0):
                self._put(key, value, sequence)
        return list(pending)

    def _put(self, key: OffsetKey, value: CommittedOffset, sequence: int) -> None:
        topics = self._by_group.setdefault(key.group_id, {})
        topics.setdefault(key.topic, {})[key.partition] = value
        self._sequence_by_key[key] = sequence

    def _forget_producers(self, key: OffsetKey) -> None:
        by_key = self._producers_by_group.get(key.group_id)
        if by_key is not None and by_key.pop(key, None) is not None and not by_key:
            del self._producers_by_group[key.group_id]
