"""A data directory that ended in order, what it holds, and what a broker makes of it once damaged.

Everything in it lies behind a checkpoint, so nothing may be cut away as a torn tail: what can be
read must be what was written, what cannot must be told, and nothing may be deleted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from engine.kernel.errors import EngineError
from engine.records.batch import read_header, split_batches
from engine.records.builder import NewRecord, build_batch
from engine.records.record import iterate_records
from engine.storage.batch_walk import walk_verified
from engine.storage.errors import StorageDamaged
from engine.storage.file_names import DELETED_DIRECTORY, LOG
from tests.reliability.cut_life import (
    GROUPS,
    TABLE,
    CutLife,
    GroupsNotLoaded,
    abandon,
    on_its_clock,
    open_broker,
    partition_of,
    serve,
)
from tests.reliability.evidence import Unrecognised, read_value
from tests.support.clock import FakeClock
from tests.support.group_broker import GroupBroker
from tests.support.logs import EVERYTHING, ROOT
from tests.support.memory_filesystem import MemoryFileSystem

STEPS = 60
READ_BYTES = 1000
UNSAVED_BATCHES = 3

Values = Mapping[int, bytes]
"""By offset."""


class WrittenBatch(NamedTuple):
    """Where a batch stands and which offsets it holds; the last is inclusive."""

    topic: str
    path: str
    position: int
    end_position: int
    base_offset: int
    last_offset: int

    @property
    def offsets(self) -> set[int]:
        return set(range(self.base_offset, self.last_offset + 1))


@dataclass
class Found:
    """What a broker made of a disk."""

    faults: list[str] = field(default_factory=list)
    unreadable: dict[str, set[int]] = field(default_factory=dict)
    """Of each topic the offsets that were refused as damaged."""
    refusals: list[str] = field(default_factory=list)
    """What would not start, open or load, by what it says."""

    @property
    def is_told(self) -> bool:
        return bool(self.refusals) or any(self.unreadable.values())


@dataclass
class Truth:
    """A disk without damage and all that it holds."""

    disk: MemoryFileSystem
    clock: FakeClock
    values: dict[str, dict[int, bytes]] = field(default_factory=dict)
    ends: dict[str, int] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    """What the groups had committed."""
    batches: list[WrittenBatch] = field(default_factory=list)

    def batches_of(self, path: str) -> list[WrittenBatch]:
        """The batches of one file, in order."""
        return [each for each in self.batches if each.path == path]


async def write_truth(seed: int) -> Truth:
    """Let a broker live and end in order; the same for the same seed."""
    life = CutLife(Random(seed))
    with on_its_clock(life.clock):
        await life.begin()
        for _ in range(STEPS):
            await life.step()
        await life.broker.shell.stop()
        await life.broker.topics.close()
        disk = life.disk.copy()
        broker = await open_broker(disk.copy(), life.clock)
        await serve(broker)
        truth = _truth_of(broker, [*life.topics], disk, life.clock)
        await abandon(broker)
    return truth


async def write_unsaved(saved: Truth) -> Truth:
    """The same disk with batches behind the last checkpoint, left by a process that died."""
    disk = saved.disk.copy()
    with on_its_clock(saved.clock):
        broker = await open_broker(disk, saved.clock)
        await serve(broker)
        for topic in saved.values:
            partition = partition_of(broker, topic)
            for number in range(UNSAVED_BATCHES):
                records = [
                    NewRecord(saved.clock.wall, b"unsaved %d" % at, b"%d.%d" % (number, at))
                    for at in range(2)
                ]
                batch = build_batch(records)
                partition.log.append(batch, leader_epoch=partition.leader_epoch)
                end_offset = partition.log.log_end_offset
                await broker.topics.commit.wait(partition, end_offset, len(batch))
        unsaved = _truth_of(broker, [*saved.values], disk.copy(), saved.clock)
        await abandon(broker)
    return unsaved


def _truth_of(
    broker: GroupBroker, topics: list[str], disk: MemoryFileSystem, clock: FakeClock
) -> Truth:
    truth = Truth(disk, clock)
    for topic in topics:
        truth.values[topic] = dict(_read(broker, topic, Found()))
        log = partition_of(broker, topic).log
        truth.ends[topic] = log.log_end_offset
        truth.batches += [
            batch
            for batch in _batches_of(topic, log.segments(), disk)
            if batch.last_offset >= log.log_start_offset
        ]
    truth.positions = _positions(broker)
    return truth


def _batches_of(topic: str, segments: list, disk: MemoryFileSystem) -> Iterator[WrittenBatch]:
    for info in segments:
        path = f"{ROOT}/{topic}-0/{info.base_offset:020}{LOG}"
        for batch in walk_verified(disk.open(path), 0, len(disk.files[path].content)):
            yield WrittenBatch(
                topic,
                path,
                batch.position,
                batch.end_position,
                batch.header.base_offset,
                batch.header.last_offset,
            )


async def inspect(truth: Truth, disk: MemoryFileSystem, moved: WrittenBatch | None = None) -> Found:
    """Start a broker on a damaged disk and compare all it tells with the truth.

    `moved` is a batch that may stand at other offsets, for nothing in it tells that they are wrong.
    """
    found = Found()
    sizes = _log_files(disk)
    with on_its_clock(truth.clock):
        try:
            broker = await open_broker(disk, truth.clock)
        except (EngineError, OSError) as error:
            found.refusals.append(f"start: {error}")
        else:
            found.refusals += broker.topics.directory.unreadable_files
            await _compare(truth, broker, found, moved)
            await abandon(broker)
    _look_for_deleted(truth, sizes, disk, found)
    return found


async def _compare(
    truth: Truth, broker: GroupBroker, found: Found, moved: WrittenBatch | None
) -> None:
    for topic, written in truth.values.items():
        values = dict(written)
        loose: set[bytes] = set()
        if moved is not None and moved.topic == topic:
            loose = {values.pop(offset, b"") for offset in moved.offsets}
        if broker.topics.metadata.catalogue.by_name(topic) is None:
            found.faults.append(f"{topic} is not there")
            continue
        try:
            served = dict(_read(broker, topic, found))
        except (EngineError, OSError) as error:
            found.refusals.append(f"{topic}: {error}")
            continue
        unreadable = found.unreadable.get(topic, set())
        start = min(values, default=0)
        for offset, value in served.items():
            # Where the log begins is told by one file alone; if that is lost, which is told, what
            # somebody deleted is there again.
            is_back = offset < start and found.refusals and _is_of_load(value)
            if values.get(offset) != value and value not in loose and not is_back:
                found.faults.append(f"{topic}@{offset}: served {value[:40]!r}")
        missing = values.keys() - served.keys() - unreadable
        if missing:
            found.faults.append(f"{topic}: {sorted(missing)} are gone and nothing tells it")
        log = partition_of(broker, topic).log
        if log.log_end_offset != truth.ends[topic] and not loose:
            found.faults.append(f"{topic}: ends at {log.log_end_offset}, not {truth.ends[topic]}")
        if unreadable and not log.damages:
            found.faults.append(f"{topic}: damage is not listed")
    try:
        await serve(broker)
    except (EngineError, GroupsNotLoaded) as error:
        found.refusals.append(f"groups: {error!r}")
        return
    positions = _positions(broker)
    if positions != truth.positions:
        found.faults.append(f"groups stand at {positions}, not at {truth.positions}")


def _read(broker: GroupBroker, topic: str, found: Found) -> Iterator[tuple[int, bytes]]:
    """Every record that can be read; what is refused goes into `found`."""
    log = partition_of(broker, topic).log
    at = log.log_start_offset
    while True:
        try:
            region = log.read(at, READ_BYTES, end_offset=EVERYTHING)
        except StorageDamaged as damage:
            if not damage.start_offset <= at < damage.end_offset:
                found.faults.append(f"{topic}@{at}: {damage}")
                return
            end = min(damage.end_offset, log.log_end_offset)
            found.unreadable.setdefault(topic, set()).update(range(at, end))
            at = damage.end_offset
            continue
        if region is None:
            return
        start = at
        for batch in split_batches(region.read()):
            for record in iterate_records(batch, EVERYTHING):
                if record.offset >= start:
                    yield record.offset, record.value or b""
            at = read_header(batch).last_offset + 1
        if not start < at == region.next_offset:
            found.faults.append(f"{topic}: a read from {start} to {at} says {region.next_offset}")
            return


def _is_of_load(value: bytes) -> bool:
    try:
        read_value(value)
    except Unrecognised:
        return False
    return True


def _positions(broker: GroupBroker) -> dict[str, int]:
    return {group: broker.positions(group).get(TABLE, {}).get(0, -1) for group in GROUPS}


def _log_files(disk: MemoryFileSystem) -> dict[str, int]:
    """The sizes of the files with records, but for those of deleted topics."""
    return {
        path: len(inode.content)
        for path, inode in disk.files.items()
        if path.endswith(LOG) and f"{DELETED_DIRECTORY}/" not in path
    }


def _look_for_deleted(
    truth: Truth, before: Mapping[str, int], disk: MemoryFileSystem, found: Found
) -> None:
    """Nothing that was written is removed, however damaged. What came behind it may be."""
    after = _log_files(disk)
    for path, size in _log_files(truth.disk).items():
        if after.get(path, 0) < min(size, before[path]):
            found.faults.append(f"{path} was {before[path]} bytes, is {after.get(path)}")
