"""Many records at a time: a scan into a file, and a file or hits into a topic.

Both go step by step, so that memory stays small, tell how far they are after each step, and end at
once when they are stopped; what was written or published until then is told. Files are read and
written off the loop.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from console.messages.exporting import Export
from console.messages.importing import BadLine
from console.messages.lane import Hit
from console.messages.progress import Ending, Progress, Report
from console.messages.scan import Scan
from console.port.cluster import NewRecord, Writes
from console.port.errors import ClusterError

STEP_RECORDS = 1_000
STEP_BYTES = 4 << 20
PROBLEMS_MAX = 100
"""Records that were refused, and lines that are none, which are told one by one."""


def copy_of(hit: Hit, *, keeps_partition: bool = False, keeps_time: bool = False) -> NewRecord:
    """A record to publish again: the same key, value and headers."""
    record = hit.record
    return NewRecord(
        record.key,
        record.value,
        record.headers,
        hit.partition if keeps_partition else None,
        record.timestamp_ms if keeps_time and record.timestamp_ms >= 0 else None,
    )


class Exporting:
    """Writes what a scan finds. Run it once."""

    def __init__(self, scan: Scan, export: Export) -> None:
        """The export is entered, and is left to be closed by who has entered it."""
        self._scan = scan
        self._export = export
        self._is_stopping = False

    def stop(self) -> None:
        """End it at once; what was found until then is written. Idempotent."""
        self._is_stopping = True
        self._scan.stop()

    async def run(self, tell: Callable[[Progress], None], *, limit: int | None = None) -> Progress:
        """Write all that the scan finds, or the next `limit` hits. Raises CannotExport."""
        found: list[Hit] = []

        def collect(report: Report) -> None:
            found.extend(report.hits)
            tell(report.progress)

        while True:
            left = (
                STEP_RECORDS if limit is None else min(STEP_RECORDS, limit - self._export.records)
            )
            progress = await self._scan.run(collect, limit=left)
            await asyncio.to_thread(self._export.write, tuple(found))
            found.clear()
            is_full = limit is not None and self._export.records >= limit
            if progress.ending is not Ending.LIMIT or is_full:
                return progress
            if self._is_stopping:
                return replace(progress, ending=Ending.STOPPED)


@dataclass(frozen=True, slots=True)
class Problem:
    """A record that was not published: its place among all, counted from 1, and why not."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class PublishedSoFar:
    """How far publishing has come. `problems` are the first of the `failed` ones."""

    published: int = 0
    failed: int = 0
    problems: tuple[Problem, ...] = ()
    is_over: bool = False


class Publishing:
    """Publishes records one step after the other. Run it once."""

    def __init__(self, cluster: Writes, topic: str, records: Iterable[NewRecord | BadLine]) -> None:
        """`records` may block: it is iterated off the loop."""
        self._cluster = cluster
        self._topic = topic
        self._records = iter(records)
        self._number = 0
        self._published = 0
        self._failed = 0
        self._problems: list[Problem] = []
        self._is_stopping = False

    def stop(self) -> None:
        """Publish no further step. The one under way is waited for: it may be stored already."""
        self._is_stopping = True

    async def run(self, tell: Callable[[PublishedSoFar], None]) -> PublishedSoFar:
        """Publish until the records or the patience of the user end. Raises OSError.

        A record that is refused, and a line that is none, is counted, and the next is published.
        """
        while not self._is_stopping:
            step = await asyncio.to_thread(_step_of, self._records)
            if not step:
                break
            await self._publish(step)
            tell(self._state(is_over=False))
        state = self._state(is_over=True)
        tell(state)
        return state

    async def _publish(self, step: list[NewRecord | BadLine]) -> None:
        numbers: list[int] = []
        records: list[NewRecord] = []
        for each in step:
            self._number += 1
            if isinstance(each, BadLine):
                self._fail(self._number, f"line {each.number} is no record: {each.reason}")
            else:
                numbers.append(self._number)
                records.append(each)
        if not records:
            return
        try:
            outcomes = await self._cluster.publish(self._topic, records)
        except ClusterError as error:
            outcomes = (error,) * len(records)
        for number, outcome in zip(numbers, outcomes, strict=True):
            if isinstance(outcome, ClusterError):
                self._fail(number, outcome.reason)
            else:
                self._published += 1

    def _fail(self, number: int, reason: str) -> None:
        self._failed += 1
        if len(self._problems) < PROBLEMS_MAX:
            self._problems.append(Problem(number, reason))

    def _state(self, *, is_over: bool) -> PublishedSoFar:
        return PublishedSoFar(self._published, self._failed, tuple(self._problems), is_over)


def _step_of(records: Iterator[NewRecord | BadLine]) -> list[NewRecord | BadLine]:
    """The next records, not more than fit into a step. Blocks."""
    step: list[NewRecord | BadLine] = []
    size_bytes = 0
    for each in islice(records, STEP_RECORDS):
        step.append(each)
        if not isinstance(each, BadLine):
            size_bytes += len(each.key or b"") + len(each.value or b"")
        if size_bytes >= STEP_BYTES:
            break
    return step
