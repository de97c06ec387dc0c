"""Finding records by time, compared with a scan."""

from random import Random

import pytest

from engine.records.compression import Compression
from engine.storage.errors import StorageDamaged
from engine.storage.log_config import LogConfig
from tests.support.clock import FakeClock
from tests.support.logs import ORDERS_DIRECTORY, checkpoint, commit, new_disk, open_log, read_all
from tests.support.running_engine import batch

CONFIG = LogConfig(segment_bytes=1000, index_interval_bytes=150)
START_MS = 1_000_000


def filled(random, *, jitter):
    """A log whose times grow with some jitter, its disk and its records."""
    clock = FakeClock()
    filesystem = new_disk(clock)
    log = open_log(filesystem, clock, CONFIG)
    for at in range(60):
        stamp = START_MS + at * 3 + random.randint(-jitter, jitter)
        commit(log, *["v"] * random.randint(1, 3), timestamp_ms=stamp, epoch=1 + at // 20)
    return filesystem, clock, log


def expected_at(records, target):
    found = next((record for record in records if record.timestamp_ms >= target), None)
    return None if found is None else (found.offset, found.timestamp_ms)


def answer(found):
    return None if found is None else (found.offset, found.timestamp_ms)


@pytest.mark.parametrize("jitter", [0, 5, 60])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("is_restarted", [False, True], ids=["running", "after a restart"])
def test_the_first_record_at_or_after_a_time_is_that_of_a_scan(jitter, seed, is_restarted):
    filesystem, clock, log = filled(Random(seed), jitter=jitter)
    if is_restarted:
        checkpoint(log)
        log = open_log(filesystem, clock, CONFIG, recovery_point=log.log_end_offset)
    records = read_all(log)
    for target in range(START_MS - 61, START_MS + 250):
        assert answer(log.offset_for_timestamp(target)) == expected_at(records, target)
    latest = max(record.timestamp_ms for record in records)
    assert answer(log.max_timestamp_offset()) == expected_at(records, latest)


@pytest.mark.parametrize("start", range(0, 100, 7))
def test_records_before_the_log_start_are_not_found(start):
    _, _, log = filled(Random(2), jitter=20)
    log.delete_records(start)
    records = [record for record in read_all(log) if record.offset >= start]
    for target in range(START_MS - 30, START_MS + 250, 3):
        assert answer(log.offset_for_timestamp(target)) == expected_at(records, target)


@pytest.mark.point(55, 57)
def test_a_record_inside_a_batch_is_found_with_its_own_time_and_epoch():
    log = open_log(new_disk(), FakeClock())
    commit(log, "a", "b", "c", timestamp_ms=1000, epoch=4)
    commit(log, "d", timestamp_ms=5000, epoch=6)
    found = log.offset_for_timestamp(1001)
    assert (found.offset, found.timestamp_ms, found.leader_epoch) == (1, 1001, 4)
    found = log.offset_for_timestamp(1003)
    assert (found.offset, found.timestamp_ms, found.leader_epoch) == (3, 5000, 6)


@pytest.mark.parametrize("codec", list(Compression))
def test_compressed_batches_are_opened(codec):
    log = open_log(new_disk(), FakeClock())
    log.append(batch(b"a", b"b", timestamp_ms=1000, compression=codec), leader_epoch=1)
    log.append(batch(b"c", b"d", timestamp_ms=2000, compression=codec), leader_epoch=1)
    log.write_staged()
    assert answer(log.offset_for_timestamp(1500)) == (2, 2000)
    assert answer(log.max_timestamp_offset()) == (2, 2000)


def test_a_time_behind_all_records_has_no_answer():
    _, _, log = filled(Random(1), jitter=5)
    assert log.offset_for_timestamp(START_MS + 10**6) is None


def test_records_without_a_time_are_never_found():
    log = open_log(new_disk(), FakeClock())
    commit(log, "a", timestamp_ms=-1)
    assert log.max_timestamp_offset() is None
    assert answer(log.offset_for_timestamp(0)) is None


def test_the_first_of_several_latest_records_is_the_latest():
    log = open_log(new_disk(), FakeClock(), CONFIG)
    for stamp in (1000, 9000, 2000, 9000, 3000):
        commit(log, "v" * 300, timestamp_ms=stamp)
    assert answer(log.max_timestamp_offset()) == (1, 9000)


def test_a_search_that_meets_damage_says_so_and_others_go_on():
    filesystem, clock, log = filled(Random(3), jitter=0)
    checkpoint(log)
    end = log.log_end_offset
    records = read_all(log)
    path = f"{ORDERS_DIRECTORY}/{0:020d}.log"
    position = 300
    filesystem.files[path].content[position] ^= 1
    log = open_log(filesystem, clock, CONFIG, recovery_point=end)
    unknown = set()
    for record in records:
        found = found_or_damage(log, record.timestamp_ms)
        if isinstance(found, StorageDamaged):
            assert found.start_offset <= record.offset
            unknown.add(record.offset)
        else:
            assert answer(found) == expected_at(records, record.timestamp_ms)
    (known,) = log.damages
    lost = set(range(known.start_offset, known.end_offset))
    assert lost
    assert lost <= unknown
    # The index interval behind the damage is reached by passing over it, what follows is not.
    assert len(unknown) < len(lost) + 5


def found_or_damage(log, target):
    try:
        return log.offset_for_timestamp(target)
    except StorageDamaged as damage:
        return damage
