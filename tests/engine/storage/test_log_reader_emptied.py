"""Reading over segments of which cleaning left only a batch without records.

A client that gets nothing but such batches takes them for a record that does not fit into its
buffer: librdkafka doubles the buffer each time and then reports an error to the application.
"""

from engine.records.batch import HEADER_SIZE, read_header
from tests.support.clock import FakeClock
from tests.support.compaction import clean, compacted, put
from tests.support.logs import EVERYTHING, new_disk, open_log, records_in

SEGMENTS = 6


def emptied_log():
    """A log whose closed segments, too large to be merged, hold an empty batch each."""
    clock = FakeClock()
    log = open_log(new_disk(clock), clock, compacted(segment_bytes=400))
    for at in range(SEGMENTS):
        put(log, ("k", f"{at}" * 250), timestamp_ms=clock.wall)
    clean(log, clock.wall)
    assert [each.size_bytes for each in log.segments()][:-2] == [HEADER_SIZE] * (SEGMENTS - 2)
    return log


def test_a_read_goes_on_to_where_there_are_records():
    log = emptied_log()
    for offset in range(SEGMENTS - 1):
        region = log.read(offset, 1000, end_offset=EVERYTHING)
        (record,) = records_in(region.read())
        assert record.offset == SEGMENTS - 2
        assert region.next_offset == SEGMENTS - 1


def test_batches_without_records_are_read_when_nothing_else_is_left():
    """Otherwise a reader would never come to the end of the log."""
    log = emptied_log()
    region = log.read(0, 1000, end_offset=SEGMENTS - 2)
    content = region.read()
    assert records_in(content) == []
    assert read_header(content).last_offset == SEGMENTS - 3
    assert region.next_offset == SEGMENTS - 2


def test_a_read_that_may_get_nothing_larger_gets_what_fits():
    log = emptied_log()
    region = log.read(0, HEADER_SIZE, end_offset=EVERYTHING, at_least_one_batch=False)
    assert records_in(region.read()) == []
    assert region.next_offset == SEGMENTS - 2
