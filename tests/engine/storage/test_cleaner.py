"""What cleaning leaves of a log: example by example, each read back as a consumer reads."""

import tracemalloc

import pytest

from engine.records.batch import read_header, stamp_crc
from engine.records.builder import NewRecord, build_batch
from engine.records.compression import Compression
from engine.records.control import ControlType, EndMarker, build_end_marker
from engine.records.validation import Origin
from engine.storage.batch_filter import RECORDS_PER_STEP
from engine.storage.cleaner import READ_BYTES, Cleaner
from engine.storage.errors import StorageDamaged
from engine.storage.log_config import LogConfig
from tests.support.clock import FAKE_EPOCH_MS, FakeClock
from tests.support.compaction import (
    clean,
    compacted,
    headers_of,
    look,
    pairs_of,
    put,
    records_of,
    table_of,
)
from tests.support.logs import ORDERS_DIRECTORY, checkpoint, new_disk, open_log, sync

DAY_MS = 86_400_000
NOW = FAKE_EPOCH_MS
FIRST_LOG = f"{ORDERS_DIRECTORY}/00000000000000000000.log"


def new_log(**settings):
    clock = FakeClock()
    filesystem = new_disk(clock)
    return open_log(filesystem, clock, compacted(**settings)), filesystem, clock


def reopened(filesystem, clock, log, **options):
    log.close()
    return open_log(filesystem, clock, log.config, **options)


def roll(log):
    """Close the active segment, as its age would."""
    log.config = compacted(segment_ms=1)
    assert log.roll_if_due(NOW + 1000)
    log.config = compacted()


@pytest.mark.point(106)
def test_the_last_value_of_each_key_stays_at_its_offset():
    log, _, _ = new_log()
    for round_ in range(6):
        put(log, ("a", f"a{round_}"), ("b", f"b{round_}"), timestamp_ms=NOW)
    put(log, ("c", "c"), timestamp_ms=NOW)
    roll(log)
    cleaning = clean(log, NOW)
    assert cleaning.end_offset == 13
    assert pairs_of(records_of(log)) == [(10, "a", "a5"), (11, "b", "b5"), (12, "c", "c")]
    assert cleaning.counts.records_dropped == 10


@pytest.mark.point(106)
def test_the_active_segment_is_left_alone():
    log, _, _ = new_log(segment_bytes=10_000)
    put(log, ("a", "1"), timestamp_ms=NOW)
    put(log, ("a", "2"), timestamp_ms=NOW)
    assert look(log, NOW).dirty_bytes == 0
    assert clean(log, NOW).segments_replaced == 0
    assert len(records_of(log)) == 2


@pytest.mark.point(106)
def test_what_is_not_stable_yet_is_left_alone():
    log, _, _ = new_log(segment_bytes=100)
    for value in "12345":
        put(log, ("a", value), timestamp_ms=NOW)
    roll(log)
    clean(log, NOW, stable_offset=3)
    assert [offset for offset, _, _ in pairs_of(records_of(log))] == [2, 3, 4]


def test_small_segments_become_one():
    log, filesystem, _ = new_log(segment_bytes=100)
    for value in "123456":
        put(log, (value, value), timestamp_ms=NOW)
    log.config = compacted(segment_bytes=10_000)
    roll(log)
    names = sorted(n for n in filesystem.list_directory("/data/orders-0") if n.endswith(".log"))
    assert len(names) == 7
    log.config = compacted(segment_bytes=10_000)
    clean(log, NOW)
    names = sorted(n for n in filesystem.list_directory("/data/orders-0") if n.endswith(".log"))
    assert names == ["00000000000000000000.log", "00000000000000000006.log"]
    assert len(records_of(log)) == 6


def test_a_cleaned_log_goes_on_and_opens_again():
    log, filesystem, clock = new_log()
    for value in range(20):
        put(log, ("a", str(value)), (f"k{value}", "x"), timestamp_ms=NOW + value)
    clean(log, NOW)
    put(log, ("a", "new"), timestamp_ms=NOW)
    expected = records_of(log)
    checkpoint(log)
    log = reopened(filesystem, clock, log, recovery_point=log.recovery_point)
    assert records_of(log) == expected
    assert put(log, ("z", "z"), timestamp_ms=NOW) == 41
    log = reopened(filesystem, clock, log)
    assert [*expected, records_of(log)[-1]] == records_of(log)


