"""Reads the ranges of a plan and reports what it finds: bounded, stoppable, resumable.

A run ends at the limit of hits or of their bytes, at the limit of bytes that are read, when it is
stopped, or when the ranges are read to their true ends: there is no other rule. Running again goes
on where the last run ended. Hits come in the order of time; those found when a run is stopped are
all given at once, so that none is lost, and the ones of a later run may then belong between them.
Where a plan says that some partitions are to be read first, their hits come all before those of the
others.

The scan works on the loop that calls it, in slices of a few milliseconds. What it keeps is bounded
by `HELD_BYTES_MAX`. A partition that cannot be read is told in the progress, with the reason; the
others go on, and the next run tries it again. What retention deletes before it was read is passed
and counted.
"""

import asyncio
import math
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from console.messages.interruption import Interruptible
from console.messages.lane import (
    BLOCK_RECORDS_EMPTY_MAX,
    BLOCK_RECORDS_MAX,
    Hit,
    Lane,
    size_of,
    slices,
)
from console.messages.merge import Merge
from console.messages.plan import Plan
from console.messages.progress import Ending, Meter, Progress, Report
from console.model.names import TopicPartition
from console.port.clock import Clock
from console.port.cluster import EVERY_RECORD, Offsets, Records, Wanted
from console.port.errors import ClusterError, Failed, Rejected
from console.port.readings import RecordReading, RecordsReading

HELD_BYTES_MAX = 64 << 20
"""Bytes of records that wait for their turn, over all partitions."""

BLOCK_RECORDS_MIN = 20
LANES_AT_ONCE = 64
"""Partitions asked in one request; more would come back empty by the limits of an answer."""

EMPTY_ANSWERS_MAX = 3
"""Answers without progress, where there should be one, before a partition is taken as failed."""

OUT_OF_RANGE = "OFFSET_OUT_OF_RANGE"

T = TypeVar("T")

Prepare = Callable[[Sequence[RecordReading]], Coroutine[Any, Any, None]]
"""Awaited before records are tested, so that testing them need not wait for anything."""

Keep = Callable[[TopicPartition, RecordReading], bool]
Tell = Callable[[Report], None]


def keep_all(_key: TopicPartition, _record: RecordReading) -> bool:
    """The filter that lets everything through."""
    return True


