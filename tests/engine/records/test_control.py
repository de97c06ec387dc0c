"""Control batches: the markers of a real Kafka, byte for byte, and batches that are none."""

import pytest
from aiokafka.record.control_record import ABORT_MARKER as AIOKAFKA_ABORT
from aiokafka.record.control_record import ControlRecord
from hypothesis import given
from hypothesis import strategies as st

from engine.records.batch import read_header, stamp
from engine.records.builder import NewRecord, build_batch
from engine.records.compression import Compression
from engine.records.control import ControlType, EndMarker, build_end_marker, read_end_marker
from engine.records.errors import CorruptBatch, InvalidBatch
from tests.support.foreign_batches import DECODERS, Decoder
from tests.support.golden_batches import (
    ABORT_MARKER,
    COMMIT_MARKER,
    LEADER_CHANGE,
    TIMESTAMP_MS,
)

GOLDEN = {ControlType.ABORT: ABORT_MARKER, ControlType.COMMIT: COMMIT_MARKER}


def control(*records: tuple[bytes | None, bytes | None]) -> bytearray:
    return build_batch([NewRecord(1, *record) for record in records], is_control=True)


@pytest.mark.parametrize("control_type", list(ControlType))
def test_marker_is_byte_for_byte_kafkas(control_type: ControlType) -> None:
    built = build_end_marker(
        EndMarker(control_type, 6), timestamp_ms=TIMESTAMP_MS, producer_id=1000, producer_epoch=3
    )
    stamp(built, 0, 9, 4)
    assert built == GOLDEN[control_type]


@pytest.mark.parametrize("control_type", list(ControlType))
def test_marker_of_a_real_kafka_is_read(control_type: ControlType) -> None:
    assert read_end_marker(GOLDEN[control_type]) == EndMarker(control_type, 6)


@given(
    st.sampled_from(list(ControlType)),
    st.integers(-1, 2**31 - 1),
    st.integers(0, 2**63 - 1),
    st.integers(0, 2**15 - 1),
)
def test_round_trip(
    control_type: ControlType, epoch: int, producer: int, producer_epoch: int
) -> None:
    marker = EndMarker(control_type, epoch)
    built = build_end_marker(
        marker, timestamp_ms=5, producer_id=producer, producer_epoch=producer_epoch
    )
    header = read_header(built)
    assert read_end_marker(built) == marker
    assert (header.producer_id, header.producer_epoch) == (producer, producer_epoch)
    assert header.record_count == 1
    assert header.is_control
    assert header.is_transactional


@pytest.mark.parametrize("decode", DECODERS.values(), ids=DECODERS)
def test_other_clients_know_an_abort_from_a_commit(decode: Decoder) -> None:
    for control_type in ControlType:
        built = build_end_marker(
            EndMarker(control_type, 0), timestamp_ms=5, producer_id=1, producer_epoch=0
        )
        (record,) = decode(bytes(built))
        is_abort = ControlRecord.parse(record.key) == AIOKAFKA_ABORT
        assert is_abort == (control_type is ControlType.ABORT)


def test_other_control_types_end_no_transaction() -> None:
    assert read_end_marker(LEADER_CHANGE) is None


def test_later_version_of_a_marker_is_read_as_far_as_it_is_known() -> None:
    batch = control((b"\x00\x01\x00\x01later", b"\x00\x01\x00\x00\x00\x07later"))
    assert read_end_marker(batch) == EndMarker(ControlType.COMMIT, 7)


@pytest.mark.parametrize("key", [None, b"", b"\x00\x00\x00"])
def test_key_without_a_type_is_corrupt(key: bytes | None) -> None:
    with pytest.raises(CorruptBatch):
        read_end_marker(control((key, b"\x00\x00\x00\x00\x00\x01")))


@pytest.mark.parametrize("value", [None, b"", b"\x00\x00\x00\x00\x00"])
def test_value_without_an_epoch_is_corrupt(value: bytes | None) -> None:
    with pytest.raises(CorruptBatch):
        read_end_marker(control((b"\x00\x00\x00\x01", value)))


def test_compressed_control_batch_is_bounded() -> None:
    batch = build_batch(
        [NewRecord(1, b"\x00\x00\x00\x01" + bytes(100_000), b"\x00" * 6)],
        is_control=True,
        compression=Compression.GZIP,
    )
    with pytest.raises(InvalidBatch):
        read_end_marker(batch)
