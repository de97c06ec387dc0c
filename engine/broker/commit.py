"""Group commit: what was staged is written once per turn, what was written is synced in rounds.

A turn is one readiness event of one connection: all appends that its requests staged go to the
files with one gathered write per partition. A round is one trip of the sync threads over a few
partitions that were written since they were last synced. Rounds follow each other back to back,
without a timer, and the next is handed over before one ends: a lone request pays one sync, a crowd
shares one, and the loop works while the disk does. The end of a round moves high watermarks and
answers everybody that it covered in one hop to the loop.

On a disk that is slow, or was a moment ago, a round is of one partition, and none is begun for one
that is under way: who waits for a partition waits for the sync that runs and the next one, and not
for those of others.

With durability `os` what is written is committed, as on a single Kafka broker; rounds only keep the
unsynced part of each log small, so that recovery after a crash stays short. A sync that failed
fences its partition; nobody is told that a later one made up for it. A sync that could not begin,
because the process has no descriptor to open a directory with, is tried again a little later.

What was written holds its file until it is synced. When such files become many the oldest are
synced, and when they are too many a partition without one is refused, but for the broker's own.
Nothing staged outlives its turn: it lies in memory that the next receive may use.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from functools import partial
from itertools import islice
from typing import NamedTuple, Protocol

from engine.broker.commit_waiters import FutureWaiter, SettledWaiter
from engine.broker.commit_waiters import PartitionDeleted as PartitionDeleted
from engine.broker.partition import CommitWaiter, Partition, Waiting
from engine.broker.unsynced_files import UnsyncedFiles
from engine.kernel.clock import Clock
from engine.kernel.errors import EngineError
from engine.kernel.event_log import EventLog
from engine.kernel.ids import Offset
from engine.metrics import catalogue
from engine.metrics.registry import Registry
from engine.storage.errors import LogFenced, NoFileFree, StorageError
from engine.storage.open_files import OPEN_FILES_MAX
from engine.storage.partition_log import SyncTicket


class Durability(Enum):
    """What a commit means."""

    FSYNC = "fsync"
    OS = "os"


class Stage(Enum):
    """What an append waits for: the file written (acks=0 and 1), or committed (acks=all)."""

    WRITTEN = "written"
    COMMITTED = "committed"


ROUND_PARTITIONS_MAX = 4
"""Partitions of one round: few, so that answers need not wait for every other partition."""

ROUNDS_MAX = 2
"""Rounds handed over: one that runs, and one so that the disk need not wait for the loop."""

SLOW_ROUND_S = 0.25
"""A round that takes longer tells of a slow disk: several syncs of most take a small part of it."""

SLOW_DISK_S = 5.0
"""How long a slow round is remembered: on a slow disk too there are quick ones in between."""

SLOW_ROUNDS_MAX = 8
"""Rounds handed over on a slow disk, of one partition each: they run beside each other."""

OS_UNSYNCED_BYTES_MAX = 64 * 1024 * 1024
"""With durability `os`: bytes of one log after which it is synced in the background."""

SYNC_RETRY_S = 0.1
"""Time after which a sync is tried again that found no descriptor."""


class SyncRunner(Protocol):
    """Who runs tickets off the loop: threads, or a test by hand."""

    def run(
        self,
        tickets: Sequence[SyncTicket],
        done: Callable[[Sequence[OSError | None]], None],
    ) -> None:
        """Sync every ticket; then call `done` on the loop with one outcome per ticket."""
        ...


class _Sync(NamedTuple):
    """One partition's part in a round, and its `appended_bytes` when the round began."""

    partition: Partition
    ticket: SyncTicket
    appended_bytes: int


class _Round(NamedTuple):
    """Partitions that are synced in one go."""

    syncs: list[_Sync]
    start_s: float


class Gathering(Protocol):
    """Somebody who gathers what a turn brings, to append it as one."""

    def append_gathered(self) -> None:
        """Stage and enlist what was gathered: the turn ends."""
        ...


