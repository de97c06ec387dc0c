"""Control batches: the markers that end a transaction in a partition.

One record in a transactional control batch: key = version int16, type int16; value = version int16,
coordinator epoch int32. It takes one offset like any record. Source: Kafka's
`EndTransactionMarker` and `ControlRecordType`.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum

from engine.records.builder import NewRecord, build_batch
from engine.records.crc import Buffer
from engine.records.errors import CorruptBatch
from engine.records.record import iterate_records

CONTROL_PAYLOAD_BYTES_MAX = 4096
_KEY = struct.Struct(">hh")
_VALUE = struct.Struct(">hi")


class ControlType(IntEnum):
    """What a marker says."""

    ABORT = 0
    COMMIT = 1


@dataclass(frozen=True, slots=True)
class EndMarker:
    """The end of a producer's transaction in one partition."""

    control_type: ControlType
    coordinator_epoch: int


def build_end_marker(
    marker: EndMarker, *, timestamp_ms: int, producer_id: int, producer_epoch: int
) -> bytearray:
    """The control batch of a marker, ready to append."""
    record = NewRecord(
        timestamp_ms,
        _KEY.pack(0, marker.control_type),
        _VALUE.pack(0, marker.coordinator_epoch),
    )
    return build_batch(
        [record],
        producer_id=producer_id,
        producer_epoch=producer_epoch,
        is_transactional=True,
        is_control=True,
    )


def read_end_marker(batch: Buffer) -> EndMarker | None:
    """The marker in a control batch; None for control types that end no transaction.

    Raises CorruptBatch when the batch is not of a marker's form.
    """
    for record in iterate_records(batch, CONTROL_PAYLOAD_BYTES_MAX):
        if record.key is None or len(record.key) < _KEY.size:
            raise CorruptBatch("a control record has no type")
        _, type_number = _KEY.unpack_from(record.key)
        if type_number not in (ControlType.ABORT, ControlType.COMMIT):
            return None
        if record.value is None or len(record.value) < _VALUE.size:
            raise CorruptBatch("an end marker has no coordinator epoch")
        _, coordinator_epoch = _VALUE.unpack_from(record.value)
        return EndMarker(ControlType(type_number), coordinator_epoch)
    return None
