"""What the broker does to its logs by itself: checkpoints, retention, freeing of deleted files.

- A checkpoint round saves what is derived of each log that has changed and publishes recovery
  points and log starts, so that a start after a crash reads little; it comes before its time when
  much was appended. Damage found since the last round is told.
- A retention round rolls segments that are due and takes expired and excess ones out of their logs.
  A log that is not open is opened only if its files tell that something may have to go.
- A compaction round cleans what is due (`engine.broker.compaction`).
- Memory that was freed goes back to the system, so that a burst is not paid for ever after.
- Deleted files keep their bytes for `file.delete.delay.ms`, as in Kafka, unless the disk is full;
  what a stop leaves is freed by the next start.

Logs are touched on the loop thread; whatever waits for the disk runs in one thread of its own.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Protocol, TypeVar

from engine.broker.broker_settings import BrokerSettings
from engine.broker.catalogue import Catalogue
from engine.broker.compaction import Compaction
from engine.broker.damage_watch import DamageWatch
from engine.broker.disk_reserve import DiskReserve
from engine.broker.intervals import Intervals, Seconds
from engine.broker.metadata_log import MetadataLog
from engine.broker.partition import Partition
from engine.broker.partitions import Partitions, PartitionUnavailable
from engine.config.engine_config import EngineConfig
from engine.kernel.allocator import give_back
from engine.kernel.clock import ThreadClock
from engine.kernel.clock_guard import ClockGuard
from engine.kernel.event_log import EventLog
from engine.kernel.ids import TopicPartition
from engine.kernel.tasks import Tasks
from engine.metrics import catalogue as metrics
from engine.metrics.registry import Registry
from engine.storage.errors import CheckpointFailed, StorageError
from engine.storage.log_config import LogConfig
from engine.storage.log_directory import LogDirectory
from engine.storage.partition_log import PartitionLog
from engine.storage.segment_deletion import SegmentDeletion
from engine.storage.spare_room import SPARE_BYTES

T = TypeVar("T")

CHECKPOINT_BYTES = 256 * 1024 * 1024
"""Bytes appended after which a checkpoint comes before its time: what a start after a crash has to
read, write again and sync stays less than a disk takes in about a second."""

CHECKPOINT_LOGS = 256
"""Logs of one part of a checkpoint, all of which are looked at in one go of the loop."""

FILES_SHARE = 10
"""The part of the files of logs that one part of a checkpoint may keep open until it has ended: one
in so many, since each log keeps its unsynced file."""

CHECKPOINT_LOOK_S = 1.0
"""Time between two looks whether so much was appended."""

FIRST_RETENTION_S = 30.0
"""Time from the start to the first retention round, if the interval is not shorter (Kafka's)."""

MEMORY_ROUND_S = 60.0
"""Time between two returns of freed memory."""

PARTITIONS_PER_TURN = 100
"""Partitions that retention looks at before the loop serves others."""


class Deletion(Protocol):
    """Files that have lost their names and are to lose their bytes."""

    def unlink(self) -> None:
        """Free the bytes. Any thread; blocks. Raises OSError."""
        ...


class _Discarded(NamedTuple):
    """Files that lose their bytes when a timer has run out."""

    deletions: Sequence[Deletion]
    timer: asyncio.TimerHandle


class Maintenance:
    """The rounds of one data directory. Loop thread only."""

    def __init__(
        self,
        directory: LogDirectory,
        catalogue: Catalogue,
        partitions: Partitions,
        metadata_log: MetadataLog,
        *,
        settings: BrokerSettings,
        clock: ThreadClock,
        guard: ClockGuard,
        reserve: DiskReserve,
        events: EventLog,
        registry: Registry,
    ) -> None:
        self._directory = directory
        self._catalogue = catalogue
        self._partitions = partitions
        self._metadata_log = metadata_log
        self._settings = settings
        self._intervals = Intervals(settings)
        self._events = events
        self._guard = guard
        self._reserve = reserve
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="kconsole-maintenance")
        self._damage = DamageWatch(directory, events)
        self._undated_segments = 0
        self._is_stopping = False
        registry.watch(metrics.CLOCK_UNCONFIRMED, lambda: [((), float(guard.is_unconfirmed))])
        registry.watch(metrics.SEGMENTS_UNDATED, lambda: [((), float(self._undated_segments))])
        self._failed_rounds = registry.counter(metrics.FAILED_ROUNDS)
        self._appended_bytes = registry.counter(metrics.APPENDED_BYTES)
        self._saved_bytes = 0
        self._checkpoint_s = 0.0
        """When the last checkpoint round began, by the loop's time."""
        self._names_turn = asyncio.Lock()
        """Held by who saves what belongs to segments, removes segments or replaces them."""
        self._checkpoint_turn = asyncio.Lock()
        self._numbers = itertools.count()
        self._delayed: dict[int, _Discarded] = {}
        self._tasks = Tasks(lambda name, error: events.error("task_failed", error, task=name))
        self.compaction = Compaction(
            directory,
            catalogue,
            partitions,
            settings=settings,
            clock=clock,
            trusted_now_ms=self._guard.trusted_now_ms,
            names_turn=self._names_turn,
            discard=self.discard,
            events=events,
            registry=registry,
        )

    def start(self) -> None:
        """Begin the rounds, and free what the last process left. Needs a running loop."""
        self.discard(self._directory.leftovers, 0)
        self._checkpoint_s = asyncio.get_running_loop().time()
        self._thread.submit(self._keep_room)
        self._spawn_rounds("checkpoints", _look_s, _look_s, self._checkpoint_round)
        self._spawn_rounds("retention", _first_retention_s, _retention_s, self.retain)
        self._spawn_rounds("memory", _memory_s, _memory_s, self._memory_round)
        if self._settings.current.log_cleaner_enable:
            self._spawn_rounds("compaction", _backoff_s, _backoff_s, self.compaction.clean_due)

    async def stop(self) -> None:
        """End the rounds; what is running off the loop finishes first, but begins with no more."""
        self._is_stopping = True
        if self._directory.running is not None:
            self._directory.running.give_up()
        self.compaction.cancel()
        await self._tasks.close()
        self.compaction.close()
        self._save_time()
        for discarded in self._delayed.values():
            discarded.timer.cancel()
        self._thread.shutdown(wait=True)

    def discard(self, deletions: Sequence[Deletion], delay_ms: int) -> None:
        """Free the bytes of deleted files after so many milliseconds, in the background."""
        if not deletions:
            return
        number = next(self._numbers)
        timer = asyncio.get_running_loop().call_later(delay_ms / 1000, self._due, number)
        self._delayed[number] = _Discarded(deletions, timer)

    def free_now(self) -> None:
        """Free the bytes of all deleted files without delay: who reads them has them open."""
        while self._delayed:
            discarded = self._delayed.popitem()[1]
            discarded.timer.cancel()
            self._thread.submit(self._unlink, discarded.deletions)

    def _due(self, number: int) -> None:
        self._thread.submit(self._unlink, self._delayed.pop(number).deletions)

    async def checkpoint(self) -> None:
        """Put recovery points and log starts on disk. Raises CheckpointFailed."""
        async with self._checkpoint_turn:
            logs = self._directory.open_logs()
            at_once = max(1, min(CHECKPOINT_LOGS, self._directory.open_files_max // FILES_SHARE))
            parts = [logs[at : at + at_once] for at in range(0, len(logs), at_once)]
            failures = [await self._save(part) for part in parts]
            async with self._names_turn:
                last = self._directory.begin_checkpoint(())
                await self._off_loop(last.publish)
                self._directory.end_checkpoint(last)
        if told := [str(failure) for failure in failures if failure is not None]:
            raise CheckpointFailed("; ".join(told))

    async def _save(self, logs: Sequence[PartitionLog]) -> CheckpointFailed | None:
        """Save some logs, whose recovery points are published later."""
        async with self._names_turn:
            checkpoint = self._directory.begin_checkpoint(logs)
            await self._off_loop(checkpoint.save_logs)
            try:
                self._directory.end_checkpoint(checkpoint)
            except CheckpointFailed as error:
                return error
        return None

    async def retain(self) -> None:
        """One retention round over all partitions."""
        now_ms = self._guard.trusted_now_ms()
        undated_segments = 0
        for count, (name, config) in enumerate(self._known_partitions(), start=1):
            partition = await self._to_retain(name, config, now_ms)
            if partition is not None:
                async with self._names_turn:
                    undated_segments += await self._retain_one(partition, now_ms)
            if count % PARTITIONS_PER_TURN == 0:
                await asyncio.sleep(0)
        if now_ms is not None:
            self._undated_segments = undated_segments
        deletion = self._metadata_log.retain()
        if deletion is not None:
            await self._remove_segments(deletion, 0)

    def _known_partitions(self) -> Iterable[tuple[TopicPartition, LogConfig]]:
        for topic in self._catalogue.topics():
            config = self._partitions.log_config(topic)
            for index in range(len(topic.partitions)):
                yield TopicPartition(topic.name, index), config

    async def _to_retain(
        self, name: TopicPartition, config: LogConfig, now_ms: int | None
    ) -> Partition | None:
        """The partition, if it is open, or may have anything to remove and can be opened."""
        partition = self._partitions.opened_one(*name)
        if partition is not None:
            return partition
        try:
            if not self._directory.glance(name).may_lose_segments(config, now_ms):
                return None
            return await self._partitions.ready(*name)
        except (PartitionUnavailable, OSError) as error:
            self._events.limited("retention_failed", partition=str(name), why=str(error))
            return None

    async def _retain_one(self, partition: Partition, now_ms: int | None) -> int:
        """Take out of a log what is due; how many of its segments nothing tells the age of."""
        log, name = partition.log, str(partition.topic_partition)
        try:
            if now_ms is not None:
                log.roll_if_due(now_ms)
            result = log.apply_retention(now_ms, partition.high_watermark)
        except StorageError as error:
            self._events.limited("retention_failed", partition=name, why=str(error))
            return 0
        if result.undated_segments:
            self._events.limited(
                "segments_undated", partition=name, segments=result.undated_segments
            )
        if result.deletion is None:
            return result.undated_segments
        self._events.info(
            "segments_removed",
            partition=name,
            segments=result.deleted_segments,
            size_bytes=result.deleted_bytes,
            log_start_offset=result.log_start_offset,
        )
        await self._remove_segments(result.deletion, log.config.file_delete_delay_ms)
        return result.undated_segments

    async def _remove_segments(self, deletion: SegmentDeletion, delay_ms: int) -> None:
        try:
            await self._off_loop(deletion.rename)
        except OSError as error:
            self._events.limited("segment_files_left", why=str(error))
            return
        self.discard([deletion], delay_ms)

    async def _checkpoint_round(self) -> None:
        now_s = asyncio.get_running_loop().time()
        appended_bytes = self._appended_bytes.value
        is_much = appended_bytes - self._saved_bytes >= CHECKPOINT_BYTES
        if not is_much and now_s - self._checkpoint_s < _checkpoint_s(self._settings.current):
            return
        self._checkpoint_s, self._saved_bytes = now_s, appended_bytes
        try:
            await self.checkpoint()
        except CheckpointFailed as error:
            self._events.limited("checkpoint_failed", why=str(error))
        self._save_time()
        self._thread.submit(self._keep_room)
        self._damage.look()
        if self._reserve.is_reached:
            self.free_now()

    async def _memory_round(self) -> None:
        await self._off_loop(give_back)

    def _save_time(self) -> None:
        """Let the next process know the time, if it is one to be trusted."""
        now_ms = self._guard.trusted_now_ms()
        if now_ms is not None:
            self._thread.submit(self._write_time, now_ms)

    def _write_time(self, now_ms: int) -> None:
        try:
            self._directory.trusted_time.write(now_ms)
        except OSError as error:
            self._events.limited("trusted_time_not_saved", why=str(error))

    def _keep_room(self) -> None:
        try:
            if self._directory.spare_room.keep():
                self._events.warning("spare_room_made_again", size_bytes=SPARE_BYTES)
        except OSError as error:
            self._events.limited("spare_room_not_kept", why=str(error))

    def _spawn_rounds(
        self, name: str, first_s: Seconds, interval_s: Seconds, do: Callable[[], Awaitable[object]]
    ) -> None:
        self._tasks.spawn(self._rounds(name, first_s, interval_s, do), name=name)

    async def _rounds(
        self, name: str, first_s: Seconds, interval_s: Seconds, do: Callable[[], Awaitable[object]]
    ) -> None:
        """Do something again and again. A round that fails must not be the last one."""
        await self._intervals.passed(first_s)
        while True:
            try:
                await do()
            except Exception as error:
                self._failed_rounds.add()
                self._events.error("round_failed", error, round=name)
            await self._intervals.passed(interval_s)

    async def _off_loop(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    def _unlink(self, deletions: Sequence[Deletion]) -> None:
        for deletion in deletions:
            if self._is_stopping:
                return
            try:
                deletion.unlink()
            except OSError as error:
                self._events.limited("deleted_files_left", why=str(error))


def _checkpoint_s(values: EngineConfig) -> float:
    return values.log_flush_offset_checkpoint_interval_ms / 1000


def _memory_s(_: EngineConfig) -> float:
    return MEMORY_ROUND_S


def _look_s(values: EngineConfig) -> float:
    return min(CHECKPOINT_LOOK_S, _checkpoint_s(values))


def _first_retention_s(values: EngineConfig) -> float:
    return min(FIRST_RETENTION_S, _retention_s(values))


def _retention_s(values: EngineConfig) -> float:
    return values.log_retention_check_interval_ms / 1000


def _backoff_s(values: EngineConfig) -> float:
    return values.log_cleaner_backoff_ms / 1000
