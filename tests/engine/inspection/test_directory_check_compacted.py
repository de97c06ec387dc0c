"""Checking a directory whose logs are compacted, whenever the compaction was interrupted."""

import pytest

from engine.inspection.directory_check import DirectoryCheck
from engine.inspection.finding import Finding, Weight
from engine.storage.cleaner import CleanedSegment, Cleaner
from engine.storage.log_directory import LogDirectory
from engine.storage.partition_log import PartitionLog
from tests.support.clock import FAKE_EPOCH_MS, FakeClock
from tests.support.compaction import KEY_BYTES, clean, compacted, finished, look, put
from tests.support.logs import ORDERS, ORDERS_ID, ROOT, new_disk, open_directory
from tests.support.memory_filesystem import MemoryFileSystem

CONFIG = compacted(index_interval_bytes=1)


class Compacted:
    """A directory with a log of several segments in which most records are outdated."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.filesystem = new_disk(self.clock)
        self.directory: LogDirectory = open_directory(self.filesystem, self.clock)
        self.directory.create_partitions([ORDERS], ORDERS_ID)
        self.log: PartitionLog = self.directory.open_partition(ORDERS, ORDERS_ID, CONFIG)
        for number in range(12):
            put(
                self.log,
                ("key", f"{number}"),
                (f"{number}", "v"),
                # The first is the latest of all by its time, and is left empty.
                timestamp_ms=FAKE_EPOCH_MS + (1000 if number == 1 else number),
                producer_id=number,
                producer_epoch=0,
                base_sequence=0,
            )
        self.directory.cleaned.note(ORDERS, 0)
        self.directory.cleaned.publish()

    def rewritten(self) -> CleanedSegment:
        """The first group, cleaned and on disk, and not yet in its place."""
        cleaner = Cleaner(
            self.log.cleaning.begin(look(self.log, self.clock.wall)), KEY_BYTES, self.clock.wall
        )
        finished(cleaner.index())
        return finished(cleaner.rewrite(cleaner.groups()[0]))

    def findings(self) -> list[Finding]:
        return findings(self.directory, self.filesystem)


def findings(directory: LogDirectory, filesystem: MemoryFileSystem) -> list[Finding]:
    """What a check says once the process is gone."""
    filesystem.locked.clear()
    return list(DirectoryCheck(filesystem, directory.path).run())


def test_cleaned_log_has_no_findings() -> None:
    compaction = Compacted()
    assert clean(compaction.log, compaction.clock.wall).segments_replaced > 1
    assert compaction.directory.close()

    assert compaction.findings() == []


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_compaction_that_was_interrupted_is_no_damage(steps: int) -> None:
    compaction = Compacted()
    made = compaction.rewritten()
    for step in (made.swap.commit, made.swap.take_places)[:steps]:
        step()

    found = compaction.findings()

    assert {each.weight for each in found} == {Weight.NOTICE}
    told = [each.path for each in found if "compaction was under way" in each.what]
    assert told == ([f"{ORDERS}/{0:020d}.log.swap"] if steps else [])
    assert len(found) == (2 if steps else 1)


def test_flipped_bit_in_a_segment_that_waits_for_its_place_is_damage() -> None:
    compaction = Compacted()
    made = compaction.rewritten()
    made.swap.commit()
    made.swap.take_places()
    compaction.filesystem.files[f"{ROOT}/{ORDERS}/{0:020d}.log.swap"].content[80] ^= 1

    assert Weight.DAMAGE in {each.weight for each in compaction.findings()}
