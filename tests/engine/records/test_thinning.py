"""Leaving records out of a batch: the rest is as it was, for our readers and for others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.records.batch import has_valid_crc, read_header, stamp, stamp_append_time
from engine.records.builder import NewRecord, build_batch
from engine.records.compression import Compression
from engine.records.errors import CorruptBatch
from engine.records.record import iterate_places, iterate_records, payload
from engine.records.thinning import can_carry_horizon, emptied, thinned
from tests.support.foreign_batches import DECODERS
from tests.support.new_records import NEW_RECORDS_OF_BATCH

LIMIT = 1 << 20
HORIZONS = st.none() | st.integers(0, 2**42)


def opened(batch):
    header = read_header(batch)
    body = payload(batch, LIMIT)
    return header, body, list(iterate_places(header, body))


@given(
    NEW_RECORDS_OF_BATCH, st.sampled_from(list(Compression)), st.randoms(), HORIZONS, st.booleans()
)
def test_what_stays_is_as_it_was(records, codec, random, horizon_ms, is_append_time):
    batch = build_batch(records, base_offset=40, compression=codec)
    if is_append_time:
        stamp_append_time(batch, 1_700_000_000_000)
    header, body, places = opened(batch)
    originals = list(iterate_records(batch, LIMIT))
    kept = sorted(random.sample(range(len(places)), random.randint(1, len(places))))
    made = thinned(header, body, [places[at] for at in kept], new_delete_horizon_ms=horizon_ms)
    assert list(iterate_records(made, LIMIT)) == [originals[at] for at in kept]
    assert has_valid_crc(made)
    stamp(made, 0, 0, 0)
    for decode in DECODERS.values():
        foreign = decode(bytes(made))
        assert [(r.offset + 40, r.key, r.value) for r in foreign] == [
            (originals[at].offset, originals[at].key, originals[at].value) for at in kept
        ]


@given(NEW_RECORDS_OF_BATCH, HORIZONS)
def test_the_header_tells_the_offsets_and_the_producer_as_before(records, horizon_ms):
    batch = build_batch(records, base_offset=7, producer_id=5, producer_epoch=2, base_sequence=9)
    header, body, places = opened(batch)
    new = read_header(thinned(header, body, places[-1:], new_delete_horizon_ms=horizon_ms))
    assert (new.base_offset, new.last_offset) == (header.base_offset, header.last_offset)
    assert (new.producer_id, new.producer_epoch, new.base_sequence) == (5, 2, 9)
    assert new.last_sequence == header.last_sequence
    assert new.record_count == 1
    assert new.delete_horizon_ms == horizon_ms
    assert new.latest_record_ms == records[-1].timestamp_ms


def test_a_horizon_stays_when_more_records_go():
    batch = build_batch([NewRecord(10, b"a", None), NewRecord(20, b"b", None)])
    header, body, places = opened(batch)
    batch = thinned(header, body, places, new_delete_horizon_ms=5000)
    header, body, places = opened(batch)
    assert [place.timestamp_ms for place in places] == [10, 20]
    batch = thinned(header, body, places[1:], new_delete_horizon_ms=None)
    assert read_header(batch).delete_horizon_ms == 5000
    assert [record.timestamp_ms for record in iterate_records(batch, LIMIT)] == [20]


@given(NEW_RECORDS_OF_BATCH, st.sampled_from(list(Compression)))
def test_an_empty_batch_tells_offsets_and_sequence_and_has_no_record(records, codec):
    batch = build_batch(
        records,
        base_offset=7,
        compression=codec,
        producer_id=5,
        producer_epoch=2,
        base_sequence=9,
        is_transactional=True,
    )
    header = read_header(batch)
    made = emptied(header)
    new = read_header(made)
    assert len(made) == new.size_bytes == 61
    assert has_valid_crc(made)
    assert list(iterate_records(made, LIMIT)) == []
    assert new.last_offset == header.last_offset
    assert new.last_sequence == header.last_sequence
    assert new.is_transactional
    assert new.compression is Compression.NONE
    assert new.latest_record_ms == -1


def test_only_an_absurd_timestamp_cannot_carry_a_horizon():
    for timestamp_ms, can in ((0, True), (-1, True), (2**63 - 1, True), (-(2**63), False)):
        _, _, places = opened(build_batch([NewRecord(timestamp_ms, b"k", None)]))
        assert can_carry_horizon(places, 1_700_000_000_000) is can


def test_a_value_that_does_not_fit_in_its_record_is_corrupt():
    batch = build_batch([NewRecord(0, b"key", b"value")])
    at = bytes(batch).index(b"value") - 1
    batch[at] = 0x40
    header = read_header(batch)
    with pytest.raises(CorruptBatch):
        list(iterate_places(header, payload(batch, LIMIT)))