@pytest.mark.point(109)
def test_a_batch_keeps_its_offsets_and_sequences():
    log, _, _ = new_log()
    records = [("a", "1"), ("b", "1"), ("a", "2"), ("c", "1")]
    put(log, *records, timestamp_ms=NOW, producer_id=7, producer_epoch=0, base_sequence=5)
    put(log, ("c", "2"), timestamp_ms=NOW)
    put(log, *[(str(each), "x" * 40) for each in range(5)], timestamp_ms=NOW)
    roll(log)
    clean(log, NOW)
    header = headers_of(log)[0]
    assert (header.base_offset, header.last_offset) == (0, 3)
    assert (header.base_sequence, header.last_sequence) == (5, 8)
    assert header.record_count == 2
    assert pairs_of(records_of(log))[:2] == [(1, "b", "1"), (2, "a", "2")]


@pytest.mark.point(108)
def test_the_last_batch_of_a_producer_stays_without_records():
    log, filesystem, clock = new_log()
    sequences = {"producer_id": 7, "producer_epoch": 3}
    put(log, ("a", "1"), timestamp_ms=NOW, base_sequence=0, **sequences)
    put(log, ("a", "2"), ("b", "2"), timestamp_ms=NOW, base_sequence=1, **sequences)
    put(log, ("a", "3"), ("b", "3"), timestamp_ms=NOW)
    put(log, ("z", "z" * 300), timestamp_ms=NOW)
    roll(log)
    clean(log, NOW)
    empty = [header for header in headers_of(log) if header.producer_id == 7]
    assert [(h.base_offset, h.last_offset, h.record_count) for h in empty] == [(1, 2, 0)]
    log = reopened(filesystem, clock, log)
    (producer,) = log.active_producers()
    assert (producer.producer_id, producer.producer_epoch, producer.last_sequence) == (7, 3, 2)
    put(log, ("a", "4"), timestamp_ms=NOW, base_sequence=3, **sequences)


@pytest.mark.parametrize("codec", list(Compression))
def test_compressed_batches_stay_compressed(codec):
    log, _, _ = new_log(segment_bytes=1000)
    put(log, *[(f"k{n}", "x" * 60) for n in range(9)], timestamp_ms=NOW, compression=codec)
    put(log, *[(f"k{n}", "y" * 60) for n in range(0, 9, 2)], timestamp_ms=NOW)
    put(log, ("z", "z" * 300), timestamp_ms=NOW)
    roll(log)
    clean(log, NOW)
    assert headers_of(log)[0].compression is codec
    assert [key for _, key, _ in pairs_of(records_of(log))[:4]] == ["k1", "k3", "k5", "k7"]


@pytest.mark.point(107)
def test_a_tombstone_stays_for_its_time_from_the_first_cleaning():
    log, _, _ = new_log(delete_retention_ms=DAY_MS)
    put(log, ("a", "1"), timestamp_ms=NOW)
    put(log, ("a", None), ("b", "2"), timestamp_ms=NOW)
    put(log, ("z", "z" * 300), timestamp_ms=NOW)
    roll(log)
    first = NOW + 30 * DAY_MS
    end = clean(log, first).end_offset
    assert pairs_of(records_of(log))[:2] == [(1, "a", None), (2, "b", "2")]
    assert headers_of(log)[0].delete_horizon_ms == first + log.config.delete_retention_ms
    assert [r.timestamp_ms for r in records_of(log)[:2]] == [NOW, NOW]
    clean(log, first + DAY_MS - 1, cleaned_end_offset=end)
    assert pairs_of(records_of(log))[0] == (1, "a", None)
    clean(log, first + DAY_MS, cleaned_end_offset=end)
    assert pairs_of(records_of(log))[0] == (2, "b", "2")


def test_a_clock_that_is_not_trusted_takes_no_tombstone_and_sets_no_horizon():
    log, _, _ = new_log(delete_retention_ms=DAY_MS)
    put(log, ("a", "1"), timestamp_ms=NOW)
    put(log, ("a", None), timestamp_ms=NOW)
    put(log, ("z", "z" * 300), timestamp_ms=NOW)
    roll(log)
    clean(log, None)
    assert pairs_of(records_of(log))[0] == (1, "a", None)
    assert headers_of(log)[0].delete_horizon_ms is None
    clean(log, NOW)
    assert headers_of(log)[0].delete_horizon_ms == NOW + DAY_MS
    clean(log, None)
    assert pairs_of(records_of(log))[0] == (1, "a", None)


