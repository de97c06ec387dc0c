"""Damaged indexes, epochs and producers: they are derived, so damage costs time and nothing else.

Goal: with any one bit flipped, any file cut short, emptied, filled with zeros or removed, a start
after a clean end or a crash reads every record, by offset and by time, as if nothing had happened.
"""

from random import Random

import pytest

from engine.storage.file_names import (
    CHECKSUM,
    LEADER_EPOCHS,
    OFFSET_INDEX,
    SNAPSHOT,
    TIME_INDEX,
)
from engine.storage.log_config import LogConfig
from tests.support.clock import FAKE_EPOCH_MS, FakeClock
from tests.support.logs import (
    append,
    batch_of,
    checkpoint,
    new_disk,
    open_log,
    read_all,
    sync,
    values_of,
)

CONFIG = LogConfig(segment_bytes=1000, index_interval_bytes=120)
BATCHES = 40


class Written:
    """A log with times in and out of order, saved at 3/4 and at its end."""

    def __init__(self, seed=1):
        random = Random(seed)
        self.clock = FakeClock()
        self.filesystem = new_disk(self.clock)
        log = open_log(self.filesystem, self.clock, CONFIG)
        self.records = []
        for at in range(BATCHES):
            stamp = FAKE_EPOCH_MS + at * 4 + random.randint(-10, 10)
            values = [f"{at}.{n}" for n in range(random.randint(1, 3))]
            producer = (5, 0, len(self.records))
            append(log, *values, timestamp_ms=stamp, epoch=1 + at // 15, producer=producer)
            self.records += [(stamp + n, value) for n, value in enumerate(values)]
            log.write_staged()
            if at == BATCHES * 3 // 4:
                sync(log)
                checkpoint(log)
        sync(log)
        checkpoint(log)
        self.end_offset = log.log_end_offset
        self.last_batch = batch_of(*values, timestamp_ms=stamp, producer=producer)
        self.epoch_ends = [log.end_offset_for_epoch(epoch) for epoch in range(5)]

    def files(self, suffix):
        return sorted(path for path in self.filesystem.files if path.endswith(suffix))

    def assert_reads_all(self, filesystem, case):
        log = open_log(filesystem, self.clock, CONFIG, recovery_point=self.end_offset)
        for max_bytes in (100, 333, 5000):
            assert values_of(read_all(log, max_bytes=max_bytes)) == [v for _, v in self.records]
        assert log.damages == (), case
        latest = max(stamp for stamp, _ in self.records)
        for target in range(FAKE_EPOCH_MS - 12, latest + 2):
            expected = next((o for o, (t, _) in enumerate(self.records) if t >= target), None)
            found = log.offset_for_timestamp(target)
            assert (found and found.offset) == expected, f"{case}: {target}"
        found = log.max_timestamp_offset()
        assert found is not None
        assert found.timestamp_ms == latest, case
        assert [log.end_offset_for_epoch(epoch) for epoch in range(5)] == self.epoch_ends, case
        assert log.append(self.last_batch, leader_epoch=9).is_duplicate, case
        segment_maxima = [info.max_timestamp_ms for info in log.segments()]
        assert max(segment_maxima) == latest, case


DERIVED = [OFFSET_INDEX, TIME_INDEX, SNAPSHOT, LEADER_EPOCHS, LEADER_EPOCHS + CHECKSUM]


def test_nothing_is_wrong_without_damage():
    written = Written()
    assert all(written.files(suffix) for suffix in DERIVED)
    written.assert_reads_all(written.filesystem.copy(), "whole")


@pytest.mark.parametrize("suffix", DERIVED)
def test_a_missing_file_is_made_again(suffix):
    written = Written()
    for path in written.files(suffix):
        filesystem = written.filesystem.copy()
        del filesystem.files[path]
        written.assert_reads_all(filesystem, path)


@pytest.mark.parametrize("suffix", DERIVED)
def test_a_file_that_is_empty_zeros_or_cut_short_is_not_believed(suffix):
    written = Written()
    for path in written.files(suffix):
        size = len(written.filesystem.files[path].content)
        filesystem = written.filesystem.copy()
        filesystem.files[path].content[:] = bytes(size)
        written.assert_reads_all(filesystem, f"{path} zeros")
        for length in sorted({0, 1, size // 2, size - 12, size - 8, size - 1} - {size}):
            filesystem = written.filesystem.copy()
            del filesystem.files[path].content[max(0, length) :]
            written.assert_reads_all(filesystem, f"{path} cut to {length}")


@pytest.mark.parametrize("suffix", [OFFSET_INDEX, TIME_INDEX])
def test_a_flipped_bit_in_an_index_changes_no_answer(suffix):
    """Every byte of the last two segments and of the first one; the bit is drawn."""
    written = Written()
    random = Random(3)
    paths = written.files(suffix)
    for path in (paths[0], *paths[-2:]):
        for at in range(len(written.filesystem.files[path].content)):
            bit = random.randrange(8)
            filesystem = written.filesystem.copy()
            filesystem.files[path].content[at] ^= 1 << bit
            written.assert_reads_all(filesystem, f"{path} byte {at} bit {bit}")


@pytest.mark.parametrize("suffix", [SNAPSHOT, LEADER_EPOCHS, LEADER_EPOCHS + CHECKSUM])
def test_a_flipped_bit_in_producers_or_epochs_is_noticed(suffix):
    written = Written()
    random = Random(4)
    path = written.files(suffix)[-1]
    for at in range(0, len(written.filesystem.files[path].content), 3):
        bit = random.randrange(8)
        filesystem = written.filesystem.copy()
        filesystem.files[path].content[at] ^= 1 << bit
        written.assert_reads_all(filesystem, f"{path} byte {at} bit {bit}")
