"""What a log answers: values that leave storage."""

from typing import NamedTuple

from engine.kernel.ids import Offset
from engine.storage.producer_state import ProducerState
from engine.storage.segment_deletion import SegmentDeletion


class AppendResult(NamedTuple):
    """What an append got. Offsets are inclusive; a duplicate has those of the first time."""

    base_offset: Offset
    last_offset: Offset
    log_append_time_ms: int
    """The broker's time with LogAppendTime, else -1."""
    is_duplicate: bool


class RetentionResult(NamedTuple):
    """What retention took out of a log. `deletion` removes the files; None when nothing went."""

    deleted_segments: int
    deleted_bytes: int
    log_start_offset: Offset
    deletion: SegmentDeletion | None
    undated_segments: int
    """Of those left, the newest ones that are kept because nothing tells their age."""


class ProducerInfo(NamedTuple):
    """An active producer, as DescribeProducers tells it. -1 where there is nothing to tell."""

    producer_id: int
    producer_epoch: int
    last_sequence: int
    last_timestamp_ms: int
    coordinator_epoch: int
    transaction_start_offset: Offset


def producer_infos(producers: ProducerState) -> list[ProducerInfo]:
    """The producers that a log remembers, by id."""
    return [
        ProducerInfo(
            producer_id,
            entry.epoch,
            entry.batches[-1].last_sequence if entry.batches else -1,
            entry.updated_ms,
            entry.coordinator_epoch,
            entry.transaction_start,
        )
        for producer_id, entry in sorted(producers.items())
    ]
