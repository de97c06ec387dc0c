"""The producer snapshot: Kafka's bytes, and that damage never passes for producers."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.records.crc import crc32c
from engine.storage.errors import MalformedFile
from engine.storage.producer_snapshot import decode_snapshot, encode_snapshot
from engine.storage.producer_state import ProducedBatch, ProducerEntry

STAMP_MS = 1_700_000_000_000
TWO = {
    1001: ProducerEntry(0, (ProducedBatch(4, 104, 2, 1_700_000_000_000),), 1_700_000_000_000),
    1002: ProducerEntry(
        3, (ProducedBatch(9, 200, 0, 1_700_000_000_005),), 1_700_000_000_005, 7, 198
    ),
}
GOLDEN_BODY = bytes.fromhex(
    "00000002"
    "00000000000003e9 0000 00000004 0000000000000068 00000002 0000018bcfe56800 ffffffff"
    "ffffffffffffffff"
    "00000000000003ea 0003 00000009 00000000000000c8 00000000 0000018bcfe56805 00000007"
    "00000000000000c6"
)
GOLDEN = struct.pack(">hI", 1, crc32c(GOLDEN_BODY)) + GOLDEN_BODY


def test_the_file_is_kafkas():
    assert encode_snapshot(TWO.items()) == GOLDEN
    assert decode_snapshot(GOLDEN, "x") == TWO


def test_a_log_without_producers_has_an_empty_snapshot():
    assert encode_snapshot([]).hex() == "000148674bc7" + "00000000"
    assert decode_snapshot(encode_snapshot([]), "x") == {}


def test_every_remembered_batch_has_an_entry_with_the_last_one_last():
    batches = tuple(ProducedBatch(at, 100 + at, 0, 5000 + at) for at in range(5))
    content = encode_snapshot([(7, ProducerEntry(0, batches, 5004))])
    assert len(content) == 2 + 4 + 4 + 5 * 46
    assert decode_snapshot(content, "x") == {7: ProducerEntry(0, batches, 5004)}


def test_a_producer_that_only_ended_a_transaction_keeps_its_epochs():
    entry = ProducerEntry(4, (), 5000, 2)
    assert decode_snapshot(encode_snapshot([(7, entry)]), "x") == {7: entry}


def test_a_newer_epoch_replaces_what_was_there():
    old = ProducerEntry(0, (ProducedBatch(1, 1, 0, 1),), 1)
    new = ProducerEntry(1, (ProducedBatch(0, 2, 0, 2),), 2)
    assert decode_snapshot(encode_snapshot([(7, old), (7, new)]), "x") == {7: new}


@pytest.mark.parametrize("at", range(len(GOLDEN)))
def test_a_flipped_bit_is_refused(at):
    damaged = bytearray(GOLDEN)
    damaged[at] ^= 1 << (at % 8)
    with pytest.raises(MalformedFile) as refused:
        decode_snapshot(bytes(damaged), "some/path")
    assert refused.value.path == "some/path"


def test_a_file_cut_short_or_longer_is_refused():
    for length in range(len(GOLDEN)):
        with pytest.raises(MalformedFile):
            decode_snapshot(GOLDEN[:length], "x")
    with pytest.raises(MalformedFile):
        decode_snapshot(GOLDEN + b"\0", "x")


@given(st.integers(-(2**31), 2**31 - 1))
def test_a_count_that_does_not_fit_is_refused(count):
    if count == 2:
        return
    body = struct.pack(">i", count) + GOLDEN_BODY[4:]
    with pytest.raises(MalformedFile):
        decode_snapshot(struct.pack(">hI", 1, crc32c(body)) + body, "x")


BATCHES = st.builds(
    ProducedBatch,
    st.integers(0, 2**31 - 1),
    st.integers(0, 2**62),
    st.integers(0, 1000),
    st.integers(0, 2**62),
)


@given(st.dictionaries(st.integers(0, 2**62), st.lists(BATCHES, min_size=1, max_size=5)))
def test_what_was_written_is_read(producers):
    state = {
        producer_id: ProducerEntry(producer_id % 100, tuple(batches), batches[-1].appended_ms)
        for producer_id, batches in producers.items()
    }
    assert decode_snapshot(encode_snapshot(state.items()), "x") == state
