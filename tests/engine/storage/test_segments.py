"""The segments of one log, and how many of their indexes stay in memory."""

import pytest

from engine.storage.file_names import OFFSET_INDEX, TIME_INDEX
from engine.storage.log_config import LogConfig
from engine.storage.open_files import OpenFiles
from engine.storage.segment import Segment
from engine.storage.segments import LOADED_CLOSED_MAX, Segments
from tests.support.clock import FAKE_EPOCH_MS, FakeClock
from tests.support.logs import (
    ORDERS_DIRECTORY,
    checkpoint,
    commit,
    new_disk,
    open_log,
    read_all,
    values_of,
)

CONFIG = LogConfig(segment_bytes=250, index_interval_bytes=100)


def bare(*bases):
    filesystem = new_disk()
    segments = Segments(ORDERS_DIRECTORY, filesystem, OpenFiles(filesystem), 4096)
    for base in bases:
        segments.add(Segment(ORDERS_DIRECTORY, base))
    return segments


def with_segments(count, config=CONFIG):
    """A disk and a log of so many segments with three batches each."""
    clock = FakeClock()
    filesystem = new_disk(clock)
    log = open_log(filesystem, clock, config)
    for at in range(3 * count):
        commit(log, str(at % 10), timestamp_ms=FAKE_EPOCH_MS + at)
    assert len(log.segments()) == count
    return filesystem, clock, log


def loaded(log):
    return [s.base_offset for s in log._segments if s.offset_index is not None]


def test_segments_are_found_by_offset():
    segments = bare(5, 10, 20)
    assert [s.base_offset for s in segments] == [5, 10, 20]
    assert segments.floor(4) is None
    assert segments.floor(5).base_offset == segments.floor(9).base_offset == 5
    assert segments.floor(10**9).base_offset == 20
    assert segments.after(segments.first).base_offset == 10
    assert segments.after(segments.active) is None


def test_segments_leave_from_both_ends():
    segments = bare(5, 10, 20, 30)
    first, second = list(segments)[:2]
    assert segments.drop_first(2) == [first, second]
    assert segments.drop_last().base_offset == 30
    assert len(segments) == 1
    assert segments.contains(segments.first)
    assert not segments.contains(first)


def test_indexes_of_segments_that_were_rolled_do_not_stay_in_memory_once_saved():
    _, _, log = with_segments(12)
    checkpoint(log)
    assert len(loaded(log)) <= LOADED_CLOSED_MAX + 1


def test_indexes_of_segments_that_recovery_scanned_do_not_stay_in_memory_once_saved():
    filesystem, clock, _ = with_segments(12)
    log = open_log(filesystem, clock, CONFIG)
    checkpoint(log)
    assert len(loaded(log)) <= LOADED_CLOSED_MAX + 1


def test_indexes_that_reading_loaded_make_room_for_others():
    filesystem, clock, log = with_segments(12)
    checkpoint(log)
    log = open_log(filesystem, clock, CONFIG, recovery_point=36)
    assert len(read_all(log)) == 36
    assert len(loaded(log)) <= LOADED_CLOSED_MAX + 1


def test_indexes_that_were_lost_are_made_once_and_saved_with_the_next_checkpoint():
    filesystem, clock, log = with_segments(12)
    checkpoint(log)
    for path in [p for p in filesystem.files if p.endswith((OFFSET_INDEX, TIME_INDEX))]:
        del filesystem.files[path]
    log = open_log(filesystem, clock, CONFIG, recovery_point=36)
    assert len(read_all(log)) == 36
    checkpoint(log)
    assert len(loaded(log)) <= LOADED_CLOSED_MAX + 1
    for segment in log._segments:
        assert segment.path(OFFSET_INDEX) in filesystem.files
    filesystem.operations.clear()
    log = open_log(filesystem, clock, CONFIG, recovery_point=36)
    assert values_of(read_all(log)) == [str(at % 10) for at in range(36)]


def test_a_log_without_changes_has_nothing_to_save():
    filesystem, clock, log = with_segments(12)
    checkpoint(log)
    assert log.begin_checkpoint() is None
    log = open_log(filesystem, clock, CONFIG, recovery_point=36)
    read_all(log)
    assert log.begin_checkpoint() is None


def test_the_largest_timestamp_of_each_segment_is_known_however_it_was_opened():
    filesystem, clock, log = with_segments(5)
    checkpoint(log)
    expected = [FAKE_EPOCH_MS + at for at in (2, 5, 8, 11, 14)]
    assert [info.max_timestamp_ms for info in log.segments()] == expected
    for recovery_point in (0, 7, 15):
        again = open_log(filesystem.copy(), clock, CONFIG, recovery_point=recovery_point)
        assert [info.max_timestamp_ms for info in again.segments()] == expected


def test_the_largest_timestamps_are_told_without_loading_indexes():
    filesystem, clock, log = with_segments(12)
    checkpoint(log)
    again = open_log(filesystem, clock, CONFIG, recovery_point=36)
    before = loaded(again)
    expected = [FAKE_EPOCH_MS + 3 * at + 2 for at in range(12)]
    assert [info.max_timestamp_ms for info in again.segments()] == expected
    assert loaded(again) == before


@pytest.mark.parametrize("suffix", [OFFSET_INDEX, TIME_INDEX])
@pytest.mark.parametrize("harm", ["cut", "flip the last byte", "flip the first byte", "zeros"])
def test_the_largest_timestamp_is_right_though_an_index_file_is_not(suffix, harm):
    filesystem, clock, log = with_segments(3)
    checkpoint(log)
    content = filesystem.files[f"{ORDERS_DIRECTORY}/{3:020d}{suffix}"].content
    if harm == "cut":
        del content[-5:]
    elif harm == "zeros":
        content.extend(bytes(24))
    else:
        content[-1 if harm == "flip the last byte" else 0] ^= 0x40
    again = open_log(filesystem, clock, CONFIG, recovery_point=9)
    expected = [FAKE_EPOCH_MS + at for at in (2, 5, 8)]
    assert [info.max_timestamp_ms for info in again.segments()] == expected
    assert len(read_all(again)) == 9


def test_what_the_outside_sees_of_a_segment():
    filesystem, _, log = with_segments(2)
    first, second = log.segments()
    assert (first.base_offset, first.end_offset, second.base_offset, second.end_offset) == (
        0,
        3,
        3,
        6,
    )
    assert first.size_bytes == len(filesystem.files[f"{ORDERS_DIRECTORY}/{0:020d}.log"].content)
    assert first.modified_ms == FAKE_EPOCH_MS
