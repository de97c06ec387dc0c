"""One partition under way: blocks, positions, and what is held back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.messages.lane import (
    BLOCK_RECORDS_FIRST,
    SLICE_BYTES,
    SLICE_RECORDS,
    Hit,
    Lane,
    size_of,
    slices,
)
from console.messages.plan import Order, Span
from console.model.names import TopicPartition
from console.port.readings import RecordReading

KEY = TopicPartition("orders", 0)


def feed(lane: Lane, *offsets: int, up_to: int, size: int = 1, held_bytes_max: int = 1000) -> None:
    """Records of a size at offsets, whose times are their offsets."""
    records = [RecordReading(each, each, None, b"x" * size, ()) for each in offsets]
    lane.fed(
        [Hit(KEY, each) for each in records],
        next_offset=up_to,
        first_ms=offsets[0] if offsets else None,
        last_ms=offsets[-1] if offsets else None,
        held_bytes_max=held_bytes_max,
    )


def waiting(lane: Lane) -> list[int]:
    """The offsets of the hits that wait to be given."""
    return [hit.record.offset for hit in lane.hits]


def test_newest_first_walks_down_in_blocks_that_grow() -> None:
    lane = Lane(KEY, Span(0, 10_000), Order.NEWEST_FIRST)
    assert lane.read_from() == 10_000 - BLOCK_RECORDS_FIRST
    feed(lane, 9_999, up_to=10_000)
    assert lane.read_from() == 9_500 - 2 * BLOCK_RECORDS_FIRST
    assert lane.position == 10_000, "the hit at 9,999 was not given yet"


def test_a_block_is_read_forwards_and_given_backwards() -> None:
    lane = Lane(KEY, Span(0, 4), Order.NEWEST_FIRST)
    assert lane.read_from() == 0
    feed(lane, 0, 1, up_to=2)
    assert (waiting(lane), lane.read_from(), lane.frontier_ms) == ([], 2, float("inf"))
    feed(lane, 2, 3, up_to=4)
    assert (waiting(lane), lane.is_exhausted, lane.frontier_ms) == ([3, 2, 1, 0], True, 0)


@pytest.mark.parametrize("order", Order)
def test_offsets_without_records_are_passed(order: Order) -> None:
    lane = Lane(KEY, Span(0, 100), order)
    lane.read_from()
    feed(lane, 3, 70, up_to=99)
    lane.read_from()
    feed(lane, up_to=100)
    assert sorted(waiting(lane)) == [3, 70]
    assert lane.is_exhausted
    assert lane.scanned_offsets == 100


def test_a_block_of_large_records_is_given_up_for_its_upper_part() -> None:
    lane = Lane(KEY, Span(0, 400), Order.NEWEST_FIRST)
    assert lane.read_from() == 0
    feed(lane, *range(20), up_to=20, size=100)
    at = lane.read_from()
    assert 390 <= at < 400
    feed(lane, *range(at, 400), up_to=400, size=100)
    assert waiting(lane) == list(range(399, at - 1, -1))
    assert lane.read_from() < at


def test_one_record_that_is_larger_than_all_that_may_wait_is_given() -> None:
    lane = Lane(KEY, Span(0, 2), Order.NEWEST_FIRST)
    lane.read_from()
    feed(lane, 0, up_to=1, size=5000)
    assert lane.read_from() == 1
    feed(lane, 1, up_to=2, size=5000)
    assert waiting(lane) == [1]
    assert lane.read_from() == 0


def test_what_was_found_in_half_a_block_is_not_lost_nor_given_twice() -> None:
    lane = Lane(KEY, Span(0, 4), Order.NEWEST_FIRST)
    lane.read_from()
    feed(lane, 0, 1, up_to=2)
    assert [hit.record.offset for hit in lane.all_found()] == [1, 0]
    assert lane.read_from() == 2
    feed(lane, 2, 3, up_to=4)
    assert waiting(lane) == [3, 2]


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("log_start", [0, 1, 250, 499, 500, 600])
def test_what_retention_deleted_is_not_read(order: Order, log_start: int) -> None:
    lane = Lane(KEY, Span(0, 500), order)
    lane.read_from()
    feed(lane, up_to=1)
    lane.forgot_before(log_start)
    if log_start < 500:
        assert lane.read_from() == max(1, log_start)
        feed(lane, 499, up_to=500)
    assert lane.is_exhausted
    assert lane.scanned_offsets == 500
    assert lane.deleted_offsets == max(0, min(log_start, 500) - 1)


@given(st.lists(st.sampled_from([0, 1000, SLICE_BYTES, 3 * SLICE_BYTES]), max_size=700))
def test_slices_are_small_and_leave_nothing_out(sizes: list[int]) -> None:
    contents = {size: bytes(size) for size in set(sizes)}
    records = [RecordReading(n, 0, None, contents[size], ()) for n, size in enumerate(sizes)]
    parts = list(slices(records))
    assert [each for part in parts for each in part] == records
    for part in parts:
        assert 0 < len(part) <= SLICE_RECORDS
        assert sum(map(size_of, part[:-1])) < SLICE_BYTES