def test_a_timestamp_that_cannot_carry_a_horizon_keeps_its_tombstone():
    log, _, _ = new_log()
    put(log, ("a", None), timestamp_ms=-(2**63))
    put(log, ("z", "z" * 300), timestamp_ms=NOW)
    roll(log)
    clean(log, NOW)
    assert headers_of(log)[0].delete_horizon_ms is None
    assert records_of(log)[0].timestamp_ms == -(2**63)


def test_records_without_a_key_go_as_in_kafka():
    log, _, _ = new_log()
    log.config = LogConfig(segment_bytes=400)
    log.append(build_batch([NewRecord(NOW, None, b"old")]), leader_epoch=1)
    log.write_staged()
    sync(log)
    log.config = compacted()
    put(log, ("z", "z" * 300), timestamp_ms=NOW)
    roll(log)
    cleaning = clean(log, NOW)
    assert cleaning.counts.keyless_records == 1
    assert [key for _, key, _ in pairs_of(records_of(log))] == ["z"]


def test_a_batch_that_lies_about_its_offsets_is_kept_as_it_is():
    log, _, _ = new_log()
    batch = build_batch([NewRecord(NOW, b"a", b"1"), NewRecord(NOW, b"b", b"1")])
    lying = bytearray(batch)
    at = bytes(lying).rindex(b"\x02" + b"\x02b")
    lying[at] = 0x40
    stamp_crc(lying)
    log.append(memoryview(lying), leader_epoch=1, origin=Origin.COORDINATOR)
    log.write_staged()
    sync(log)
    put(log, ("a", "2"), ("b", "2"), timestamp_ms=NOW)
    put(log, ("z", "z" * 300), timestamp_ms=NOW)
    roll(log)
    cleaning = clean(log, NOW)
    assert cleaning.counts.unreadable_batches == 1
    assert headers_of(log)[0].record_count == 2
    assert table_of(records_of(log)) == {b"a": b"2", b"b": b"2", b"z": b"z" * 300}


@pytest.mark.parametrize("at", [0, 7, 8, 11, 16, 17, 21, 26, 35, 57, 60, 61, 70])
def test_damage_stops_a_cleaning_before_anything_has_changed(at):
    """A bit of each field but the leader epoch, for which nothing vouches."""
    log, filesystem, _ = new_log()
    for value in range(20):
        put(log, ("a", str(value)), timestamp_ms=NOW)
    second = read_header(filesystem.files[FIRST_LOG].content).size_bytes
    filesystem.files[FIRST_LOG].content[second + at] ^= 1 << at % 8
    before = {name: bytes(inode.content) for name, inode in filesystem.files.items()}
    with pytest.raises(StorageDamaged):
        clean(log, NOW)
    left = {name: bytes(inode.content) for name, inode in filesystem.files.items()}
    assert {n: c for n, c in left.items() if not n.endswith(".cleaned")} == before


def test_few_keys_at_a_time_lead_to_the_same_log_in_more_rounds():
    log, _, _ = new_log()
    for round_ in range(5):
        for key in "abcdefgh":
            put(log, (key, f"{key}{round_}"), timestamp_ms=NOW)
    expected = table_of(records_of(log))
    end, rounds = 0, 0
    while look(log, NOW, cleaned_end_offset=end).dirty_bytes:
        further = clean(log, NOW, cleaned_end_offset=end, key_bytes=3 * 160).end_offset
        assert further > end
        end, rounds = further, rounds + 1
        assert table_of(records_of(log)) == expected
    assert rounds > 3
    clean(log, NOW)
    assert len(records_of(log)) < 16


def transactional(log, key, value, producer_id):
    batch = build_batch(
        [NewRecord(NOW, key, value)],
        producer_id=producer_id,
        producer_epoch=0,
        base_sequence=0,
        is_transactional=True,
    )
    log.append(memoryview(batch), leader_epoch=1, origin=Origin.COORDINATOR)
    log.write_staged()
    sync(log)


def end_transaction(log, control_type, producer_id):
    marker = build_end_marker(
        EndMarker(control_type, 0), timestamp_ms=NOW, producer_id=producer_id, producer_epoch=0
    )
    log.append(memoryview(marker), leader_epoch=1, origin=Origin.COORDINATOR)
    log.write_staged()
    sync(log)


