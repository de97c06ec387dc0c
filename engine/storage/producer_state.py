"""What a partition remembers of its idempotent producers, to refuse gaps and repeats.

Per producer id: its epoch and its last five batches. A repeat of one of the five is answered with
the offset that it got; anything else must carry the next sequence, from 2^31-1 on to 0. A producer
id that is not known may start with any sequence. A newer epoch starts at 0, an older one is fenced.

A producer that is not known, and whose batch was refused for want of room or of a file, may have
sent others behind it. Until that batch comes again, nothing that comes behind it is taken, and of
an older epoch nothing at all. That is kept beside the state, in memory alone: it is told to nobody
and in no snapshot. When the process ends, so does what was in flight, and clients begin anew with
the first.

Changes are provisional until `commit`; `roll_back` undoes those of a write that failed. Sources:
Kafka's `ProducerStateManager`, `ProducerAppendInfo`, `ProducerStateEntry`, and for what is refused
`VerificationStateEntry`, which has the lowest sequence of transactions alone; KIP-98, KIP-360.

Differs from Kafka: a producer expires by the time at which the broker appended, not by the
timestamps that its records carry. And Kafka remembers what was refused for transactions alone.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from engine.kernel.ids import Offset
from engine.records.batch import SEQUENCE_MAX, BatchHeader
from engine.records.control import EndMarker
from engine.storage.errors import (
    InvalidProducerEpoch,
    InvalidTransactionState,
    OutOfOrderSequence,
)

BATCHES_KEPT = 5
"""Batches remembered per producer: the most that a client keeps in flight."""

REFUSED_MAX = 256
"""Unknown producers remembered because a batch was refused; the oldest makes room for the next.
Requests in flight come within a moment, and a client may send as many producer ids as it likes."""

NO_OFFSET = -1
NO_EPOCH = -1


class ProducedBatch(NamedTuple):
    """One remembered batch. Offsets and sequences are inclusive."""

    last_sequence: int
    last_offset: Offset
    offset_delta: int
    appended_ms: int

    @property
    def first_sequence(self) -> int:
        return (self.last_sequence - self.offset_delta) & SEQUENCE_MAX

    @property
    def base_offset(self) -> Offset:
        return self.last_offset - self.offset_delta


class ProducerEntry(NamedTuple):
    """What is known of one producer id."""

    epoch: int
    batches: tuple[ProducedBatch, ...]
    """Oldest first, at most `BATCHES_KEPT`, all of this epoch."""
    updated_ms: int
    coordinator_epoch: int = NO_EPOCH
    transaction_start: Offset = NO_OFFSET
    """The first offset of the open transaction."""


class RefusedBatch(NamedTuple):
    """The lowest sequence that was refused of a producer that is not known."""

    epoch: int
    sequence: int
    refused_ms: int


class ProducerState:
    """The producers of one partition, up to its log end offset."""

    __slots__ = ("_entries", "_refused", "_undo")

    def __init__(self, entries: Iterable[tuple[int, ProducerEntry]] = ()) -> None:
        self._entries: dict[int, ProducerEntry] = dict(entries)
        self._refused: dict[int, RefusedBatch] = {}
        self._undo: dict[int, ProducerEntry | None] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def items(self) -> Iterator[tuple[int, ProducerEntry]]:
        """Every producer id with what is known of it."""
        return iter(self._entries.items())

    def admit(self, header: BatchHeader) -> ProducedBatch | None:
        """Check the batch of a producer; the remembered batch when it is a repeat of that.

        Raises InvalidProducerEpoch, OutOfOrderSequence or InvalidTransactionState.
        """
        producer_id = header.producer_id
        entry = self._entries.get(producer_id)
        if entry is None:
            if self._refused:
                self._admit_unknown(header)
            return None
        epoch = header.producer_epoch
        first = header.base_sequence
        if epoch == entry.epoch:
            last = header.last_sequence
            for batch in entry.batches:
                if batch.last_sequence == last and batch.first_sequence == first:
                    return batch
            expected = (entry.batches[-1].last_sequence + 1) & SEQUENCE_MAX if entry.batches else 0
            if first != expected:
                raise OutOfOrderSequence(
                    f"producer {producer_id} sent sequence {first}, {expected} is next"
                )
        elif epoch < entry.epoch:
            raise InvalidProducerEpoch(
                f"producer {producer_id} has epoch {epoch}, {entry.epoch} is current"
            )
        elif first != 0 and entry.epoch != NO_EPOCH:
            raise OutOfOrderSequence(
                f"producer {producer_id} starts epoch {epoch} with sequence {first}, not 0"
            )
        if entry.transaction_start != NO_OFFSET and not header.is_transactional:
            raise InvalidTransactionState(
                f"producer {producer_id} has a transaction open in this partition"
            )
        return None

    def _admit_unknown(self, header: BatchHeader) -> None:
        """Check that nothing which was refused is to come before the batch."""
        producer_id, epoch, first = header.producer_id, header.producer_epoch, header.base_sequence
        refused = self._refused.get(producer_id)
        if refused is None:
            return
        if epoch < refused.epoch:
            raise InvalidProducerEpoch(
                f"producer {producer_id} has epoch {epoch}, {refused.epoch} is current"
            )
        is_same = epoch == refused.epoch
        expected = refused.sequence if is_same else 0
        if _is_behind(first, expected) if is_same else first:
            raise OutOfOrderSequence(
                f"producer {producer_id} sent sequence {first}, {expected} is next"
            )

    def record_batch(self, header: BatchHeader, base_offset: Offset, now_ms: int) -> None:
        """Note a data batch that is being appended at an offset."""
        producer_id = header.producer_id
        entry = self._entries.get(producer_id)
        self._undo.setdefault(producer_id, entry)
        delta = header.last_offset_delta
        batch = ProducedBatch(header.last_sequence, base_offset + delta, delta, now_ms)
        started = base_offset if header.is_transactional else NO_OFFSET
        if entry is None:
            entry = ProducerEntry(header.producer_epoch, (batch,), now_ms, NO_EPOCH, started)
        else:
            kept = entry.batches if entry.epoch == header.producer_epoch else ()
            if entry.transaction_start != NO_OFFSET:
                started = entry.transaction_start
            entry = ProducerEntry(
                header.producer_epoch,
                (*kept[1 - BATCHES_KEPT :], batch),
                now_ms,
                entry.coordinator_epoch,
                started,
            )
        self._entries[producer_id] = entry

    def record_marker(self, header: BatchHeader, marker: EndMarker, now_ms: int) -> None:
        """Note the end of a producer's transaction."""
        entry = self._entries.get(header.producer_id)
        self._undo.setdefault(header.producer_id, entry)
        kept = entry.batches if entry and entry.epoch == header.producer_epoch else ()
        self._entries[header.producer_id] = ProducerEntry(
            header.producer_epoch, kept, now_ms, marker.coordinator_epoch
        )

    def note_refused(self, header: BatchHeader, now_ms: int) -> None:
        """Note that a batch was not appended although nothing is wrong with it.

        If its producer is not known, what comes behind it is out of order.
        """
        producer_id, epoch = header.producer_id, header.producer_epoch
        if producer_id in self._entries:
            return
        refused, sequence = self._refused, header.base_sequence
        known = refused.pop(producer_id, None)
        if known is None:
            if len(refused) == REFUSED_MAX:
                del refused[next(iter(refused))]
        elif epoch < known.epoch or (epoch == known.epoch and _is_behind(sequence, known.sequence)):
            epoch, sequence = known.epoch, known.sequence
        refused[producer_id] = RefusedBatch(epoch, sequence, now_ms)

    def commit(self) -> None:
        """What was recorded so far is written and stays."""
        if self._undo:
            if self._refused:
                for producer_id in self._undo:
                    self._refused.pop(producer_id, None)
            self._undo = {}

    def roll_back(self) -> None:
        """Forget what was recorded since the last `commit`."""
        for producer_id, entry in self._undo.items():
            if entry is None:
                del self._entries[producer_id]
            else:
                self._entries[producer_id] = entry
        self._undo = {}

    def expire(self, now_ms: int, idle_ms_max: int) -> int:
        """Forget producers that were idle for so long and have no transaction open; how many."""
        idle = [
            producer_id
            for producer_id, entry in self._entries.items()
            if entry.transaction_start == NO_OFFSET and now_ms - entry.updated_ms >= idle_ms_max
        ]
        for producer_id in idle:
            if producer_id not in self._undo:
                del self._entries[producer_id]
        self._refused = {
            producer_id: batch
            for producer_id, batch in self._refused.items()
            if now_ms - batch.refused_ms < idle_ms_max
        }
        return len(idle)


def _is_behind(sequence: int, other: int) -> bool:
    """Whether a sequence comes later than another, in numbers that go round."""
    return 0 < (sequence - other) & SEQUENCE_MAX <= SEQUENCE_MAX // 2
