"""The disk fails, or power does, at each step of a cleaning: the log is as before it, or as after.

Goal: whatever happens, a reader finds each record that may not go, at its offset, and none that was
not appended. Method: a log of several segments is cleaned on a disk in memory. Power is cut after
each of its operations, in the middle of the opening that follows as well; and each operation fails
once, or for ever.
"""

import errno
from random import Random

import pytest

from engine.storage.errors import StorageError
from engine.storage.file_names import CLEANED, DELETED, SWAP
from tests.support.clock import FAKE_EPOCH_MS, FakeClock
from tests.support.compaction import clean, compacted, put, records_of, table_of
from tests.support.logs import ORDERS_DIRECTORY, ROOT, checkpoint, new_disk, open_log
from tests.support.memory_filesystem import MemoryFileSystem
from tests.support.power_cut import power_cut

NOW = FAKE_EPOCH_MS
CONFIG = compacted(segment_bytes=700, index_interval_bytes=100)
MERGING = compacted(segment_bytes=1600, index_interval_bytes=100)
IMAGES = 8
PRODUCER = {"producer_id": 5, "producer_epoch": 0}


class Case:
    """A log that is about to be cleaned, and everything that it holds."""

    def __init__(self, seed=1):
        random = Random(seed)
        self.clock = FakeClock()
        self.filesystem = new_disk(self.clock)
        self.log = open_log(self.filesystem, self.clock, CONFIG)
        self.filesystem.sync_directory(ROOT)
        put(self.log, ("p", "p"), timestamp_ms=NOW, base_sequence=0, **PRODUCER)
        for value in range(30):
            key = random.choice("abcdef")
            put(self.log, (key, f"{value}" * random.randint(1, 20)), timestamp_ms=NOW + value)
            if value == 8:
                put(self.log, ("p", None), timestamp_ms=NOW, base_sequence=1, **PRODUCER)
                checkpoint(self.log)
        put(self.log, ("end", "e" * 600), timestamp_ms=NOW)
        put(self.log, ("end", "e" * 600), timestamp_ms=NOW)
        assert len(self.log.segments()) > 5
        self.records = records_of(self.log)
        self.begin = len(self.filesystem.journal)

    def clean(self):
        """Once, all of it; two segments or three become one."""
        self.log.config = MERGING
        return clean(self.log, NOW)

    def open(self, filesystem):
        """Open the log on another disk, as the next process would."""
        return open_log(filesystem, self.clock, CONFIG, recovery_point=self.log.recovery_point)

    def assert_holds(self, log):
        """It has what it must have, and can be written to."""
        found = records_of(log)
        by_offset = {record.offset: record for record in self.records}
        assert all(by_offset[record.offset] == record for record in found)
        assert table_of(found) == table_of(self.records)
        assert found[-1] == self.records[-1]
        assert log.log_end_offset == self.records[-1].offset + 1
        (producer,) = log.active_producers()
        assert producer.last_sequence == 1
        wanted_ms = NOW + 20
        late = next(record for record in found if record.timestamp_ms >= wanted_ms)
        assert log.offset_for_timestamp(wanted_ms).offset == late.offset

    def assert_opens(self, filesystem):
        """Open, check, write, and open once more; nothing half done is left."""
        log = self.open(filesystem)
        self.assert_holds(log)
        found = records_of(log)
        names = filesystem.list_directory(ORDERS_DIRECTORY)
        assert not [name for name in names if name.endswith((CLEANED, SWAP, DELETED))]
        assert put(log, ("new", "n"), timestamp_ms=NOW) == log.log_end_offset - 1
        log.close()
        assert records_of(self.open(filesystem))[:-1] == found


def assert_survives_power_cut(case, length, random):
    case.assert_opens(power_cut(case.filesystem, length, random))


def test_power_goes_after_any_operation_of_a_cleaning():
    case = Case()
    case.clean()
    assert len(records_of(case.log)) < len(case.records) / 2
    for length in range(case.begin, len(case.filesystem.journal) + 1):
        for image in range(IMAGES):
            assert_survives_power_cut(case, length, Random(f"{length}/{image}"))


@pytest.mark.parametrize("seed", range(2, 8))
def test_power_goes_at_some_moment_of_several_cleanings(seed):
    case = Case(seed)
    random = Random(seed)
    end = case.clean().end_offset
    put(case.log, ("a", "x" * 600), timestamp_ms=NOW)
    put(case.log, ("end", "e" * 600), timestamp_ms=NOW)
    case.records = [*case.records, *records_of(case.log)[-2:]]
    begin = len(case.filesystem.journal)
    clean(case.log, NOW, cleaned_end_offset=end)
    for _ in range(60):
        assert_survives_power_cut(case, random.randint(begin, len(case.filesystem.journal)), random)


def operations_of_a_cleaning():
    case = Case()
    before = case.filesystem.operations.total()
    case.clean()
    return case.filesystem.operations.total() - before


OPERATIONS = operations_of_a_cleaning()


@pytest.mark.parametrize("after", range(OPERATIONS))
def test_power_goes_while_the_log_is_opened_after_a_cleaning_was_interrupted(after):
    case = Case()
    case.filesystem.fail(after, errno.EIO, is_sticky=True)
    with pytest.raises((OSError, StorageError)):
        case.clean()
    case.filesystem.heal()
    died_at = len(case.filesystem.journal)
    case.log.close()
    case.assert_holds(case.open(case.filesystem))
    for length in range(died_at, len(case.filesystem.journal) + 1):
        for image in range(2):
            assert_survives_power_cut(case, length, Random(f"{after}/{length}/{image}"))


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC, errno.EMFILE, None])
def test_an_operation_that_fails_once_costs_a_cleaning_and_no_record(error):
    for after in range(OPERATIONS):
        case = Case()
        case.filesystem.fail(after, error)
        try:
            case.clean()
        except (OSError, StorageError):
            assert error is not None
        case.filesystem.heal()
        case.assert_holds(case.log)
        put(case.log, ("a", "later"), timestamp_ms=NOW)
        case.records.append(records_of(case.log)[-1])
        copy = MemoryFileSystem(case.clock)
        copy.directories |= case.filesystem.directories
        copy.files |= case.filesystem.files
        case.assert_opens(copy)
