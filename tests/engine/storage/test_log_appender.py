"""Admission of batches: stamped in place, opened only when a topic asks for it, taken back."""

import errno
from bisect import insort
from collections import deque
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.records.batch import has_valid_crc, read_header, split_batches
from engine.records.compression import Compression
from engine.records.errors import (
    CorruptBatch,
    InvalidRecord,
    InvalidTimestamp,
    MessageTooLarge,
    NotOneBatch,
)
from engine.storage.errors import (
    InvalidProducerEpoch,
    InvalidTransactionState,
    OutOfOrderSequence,
    RecordListTooLarge,
    StorageFull,
)
from engine.storage.log_config import CleanupPolicy, LogConfig, TimestampType
from engine.storage.partition_log import Origin
from tests.support.clock import FAKE_EPOCH_MS, FakeClock
from tests.support.logs import (
    EVERYTHING,
    append,
    batch_of,
    commit,
    new_disk,
    open_log,
    read_all,
    sync,
    values_of,
    write,
)
from tests.support.running_engine import batch

APPEND_TIME = LogConfig(message_timestamp_type=TimestampType.LOG_APPEND_TIME)


def stored(log):
    region = log.read(0, EVERYTHING, end_offset=EVERYTHING)
    return list(split_batches(region.read()))


@pytest.mark.point(22)
def test_offsets_and_epoch_are_stamped_in_place():
    log = open_log(new_disk(), FakeClock())
    records = bytearray(batch_of("a", "b"))
    result = log.append(records, leader_epoch=7)
    assert (result.base_offset, result.last_offset, result.is_duplicate) == (0, 1, False)
    assert result.log_append_time_ms == -1
    assert log.append(bytearray(batch_of("c")), leader_epoch=7).base_offset == 2
    log.write_staged()
    first, second = (read_header(each) for each in stored(log))
    assert (first.base_offset, first.leader_epoch) == (0, 7)
    assert (second.base_offset, second.leader_epoch) == (2, 7)
    assert stored(log)[0] == records
    assert all(has_valid_crc(each) for each in stored(log))


def test_read_only_memory_is_copied():
    log = open_log(new_disk(), FakeClock())
    records = bytes(batch_of("a"))
    log.append(memoryview(records), leader_epoch=7)
    log.write_staged()
    assert records == bytes(batch_of("a"))
    assert read_header(stored(log)[0]).leader_epoch == 7


@pytest.mark.point(27)
def test_append_time_replaces_the_producers_and_is_answered():
    clock = FakeClock()
    log = open_log(new_disk(clock), clock, APPEND_TIME)
    result = log.append(batch_of("a", timestamp_ms=5), leader_epoch=1)
    log.write_staged()
    assert result.log_append_time_ms == FAKE_EPOCH_MS
    (header,) = (read_header(each) for each in stored(log))
    assert header.is_log_append_time
    assert header.max_timestamp_ms == FAKE_EPOCH_MS
    assert has_valid_crc(stored(log)[0])
    assert [record.timestamp_ms for record in read_all(log)] == [FAKE_EPOCH_MS]


@pytest.mark.point(34)
@pytest.mark.parametrize("is_restarted", [False, True], ids=["running", "after a restart"])
def test_a_repeat_is_answered_with_the_first_append_time(is_restarted):
    clock = FakeClock()
    filesystem = new_disk(clock)
    log = open_log(filesystem, clock, APPEND_TIME)
    first = log.append(batch_of("a", producer=(9, 0, 0)), leader_epoch=1)
    log.write_staged()
    clock.advance(60)
    if is_restarted:
        log = open_log(filesystem, clock, APPEND_TIME)
    again = log.append(batch_of("a", producer=(9, 0, 0)), leader_epoch=1)
    assert again == first._replace(is_duplicate=True)
    assert log.log_end_offset == 1


def test_a_repeat_is_not_written_twice():
    log = open_log(new_disk(), FakeClock())
    for _ in range(3):
        assert write(log, "a", producer=(9, 0, 0)) == 0
    assert commit(log, "b", producer=(9, 0, 1)) == 1
    assert values_of(read_all(log)) == ["a", "b"]


