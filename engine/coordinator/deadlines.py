"""Deadlines that move far more often than they pass: each heartbeat pushes one into the future.

Setting a deadline writes one dictionary entry. The heap holds at most one current entry per key,
at a time no later than the deadline; an entry that comes up early is put back at the right time.
"""

import heapq
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Deadlines(Generic[Key]):
    """Deadlines by key, in milliseconds of one monotonic clock."""

    def __init__(self) -> None:
        self._deadline_by_key: dict[Key, int] = {}
        self._queued_by_key: dict[Key, int] = {}
        self._heap: list[tuple[int, int, Key]] = []
        self._sequence = 0

    def __len__(self) -> int:
        return len(self._deadline_by_key)

    def set(self, key: Key, deadline_ms: int) -> None:
        """Set or move the deadline of a key."""
        self._deadline_by_key[key] = deadline_ms
        queued_ms = self._queued_by_key.get(key)
        if queued_ms is None or deadline_ms < queued_ms:
            self._queue(key, deadline_ms)

    def cancel(self, key: Key) -> None:
        """Forget a key; nothing happens when it has no deadline."""
        self._deadline_by_key.pop(key, None)

    def clear(self) -> None:
        """Forget every key."""
        self._deadline_by_key.clear()
        self._queued_by_key.clear()
        self._heap.clear()

    def get(self, key: Key) -> int | None:
        """The deadline of a key, or None."""
        return self._deadline_by_key.get(key)

    def wake_ms(self) -> int | None:
        """A time no later than the earliest deadline, found without work; None without any."""
        return self._heap[0][0] if self._heap else None

    def next_ms(self) -> int | None:
        """The earliest deadline, or None when there is none."""
        while self._heap:
            queued_ms, _, key = self._heap[0]
            if self._queued_by_key.get(key) != queued_ms:
                heapq.heappop(self._heap)
                continue
            deadline_ms = self._deadline_by_key.get(key)
            if deadline_ms == queued_ms:
                return deadline_ms
            heapq.heappop(self._heap)
            del self._queued_by_key[key]
            if deadline_ms is not None:
                self._queue(key, deadline_ms)
        return None

    def pop_due(self, now_ms: int) -> Key | None:
        """Remove and return a key whose deadline has come, earliest first; None when none has."""
        next_ms = self.next_ms()
        if next_ms is None or next_ms > now_ms:
            return None
        _, _, key = heapq.heappop(self._heap)
        del self._queued_by_key[key]
        del self._deadline_by_key[key]
        return key

    def _queue(self, key: Key, at_ms: int) -> None:
        self._queued_by_key[key] = at_ms
        # The sequence keeps equal times in the order in which they were set.
        self._sequence += 1
        heapq.heappush(self._heap, (at_ms, self._sequence, key))
