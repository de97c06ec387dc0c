"""The file `<offset>.snapshot`: the producer state just before an offset, in Kafka's format 1.

Version int16, CRC-32C uint32 over all that follows it, count int32, then per entry: producer id
int64, epoch int16, last sequence int32, last offset int64, offset delta int32, timestamp int64,
coordinator epoch int32, first offset of the open transaction int64. Source: Kafka's
`ProducerStateManager`.

Differs from Kafka: a producer has an entry for each of its remembered batches, the last one last,
where Kafka keeps only the last. Kafka reads such a file to the same effect, and a producer whose
requests were in flight when the broker died can repeat all of them after the restart.
"""

import struct
from collections.abc import Iterable

from engine.records.crc import crc32c
from engine.storage.errors import MalformedFile
from engine.storage.producer_state import (
    BATCHES_KEPT,
    NO_OFFSET,
    ProducedBatch,
    ProducerEntry,
)

VERSION = 1
_PREFIX = struct.Struct(">hI")
_COUNT = struct.Struct(">i")
_ENTRY = struct.Struct(">qhiqiqiq")
_NO_BATCH = ProducedBatch(-1, NO_OFFSET, 0, -1)


def encode_snapshot(producers: Iterable[tuple[int, ProducerEntry]]) -> bytes:
    """The file of a producer state."""
    rows = [
        _ENTRY.pack(
            producer_id,
            entry.epoch,
            batch.last_sequence,
            batch.last_offset,
            batch.offset_delta,
            batch.appended_ms if batch.last_offset >= 0 else entry.updated_ms,
            entry.coordinator_epoch,
            entry.transaction_start,
        )
        for producer_id, entry in producers
        for batch in entry.batches or (_NO_BATCH,)
    ]
    body = _COUNT.pack(len(rows)) + b"".join(rows)
    return _PREFIX.pack(VERSION, crc32c(body)) + body


def decode_snapshot(content: bytes, path: str) -> dict[int, ProducerEntry]:
    """The producers in a file. Raises MalformedFile unless every byte is as it was written."""
    if len(content) < _PREFIX.size + _COUNT.size:
        raise MalformedFile(path, f"{len(content)} bytes cannot be a producer snapshot")
    version, crc = _PREFIX.unpack_from(content)
    if version != VERSION:
        raise MalformedFile(path, f"producer snapshot of version {version}")
    body = memoryview(content)[_PREFIX.size :]
    if crc32c(body) != crc:
        raise MalformedFile(path, "the CRC of the producer snapshot is wrong")
    (count,) = _COUNT.unpack_from(body)
    if len(body) != _COUNT.size + count * _ENTRY.size:
        raise MalformedFile(path, f"{len(body)} bytes cannot hold {count} producers")
    producers: dict[int, ProducerEntry] = {}
    for row in _ENTRY.iter_unpack(body[_COUNT.size :]):
        producer_id, epoch, sequence, offset, delta, stamp_ms, coordinator_epoch, started = row
        batches: tuple[ProducedBatch, ...] = ()
        known = producers.get(producer_id)
        if known is not None and known.epoch == epoch:
            batches = known.batches[1 - BATCHES_KEPT :]
        if offset >= 0:
            batches = (*batches, ProducedBatch(sequence, offset, delta, stamp_ms))
        producers[producer_id] = ProducerEntry(epoch, batches, stamp_ms, coordinator_epoch, started)
    return producers
