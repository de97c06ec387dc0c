"""The time index: Kafka's bytes, look-ups, and that only an index is taken for one."""

from hypothesis import given
from hypothesis import strategies as st

from engine.storage.time_index import ENTRY_SIZE, TimeIndex

GOLDEN = bytes.fromhex("0000018bcfe56800 00000003 0000018bcfe56801 0000000a")
ENTRIES = [(1_700_000_000_000, 3), (1_700_000_000_001, 10)]


def index_of(entries):
    index = TimeIndex()
    for timestamp, relative in entries:
        index.append_if_later(timestamp, relative)
    return index


def entries_of(index):
    return list(zip(index.timestamps, index.offsets, strict=True))


def test_an_entry_is_twelve_bytes_as_kafka_writes_them():
    assert ENTRY_SIZE == 12
    assert index_of(ENTRIES).encode() == GOLDEN
    assert entries_of(TimeIndex.decode(GOLDEN)) == ENTRIES
    assert index_of(ENTRIES).encode(1) == GOLDEN[12:]


def test_only_later_entries_are_added():
    index = index_of([(10, 1), (10, 2), (9, 3), (11, 1), (11, 4), (12, 4)])
    assert entries_of(index) == [(10, 1), (11, 4)]


def test_a_record_without_a_time_is_not_added():
    assert entries_of(index_of([(-1, 5)])) == []


def test_the_floor_is_the_last_entry_before_a_time():
    index = index_of([(10, 1), (20, 5)])
    assert index.floor(10) == (-1, -1)
    assert index.floor(11) == index.floor(20) == (10, 1)
    assert index.floor(21) == (20, 5)


def test_the_last_entry_is_told():
    assert index_of([]).last() is None
    assert index_of(ENTRIES).last() == ENTRIES[-1]


def test_a_cut_drops_batches_that_end_at_or_behind_an_offset():
    index = index_of([(10, 1), (20, 5), (30, 9)])
    assert index.cut(5)
    assert entries_of(index) == [(10, 1)]
    assert not index.cut(5)


def test_half_an_entry_at_the_end_is_left_out():
    for extra in range(1, ENTRY_SIZE):
        assert entries_of(TimeIndex.decode(GOLDEN[: 12 + extra])) == ENTRIES[:1]


def test_entries_that_do_not_grow_end_the_index():
    content = GOLDEN + GOLDEN[:12]
    assert TimeIndex.decode(content) is None
    assert entries_of(TimeIndex.decode_prefix(content)) == ENTRIES
    assert TimeIndex.decode(GOLDEN + bytes(12)) is None


@given(st.lists(st.tuples(st.integers(0, 2**62), st.integers(0, 2**31 - 1)), max_size=20))
def test_what_was_written_is_read(entries):
    index = index_of(entries)
    assert entries_of(TimeIndex.decode(index.encode())) == entries_of(index)


@given(st.binary(max_size=100))
def test_no_bytes_are_too_strange_to_be_refused(content):
    entries = entries_of(TimeIndex.decode_prefix(content))
    assert entries == sorted(set(entries))
    assert all(timestamp >= 0 and relative >= 0 for timestamp, relative in entries)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=30), st.integers(0, 31))
def test_every_batch_up_to_the_floor_is_earlier(timestamps, target):
    index = TimeIndex()
    latest, latest_at = -1, 0
    for at, timestamp in enumerate(timestamps):
        if timestamp > latest:
            latest, latest_at = timestamp, at
        if at % 3 == 2:
            index.append_if_later(latest, latest_at)
    _, relative = index.floor(target)
    assert all(timestamp < target for timestamp in timestamps[: relative + 1])
