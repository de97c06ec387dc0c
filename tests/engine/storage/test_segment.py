"""One segment: when its indexes get entries, and when it is full."""

import pytest

from engine.storage.offset_index import RELATIVE_OFFSET_MAX
from engine.storage.segment import NEVER_SAVED, SEGMENT_BYTES_MAX, Segment

EVERY = 100


def started(base_offset=1000):
    segment = Segment("/data/orders-0", base_offset)
    segment.start_indexes()
    return segment


def note(segment, *batches):
    """Batches of (size, largest timestamp), one record each."""
    for size, stamp in batches:
        segment.note_batch(segment.size_bytes, segment.end_offset, stamp, size, EVERY)
        segment.size_bytes += size


def indexed(segment):
    return (
        list(zip(segment.offset_index.offsets, segment.offset_index.positions, strict=True)),
        list(zip(segment.time_index.timestamps, segment.time_index.offsets, strict=True)),
    )


def test_a_new_segment_is_empty():
    segment = started()
    assert segment.path() == "/data/orders-0/00000000000000001000.log"
    assert (segment.end_offset, segment.size_bytes) == (1000, 0)
    assert segment.info().max_timestamp_ms == -1


def test_the_age_of_a_segment_counts_from_its_first_append_but_never_from_the_future():
    segment = started()
    segment.first_append_ms = 5000
    assert segment.age_ms(7000) == 2000
    assert segment.age_ms(4000) == 0
    assert segment.age_ms(7000) == 3000


def test_a_batch_gets_an_entry_when_more_than_an_interval_lies_before_it():
    segment = started()
    note(segment, (100, 1), (1, 2), (60, 3), (60, 4), (1, 5))
    offsets, times = indexed(segment)
    assert offsets == [(2, 101), (4, 221)]
    assert times == [(3, 2), (5, 4)]
    assert segment.end_offset == 1005


def test_a_time_entry_names_the_first_batch_that_reached_the_largest_time():
    segment = started()
    note(segment, (60, 1), (60, 9), (60, 5), (60, 9), (60, 2))
    assert indexed(segment)[1] == [(9, 1)]
    assert (segment.max_timestamp_ms, segment.max_timestamp_offset) == (9, 1001)


def test_closing_adds_the_largest_time_if_the_index_lacks_it():
    segment = started()
    note(segment, (60, 1), (60, 2), (60, 3), (10, 8))
    assert indexed(segment)[1] == [(3, 2)]
    segment.close_indexes()
    assert indexed(segment)[1] == [(3, 2), (8, 3)]
    segment.close_indexes()
    assert indexed(segment)[1] == [(3, 2), (8, 3)]


def test_a_segment_without_times_gets_no_time_entries():
    segment = started()
    note(segment, (200, -1), (200, -1), (200, -1))
    segment.close_indexes()
    assert indexed(segment)[1] == []
    assert segment.info().max_timestamp_ms == -1


def test_starting_indexes_again_forgets_what_they_held():
    segment = started()
    note(segment, (200, 5), (200, 6))
    segment.saved_offset_entries = 1
    segment.start_indexes()
    assert indexed(segment) == ([], [])
    assert segment.saved_offset_entries == NEVER_SAVED
    assert segment.max_timestamp_ms == -1


@pytest.mark.parametrize(
    ("end_position", "last_offset", "has_room"),
    [
        (500, 1000, True),
        (501, 1000, False),
        (500, 1000 + RELATIVE_OFFSET_MAX, True),
        (500, 1001 + RELATIVE_OFFSET_MAX, False),
    ],
)
def test_a_segment_is_full_by_bytes_or_by_offsets(end_position, last_offset, has_room):
    assert started().has_room(end_position, last_offset, 500, 10_000) == has_room


def test_no_segment_is_larger_than_a_position_can_say():
    segment = started()
    assert segment.has_room(SEGMENT_BYTES_MAX, 1000, 2**40, 10_000)
    assert not segment.has_room(SEGMENT_BYTES_MAX + 1, 1000, 2**40, 10_000)


def test_a_segment_is_full_when_an_index_is():
    segment = started()
    note(segment, *[(200, stamp) for stamp in range(6)])
    assert len(segment.offset_index) == len(segment.time_index) == 5
    assert segment.has_room(500, 1006, 500, 84)
    assert not segment.has_room(500, 1006, 500, 83)
    assert not segment.has_room(500, 1006, 500, 40)


def test_offsets_known_to_be_lost_lie_behind_the_sound_end():
    segment = started()
    note(segment, (60, 1))
    segment.end_offset = 1010
    assert segment.sound_end_offset == 1010
    segment.damages = ((1001, 1010, 60, 60),)
    assert started().sound_end_offset == 1000