@pytest.mark.point(29)
def test_a_batch_is_stored_in_the_topics_codec():
    log = open_log(new_disk(), FakeClock(), LogConfig(compression_type=Compression.ZSTD))
    write(log, *["same"] * 50)
    (content,) = stored(log)
    assert read_header(content).compression is Compression.ZSTD
    assert values_of(read_all(log)) == ["same"] * 50
    already = batch(b"x" * 200, compression=Compression.ZSTD)
    log.append(bytearray(already), leader_epoch=1)
    log.write_staged()
    assert stored(log)[1][61:] == already[61:]


REFUSED = {
    "nothing": (b"", InvalidRecord),
    "half a header": (bytes(30), CorruptBatch),
    "a part": (bytes(batch_of("a"))[:-1], NotOneBatch),
    "two": (bytes(batch_of("a")) * 2, NotOneBatch),
    "a changed bit": (bytes(batch_of("a"))[:-1] + b"\x7f", CorruptBatch),
    "too large": (bytes(batch_of("a" * 2000)), MessageTooLarge),
    "too late": (bytes(batch_of("a", timestamp_ms=FAKE_EPOCH_MS + 4_000_000)), InvalidTimestamp),
    "a control batch": (bytes(batch(b"a", is_control=True)), InvalidRecord),
    "no sequence": (bytes(batch(b"a", producer_id=3, base_sequence=-1)), InvalidRecord),
}


@pytest.mark.parametrize(("records", "error"), REFUSED.values(), ids=REFUSED)
def test_a_batch_that_is_refused_leaves_no_trace(records, error):
    log = open_log(new_disk(), FakeClock(), LogConfig(max_message_bytes=1000))
    with pytest.raises(error):
        log.append(bytearray(records), leader_epoch=5)
    assert log.log_end_offset == 0
    assert log.latest_epoch == -1
    assert log.active_producers() == []
    assert commit(log, "fine") == 0


@pytest.mark.point(25)
def test_a_batch_larger_than_a_segment_is_refused():
    log = open_log(new_disk(), FakeClock(), LogConfig(segment_bytes=100))
    with pytest.raises(RecordListTooLarge):
        append(log, "x" * 100)


def test_a_compacted_topic_takes_no_record_without_a_key():
    config = LogConfig(cleanup_policy=frozenset({CleanupPolicy.COMPACT}))
    log = open_log(new_disk(), FakeClock(), config)
    with pytest.raises(InvalidRecord):
        append(log, "a")
    append(log, "a", key=b"k")


def test_our_own_batches_are_bounded_but_not_looked_into():
    log = open_log(new_disk(), FakeClock(), LogConfig(max_message_bytes=200))
    old = batch_of("a", timestamp_ms=1)
    assert log.append(old, leader_epoch=0, origin=Origin.COORDINATOR).base_offset == 0
    with pytest.raises(MessageTooLarge):
        log.append(batch_of("a" * 200), leader_epoch=0, origin=Origin.COORDINATOR)


def test_producers_are_told_gaps_fences_and_open_transactions():
    log = open_log(new_disk(), FakeClock())
    write(log, "a", producer=(9, 1, 0))
    with pytest.raises(OutOfOrderSequence):
        append(log, "b", producer=(9, 1, 2))
    with pytest.raises(InvalidProducerEpoch):
        append(log, "b", producer=(9, 0, 1))
    with pytest.raises(InvalidTransactionState):
        log.append(
            batch(b"a", is_transactional=True, producer_id=8, producer_epoch=0, base_sequence=0),
            leader_epoch=1,
        )


def test_a_write_that_failed_takes_producers_and_epochs_back():
    filesystem = new_disk()
    log = open_log(filesystem, FakeClock())
    write(log, "a", producer=(9, 0, 0))
    append(log, "b", producer=(9, 0, 1), epoch=2)
    append(log, "c", producer=(8, 0, 0), epoch=2)
    filesystem.fail(0, errno.ENOSPC, kinds=["write"])
    with pytest.raises(StorageFull):
        log.write_staged()
    assert log.latest_epoch == 1
    (producer,) = log.active_producers()
    assert (producer.producer_id, producer.last_sequence) == (9, 0)
    assert commit(log, "b", producer=(9, 0, 1), epoch=2) == 1
    assert log.latest_epoch == 2


