"""Shorthand for tests that append to and read from logs."""

from collections.abc import Sequence
from contextlib import suppress
from random import Random
from typing import Any

from engine.kernel.ids import Offset, TopicId, TopicPartition
from engine.records.batch import split_batches
from engine.records.builder import NewRecord, build_batch
from engine.records.record import Record, iterate_records
from engine.storage.filesystem import FileSystem
from engine.storage.log_config import LogConfig
from engine.storage.log_directory import LogDirectory
from engine.storage.open_files import OpenFiles
from engine.storage.partition_log import PartitionLog
from engine.storage.segments import Segments
from tests.support.clock import FAKE_EPOCH_MS, FakeClock
from tests.support.entropy import SeededEntropy
from tests.support.memory_filesystem import MemoryFileSystem

ORDERS = TopicPartition("orders", 0)
ORDERS_ID = TopicId(b"orders-topic-id.")
ROOT = "/data"
ORDERS_DIRECTORY = f"{ROOT}/{ORDERS}"
EVERYTHING = 2**62


def new_disk(clock: FakeClock | None = None) -> MemoryFileSystem:
    """A file system with an empty data directory that is on disk."""
    filesystem = MemoryFileSystem(clock)
    filesystem.make_directory(ROOT)
    filesystem.sync_directory("")
    return filesystem


def open_directory(filesystem: FileSystem, clock: FakeClock, path: str = ROOT) -> LogDirectory:
    """The data directory of a test."""
    return LogDirectory.open(path, filesystem, clock, SeededEntropy(7), pid=42)


def new_partition(directory: LogDirectory, config: LogConfig | None = None) -> PartitionLog:
    """The log of `ORDERS`, made in a data directory."""
    directory.create_partitions([ORDERS], ORDERS_ID)
    return directory.open_partition(ORDERS, ORDERS_ID, config or LogConfig())


def open_log(
    filesystem: FileSystem,
    clock: FakeClock,
    config: LogConfig | None = None,
    *,
    recovery_point: Offset = 0,
    log_start_offset: Offset = 0,
    directory: str = ORDERS_DIRECTORY,
    was_cleaned: bool = False,
) -> PartitionLog:
    """A log without a data directory around it; makes the partition's directory if need be."""
    with suppress(FileExistsError):
        filesystem.make_directory(directory)
    config = config or LogConfig()
    segments = Segments(directory, filesystem, OpenFiles(filesystem), config.index_interval_bytes)
    segments.was_cleaned = was_cleaned
    return PartitionLog(
        ORDERS,
        ORDERS_ID,
        config,
        segments=segments,
        clock=clock,
        recovery_point=recovery_point,
        log_start_offset=log_start_offset,
    )


def batch_of(
    *values: str,
    timestamp_ms: int = FAKE_EPOCH_MS,
    key: bytes | None = None,
    producer: tuple[int, int, int] | None = None,
) -> memoryview:
    """A batch with one record per value; `producer` is (id, epoch, first sequence)."""
    producer_id, epoch, sequence = producer or (-1, -1, -1)
    records = [NewRecord(timestamp_ms + at, key, v.encode()) for at, v in enumerate(values)]
    return memoryview(
        build_batch(records, producer_id=producer_id, producer_epoch=epoch, base_sequence=sequence)
    )


def append(log: PartitionLog, *values: str, epoch: int = 1, **options: Any) -> Offset:
    """Append a batch without writing it; its base offset. Options are those of `batch_of`."""
    return log.append(batch_of(*values, **options), leader_epoch=epoch).base_offset


def write(log: PartitionLog, *values: str, **options: Any) -> Offset:
    """Append and write one batch; its base offset."""
    base_offset = append(log, *values, **options)
    log.write_staged()
    return base_offset


def sync(log: PartitionLog) -> None:
    """Make everything written durable."""
    ticket = log.begin_sync()
    ticket.run()
    log.end_sync(ticket)


def commit(log: PartitionLog, *values: str, **options: Any) -> Offset:
    """Append, write and sync one batch; its base offset."""
    base_offset = write(log, *values, **options)
    sync(log)
    return base_offset


def checkpoint_all(directory: LogDirectory) -> None:
    """Save what is derived of all open logs, and publish their recovery points.

    Raises CheckpointFailed.
    """
    checkpoint = directory.begin_checkpoint()
    checkpoint.run()
    directory.end_checkpoint(checkpoint)


def checkpoint(log: PartitionLog) -> None:
    """Save what is derived of one log, and move its recovery point."""
    job = log.begin_checkpoint()
    if job is not None:
        job.sync.run()
        job.save()
        log.end_checkpoint(job)


def records_in(content: bytes) -> list[Record]:
    """Every record of the batches in some bytes."""
    return [
        record for batch in split_batches(content) for record in iterate_records(batch, EVERYTHING)
    ]


def read_all(
    log: PartitionLog, offset: Offset | None = None, max_bytes: int = 1000
) -> list[Record]:
    """Every written record from an offset on, by as many reads as it takes."""
    at = log.log_start_offset if offset is None else offset
    found: list[Record] = []
    while True:
        region = log.read(at, max_bytes, end_offset=EVERYTHING)
        if region is None:
            return [record for record in found if record.offset >= (offset or 0)]
        found += records_in(region.read())
        assert region.next_offset == found[-1].offset + 1
        at = region.next_offset


def values_of(records: Sequence[Record]) -> list[str]:
    """The values as text."""
    return [(record.value or b"").decode() for record in records]


def some_text(random: Random, size_max: int = 300) -> str:
    """A value of some size."""
    return "x" * random.randint(0, size_max)
