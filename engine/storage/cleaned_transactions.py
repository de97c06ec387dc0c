"""What the cleaner knows of transactions while it walks a log: aborted data, and markers in use.

Data of an aborted transaction goes at once. A marker stays while any batch of its transaction is in
the log, and then as long as a tombstone would. Batches are told in the order of the log, each once.
Sources: Kafka's `CleanedTransactionMetadata`, `Cleaner.shouldDiscardBatch`.

Differs from Kafka: aborted transactions are found by walking the log, not in its transaction index,
which is derived from the log.
"""

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

from engine.kernel.ids import Offset
from engine.records.batch import BatchHeader
from engine.records.control import ControlType


class AbortedTransaction(NamedTuple):
    """A transaction whose data in this log nobody is to see. Offsets are inclusive."""

    producer_id: int
    first_offset: Offset
    last_offset: Offset
    """That of its marker."""


class AbortedTransactions:
    """Finds the aborted transactions of a log from its batches, told in order."""

    __slots__ = ("_first_offsets", "found")

    def __init__(self) -> None:
        self._first_offsets: dict[int, Offset] = {}
        self.found: list[AbortedTransaction] = []

    @property
    def has_open(self) -> bool:
        """Whether a transaction was told that has not ended yet."""
        return bool(self._first_offsets)

    def see_batch(self, header: BatchHeader) -> None:
        """A batch of data."""
        if header.is_transactional:
            self._first_offsets.setdefault(header.producer_id, header.base_offset)

    def see_marker(self, header: BatchHeader, control_type: ControlType | None) -> None:
        """A control batch; no type for one that ends no transaction."""
        if control_type is None:
            return
        first_offset = self._first_offsets.pop(header.producer_id, None)
        if control_type is ControlType.ABORT and first_offset is not None:
            self.found.append(
                AbortedTransaction(header.producer_id, first_offset, header.last_offset)
            )


class CleanedTransactions:
    """Which batches of data are aborted and which markers are of no use, told in order."""

    __slots__ = ("_aborted", "_coming", "_committed", "_seen_aborted", "kept")

    def __init__(self, aborted: Iterable[AbortedTransaction] = ()) -> None:
        self._coming = deque(sorted(aborted, key=lambda each: each.first_offset))
        self._aborted: dict[int, AbortedTransaction] = {}
        self._seen_aborted: set[int] = set()
        self._committed: set[int] = set()
        self.kept: list[AbortedTransaction] = []
        """Aborted transactions of which a batch was seen: their markers stay."""

    def is_aborted(self, header: BatchHeader) -> bool:
        """Whether the records of a batch of data are those of an aborted transaction."""
        self._begin_up_to(header.last_offset)
        if not header.is_transactional:
            return False
        if header.producer_id in self._aborted:
            self._seen_aborted.add(header.producer_id)
            return True
        self._committed.add(header.producer_id)
        return False

    def is_marker_of_nothing(self, header: BatchHeader, control_type: ControlType | None) -> bool:
        """Whether no batch of a marker's transaction is left; never for other control batches.

        A control batch that was emptied is a marker of nothing.
        """
        self._begin_up_to(header.last_offset)
        if not header.record_count:
            return True
        if control_type is None:
            return False
        producer_id = header.producer_id
        if control_type is ControlType.COMMIT:
            is_in_use = producer_id in self._committed
            self._committed.discard(producer_id)
            return not is_in_use
        transaction = self._aborted.pop(producer_id, None)
        if transaction is None or producer_id not in self._seen_aborted:
            return True
        self._seen_aborted.remove(producer_id)
        self.kept.append(transaction)
        return False

    def _begin_up_to(self, offset: Offset) -> None:
        while self._coming and self._coming[0].first_offset <= offset:
            transaction = self._coming.popleft()
            self._aborted.setdefault(transaction.producer_id, transaction)
