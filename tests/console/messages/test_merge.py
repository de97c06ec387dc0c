"""Hits of several partitions in one order, told by a model: all of them, sorted by time."""

from hypothesis import given
from hypothesis import strategies as st

from console.messages.lane import Hit, Lane
from console.messages.merge import Merge
from console.messages.plan import Order, Span
from console.model.names import TopicPartition
from console.port.readings import RecordReading

HELD = 1 << 30


def read_on(lane: Lane, times: list[int], count: int) -> None:
    """Give a lane the next records of its partition, each a second byte long."""
    at = lane.read_from()
    end = min(at + count, lane.end_of_block())
    records = [RecordReading(n, times[n], None, b"x", ()) for n in range(at, end)]
    lane.fed(
        [Hit(lane.key, each) for each in records],
        next_offset=end,
        first_ms=records[0].timestamp_ms,
        last_ms=records[-1].timestamp_ms,
        held_bytes_max=HELD,
    )


def given_of(
    times: list[list[int]], order: Order, takes: list[int], reads: list[int]
) -> list[tuple[int, int, int]]:
    """Everything that a merge gives, as (time, partition, offset)."""
    lanes = [
        Lane(TopicPartition("t", index), Span(0, len(each)), order)
        for index, each in enumerate(times)
    ]
    merge = Merge(lanes, order)
    found: list[Hit] = []
    turn = 0
    while not merge.is_done:
        turn += 1
        taken = merge.take(takes[turn % len(takes)])
        found.extend(taken)
        if not taken:
            for lane in merge.wanting()[:2]:
                read_on(lane, times[lane.key.partition], reads[turn % len(reads)])
    return [(hit.record.timestamp_ms, hit.partition, hit.record.offset) for hit in found]


PARTITIONS = st.lists(st.lists(st.integers(0, 1000), max_size=40), min_size=1, max_size=5)
COUNTS = st.lists(st.integers(1, 20), min_size=1, max_size=5)


@given(PARTITIONS, st.sampled_from(Order), COUNTS, COUNTS)
def test_times_that_grow_are_given_in_their_order(
    times: list[list[int]], order: Order, takes: list[int], reads: list[int]
) -> None:
    times = [sorted(each) for each in times]
    found = given_of(times, order, takes, reads)
    stamps = [stamp for stamp, *_ in found]
    assert stamps == sorted(stamps, reverse=order is Order.NEWEST_FIRST)
    assert len(found) == sum(map(len, times))


@given(PARTITIONS, st.sampled_from(Order), COUNTS, COUNTS)
def test_whatever_the_times_every_record_comes_once_and_in_the_order_of_its_partition(
    times: list[list[int]], order: Order, takes: list[int], reads: list[int]
) -> None:
    found = given_of(times, order, takes, reads)
    for index, each in enumerate(times):
        offsets = [offset for _, partition, offset in found if partition == index]
        wanted = list(range(len(each)))
        assert offsets == (wanted[::-1] if order is Order.NEWEST_FIRST else wanted)


def test_only_partitions_that_could_hold_something_newer_are_waited_for() -> None:
    near, far = (Lane(TopicPartition("t", n), Span(0, 3), Order.NEWEST_FIRST) for n in (0, 1))
    merge = Merge([near, far], Order.NEWEST_FIRST)
    assert merge.wanting() == [near, far]
    read_on(near, [10, 20, 30], 3)
    assert merge.take(9) == []
    assert merge.wanting() == [far]
    read_on(far, [1, 2, 3], 3)
    assert [hit.record.timestamp_ms for hit in merge.take(9)] == [30, 20, 10, 3, 2, 1]
    assert merge.is_done


def test_the_time_that_every_partition_has_come_to_is_known() -> None:
    lanes = [Lane(TopicPartition("t", n), Span(0, 1000), Order.NEWEST_FIRST) for n in (0, 1)]
    merge = Merge(lanes, Order.NEWEST_FIRST)
    times = list(range(1000))
    assert merge.reached_ms is None
    read_on(lanes[0], times, 500)
    assert merge.reached_ms is None
    read_on(lanes[1], times, 500)
    assert merge.reached_ms == 500