class Scan:
    """One scan of a plan. One run at a time."""

    def __init__(
        self,
        records: Records,
        offsets: Offsets,
        plan: Plan,
        clock: Clock,
        *,
        keep: Keep = keep_all,
        wanted: Wanted = EVERY_RECORD,
        prepare: Prepare | None = None,
    ) -> None:
        """`wanted` is what every record that `keep` lets through surely has."""
        self._records = records
        self._offsets = offsets
        self._plan = plan
        self._clock = clock
        self._keep = keep
        self._wanted = wanted
        self._prepare = prepare
        self._is_filtered = keep is not keep_all
        self._lanes = [Lane(key, span, plan.order) for key, span in plan.spans.items()]
        first = [lane for lane in self._lanes if lane.key.partition in plan.first]
        others = [lane for lane in self._lanes if lane.key.partition not in plan.first]
        parts = (first, others) if first and others else (self._lanes,)
        self._merges = [Merge(each, plan.order) for each in parts]
        self._meter = Meter()
        self._given = self._given_bytes = 0
        self._empty_answers: dict[Lane, int] = {}
        self._unsent: list[Hit] = []
        self._ending: Ending | None = None
        self._is_stopping = False
        self._waiting = Interruptible()

    @property
    def plan(self) -> Plan:
        """What is scanned."""
        return self._plan

    @property
    def positions(self) -> Mapping[TopicPartition, int]:
        """Where `Plan.resumed` lets another scan go on."""
        return {lane.key: lane.position for lane in self._lanes}

    @property
    def progress(self) -> Progress:
        """How far it is at this moment."""
        failed = {each.key: each.failure for each in self._lanes if each.failure is not None}
        merge = self._merge
        is_last = merge is self._merges[-1]
        first = () if is_last else tuple(sorted(lane.key.partition for lane in merge.lanes))
        return self._meter.progress(
            self._clock.monotonic_s(),
            scanned_offsets=sum(lane.scanned_offsets for lane in self._lanes),
            total_offsets=self._plan.total_offsets,
            reached_ms=merge.reached_ms if is_last else None,
            ending=self._ending,
            failures={**self._plan.failures, **failed},
            first=first,
            deleted_offsets=sum(lane.deleted_offsets for lane in self._lanes),
        )

    @property
    def _merge(self) -> Merge:
        """The lanes that are read at present, or the last ones when all are done."""
        return next((each for each in self._merges if not each.is_done), self._merges[-1])

    def stop(self) -> None:
        """End the run under way at once, also while an answer is awaited. Idempotent."""
        self._is_stopping = True
        self._waiting.interrupt()

    async def run(
        self,
        tell: Tell,
        *,
        limit: int = 100,
        bytes_max: int | None = None,
        hits_bytes_max: int | None = None,
    ) -> Progress:
        """Go on until `limit` more hits were given, or hits of more than `hits_bytes_max` bytes, or
        more than `bytes_max` bytes were read.

        `tell` gets reports while it runs and one when it ends; the last has `ending`. Cancelling
        is safe: a later run goes on, and no hit is lost.
        """
        assert limit > 0, "a page has at least one record"
        self._begin()
        limit_at = self._given + limit
        bytes_at = None if hits_bytes_max is None else self._given_bytes + hits_bytes_max
        while self._ending is None:
            merge = self._merge
            room = math.inf if bytes_at is None else bytes_at - self._given_bytes
            self._give(merge.take(limit_at - self._given, room))
            if self._merge.is_done:
                self._ending = Ending.END
            elif self._given >= limit_at:
                self._ending = Ending.LIMIT
            elif self._is_stopping:
                self._ending = Ending.STOPPED
            elif (bytes_max is not None and self._meter.run_bytes >= bytes_max) or (
                bytes_at is not None and self._given_bytes >= bytes_at
            ):
                self._ending = Ending.BYTES
            elif not merge.is_done:
                await self._read_some(limit, tell)
        if self._ending in (Ending.STOPPED, Ending.END):
            for merge in self._merges:
                self._give(merge.all_found())
        self._tell(tell)
        return self.progress

    def _begin(self) -> None:
        self._ending = None
        self._is_stopping = False
        self._empty_answers.clear()
        for lane in self._lanes:
            lane.failure = None
        scanned = sum(lane.scanned_offsets for lane in self._lanes)
        self._meter.began(self._clock.monotonic_s(), scanned)

    def _give(self, hits: list[Hit]) -> None:
        self._unsent.extend(hits)
        self._given += len(hits)
        self._given_bytes += sum(size_of(hit.record) for hit in hits)

    def _tell(self, tell: Tell) -> None:
        hits, self._unsent = tuple(self._unsent), []
        tell(Report(hits, self.progress))

    async def _read_some(self, limit: int, tell: Tell) -> None:
        """One request for the lanes that are waited for, and what comes of it."""
        lanes = self._chosen()
        size = self._block_records(limit)
        positions = {lane.key: lane.read_from(size) for lane in lanes}
        answers = await self._answers(positions)
        if answers is None:
            return
        for lane in lanes:
            answer = answers[lane.key]
            if isinstance(answer, ClusterError):
                await self._failed(lane, positions[lane.key], answer)
            else:
                is_first = lane is lanes[0]
                await self._feed(lane, positions[lane.key], answer, is_first=is_first)
            if self._meter.is_report_due(self._clock.monotonic_s()):
                self._tell(tell)
            if self._is_stopping:
                return

    def _chosen(self) -> list[Lane]:
        """Those to ask now, first those that did not fit into answers before."""
        wanting = self._merge.wanting()
        wanting.sort(key=lambda lane: -self._empty_answers.get(lane, 0))
        return wanting[:LANES_AT_ONCE]

    def _block_records(self, limit: int) -> int:
        """How many records to read of one partition before the next: few for a page of a few."""
        if self._is_filtered:
            return BLOCK_RECORDS_EMPTY_MAX
        open_lanes = sum(lane.is_open for lane in self._merge.lanes)
        return min(max(2 * limit // open_lanes, BLOCK_RECORDS_MIN), BLOCK_RECORDS_MAX)

    async def _answers(
        self, positions: Mapping[TopicPartition, int]
    ) -> Mapping[TopicPartition, RecordsReading | ClusterError] | None:
        """The answers; None when the run was stopped before they came."""
        try:
            return await self._unless_stopped(self._records.read(positions, wanted=self._wanted))
        except ClusterError as error:
            return dict.fromkeys(positions, error)

    async def _unless_stopped(self, work: Coroutine[Any, Any, T]) -> T | None:
        """What comes of some work; None when the run is stopped before it does."""
        if self._is_stopping:
            work.close()
            return None
        return await self._waiting.result_of(work)

    async def _failed(self, lane: Lane, asked_at: int, error: ClusterError) -> None:
        """Go on behind what retention has deleted meanwhile; else the lane has failed."""
        if isinstance(error, Rejected) and error.code == OUT_OF_RANGE:
            try:
                firsts = await self._unless_stopped(self._offsets.start_offsets([lane.key]))
            except ClusterError:
                firsts = {}
            if firsts is None:
                return
            first = firsts.get(lane.key)
            if isinstance(first, int) and first > asked_at:
                lane.forgot_before(first)
                return
        lane.failure = error

    async def _feed(
        self, lane: Lane, asked_at: int, reading: RecordsReading, *, is_first: bool
    ) -> None:
        """Sort out the hits of one answer. Leaves the lane as it was when stopped meanwhile."""
        end = lane.end_of_block()
        records = [each for each in reading.records if asked_at <= each.offset < end]
        hits: list[Hit] = []
        if self._prepare is not None:
            await self._unless_stopped(self._prepare(records))
        for part in slices(records):
            hits.extend(Hit(lane.key, each) for each in part if self._keep(lane.key, each))
            await asyncio.sleep(0)
            if self._is_stopping:
                return
        self._meter.records += len(records) + reading.passed_over
        self._meter.passed_over += reading.passed_over
        self._meter.size_bytes += reading.size_bytes
        self._meter.hits += len(hits)
        next_offset = reading.next_offset
        if next_offset <= asked_at:
            next_offset = self._past_nothing(lane, asked_at, reading, is_first=is_first)
        else:
            self._empty_answers.pop(lane, None)
        lane.fed(
            hits,
            next_offset=next_offset,
            # A batch may begin before the block: its own time counts only when nothing of it can
            # be a hit.
            first_ms=records[0].timestamp_ms if records else reading.first_ms,
            last_ms=records[-1].timestamp_ms if records else reading.last_ms,
            held_bytes_max=HELD_BYTES_MAX // max(1, len(self._lanes)),
        )

    def _past_nothing(
        self, lane: Lane, asked_at: int, reading: RecordsReading, *, is_first: bool
    ) -> int:
        """Where to go on after an answer without progress.

        Brokers answer so for partitions that did not fit into an answer (KIP-74). The first that
        was asked for always fits: there, nothing is left up to the high watermark.
        """
        end = lane.end_of_block()
        if is_first and reading.high_watermark >= end:
            self._empty_answers.pop(lane, None)
            return end
        count = self._empty_answers[lane] = self._empty_answers.get(lane, 0) + 1
        if is_first and count > EMPTY_ANSWERS_MAX:
            self._empty_answers.pop(lane)
            lane.failure = Failed(
                "OFFSET_NOT_AVAILABLE",
                f"its leader has records up to {reading.high_watermark} only",
            )
        return asked_at
