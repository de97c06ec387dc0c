"""Compacts the logs of topics whose policy says so, one after the other, in the background.

A round looks at all of them, cleans those that are due, the dirtiest first, and looks again until
nothing is due. The work runs in a thread of its own, at the pace that `Pace` allows; a log is
touched on the loop thread only. While the names of a log's files change, no checkpoint and no
retention runs: they share `names_turn`. What is remembered of a log goes with its topic, by the
next round.

A log whose cleaning fails is left alone until the next start, told and counted, and keeps nobody
else waiting. A disk without room, or a process without descriptors, says nothing about the log: it
is tried again in the next round. Source: Kafka's `LogCleaner`, `LogCleanerManager`.
"""

import asyncio
import errno
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple, Protocol, TypeVar

from engine.broker.broker_settings import BrokerSettings
from engine.broker.catalogue import Catalogue
from engine.broker.pace import Pace, WorkCancelled
from engine.broker.partition import Partition
from engine.broker.partitions import Partitions, PartitionUnavailable
from engine.kernel.clock import ThreadClock
from engine.kernel.errors import EngineError
from engine.kernel.event_log import EventLog
from engine.kernel.ids import TopicPartition
from engine.metrics import catalogue as metrics
from engine.metrics.registry import Registry
from engine.storage.cleanable import Cleanable
from engine.storage.cleaner import CleanedSegment, Cleaner, SourceSegment
from engine.storage.errors import StorageFull
from engine.storage.filesystem import NO_DESCRIPTORS, NO_ROOM
from engine.storage.log_config import LogConfig
from engine.storage.log_directory import LogDirectory
from engine.storage.log_glance import LogGlance
from engine.storage.segment_swap import SegmentSwap

T = TypeVar("T")

LOGS_PER_TURN: Final = 50
"""Logs that a round looks at before the loop serves others."""

_PASSING: Final = NO_ROOM | NO_DESCRIPTORS | {errno.EINTR}
"""Failures that end by themselves."""


class Discard(Protocol):
    """Who frees the bytes of files that have lost their names."""

    def __call__(self, deletions: Sequence[SegmentSwap], delay_ms: int) -> None: ...


class CleaningFailed(EngineError):
    """A cleaning came no further, or could not be finished."""


class _Due(NamedTuple):
    partition: Partition
    cleanable: Cleanable


