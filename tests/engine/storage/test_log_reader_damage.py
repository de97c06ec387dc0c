"""Bits that flipped below the last checkpoint: found, told, never cut, and all else is readable.

Goal: no wrong byte is ever handed out, and at most the damaged batch is lost. Method: one bit is
flipped in each field of each batch of a log that was checkpointed; then the log is opened, every
offset is read with several limits, and what comes is compared with what was written.
"""

from dataclasses import replace

import pytest

from engine.records.batch import HEADER_SIZE, read_header
from engine.storage.batch_walk import walk_verified
from engine.storage.errors import StorageDamaged
from engine.storage.file_names import LOG
from engine.storage.log_config import CleanupPolicy, LogConfig
from tests.support.clock import FAKE_EPOCH_MS, FakeClock
from tests.support.logs import (
    EVERYTHING,
    ORDERS_DIRECTORY,
    append,
    checkpoint,
    commit,
    new_disk,
    open_log,
    sync,
)

CONFIG = LogConfig(segment_bytes=600, index_interval_bytes=150)
COMPACTED = LogConfig(
    segment_bytes=600,
    index_interval_bytes=150,
    cleanup_policy=frozenset({CleanupPolicy.COMPACT}),
)
FIELDS = {
    "base offset": 7,
    "base offset, far": 2,
    "base offset, beyond": 5,
    "length": 11,
    "length, far": 8,
    "leader epoch": 15,
    "magic": 16,
    "crc": 18,
    "attributes": 22,
    "last offset delta": 26,
    "base timestamp": 34,
    "max timestamp": 42,
    "producer id": 50,
    "base sequence": 56,
    "record count": 60,
    "body": HEADER_SIZE + 3,
}
COVERED_BY_CRC = {name for name, at in FIELDS.items() if at >= 17}


class Written:
    """A checkpointed log of several segments, and every batch of it as it was written."""

    def __init__(self, config=CONFIG, epochs=(1,)):
        self.config = config
        self.clock = FakeClock()
        self.filesystem = new_disk(self.clock)
        log = open_log(self.filesystem, self.clock, config)
        for at in range(14):
            values = [f"{at}.{n}" + "x" * (at * 13 % 50) for n in range(at % 3 + 1)]
            stamp = FAKE_EPOCH_MS + at * 10
            append(log, *values, timestamp_ms=stamp, key=b"k", epoch=epochs[at % len(epochs)])
            log.write_staged()
        sync(log)
        checkpoint(log)
        self.end_offset = log.log_end_offset
        self.batches = {}
        """Bytes by base offset."""
        self.places = {}
        """Path and position by base offset."""
        for segment in log._segments:
            file = self.filesystem.open(segment.path())
            for batch in walk_verified(file, 0, segment.size_bytes):
                base = batch.header.base_offset
                self.batches[base] = bytes(batch.content)
                self.places[base] = segment.path(), batch.position

    def opened(self, filesystem):
        return open_log(filesystem, self.clock, self.config, recovery_point=self.end_offset)

    def last_offset(self, base):
        return read_header(self.batches[base]).last_offset


def read_everything(log, written):
    """Compare every read with what was written; the offsets that are told to be damaged."""
    damaged = set()
    for max_bytes in (1, 200, 450, 10_000):
        for offset in range(written.end_offset):
            region = read_or_damage(log, offset, max_bytes)
            if isinstance(region, StorageDamaged):
                assert region.start_offset <= offset < region.end_offset
                damaged.add(offset)
                continue
            content = region.read()
            base = read_header(content).base_offset
            assert base <= offset <= written.last_offset(base)
            while content:
                expected = written.batches[base]
                assert content[: len(expected)] == expected
                content = content[len(expected) :]
                base = written.last_offset(base) + 1
            assert region.next_offset == base
    return damaged


def read_or_damage(log, offset, max_bytes):
    try:
        region = log.read(offset, max_bytes, end_offset=EVERYTHING)
    except StorageDamaged as damage:
        return damage
    assert region is not None, f"nothing at {offset}"
    return region


def flipped(written, base, field, bit=1):
    filesystem = written.filesystem.copy()
    path, position = written.places[base]
    filesystem.files[path].content[position + FIELDS[field]] ^= bit
    return filesystem


def log_sizes(filesystem):
    return {p: len(i.content) for p, i in filesystem.files.items() if p.endswith(LOG)}


def test_what_is_whole_is_read_as_it_was_written():
    written = Written()
    log = written.opened(written.filesystem)
    assert read_everything(log, written) == set()
    assert len(log.segments()) == 3


@pytest.mark.parametrize("field", FIELDS)
def test_a_flipped_bit_costs_its_batch_and_nothing_else(field):
    written = Written()
    for base in written.batches:
        filesystem = flipped(written, base, field)
        log = written.opened(filesystem)
        damaged = read_everything(log, written)
        own = set(range(base, written.last_offset(base) + 1))
        assert damaged == own, f"batch {base}"
        assert [(d.start_offset, d.end_offset) for d in log.damages] == [(base, max(own) + 1)]
        assert log.log_end_offset == written.end_offset
        assert log_sizes(filesystem).items() >= log_sizes(written.filesystem).items()


@pytest.mark.parametrize("field", sorted(COVERED_BY_CRC))
def test_a_flipped_bit_in_a_compacted_log_costs_its_batch_and_nothing_else(field):
    written = Written(COMPACTED)
    for base in written.batches:
        log = written.opened(flipped(written, base, field))
        own = set(range(base, written.last_offset(base) + 1))
        assert read_everything(log, written) == own, f"batch {base}"


