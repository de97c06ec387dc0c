"""Indexes of large segments that are made anew elsewhere, while their log is served."""

from contextlib import suppress

import pytest

from engine.storage import segments as segments_module
from engine.storage.errors import ReadPutOff
from engine.storage.file_names import OFFSET_INDEX, TIME_INDEX
from engine.storage.log_config import LogConfig
from tests.support.clock import FAKE_EPOCH_MS, FakeClock
from tests.support.logs import (
    ORDERS,
    ORDERS_DIRECTORY,
    ORDERS_ID,
    checkpoint_all,
    commit,
    new_disk,
    new_partition,
    open_directory,
    read_all,
    values_of,
)

CONFIG = LogConfig(segment_bytes=700, index_interval_bytes=100)
BATCHES = 20


@pytest.fixture(autouse=True)
def every_segment_is_large(monkeypatch):
    monkeypatch.setattr(segments_module, "REBUILT_AT_ONCE_BYTES_MAX", 0)


def without_indexes():
    """A log in order but for its closed segments' indexes, and the rebuilds that it asks for."""
    clock = FakeClock()
    filesystem = new_disk(clock)
    directory = open_directory(filesystem, clock)
    log = new_partition(directory, CONFIG)
    for at in range(BATCHES):
        commit(log, str(at), timestamp_ms=FAKE_EPOCH_MS + at)
    bases = [info.base_offset for info in log.segments()][:-1]
    assert directory.close()
    for base in bases:
        for suffix in (OFFSET_INDEX, TIME_INDEX):
            filesystem.unlink(f"{ORDERS_DIRECTORY}/{base:020d}{suffix}")
    directory = open_directory(filesystem, clock)
    opening = directory.begin_opening(ORDERS, ORDERS_ID, CONFIG)
    opening.run()
    wanted = []
    opening.rebuild_elsewhere(wanted.append)
    return filesystem, directory, directory.end_opening(opening), wanted


def test_who_reads_is_put_off_until_the_index_is_there():
    _, _, log, wanted = without_indexes()
    with pytest.raises(ReadPutOff):
        log.read(0, 1000, end_offset=BATCHES)
    with pytest.raises(ReadPutOff):
        log.offset_for_timestamp(FAKE_EPOCH_MS + 1)
    assert {each.base_offset for each in wanted} == {0}
    last = log.log_end_offset - 1
    assert log.read(last, 1000, end_offset=BATCHES) is not None
    while wanted:
        rebuild = wanted.pop()
        rebuild.run()
        rebuild.end()
        with suppress(ReadPutOff):
            log.read(rebuild._segment.end_offset, 1000, end_offset=BATCHES)
    assert values_of(read_all(log)) == [str(at) for at in range(BATCHES)]
    assert log.offset_for_timestamp(FAKE_EPOCH_MS + 1).offset == 1


def test_what_was_made_is_saved_by_the_next_checkpoint():
    filesystem, directory, log, wanted = without_indexes()
    with pytest.raises(ReadPutOff):
        log.read(0, 1000, end_offset=BATCHES)
    (rebuild,) = wanted
    rebuild.run()
    rebuild.end()
    checkpoint_all(directory)
    assert filesystem.files[f"{ORDERS_DIRECTORY}/{0:020d}{OFFSET_INDEX}"].content


def test_damage_in_the_segment_is_found_and_told():
    filesystem, _, log, wanted = without_indexes()
    filesystem.files[f"{ORDERS_DIRECTORY}/{0:020d}.log"].content[70] ^= 0x40
    with pytest.raises(ReadPutOff):
        log.read(0, 1000, end_offset=BATCHES)
    (rebuild,) = wanted
    rebuild.run()
    rebuild.end()
    assert [(each.start_offset, each.end_offset) for each in log.damages] == [(1, 2)]


def test_a_segment_that_has_left_the_log_meanwhile_gets_nothing():
    _, _, log, wanted = without_indexes()
    with pytest.raises(ReadPutOff):
        log.read(0, 1000, end_offset=BATCHES)
    (rebuild,) = wanted
    (gone,) = (segment for segment in log._segments if segment.base_offset == 0)
    log._segments.drop_first(1)
    rebuild.run()
    rebuild.end()
    assert gone.offset_index is None


def test_it_may_be_given_up_between_two_batches():
    _, _, log, wanted = without_indexes()
    with pytest.raises(ReadPutOff):
        log.read(0, 1000, end_offset=BATCHES)
    (rebuild,) = wanted

    def give_up():
        raise InterruptedError

    with pytest.raises(InterruptedError):
        rebuild.run(give_up)
    assert not log.damages


def test_without_anybody_to_do_it_an_index_is_made_at_once():
    filesystem, directory, _, _ = without_indexes()
    filesystem.locked.clear()
    directory = open_directory(filesystem, FakeClock())
    log = directory.open_partition(ORDERS, ORDERS_ID, CONFIG)
    assert values_of(read_all(log)) == [str(at) for at in range(BATCHES)]