class Compaction:
    """The rounds of one data directory. Loop thread only; `stop` it before the loop ends."""

    def __init__(
        self,
        directory: LogDirectory,
        catalogue: Catalogue,
        partitions: Partitions,
        *,
        settings: BrokerSettings,
        clock: ThreadClock,
        trusted_now_ms: Callable[[], int | None],
        names_turn: asyncio.Lock,
        discard: Discard,
        events: EventLog,
        registry: Registry,
    ) -> None:
        self._directory = directory
        self._catalogue = catalogue
        self._partitions = partitions
        self._settings = settings
        self._clock = clock
        self._trusted_now_ms = trusted_now_ms
        self._names_turn = names_turn
        self._discard = discard
        self._events = events
        self._pace = Pace(clock, lambda: settings.current.log_cleaner_io_max_bytes_per_second)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="kconsole-compaction")
        self._unopened: dict[TopicPartition, LogGlance] = {}
        self._uncleanable: set[Partition] = set()
        self._dirtiest = 0.0
        self._cleanings = registry.counter(metrics.COMPACTIONS)
        self._failures = registry.counter(metrics.COMPACTION_FAILURES)
        self._dropped_records = registry.counter(metrics.COMPACTION_DROPPED_RECORDS)
        self._freed_bytes = registry.counter(metrics.COMPACTION_FREED_BYTES)
        self._seconds = registry.histogram(metrics.COMPACTION_SECONDS)
        registry.watch(metrics.COMPACTION_DIRTY_RATIO, lambda: [((), self._dirtiest)])
        registry.watch(
            metrics.PARTITIONS_UNCLEANABLE, lambda: [((), float(len(self.uncleanable())))]
        )

    def uncleanable(self) -> list[TopicPartition]:
        """The partitions whose cleaning has failed since the start."""
        self._forget_removed()
        return sorted(each.topic_partition for each in self._uncleanable)

    async def clean_due(self) -> int:
        """Clean until nothing is due; how many cleanings succeeded."""
        cleaned = 0
        while due := await self._due():
            succeeded = 0
            for each in due:
                now = self._look(each.partition)
                if now is not None and now.is_due(each.partition.log.config):
                    succeeded += await self._clean(each.partition, now)
            cleaned += succeeded
            if not succeeded:
                break
        return cleaned

    def cancel(self) -> None:
        """Give up the cleaning under way, and begin no other."""
        self._pace.cancel()

    def close(self) -> None:
        """Wait for the thread, after `cancel` and the end of the round under way."""
        self._thread.shutdown(wait=True)

    async def _due(self) -> list[_Due]:
        """The logs that are worth cleaning, the dirtiest first."""
        due: list[_Due] = []
        dirtiest = 0.0
        known, self._unopened = self._unopened, {}
        self._forget_removed()
        for count, (name, config) in enumerate(self._compacted(), start=1):
            partition = await self._to_clean(name, config, known.get(name))
            found = None if partition is None else self._look(partition)
            if partition is not None and found is not None:
                dirtiest = max(dirtiest, found.dirty_ratio)
                if found.is_due(partition.log.config):
                    due.append(_Due(partition, found))
            if count % LOGS_PER_TURN == 0:
                await asyncio.sleep(0)
        self._dirtiest = dirtiest
        return sorted(due, key=lambda each: -each.cleanable.dirty_ratio)

    def _compacted(self) -> Iterator[tuple[TopicPartition, LogConfig]]:
        """The partitions of compacted topics."""
        for topic in self._catalogue.topics():
            config = self._partitions.log_config(topic)
            if config.is_compacted:
                for index in range(len(topic.partitions)):
                    yield TopicPartition(topic.name, index), config

    async def _to_clean(
        self, name: TopicPartition, config: LogConfig, glance: LogGlance | None
    ) -> Partition | None:
        """The partition, if it is open, or may have anything to clean and can be opened."""
        partition = self._partitions.opened_one(*name)
        if partition is not None:
            return partition
        try:
            # Nobody appends to a log without opening it first: one look at its files is enough.
            glance = self._unopened[name] = glance or self._directory.glance(name)
            cleaned_end_offset = self._directory.cleaned.of(name)
            if not glance.may_be_cleaned(config, cleaned_end_offset, self._trusted_now_ms()):
                return None
            return await self._partitions.ready(*name)
        except (PartitionUnavailable, OSError) as error:
            self._events.limited("compaction_failed", partition=str(name), why=str(error))
            return None

    def _look(self, partition: Partition) -> Cleanable | None:
        """What a log has to clean; None when it is not to be touched.

        Differs from Kafka: a segment is closed by its age even if nothing is appended, so that the
        last records of a log that has fallen silent are compacted in time as well.
        """
        log = partition.log
        if partition.is_removed or log.is_fenced or partition in self._uncleanable:
            return None
        now_ms = self._trusted_now_ms()
        try:
            if now_ms is not None:
                log.roll_if_due(now_ms)
            return log.cleaning.cleanable(
                cleaned_end_offset=self._directory.cleaned.of(log.topic_partition),
                log_start_offset=log.log_start_offset,
                stable_offset=partition.last_stable_offset,
                now_ms=now_ms,
            )
        except (EngineError, OSError) as error:
            self._failed(partition, error)
            return None

    async def _clean(self, partition: Partition, what: Cleanable) -> bool:
        """Clean one log; whether that succeeded."""
        began_s = self._clock.monotonic_s()
        size_bytes = partition.log.size_bytes
        try:
            cleaner = await self._cleaned(partition, what)
        except WorkCancelled:
            return False
        except Exception as error:  # One log must not keep the others from being cleaned.
            if not partition.is_removed:
                self._failed(partition, error)
            return False
        seconds = self._clock.monotonic_s() - began_s
        freed_bytes = size_bytes - partition.log.size_bytes
        self._cleanings.add()
        self._seconds.observe(seconds)
        self._dropped_records.add(cleaner.counts.records_dropped)
        self._freed_bytes.add(max(0, freed_bytes))
        self._events.info(
            "log_compacted",
            partition=str(partition.topic_partition),
            end_offset=cleaner.end_offset,
            records=cleaner.counts.records,
            dropped_records=cleaner.counts.records_dropped,
            keyless_records=cleaner.counts.keyless_records,
            unreadable_batches=cleaner.counts.unreadable_batches,
            freed_bytes=freed_bytes,
            seconds=seconds,
        )
        return True

    async def _cleaned(self, partition: Partition, what: Cleanable) -> Cleaner:
        log, name = partition.log, partition.topic_partition
        cleaned = self._directory.cleaned
        key_bytes = self._settings.current.log_cleaner_dedupe_buffer_size
        cleaner = Cleaner(log.cleaning.begin(what), key_bytes, self._trusted_now_ms())
        if not cleaned.knows(name):
            cleaned.note(name, cleaned.of(name))
            await self._off_loop(cleaned.publish)
        await self._off_loop(lambda: self._pace.drive(cleaner.index()))
        if cleaner.end_offset <= what.first_dirty_offset:
            raise CleaningFailed(f"nothing was found from offset {what.first_dirty_offset} on")
        for group in cleaner.groups():
            await self._clean_group(partition, cleaner, group)
        if not partition.is_removed:
            cleaned.note(name, cleaner.end_offset)
            await self._off_loop(cleaned.publish)
        return cleaner

    async def _clean_group(
        self, partition: Partition, cleaner: Cleaner, group: tuple[SourceSegment, ...]
    ) -> None:
        """Rewrite a group and put it in its place."""
        reserve_bytes = self._settings.current.disk_reserve_bytes
        needed = sum(source.size_bytes for source in group) + reserve_bytes
        if self._directory.space().free_bytes < needed:
            raise StorageFull(f"compaction needs {needed} free bytes to rewrite a segment")
        made = await self._off_loop(lambda: self._pace.drive(cleaner.rewrite(group)))
        if not made.is_changed:
            await self._off_loop(made.swap.abandon)
            return
        async with self._names_turn:
            await self._swap(partition, made)
        self._discard([made.swap], partition.log.config.file_delete_delay_ms)

    async def _swap(self, partition: Partition, made: CleanedSegment) -> None:
        log = partition.log
        if not self._may_replace(partition, made):
            await self._off_loop(made.swap.abandon)
            raise CleaningFailed("the log changed while it was cleaned")
        try:
            await self._off_loop(made.swap.commit)
        except OSError:
            await self._off_loop(made.swap.abandon)
            raise
        # From here to the end of `replace` the loop serves nobody else.
        if partition.is_removed:
            raise WorkCancelled
        error = log.cleaning.replace(made)
        if error is not None:
            raise error
        await self._off_loop(made.swap.finish)
        log.cleaning.settle(made)

    def _may_replace(self, partition: Partition, made: CleanedSegment) -> bool:
        log = partition.log
        return not (partition.is_removed or log.is_fenced) and log.cleaning.holds(made.sources)

    def _forget_removed(self) -> None:
        self._uncleanable = {each for each in self._uncleanable if not each.is_removed}

    def _failed(self, partition: Partition, error: Exception) -> None:
        name = str(partition.topic_partition)
        self._failures.add()
        is_passing = isinstance(error, OSError) and error.errno in _PASSING
        if is_passing or isinstance(error, StorageFull):
            self._events.limited("compaction_put_off", partition=name, why=str(error))
            return
        self._uncleanable.add(partition)
        is_foreseen = isinstance(error, EngineError | OSError)
        trace = None if is_foreseen else error
        self._events.error("compaction_failed", trace, partition=name, why=str(error))

    async def _off_loop(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)