@pytest.mark.point(108)
def test_records_of_an_aborted_transaction_go_and_make_nothing_outdated():
    log, _, _ = new_log()
    put(log, ("a", "1"), timestamp_ms=NOW)
    transactional(log, b"a", b"aborted", 9)
    end_transaction(log, ControlType.ABORT, 9)
    transactional(log, b"b", b"committed", 8)
    end_transaction(log, ControlType.COMMIT, 8)
    put(log, ("z", "z" * 300), timestamp_ms=NOW)
    roll(log)
    clean(log, NOW)
    assert pairs_of(records_of(log))[:2] == [(0, "a", "1"), (3, "b", "committed")]


def test_a_transaction_that_ends_behind_the_cleaned_part_is_known_to_be_aborted():
    log, _, _ = new_log(segment_bytes=200)
    put(log, ("a", "1"), timestamp_ms=NOW)
    transactional(log, b"a", b"aborted", 9)
    put(log, ("b", "b" * 100), timestamp_ms=NOW)
    end_transaction(log, ControlType.ABORT, 9)
    clean(log, NOW, stable_offset=3)
    assert [(offset, key) for offset, key, _ in pairs_of(records_of(log))] == [(0, "a"), (2, "b")]


def markers_of(log):
    return [header.base_offset for header in headers_of(log) if header.is_control]


@pytest.mark.point(108)
def test_a_marker_stays_while_its_transaction_has_batches_and_then_as_a_tombstone_does():
    log, _, _ = new_log(segment_bytes=300, delete_retention_ms=DAY_MS)
    transactional(log, b"a", b"1", 9)
    end_transaction(log, ControlType.COMMIT, 9)
    transactional(log, b"q", b"1", 9)
    end_transaction(log, ControlType.COMMIT, 9)
    put(log, ("y", "y" * 200), timestamp_ms=NOW)
    roll(log)
    end = clean(log, NOW).end_offset
    assert markers_of(log) == [1, 3]
    put(log, ("a", "2"), timestamp_ms=NOW)
    put(log, ("z", "z" * 200), timestamp_ms=NOW)
    roll(log)
    end = clean(log, NOW, cleaned_end_offset=end).end_offset
    assert markers_of(log) == [1, 3], "its batch was seen in this cleaning"
    end = clean(log, NOW, cleaned_end_offset=end).end_offset
    assert [h.delete_horizon_ms for h in headers_of(log) if h.is_control] == [NOW + DAY_MS, None]
    clean(log, NOW + DAY_MS, cleaned_end_offset=end)
    assert markers_of(log) == [3]


def test_offsets_that_cleaning_left_out_are_no_damage_once_the_topic_is_not_compacted_any_more():
    log, filesystem, clock = new_log(segment_bytes=300)
    for _ in range(12):
        put(log, ("a", "x" * 100), timestamp_ms=NOW)
    put(log, ("z", "z" * 200), timestamp_ms=NOW)
    put(log, ("z", "z" * 200), timestamp_ms=NOW)
    clean(log, NOW)
    expected = records_of(log)
    log.config = LogConfig(segment_bytes=300)
    assert records_of(log) == expected
    log = reopened(filesystem, clock, log, was_cleaned=True)
    assert records_of(log) == expected
    assert not log.damages


def test_a_large_batch_is_looked_at_in_small_steps():
    """Who drives the cleaner can rest after each: a thread that computes on keeps others waiting.

    Each record is found in its batch, and then looked up or noted: two passes in both halves.
    """
    count = 3000
    log, _, _ = new_log(segment_bytes=10**6)
    put(log, *((f"k{at}", "v") for at in range(count)), timestamp_ms=NOW)
    put(log, ("k0", "v"), timestamp_ms=NOW)
    roll(log)
    cleaner = Cleaner(log.cleaning.begin(look(log, NOW)), 1 << 20, NOW)
    assert sum(1 for _ in cleaner.index()) > 2 * count / RECORDS_PER_STEP
    (group,) = cleaner.groups()
    assert sum(1 for _ in cleaner.rewrite(group)) > 2 * count / RECORDS_PER_STEP


def test_a_slow_cleaning_holds_little_of_what_it_reads():
    log, _, _ = new_log(segment_bytes=4 * 10**6)
    for at in range(40):
        put(log, (f"k{at}", "x" * 50_000), timestamp_ms=NOW)
    roll(log)
    cleaner = Cleaner(log.cleaning.begin(look(log, NOW)), 1 << 20, NOW)
    tracemalloc.start()
    try:
        held = [tracemalloc.get_traced_memory()[0] for _ in cleaner.index()]
    finally:
        tracemalloc.stop()
    assert max(held) < 2 * READ_BYTES