@pytest.mark.parametrize("bit", [1, 16, 64])
def test_an_offset_far_beyond_the_end_in_a_compacted_log_costs_its_batch_and_nothing_else(bit):
    """The CRC leaves it out, and gaps may be there; what lies behind it is never cut for that."""
    written = Written(COMPACTED)
    for base in sorted(written.batches)[:-1]:
        filesystem = flipped(written, base, "base offset, beyond", bit)
        log = written.opened(filesystem)
        own = set(range(base, written.last_offset(base) + 1))
        assert read_everything(log, written) == own, f"batch {base}"
        assert log.log_end_offset == written.end_offset
        assert log_sizes(filesystem).items() >= log_sizes(written.filesystem).items()


@pytest.mark.parametrize("bit", [1, 2, 16, 128])
def test_a_flipped_leader_epoch_is_found_where_epochs_change(bit):
    written = Written(epochs=(1,) * 5 + (2,) * 5 + (7,) * 4)
    for base in written.batches:
        log = written.opened(flipped(written, base, "leader epoch", bit))
        own = set(range(base, written.last_offset(base) + 1))
        assert read_everything(log, written) == own, f"batch {base}"


def test_appending_goes_on_behind_damage_and_stays_readable():
    written = Written()
    last = max(written.batches)
    for base in written.batches:
        log = written.opened(flipped(written, base, "body"))
        assert commit(log, "new") == written.end_offset
        region = log.read(written.end_offset, 1000, end_offset=EVERYTHING)
        assert region is not None
        assert read_header(region.read()).base_offset == written.end_offset
        again = written.opened(log._segments.filesystem)
        assert again.log_end_offset == written.end_offset + 1
        if base != last:
            assert again.read(last, 10, end_offset=EVERYTHING) is not None


def test_damage_is_found_again_after_each_start():
    written = Written()
    base = sorted(written.batches)[4]
    filesystem = flipped(written, base, "crc")
    for _ in range(3):
        log = written.opened(filesystem)
        assert min(read_everything(log, written)) == base
        checkpoint(log)


def test_two_damaged_batches_are_told_apart():
    written = Written()
    for first, second in zip(sorted(written.batches), sorted(written.batches)[2:], strict=False):
        filesystem = flipped(written, first, "body")
        path, position = written.places[second]
        filesystem.files[path].content[position + FIELDS["crc"]] ^= 4
        log = written.opened(filesystem)
        own = {
            offset
            for base in (first, second)
            for offset in range(base, written.last_offset(base) + 1)
        }
        assert read_everything(log, written) == own


def test_a_block_that_was_copied_elsewhere_is_not_handed_out():
    """A misdirected write: whole batches with valid CRCs, but not those that belong there."""
    written = Written()
    bases = sorted(written.batches)
    for target in bases:
        for source in bases:
            if source == target or len(written.batches[source]) != len(written.batches[target]):
                continue
            filesystem = written.filesystem.copy()
            path, position = written.places[target]
            size = len(written.batches[target])
            filesystem.files[path].content[position : position + size] = written.batches[source]
            own = set(range(target, written.last_offset(target) + 1))
            assert read_everything(written.opened(filesystem), written) == own


def test_a_segment_that_was_swapped_for_another_is_not_handed_out():
    written = Written()
    paths = sorted({path for path, _ in written.places.values()})
    for at, path in enumerate(paths[:-1]):
        other = paths[at - 1] if at else paths[1]
        filesystem = written.filesystem.copy()
        filesystem.files[path].content[:] = filesystem.files[other].content
        own = {
            offset
            for base, place in written.places.items()
            if place[0] == path
            for offset in range(base, written.last_offset(base) + 1)
        }
        assert read_everything(written.opened(filesystem), written) == own


def test_a_read_ends_before_what_is_missing_at_the_end_of_a_closed_segment():
    """Who goes on where a read ended must not step over what was lost."""
    for config in (CONFIG, replace(CONFIG, index_interval_bytes=1)):
        written = Written(config)
        path = written.places[0][0]
        last = max(base for base, place in written.places.items() if place[0] == path)
        filesystem = written.filesystem.copy()
        del filesystem.files[path].content[written.places[last][1] :]
        region = written.opened(filesystem).read(0, 10_000, end_offset=EVERYTHING)
        assert region is not None
        assert region.next_offset == last


def test_bytes_missing_at_the_end_of_a_closed_segment_are_told():
    written = Written()
    path = written.places[0][0]
    inside = [base for base, place in written.places.items() if place[0] == path]
    last = max(inside)
    for length in (written.places[last][1], written.places[last][1] + 30):
        filesystem = written.filesystem.copy()
        del filesystem.files[path].content[length:]
        log = written.opened(filesystem)
        own = set(range(last, written.last_offset(last) + 1))
        assert read_everything(log, written) == own
        assert [(d.start_offset, d.end_offset) for d in log.damages] == [(last, max(own) + 1)]


def test_bytes_missing_before_the_recovery_point_leave_a_hole_that_is_told():
    """What was on disk is gone, so offsets go on behind it: none is given out twice."""
    written = Written()
    last = max(written.batches)
    path, position = written.places[last]
    for length in (position, position + 20):
        filesystem = written.filesystem.copy()
        del filesystem.files[path].content[length:]
        log = written.opened(filesystem)
        own = set(range(last, written.end_offset))
        assert [(d.start_offset, d.end_offset) for d in log.damages] == [(last, max(own) + 1)]
        assert read_everything(log, written) == own
        assert commit(log, "new") == written.end_offset
        again = written.opened(filesystem)
        assert read_everything(again, written) == own


def test_the_files_of_a_damaged_log_are_where_the_operator_left_them():
    written = Written()
    filesystem = flipped(written, 0, "body")
    names = {path for path in filesystem.files if path.startswith(ORDERS_DIRECTORY)}
    read_everything(written.opened(filesystem), written)
    assert names <= set(filesystem.files)
