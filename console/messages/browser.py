"""The records of a topic that are on show, and how more of them come: older, newer, or live.

A browser begins at the newest records or at a place, and grows by pages at both ends. Each page is
a run of a scan, so it can be stopped at once and goes on where it was stopped; following the live
end takes up where the newest page ended. What is held is bounded: at `HELD_RECORDS_MAX` records or
`HELD_BYTES_MAX` bytes reading rests and `is_full` says so, while the live end lets go of the oldest
instead. One thing is done at a time.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from console.messages.filter import RecordFilter
from console.messages.lane import Hit, size_of
from console.messages.plan import Order, Plan, Span, onward_plan
from console.messages.progress import Ending, Progress, Report
from console.messages.scan import Prepare, Scan
from console.messages.search import Search
from console.messages.seek import FROM_END, Seek
from console.messages.start_position import Start, StartKind
from console.messages.tail import Tail, TailReport
from console.model.names import TopicPartition
from console.port.errors import ClusterError
from console.port.source import Source

PAGE_RECORDS = 100
PAGE_BYTES_MAX = 32 << 20
"""A page of large records ends early: the next one is read when that is asked for."""

HELD_RECORDS_MAX = 10_000
HELD_BYTES_MAX = 256 << 20

Name = tuple[int, int]
"""Partition and offset of a record."""


def name_of(hit: Hit) -> Name:
    """What a record is called within its topic."""
    return hit.partition, hit.record.offset


class Browser:
    """The records of one topic, from one place on, through one filter."""

    def __init__(
        self,
        source: Source,
        topic: str,
        partitions: Sequence[int],
        changed: Callable[[], None],
        *,
        place: Seek | None = None,
        keep: RecordFilter | None = None,
        prepare: Prepare | None = None,
    ) -> None:
        """`changed` is called when there is something else to show; `prepare` is awaited before
        records are tested."""
        self.search = Search(source, topic, tuple(partitions), place, keep, prepare)
        """What is looked for; following the live end gives up its place."""
        self.problem: ClusterError | None = None
        """Why nothing could be asked; None while the last attempt went well."""
        self.landing: Name | None = None
        """The first record from the place on, once it was found."""
        self.live: TailReport | None = None
        """The last news of the live end while it is followed."""
        self._changed = changed
        self._hits: dict[Name, Hit] = {}
        self._held_bytes = 0
        self._is_stopping = False
        self._turn: object = None
        self._older: Scan | None = None
        self._newer: Scan | None = None
        self._upper = Plan(Order.OLDEST_FIRST, {})
        """Its ends are where newer records begin."""
        self._last: Scan | None = None
        self._tail: Tail | None = None

    @property
    def place(self) -> Seek | None:
        """Where it began; None at the newest records."""
        return self.search.place

    @property
    def keep(self) -> RecordFilter | None:
        """The filter."""
        return self.search.keep

    @property
    def partition_count(self) -> int:
        """How many partitions were asked for."""
        return len(self.search.partitions)

    @property
    def left_offsets(self) -> int:
        """How many offsets the scan that ran last has before it; what it found is not counted."""
        if self._last is None:
            return 0
        plan, positions = self._last.plan, self._last.positions
        is_down = plan.order is Order.NEWEST_FIRST
        return sum(
            positions[key] - span.start if is_down else span.end - positions[key]
            for key, span in plan.spans.items()
        )

    @property
    def goes_down(self) -> bool:
        """The scan that ran last leads to older records."""
        return self._last is None or self._last.plan.order is Order.NEWEST_FIRST

    @property
    def hits(self) -> Sequence[Hit]:
        """Every record that is held, in no order."""
        return tuple(self._hits.values())

    def hit(self, name: Name) -> Hit | None:
        """A record that is held."""
        return self._hits.get(name)

    @property
    def is_reading(self) -> bool:
        """A page is being read."""
        return self._turn is not None

    @property
    def progress(self) -> Progress | None:
        """How far the scan is that ran last; None before the first."""
        return None if self._last is None else self._last.progress

    @property
    def failures(self) -> Mapping[TopicPartition, ClusterError]:
        """Partitions that could not be read, and why."""
        scans = [scan for scan in (self._newer, self._older) if scan is not None]
        if self.live is not None:
            return {**self._unplanned, **self.live.failures}
        return {key: why for scan in scans for key, why in scan.progress.failures.items()}

    @property
    def _unplanned(self) -> Mapping[TopicPartition, ClusterError]:
        """Partitions that nothing was read of, for it was not known where they begin and end."""
        return {} if self._older is None else self._older.plan.failures

    @property
    def is_full(self) -> bool:
        """No more records are taken."""
        return len(self._hits) >= HELD_RECORDS_MAX or self._held_bytes >= HELD_BYTES_MAX

    @property
    def is_live(self) -> bool:
        """The live end is followed, or that is paused."""
        return self._tail is not None

    @property
    def can_be_stopped(self) -> bool:
        """Something is under way that ends when told so, and was not told yet."""
        is_under_way = self.is_live or (self.is_reading and self._last is not None)
        return is_under_way and not self._is_stopping

    @property
    def has_older(self) -> bool:
        """There is something older that was not read."""
        return self._older is not None and not _is_finished(self._older)

    @property
    def goes_on(self) -> bool:
        """Whether `go_on` has something to do: the scan that ran last is not finished."""
        return self._last is not None and not _is_finished(self._last)

    def take_partitions(self, count: int) -> None:
        """The topic has so many partitions by now: what is in further ones is newer than all else.

        Put off while a page is read, whose plan is made already.
        """
        new = range(self.partition_count, count)
        if not new or self.is_reading or self._older is None:
            return
        self.search = replace(self.search, partitions=(*self.search.partitions, *new))
        keys = [TopicPartition(self.search.topic, each) for each in new if self.search.takes(each)]
        spans = {**self._upper.spans, **dict.fromkeys(keys, Span(0, 0))}
        self._upper = replace(self._upper, spans=spans)
        if self._tail is not None:
            self._tail.follow(dict.fromkeys(keys, 0))

    async def begin(self) -> None:
        """Read the first page: the newest records, or those from the place on."""
        with self._busy():
            try:
                await self._make_plans()
            except ClusterError as error:
                self.problem = error
                return
            if self._newer is not None:
                await self._run(self._newer)
            if self._older is not None and (self._newer is None or self._shows_what_is_before()):
                await self._run(self._older)

    async def older(self) -> None:
        """Read a page of older records."""
        if self._older is None:
            await self.begin()
        elif not self.is_full:
            with self._busy():
                await self._run(self._older)

    async def newer(self) -> None:
        """Read a page of newer records, also of those that were written since."""
        if self._older is None:
            await self.begin()
        elif not self.is_full:
            with self._busy():
                await self._read_newer()

    async def go_on(self) -> None:
        """Go on with what was stopped or came to its limit."""
        if self._last is not None and not self.is_full:
            with self._busy():
                await self._run(self._last)

    async def follow(self) -> None:
        """Follow the live end until it is stopped; records held before it stay where they can."""
        with self._busy():
            try:
                positions = await self._live_positions()
            except ClusterError as error:
                self.problem = error
                return
        if self._is_stopping:
            return
        tail = self._tail = self.search.tail(positions)
        self._changed()
        try:
            await tail.run(self._take_live)
        finally:
            self._tail = self.live = None
            spans = {key: Span(at, at) for key, at in tail.positions.items()}
            self._upper, self._newer = Plan(Order.OLDEST_FIRST, spans), None
            self._changed()

    def pause(self) -> None:
        """Pause the live end, or go on with it."""
        if self._tail is not None:
            if self._tail.is_paused:
                self._tail.go_on()
            else:
                self._tail.pause()

    def stop(self) -> None:
        """End at once what is under way. What was found stays."""
        self._is_stopping = True
        if self._tail is not None:
            self._tail.stop()
        elif self._last is not None:
            self._last.stop()

    async def _read_newer(self) -> None:
        if self._newer is None or _is_finished(self._newer):
            try:
                plan = await onward_plan(self.search.source.offsets, self._upper)
            except ClusterError as error:
                self.problem = error
                return
            self._newer = self.search.scan(plan)
            self._upper = replace(plan, spans={**self._upper.spans, **plan.spans})
        await self._run(self._newer)

    @contextmanager
    def _busy(self) -> Iterator[None]:
        # One that was cancelled may end after the next one began.
        turn = self._turn = object()
        self._is_stopping, self.problem = False, None
        self._changed()
        try:
            yield
        finally:
            if self._turn is turn:
                self._turn = None
            self._changed()

    def _shows_what_is_before(self) -> bool:
        """A filter is not let loose on what lies before the place until that is asked for."""
        return self.keep is None and not self._is_stopping

    async def _make_plans(self) -> None:
        before = FROM_END
        if self.place is not None:
            self._upper = await self.search.plan_from_place()
            self._newer = self.search.scan(self._upper)
            # The same offsets, whatever was written meanwhile: nothing is missing between the two.
            starts = {
                key.partition: Start(StartKind.OFFSET, span.start)
                for key, span in self._upper.spans.items()
            }
            before = Seek(None, starts)
        plan = await self.search.plan_before(before)
        if self.place is None:
            self._upper = plan
        else:
            # A place that is not known in a partition has nothing before it either.
            plan = replace(plan, failures={**self._upper.failures, **plan.failures})
        self._older = self.search.scan(plan)

    async def _run(self, scan: Scan) -> None:
        if not self._is_stopping:
            self._last = scan
            await scan.run(self._take, limit=PAGE_RECORDS, hits_bytes_max=PAGE_BYTES_MAX)

    def _take(self, report: Report) -> None:
        self._hold(report.hits)
        is_there = self.place is not None and self._last is self._newer
        if is_there and self.landing is None and report.hits:
            self.landing = name_of(report.hits[0])
        self._changed()

    def _hold(self, hits: Iterable[Hit]) -> None:
        for hit in hits:
            if name_of(hit) not in self._hits:
                self._held_bytes += size_of(hit.record)
            self._hits[name_of(hit)] = hit

    async def _live_positions(self) -> Mapping[TopicPartition, int]:
        """Where newer records begin; at the very ends when there is something unread before."""
        has_gap = self._newer is not None and not _is_finished(self._newer)
        if has_gap or self._unplanned or not self._upper.spans:
            self._hits.clear()
            self._held_bytes, self._newer = 0, None
            self.search = replace(self.search, place=None)
            await self._make_plans()
            self._last = self._older
        return {key: span.end for key, span in self._upper.spans.items()}

    def _take_live(self, report: TailReport) -> None:
        self.live = report
        self._hold(report.hits)
        if self.is_full:
            self._let_go()
        self._changed()

    def _let_go(self) -> None:
        """Forget the oldest tenth and more; reading older records begins beneath what is kept."""
        tail = self._tail
        assert tail is not None
        kept = sorted(self._hits.values(), key=lambda hit: hit.record.timestamp_ms, reverse=True)
        self._hits, self._held_bytes = {}, 0
        lowest = dict(tail.positions)
        for hit in kept[: HELD_RECORDS_MAX * 9 // 10]:
            if self._held_bytes + size_of(hit.record) > HELD_BYTES_MAX * 9 // 10:
                break
            self._hold([hit])
            lowest[hit.key] = min(lowest[hit.key], hit.record.offset)
        # Of partitions that came since nothing older was to be read; there is now.
        before = dict.fromkeys(tail.positions, Span(0, 0))
        before |= self._older.plan.spans if self._older is not None else {}
        spans = {
            key: Span(span.start, max(span.start, lowest.get(key, span.end)))
            for key, span in before.items()
        }
        self._older = self.search.scan(Plan(Order.NEWEST_FIRST, spans, self._unplanned))


def _is_finished(scan: Scan) -> bool:
    """Nothing is left of it; a partition that could not be read is."""
    progress = scan.progress
    is_read = progress.scanned_offsets >= progress.total_offsets
    return progress.ending is Ending.END and is_read