class GroupCommit:
    """The one way from staged to committed. Loop thread only."""

    def __init__(
        self,
        durability: Durability,
        runner: SyncRunner,
        *,
        clock: Clock,
        registry: Registry,
        log: EventLog,
        files_max: int = OPEN_FILES_MAX,
    ) -> None:
        """`files_max` files of logs may be open at once."""
        self._durability = durability
        self._runner = runner
        self._clock = clock
        self._log = log
        self._write_seconds = registry.histogram(catalogue.WRITE_SECONDS)
        self._sync_seconds = registry.histogram(catalogue.SYNC_SECONDS)
        self._sync_partitions = registry.histogram(catalogue.SYNC_PARTITIONS)
        self._appended_bytes = registry.counter(catalogue.APPENDED_BYTES)
        self._appended_batches = registry.counter(catalogue.APPENDED_BATCHES)
        self._gathering: dict[Gathering, None] = {}
        self._staged: dict[Partition, None] = {}
        self._unsynced: dict[Partition, None] = {}
        self._unsynced_files = UnsyncedFiles(files_max)
        self._in_turn = False
        self._is_flush_due = False
        self._rounds: list[_Round] = []
        self._slow_until_s: float | None = None
        self._idle_waiters: list[asyncio.Future[None]] = []
        registry.watch(catalogue.COMMIT_WAITERS, lambda: [((), float(self.waiting()))])

    def begin_turn(self) -> None:
        """Promise that `flush` follows before the loop goes on, so that none need be scheduled."""
        self._in_turn = True

    def enlist(
        self,
        partition: Partition,
        end_offset: Offset,
        size_bytes: int,
        waiter: CommitWaiter,
        token: object = None,
        *,
        stage: Stage = Stage.COMMITTED,
    ) -> None:
        """Take over an append that was just staged in the partition's log.

        `end_offset` is exclusive. The waiter is told on the loop, never within this call. Who
        stages nothing, and waits for what others have, has a `size_bytes` of 0.
        """
        if size_bytes:
            self._appended_bytes.value += size_bytes
            self._appended_batches.value += 1
            partition.appended_bytes += size_bytes
        is_for_all = stage is Stage.COMMITTED
        waiters = partition.durable_waiters if is_for_all else partition.written_waiters
        # What somebody waits for is on its way: a sync of its own would only cost the disk time.
        awaited_offset = waiters[-1].end_offset if waiters else None
        is_on_its_way = not size_bytes and awaited_offset == end_offset
        waiters.append(Waiting(end_offset, waiter, token))
        if not is_on_its_way:
            self._staged[partition] = None
            self._flush_soon()

    def gather(self, gathering: Gathering) -> None:
        """Let it append when the turn ends; once, however often it asks."""
        self._gathering[gathering] = None
        self._flush_soon()

    async def wait(self, partition: Partition, end_offset: Offset, size_bytes: int) -> None:
        """Enlist an append and wait until it is committed. Raises what made it fail."""
        waiter = FutureWaiter(asyncio.get_running_loop().create_future())
        self.enlist(partition, end_offset, size_bytes, waiter)
        await waiter.future

    async def settled(self, partitions: Iterable[Partition]) -> None:
        """Wait until what was appended to these so far is committed, or never will be."""
        waiter: SettledWaiter | None = None
        for partition in partitions:
            log = partition.log
            if partition.high_watermark < log.log_end_offset and not log.is_fenced:
                if waiter is None:
                    waiter = SettledWaiter(asyncio.get_running_loop().create_future())
                waiter.missing += 1
                self.enlist(partition, log.log_end_offset, 0, waiter)
        if waiter is not None:
            await waiter.future

    def flush(self) -> None:
        """Write everything staged, answer what waits for no more, start a round. Ends the turn."""
        self._in_turn = True
        gathering, self._gathering = self._gathering, {}
        try:
            for each in gathering:
                each.append_gathered()
        finally:
            self._in_turn = False
        if not self._staged:
            return
        if self._unsynced_files.are_full:
            self._sync_surplus()
        staged, self._staged = self._staged, {}
        for partition in staged:
            if partition.is_removed:
                continue
            may_hold = partition.is_internal or not self._unsynced_files.are_full
            started_s = self._clock.monotonic_s()
            try:
                partition.log.write_staged(may_hold=may_hold)
            except StorageError as error:
                self._write_failed(partition, error)
                continue
            self._write_seconds.observe(self._clock.monotonic_s() - started_s)
            self._written(partition)
        self._sync_surplus()
        self._start_rounds()

    async def drained(self) -> None:
        """Wait until everything staged so far is written and committed, or has failed."""
        self.flush()
        while self._rounds or self._unsynced:
            idle = asyncio.get_running_loop().create_future()
            self._idle_waiters.append(idle)
            await idle

    def remove(self, partition: Partition) -> None:
        """Forget a partition that is being deleted; its waiters fail, its readers look anew."""
        partition.is_removed = True
        self._staged.pop(partition, None)
        self._unsynced.pop(partition, None)
        self._unsynced_files.forget(partition)
        partition.fail_waiters(PartitionDeleted(str(partition.topic_partition)))
        partition.interrupt_watchers()
        self._tell_idle()

    def waiting(self) -> int:
        """How many appends wait for the disk."""
        partitions = {*self._staged, *self._unsynced}
        partitions.update(each.partition for round_ in self._rounds for each in round_.syncs)
        return sum(len(each.written_waiters) + len(each.durable_waiters) for each in partitions)

    def _flush_soon(self) -> None:
        if not self._in_turn and not self._is_flush_due:
            self._is_flush_due = True
            asyncio.get_running_loop().call_soon(self._flush_out_of_turn)

    def _flush_out_of_turn(self) -> None:
        self._is_flush_due = False
        self.flush()

    def _sync_surplus(self) -> None:
        """Have the oldest unsynced files synced, if they are many."""
        self._unsynced.update(dict.fromkeys(self._unsynced_files.surplus()))

    def _written(self, partition: Partition) -> None:
        """Answer who waits for no more than the write; what was written is to be synced."""
        partition.tell_written()
        log = partition.log
        if files := log.unsynced_files:
            self._unsynced_files.note_written(partition, files)
        if self._durability is Durability.OS:
            partition.advance(log.written_end_offset, partition.appended_bytes)
            if partition.appended_bytes - partition.synced_bytes >= OS_UNSYNCED_BYTES_MAX:
                self._unsynced[partition] = None
        elif log.durable_end_offset < log.written_end_offset:
            self._unsynced[partition] = None
        else:
            partition.advance(log.durable_end_offset, partition.committed_bytes)

    def _write_failed(self, partition: Partition, error: StorageError) -> None:
        log = partition.log
        name = str(partition.topic_partition)
        if isinstance(error, NoFileFree):
            self._log.limited("log_write_put_off", partition=name, why=str(error))
        else:
            self._log.limited_error("log_write_failed", partition=name, why=str(error))
        if log.is_fenced:
            self._fail_fenced(partition, error)
        else:
            partition.fail_waiters(error, from_offset=log.written_end_offset)
            # What lies before was written: in the segment before a roll, or long ago.
            self._written(partition)

    def _start_rounds(self) -> None:
        """Hand over what is unsynced, oldest first, as far as rounds are free."""
        if self._slow_until_s is not None:
            self._look_whether_slow(self._slow_until_s)
        rounds_max = ROUNDS_MAX if self._slow_until_s is None else SLOW_ROUNDS_MAX
        while len(self._rounds) < rounds_max and (batch := self._next_batch()):
            syncs = []
            for partition in batch:
                del self._unsynced[partition]
                self._unsynced_files.note_begun(partition)
                syncs.append(_Sync(partition, partition.log.begin_sync(), partition.appended_bytes))
            started = _Round(syncs, self._clock.monotonic_s())
            self._rounds.append(started)
            self._runner.run([sync.ticket for sync in syncs], partial(self._round_done, started))

    def _look_whether_slow(self, slow_until_s: float) -> None:
        """Forget that the disk was slow if that is long past, and no round under way is slow."""
        now_s = self._clock.monotonic_s()
        oldest_s = self._rounds[0].start_s if self._rounds else now_s
        if now_s >= slow_until_s and now_s - oldest_s < SLOW_ROUND_S:
            self._slow_until_s = None

    def _next_batch(self) -> tuple[Partition, ...]:
        """The partitions of the next round; none if there is nothing to sync for now."""
        if self._slow_until_s is None:
            return tuple(islice(self._unsynced, ROUND_PARTITIONS_MAX))
        under_way = {sync.partition for each in self._rounds for sync in each.syncs}
        return tuple(islice((each for each in self._unsynced if each not in under_way), 1))

    def _round_done(self, finished: _Round, outcomes: Sequence[OSError | None]) -> None:
        now_s = self._clock.monotonic_s()
        # The oldest round may be another, which is slow already before it ends.
        if now_s - self._rounds[0].start_s >= SLOW_ROUND_S:
            self._slow_until_s = now_s + SLOW_DISK_S
        self._rounds.remove(finished)
        self._sync_seconds.observe(now_s - finished.start_s)
        self._sync_partitions.observe(len(outcomes))
        self._start_rounds()
        for (partition, ticket, appended_bytes), error in zip(
            finished.syncs, outcomes, strict=True
        ):
            if partition.is_removed:
                continue
            if error is not None:
                self._sync_failed(partition, error)
                continue
            partition.log.end_sync(ticket)
            self._unsynced_files.note_synced(partition)
            if partition.log.is_fenced:
                self._fail_fenced(partition, LogFenced("the disk failed during another sync"))
                continue
            # Rounds may end in another order than they began.
            partition.synced_bytes = max(partition.synced_bytes, appended_bytes)
            if self._durability is Durability.FSYNC:
                partition.advance(partition.log.durable_end_offset, partition.synced_bytes)
        self._tell_idle()

    def _tell_idle(self) -> None:
        """Tell who waits for the last sync, if there is none to come."""
        if self._rounds or self._unsynced:
            return
        idle, self._idle_waiters = self._idle_waiters, []
        for waiter in idle:
            if not waiter.done():
                waiter.set_result(None)

    def _sync_failed(self, partition: Partition, error: OSError) -> None:
        partition.log.fail_sync(error)
        name = str(partition.topic_partition)
        if not partition.log.is_fenced:
            self._log.limited("log_sync_put_off", partition=name, why=str(error))
            self._unsynced[partition] = None
            asyncio.get_running_loop().call_later(SYNC_RETRY_S, self._start_rounds)
            return
        self._log.error("log_sync_failed", partition=name, why=str(error))
        self._fail_fenced(partition, LogFenced(str(error)))

    def _fail_fenced(self, partition: Partition, error: EngineError) -> None:
        self._unsynced.pop(partition, None)
        self._unsynced_files.forget(partition)
        partition.fail_waiters(error, from_offset=partition.high_watermark)
        partition.tell_written()
        partition.advance(partition.high_watermark, partition.committed_bytes)
        partition.interrupt_watchers()
        self._tell_idle()
