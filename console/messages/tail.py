"""Follows the ends of partitions: what is written from now on, until it is stopped.

Each partition is read on from its position; a pause reads nothing and loses nothing, and going on
begins where it paused. Reports come at most every 100 ms; how far the ends are ahead is told with
them. A partition that cannot be read is told with the reason and tried again, the others go on;
what retention deletes before it was read is counted as `lost`.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from console.messages.interruption import Interruptible
from console.messages.lane import Hit, slices
from console.messages.progress import REPORT_EVERY_S
from console.messages.scan import OUT_OF_RANGE, Keep, Prepare, keep_all
from console.model.names import TopicPartition
from console.port.clock import Clock
from console.port.cluster import EVERY_RECORD, Offsets, Records, Wanted
from console.port.errors import ClusterError, Rejected
from console.port.readings import RecordReading, RecordsReading

WAIT_MS = 500
"""How long the cluster may wait for a record before it answers with none."""

RETRY_S = 1.0


@dataclass(frozen=True, slots=True)
class TailReport:
    """Hits that came since the report before, in the order of their partitions.

    `behind` is how many offsets the ends were ahead of what was read; `lost` how many retention
    took away unread; `records` and `hit_count` count from the beginning.
    """

    hits: tuple[Hit, ...]
    records: int
    hit_count: int
    behind: int
    lost: int
    is_paused: bool
    failures: Mapping[TopicPartition, ClusterError] = field(default_factory=dict)


class Tail:
    """One tail of some partitions. Run it once."""

    def __init__(
        self,
        records: Records,
        offsets: Offsets,
        positions: Mapping[TopicPartition, int],
        clock: Clock,
        *,
        keep: Keep = keep_all,
        wanted: Wanted = EVERY_RECORD,
        prepare: Prepare | None = None,
    ) -> None:
        self._records = records
        self._offsets = offsets
        self._clock = clock
        self._keep = keep
        self._wanted = wanted
        self._prepare = prepare
        self._positions = dict(positions)
        self._ends = dict(positions)
        self._failures: dict[TopicPartition, ClusterError] = {}
        self._retry_at_s: dict[TopicPartition, float] = {}
        self._hits: list[Hit] = []
        self._record_count = 0
        self._hit_count = 0
        self._lost = 0
        self._is_stopping = False
        self._goes_on = asyncio.Event()
        self._goes_on.set()
        self._waiting = Interruptible()

    @property
    def positions(self) -> Mapping[TopicPartition, int]:
        """Where each partition is read on."""
        return dict(self._positions)

    @property
    def is_paused(self) -> bool:
        """Nothing is read at present."""
        return not self._goes_on.is_set()

    def follow(self, positions: Mapping[TopicPartition, int]) -> None:
        """Follow further partitions, such as those that a topic got; known ones go on."""
        for key, position in positions.items():
            self._positions.setdefault(key, position)
            self._ends.setdefault(key, position)

    def pause(self) -> None:
        """Read nothing until `go_on`."""
        self._goes_on.clear()
        self._waiting.interrupt()

    def go_on(self) -> None:
        """Read on from where it paused."""
        self._goes_on.set()

    def stop(self) -> None:
        """End the run at once. Idempotent."""
        self._is_stopping = True
        self._goes_on.set()
        self._waiting.interrupt()

    async def run(self, tell: Callable[[TailReport], None]) -> None:
        """Follow until it is stopped. Cancelling is safe."""
        reported_s = self._clock.monotonic_s()
        while not self._is_stopping:
            if self.is_paused:
                self._tell(tell)
                await self._goes_on.wait()
                continue
            has_waited = await self._read_some()
            now_s = self._clock.monotonic_s()
            if now_s - reported_s >= REPORT_EVERY_S or has_waited:
                reported_s = now_s
                self._tell(tell)
        self._tell(tell)

    async def _read_some(self) -> bool:
        """One request; whether it came back without a record."""
        now_s = self._clock.monotonic_s()
        asked = {
            key: position
            for key, position in self._positions.items()
            if self._retry_at_s.get(key, 0.0) <= now_s
        }
        if not asked:
            await self._waiting.result_of(asyncio.sleep(RETRY_S))
            return True
        answers: Mapping[TopicPartition, RecordsReading | ClusterError] | None
        try:
            answers = await self._waiting.result_of(
                self._records.read(asked, wait_ms=WAIT_MS, wanted=self._wanted)
            )
        except ClusterError as error:
            answers = dict.fromkeys(asked, error)
        if answers is None:
            return False
        before = self._record_count
        for key, answer in answers.items():
            if isinstance(answer, ClusterError):
                await self._failed(key, answer)
            else:
                await self._take(key, answer)
        return self._record_count == before

    async def _take(self, key: TopicPartition, reading: RecordsReading) -> None:
        self._failures.pop(key, None)
        self._retry_at_s.pop(key, None)
        position = self._positions[key]
        records = [each for each in reading.records if each.offset >= position]
        hits: list[Hit] = []
        if not await self._waiting.result_of(self._prepared(records)):
            return
        for part in slices(records):
            hits.extend(Hit(key, each) for each in part if self._keep(key, each))
            await asyncio.sleep(0)
        # Nothing is awaited from here on: who cancels finds all of an answer taken, or nothing.
        self._positions[key] = max(position, reading.next_offset)
        self._ends[key] = max(reading.high_watermark, self._positions[key])
        self._record_count += len(records) + reading.passed_over
        self._hits.extend(hits)
        self._hit_count += len(hits)

    async def _prepared(self, records: list[RecordReading]) -> bool:
        """True when the records can be tested."""
        if self._prepare is not None:
            await self._prepare(records)
        return True

    async def _failed(self, key: TopicPartition, error: ClusterError) -> None:
        """Go on behind what retention deleted, or at the end of a log that was cut; else later."""
        if isinstance(error, Rejected) and error.code == OUT_OF_RANGE:
            try:
                first = (await self._offsets.start_offsets([key]))[key]
                end = (await self._offsets.end_offsets([key]))[key]
            except ClusterError as worse:
                first = end = worse
            if isinstance(first, int) and isinstance(end, int):
                position = self._positions[key]
                self._lost += max(0, first - position)
                self._positions[key] = min(max(position, first), end)
                return
        self._failures[key] = error
        self._retry_at_s[key] = self._clock.monotonic_s() + RETRY_S

    def _tell(self, tell: Callable[[TailReport], None]) -> None:
        hits, self._hits = tuple(self._hits), []
        tell(
            TailReport(
                hits,
                self._record_count,
                self._hit_count,
                sum(self._ends[key] - at for key, at in self._positions.items()),
                self._lost,
                self.is_paused,
                dict(self._failures),
            )
        )
