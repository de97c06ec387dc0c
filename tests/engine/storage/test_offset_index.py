"""The offset index: Kafka's bytes, look-ups, and that only an index is taken for one."""

from hypothesis import given
from hypothesis import strategies as st

from engine.storage.offset_index import ENTRY_SIZE, OffsetIndex

GOLDEN = bytes.fromhex("00000005 00001000 0000000c 00002345 7fffffff 7ffffff0")
ENTRIES = [(5, 0x1000), (12, 0x2345), (2**31 - 1, 0x7FFFFFF0)]
GROWING = st.lists(st.tuples(st.integers(1, 1000), st.integers(1, 1000)), min_size=0, max_size=20)


def index_of(entries):
    index = OffsetIndex()
    for relative, position in entries:
        index.append(relative, position)
    return index


def entries_of(index):
    return list(zip(index.offsets, index.positions, strict=True))


def grown(steps):
    entries, relative, position = [], 0, 0
    for offset_step, position_step in steps:
        relative += offset_step
        position += position_step
        entries.append((relative, position))
    return entries


def test_an_entry_is_eight_bytes_as_kafka_writes_them():
    assert ENTRY_SIZE == 8
    assert index_of(ENTRIES).encode() == GOLDEN
    assert entries_of(OffsetIndex.decode(GOLDEN, 2**31 - 1)) == ENTRIES


def test_entries_can_be_written_from_one_on():
    assert index_of(ENTRIES).encode(2) == GOLDEN[16:]
    assert index_of(ENTRIES).encode(3) == b""


def test_the_floor_is_the_last_entry_at_or_before():
    index = index_of([(5, 100), (9, 200)])
    assert index.floor(4) is None
    assert index.floor(5) == index.floor(8) == (5, 100)
    assert index.floor(9) == index.floor(1000) == (9, 200)


def test_positions_are_found_from_both_sides():
    index = index_of([(5, 100), (9, 200)])
    assert index.floor_position(99) is None
    assert index.floor_position(100) == (5, 100)
    assert index.floor_position(5000) == (9, 200)
    assert index.position_above(99) == 100
    assert index.position_above(100) == 200
    assert index.position_above(200) is None


def test_a_cut_drops_batches_that_start_at_or_behind_a_position():
    index = index_of([(5, 100), (9, 200), (12, 300)])
    index.cut(200)
    assert entries_of(index) == [(5, 100)]
    index.cut(0)
    assert len(index) == 0


def test_half_an_entry_at_the_end_is_left_out():
    for extra in range(1, ENTRY_SIZE):
        decoded = OffsetIndex.decode(GOLDEN[: 8 + extra], 2**31 - 1)
        assert entries_of(decoded) == ENTRIES[:1]


def test_a_file_with_zeros_behind_its_entries_is_no_index():
    """Kafka gives its files room in advance; ours hold what they say, so zeros are torn writes."""
    assert OffsetIndex.decode(GOLDEN + bytes(8), 2**31 - 1) is None
    assert entries_of(OffsetIndex.decode_prefix(GOLDEN + bytes(8), 2**31 - 1)) == ENTRIES


def test_an_entry_behind_the_end_of_the_segment_is_not_believed():
    assert OffsetIndex.decode(GOLDEN, 0x2345) is None
    assert entries_of(OffsetIndex.decode_prefix(GOLDEN, 0x2345)) == ENTRIES[:1]


def test_an_entry_of_an_offset_too_far_is_not_believed():
    content = bytes.fromhex("00000005 00001000 80000000 00002345")
    assert OffsetIndex.decode(content, 2**31 - 1) is None


@given(GROWING)
def test_what_was_written_is_read(steps):
    entries = grown(steps)
    size = entries[-1][1] + 1 if entries else 0
    decoded = OffsetIndex.decode(index_of(entries).encode(), size)
    assert entries_of(decoded) == entries


@given(GROWING, st.integers(0, 19), st.integers(0, 19))
def test_entries_that_do_not_grow_end_the_index(steps, first, second):
    entries = grown(steps)
    first, second = min(first, len(entries) - 1), min(second, len(entries) - 1)
    if not entries or first == second:
        return
    entries[first], entries[second] = entries[second], entries[first]
    prefix = OffsetIndex.decode_prefix(index_of(entries).encode(), 10**9)
    assert len(prefix) == min(first, second) + 1 or min(first, second) + 1 >= len(prefix)
    assert entries_of(prefix) == entries[: len(prefix)]
    assert OffsetIndex.decode(index_of(entries).encode(), 10**9) is None


@given(st.binary(max_size=100), st.integers(0, 2**31 - 1))
def test_no_bytes_are_too_strange_to_be_refused(content, size):
    prefix = OffsetIndex.decode_prefix(content, size)
    entries = entries_of(prefix)
    assert entries == sorted(set(entries))
    assert all(position < size for _, position in entries)