def test_five_batches_in_flight_are_kept_in_the_order_they_came_after_an_error():
    """A gap is refused and so is everything behind it, until the missing one comes."""
    log = open_log(new_disk(), FakeClock())
    write(log, "0", producer=(9, 0, 0))
    for sequence in (2, 3, 4):
        with pytest.raises(OutOfOrderSequence):
            append(log, str(sequence), producer=(9, 0, sequence))
    for sequence in (1, 2, 3, 4):
        write(log, str(sequence), producer=(9, 0, sequence))
    assert values_of(read_all(log)) == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EMFILE, None], ids=str)
def test_what_is_in_flight_behind_a_refused_first_batch_waits_for_it(error):
    """Taken for that of an unknown producer it would stand before the first, or instead of it."""
    filesystem = new_disk()
    log = open_log(filesystem, FakeClock())
    append(log, "0", producer=(9, 0, 0))
    if error is not None:
        filesystem.fail(0, error, kinds=["write"])
    with pytest.raises(StorageFull):
        log.write_staged(may_hold=error is not None)
    assert log.active_producers() == []
    with pytest.raises(OutOfOrderSequence):
        append(log, "1", producer=(9, 0, 1))
    write(log, "0", producer=(9, 0, 0))
    write(log, "1", producer=(9, 0, 1))
    assert values_of(read_all(log)) == ["0", "1"]


def test_what_is_in_flight_behind_a_first_batch_that_was_not_looked_at_waits_for_it():
    log = open_log(new_disk(), FakeClock())
    log.refuse(batch_of("0", producer=(9, 0, 0)))
    with pytest.raises(OutOfOrderSequence):
        append(log, "1", producer=(9, 0, 1))
    write(log, "0", producer=(9, 0, 0))
    write(log, "1", producer=(9, 0, 1))
    assert values_of(read_all(log)) == ["0", "1"]


@pytest.mark.parametrize(
    "records", [*(records for records, _ in REFUSED.values()), bytes(batch_of("a"))]
)
def test_a_batch_that_tells_of_no_producer_is_refused_without_a_trace(records):
    log = open_log(new_disk(), FakeClock())
    log.refuse(memoryview(records))
    assert commit(log, "fine", producer=(3, 0, 7)) == 0


FATES = st.sampled_from(["written", "refused unseen", "no file", "no room", "no room for the rest"])


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 3), FATES), max_size=30))
def test_batches_in_flight_come_in_order_whatever_is_refused(turns):
    """A client as Java's: five in flight, and whatever fails is sent again in order."""
    filesystem = new_disk()
    log = open_log(filesystem, FakeClock(), LogConfig(segment_bytes=250))
    unsent, in_flight = list(range(8)), deque()

    def take_turn(count, fate):
        staged = []
        for _ in range(min(count, len(in_flight))):
            sequence = in_flight.popleft()
            records = batch_of(str(sequence), producer=(9, 0, sequence))
            if fate == "refused unseen":
                log.refuse(records)
                insort(unsent, sequence)
                continue
            try:
                staged.append((log.append(records, leader_epoch=1).last_offset, sequence))
            except OutOfOrderSequence:
                insort(unsent, sequence)
        if fate.startswith("no room"):
            filesystem.fail(int("rest" in fate), errno.ENOSPC, is_sticky=True, kinds=["write"])
        with suppress(StorageFull):
            log.write_staged(may_hold=fate != "no file")
        filesystem.heal()
        for last_offset, sequence in staged:
            if last_offset >= log.written_end_offset:
                insort(unsent, sequence)
        sync(log)

    for sends, takes, fate in [*turns, *[(5, 1, "written")] * 60]:
        for _ in range(min(sends, 5 - len(in_flight), len(unsent))):
            in_flight.append(unsent.pop(0))
        take_turn(takes, fate)
    assert (unsent, in_flight) == ([], deque())
    assert values_of(read_all(log)) == [str(at) for at in range(8)]


def test_a_changed_configuration_counts_from_the_next_batch():
    log = open_log(new_disk(), FakeClock())
    write(log, "a" * 100)
    log.config = LogConfig(max_message_bytes=100)
    with pytest.raises(MessageTooLarge):
        append(log, "a" * 100)
