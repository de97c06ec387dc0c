"""What a broker checks of a batch before it appends it, from the header where that is enough.

The batch is opened only where the protocol demands it: for a compacted topic every record must have
a key (KIP-467), and timestamps are looked at one by one when the header's maximum is too late or
the topic bounds them below (KIP-937). Source: Kafka's `LogValidator` and `UnifiedLog`.

Differs from Kafka: a batch that need not be opened is not, so a producer that lies about the number
of records or the largest timestamp is believed; whoever reads the batch will find it corrupt.
"""

from dataclasses import dataclass
from enum import Enum
from struct import Struct

from engine.records.batch import (
    COMPRESSION_MASK,
    CONTROL_BIT,
    HEADER_SIZE,
    LOG_OVERHEAD,
    MAGIC,
    BatchHeader,
    has_valid_crc,
    read_header,
)
from engine.records.builder import NO_TIMESTAMP
from engine.records.compression import Compression
from engine.records.crc import Buffer
from engine.records.errors import (
    CorruptBatch,
    InvalidRecord,
    InvalidTimestamp,
    MessageTooLarge,
    NotOneBatch,
    RecordFault,
    UnsupportedCompression,
)
from engine.records.record import RecordFacts, iterate_facts

_LENGTH_MIN = 14
"""The least length that Kafka takes for that of any format (`LegacyRecord.RECORD_OVERHEAD_V0`)."""

_read_length_and_magic = Struct(">8xi4xb").unpack_from
_MAGIC_END = 17

INFINITE_MS = 2**63 - 1
"""A time bound that bounds nothing."""


class Origin(Enum):
    """Who appends: a client's batch is checked in full, a coordinator's own is not."""

    CLIENT = "client"
    COORDINATOR = "coordinator"


@dataclass(frozen=True, slots=True)
class AppendRules:
    """What a topic asks of a batch."""

    size_bytes_max: int
    """Bytes of a whole batch, compressed as it comes (`max.message.bytes`)."""
    needs_keys: bool
    """The topic is compacted."""
    uses_append_time: bool
    """The broker's time replaces the producer's, so that is not checked."""
    before_ms_max: int
    """How far in the past a record's timestamp may lie; `INFINITE_MS` for any."""
    after_ms_max: int
    """How far in the future a record's timestamp may lie; `INFINITE_MS` for any."""
    inflated_bytes_max: int
    """Bytes that a compressed payload may become when the batch has to be opened."""


def check_single_batch(records: Buffer) -> BatchHeader:
    """The header of a buffer that holds exactly one whole batch with a valid CRC.

    Raises NotOneBatch or CorruptBatch as Kafka's `ByteBufferLogInputStream` tells them apart; the
    base offset is not looked at.
    """
    size = len(records)
    if size < _MAGIC_END:
        raise NotOneBatch(f"{size} bytes hold no record batch")
    length, magic = _read_length_and_magic(records)
    batch_size = length + LOG_OVERHEAD
    if length < _LENGTH_MIN:
        raise CorruptBatch(f"a record batch cannot have {batch_size} bytes")
    if not 0 <= magic <= MAGIC:
        raise CorruptBatch(f"there is no message format {magic}")
    if batch_size > size:
        raise NotOneBatch(f"the batch says {batch_size} bytes, {size} came")
    if magic != MAGIC:
        raise NotOneBatch(f"message format {magic} is not supported, {MAGIC} is")
    if batch_size < HEADER_SIZE:
        raise CorruptBatch(f"{batch_size} bytes cannot hold a record batch")
    if batch_size < size:
        raise NotOneBatch("a partition takes exactly one record batch in a request")
    if not has_valid_crc(records):
        raise CorruptBatch("the CRC of the batch is wrong")
    return read_header(records)


def check_client_header(header: BatchHeader) -> None:
    """The rules of the format for a batch that a client sends. Raises an `InvalidBatch`."""
    if header.base_offset != 0:
        raise InvalidRecord(f"the base offset of a new batch is 0, not {header.base_offset}")
    count = header.record_count
    if count <= 0 or header.last_offset_delta + 1 != count:
        raise InvalidRecord(
            f"{count} records cannot have the offsets 0 to {header.last_offset_delta}"
        )
    attributes = header.attributes
    if attributes & CONTROL_BIT:
        raise InvalidRecord("clients may not write control records")
    if attributes & COMPRESSION_MASK > Compression.ZSTD:
        raise UnsupportedCompression(
            f"no compression codec has the number {attributes & COMPRESSION_MASK}"
        )
    if header.producer_id >= 0 and header.base_sequence < 0:
        raise InvalidRecord(
            f"producer {header.producer_id} sent a batch with sequence {header.base_sequence}"
        )


def check_contents(records: Buffer, header: BatchHeader, rules: AppendRules, now_ms: int) -> None:
    """The rules of the topic: size, keys, timestamps. Raises an `InvalidBatch`.

    Opens the batch only where the header cannot tell.
    """
    if len(records) > rules.size_bytes_max:
        raise MessageTooLarge(len(records), rules.size_bytes_max)
    if rules.uses_append_time and header.is_log_append_time:
        raise _refused_timestamps(
            [RecordFault(0, "producers may not set the timestamp type to LogAppendTime")]
        )
    has_time_bounds = not rules.uses_append_time and (
        header.max_timestamp_ms - now_ms > rules.after_ms_max or rules.before_ms_max != INFINITE_MS
    )
    if not rules.needs_keys and not has_time_bounds:
        return
    key_faults: list[RecordFault] = []
    time_faults: list[RecordFault] = []
    for index, facts in enumerate(iterate_facts(records, rules.inflated_bytes_max)):
        if rules.needs_keys and not facts.has_key:
            key_faults.append(RecordFault(index, "a compacted topic takes no record without key"))
        elif has_time_bounds and _is_out_of_bounds(facts, rules, now_ms):
            time_faults.append(
                RecordFault(
                    index, f"the timestamp {facts.timestamp_ms} is out of the topic's bounds"
                )
            )
    if key_faults:
        raise InvalidRecord(
            f"{len(key_faults)} records without key for a compacted topic", tuple(key_faults)
        )
    if time_faults:
        raise _refused_timestamps(time_faults)


def _is_out_of_bounds(facts: RecordFacts, rules: AppendRules, now_ms: int) -> bool:
    if facts.timestamp_ms == NO_TIMESTAMP:
        return False
    age_ms = now_ms - facts.timestamp_ms
    return age_ms > rules.before_ms_max or -age_ms > rules.after_ms_max


def _refused_timestamps(faults: list[RecordFault]) -> InvalidTimestamp:
    return InvalidTimestamp(f"{len(faults)} records with an invalid timestamp", tuple(faults))
