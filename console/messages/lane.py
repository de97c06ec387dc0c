"""One partition of a scan: what of its range is still to read, and hits that were not given yet.

Newest first, a range is walked downwards in blocks; each block is read forwards, as logs can only
be, and its hits are turned round when it is complete. Oldest first, a range is one block. Where
reading goes on is told by positions alone: offsets without a record (compacted away, or markers of
transactions) are passed like any other.

A block that turns out to hold too many bytes is given up and its upper part read alone, so that
what waits to be given stays small whatever the size of records. Pure.
"""

import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from console.messages.plan import Order, Span
from console.model.names import TopicPartition
from console.port.errors import ClusterError
from console.port.readings import RecordReading

BLOCK_RECORDS_FIRST = 500
BLOCK_RECORDS_MAX = 2_000
SLICE_RECORDS = 256
SLICE_BYTES = 256 << 10
"""Records that are tested before the loop runs again."""

BLOCK_RECORDS_EMPTY_MAX = 32_000
"""A block may grow up to this while none of its records is a hit."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that a scan found."""

    key: TopicPartition
    record: RecordReading

    @property
    def partition(self) -> int:
        """The index of its partition."""
        return self.key.partition


@dataclass(slots=True)
class _Block:
    """A range that is read forwards: `at` is where reading goes on."""

    start: int
    at: int
    end: int
    hits: list[Hit]
    held_bytes: int = 0
    first_ms: float = math.inf


class Lane:
    """One partition under way. Given a reading at a time; never asks for anything itself."""

    def __init__(self, key: TopicPartition, span: Span, order: Order) -> None:
        self.key = key
        self.hits: deque[Hit] = deque()
        """Found and complete, in the order in which they are to be given."""
        self.failure: ClusterError | None = None
        self.deleted_offsets = 0
        """Offsets that retention took before they were read."""
        self._span = span
        self._total = span.size
        self._is_downward = order is Order.NEWEST_FIRST
        self._done = span.end if self._is_downward else span.start
        """Where the part that is complete ends: its lower end newest first, else its upper."""
        self._block: _Block | None = None
        self._block_records = BLOCK_RECORDS_FIRST
        self._frontier_ms = math.inf if self._is_downward else -math.inf

    @property
    def is_exhausted(self) -> bool:
        """Everything was read; hits may wait to be given."""
        return self._done == (self._span.start if self._is_downward else self._span.end)

    @property
    def is_open(self) -> bool:
        """There is more to read, and no failure keeps from it."""
        return self.failure is None and not self.is_exhausted

    @property
    def frontier_ms(self) -> float:
        """The time of the furthest record read; infinite before the first."""
        return self._frontier_ms

    @property
    def scanned_offsets(self) -> int:
        """Offsets passed, with and without a record, or deleted meanwhile."""
        if not self._is_downward:
            return self._total - (self._span.end - self._done)
        block = self._block
        left = self._done - self._span.start - (block.at - block.start if block else 0)
        return self._total - left

    @property
    def position(self) -> int:
        """Where a later scan goes on without missing what was not given yet."""
        if self.hits:
            next_offset = self.hits[0].record.offset
            return next_offset + 1 if self._is_downward else next_offset
        return self._done

    def read_from(self, block_records_max: int = BLOCK_RECORDS_EMPTY_MAX) -> int:
        """The offset to read from next. Must be open."""
        assert self.is_open
        if self._block is None:
            if self._is_downward:
                size = min(self._block_records, block_records_max)
                start = max(self._span.start, self._done - size)
                self._block = _Block(start, start, self._done, [])
            else:
                self._block = _Block(self._done, self._done, self._span.end, [])
        return self._block.at

    def end_of_block(self) -> int:
        """Records from this offset on are not wanted at present."""
        assert self._block is not None
        return self._block.end

    def fed(
        self,
        hits: Sequence[Hit],
        *,
        next_offset: int,
        first_ms: int | None,
        last_ms: int | None,
        held_bytes_max: int,
    ) -> None:
        """Take what was found up to before `next_offset`, and the times of the records read.

        `hits` lie within the block. `held_bytes_max` bounds the bytes that a block may hold back.
        """
        block = self._block
        assert block is not None
        assert next_offset >= block.at, "reading never goes back"
        if first_ms is not None and block.first_ms == math.inf:
            block.first_ms = first_ms
        block.hits.extend(hits)
        block.at = min(next_offset, block.end)
        if not self._is_downward:
            self.hits.extend(block.hits)
            block.hits.clear()
            self._done = block.at
            if last_ms is not None:
                self._frontier_ms = last_ms
            return
        block.held_bytes += sum(size_of(hit.record) for hit in hits)
        if block.at >= block.end:
            self._completed(block)
        elif block.held_bytes > held_bytes_max and block.end - block.start > 1:
            self._narrowed(block, held_bytes_max)

    def _completed(self, block: _Block) -> None:
        limit = BLOCK_RECORDS_MAX if block.hits else BLOCK_RECORDS_EMPTY_MAX
        self._block_records = min(2 * self._block_records, limit)
        self.hits.extend(reversed(block.hits))
        self._done = block.start
        if block.first_ms != math.inf:
            self._frontier_ms = block.first_ms
        self._block = None

    def _narrowed(self, block: _Block, held_bytes_max: int) -> None:
        """Give up a block that holds too much, and read less of its upper end."""
        passed = max(1, block.at - block.start)
        fitting = passed * held_bytes_max // (2 * block.held_bytes)
        size = max(1, min(fitting, (block.end - block.start) // 2))
        self._block_records = size
        self._block = _Block(block.end - size, block.end - size, block.end, [])

    def all_found(self) -> list[Hit]:
        """Take every hit, also those of a block that is not complete, in giving order."""
        found = list(self.hits)
        self.hits.clear()
        if self._block is not None and self._block.hits:
            found.extend(reversed(self._block.hits) if self._is_downward else self._block.hits)
            self._block.hits.clear()
            self._block.held_bytes = 0
        return found

    def forgot_before(self, log_start: int) -> None:
        """Retention has deleted what lies before an offset: there is nothing to read there."""
        scanned = self.scanned_offsets
        start = min(max(self._span.start, log_start), self._span.end)
        self._span = Span(start, self._span.end)
        self._done = max(self._done, start)
        block = self._block
        if block is not None and block.start < start:
            if start >= block.end:
                self._block = None
            else:
                block.start, block.at = start, max(block.at, start)
        self.deleted_offsets += self.scanned_offsets - scanned


def slices(records: Sequence[RecordReading]) -> Iterator[Sequence[RecordReading]]:
    """Records in parts that are tested in a few milliseconds each."""
    start = size_bytes = 0
    for number, record in enumerate(records):
        size_bytes += size_of(record)
        if number - start >= SLICE_RECORDS - 1 or size_bytes >= SLICE_BYTES:
            yield records[start : number + 1]
            start, size_bytes = number + 1, 0
    if start < len(records):
        yield records[start:]


def size_of(record: RecordReading) -> int:
    """Bytes of a record's contents."""
    size = len(record.key or b"") + len(record.value or b"")
    return size + sum(len(name) + len(content or b"") for name, content in record.headers)
