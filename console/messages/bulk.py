"""Many records at a time: a scan into a file, and a supply of records into topics.

Both go step by step, so that memory stays small, tell how far they are after each step, and end at
once when they are stopped; what was written or published until then is told. Files are read and
written off the loop.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

from console.messages.exporting import Export
from console.messages.lane import Hit
from console.messages.progress import Ending, Progress, Report
from console.messages.scan import Scan
from console.port.cluster import NewRecord, Writes
from console.port.errors import ClusterError, TimedOut, Unreachable

STEP_RECORDS = 1_000
STEP_READ_BYTES = 8 << 20
"""Records and bytes that are read before what was found among them goes on."""

PROBLEMS_MAX = 100
"""Records that were refused, and lines that are none, which are told one by one."""


@asynccontextmanager
async def entered(export: Export) -> AsyncIterator[Export]:
    """Have a file open, which is opened and closed off the loop. Raises CannotExport."""
    await asyncio.to_thread(export.__enter__)
    try:
        yield export
    except BaseException:
        await asyncio.to_thread(export.__exit__, *sys.exc_info())
        raise
    await asyncio.to_thread(export.__exit__, None, None, None)


class Exporting:
    """Writes what a scan finds. Run it once."""

    def __init__(self, scan: Scan, export: Export) -> None:
        """The export is entered before it runs, and closed by who has entered it."""
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

        while not self._is_stopping:
            left = (
                STEP_RECORDS if limit is None else min(STEP_RECORDS, limit - self._export.records)
            )
            progress = await self._scan.run(collect, limit=left, bytes_max=STEP_READ_BYTES)
            await asyncio.to_thread(self._export.write, tuple(found))
            found.clear()
            is_full = limit is not None and self._export.records >= limit
            if progress.ending in (Ending.END, Ending.STOPPED) or is_full:
                return progress
        return replace(self._scan.progress, ending=Ending.STOPPED)


@dataclass(frozen=True, slots=True)
class Addressed:
    """A record to publish, and the topic that it goes to."""

    topic: str
    record: NewRecord


@dataclass(frozen=True, slots=True)
class Unfit:
    """What stands in the place of a record and cannot be published; the reason is a clause."""

    reason: str


Item: TypeAlias = Addressed | Unfit


class Supply(Protocol):
    """Where records to publish come from, a step at a time."""

    async def step(self) -> Sequence[Item]:
        """The next ones, not more than fit into memory at ease; none at the end. Raises OSError."""
        ...

    def stop(self) -> None:
        """Let `step` end at once, with whatever it has. Idempotent."""
        ...

    @property
    def share(self) -> float | None:
        """How much of it was gone through, from 0 to 1; None where that is not known."""
        ...

    @property
    def trouble(self) -> str:
        """What of it could not be read at all, and why; empty when nothing."""
        ...


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
    share: float | None = None
    trouble: str = ""
    is_stopped: bool = False


class Publishing:
    """Publishes what a supply gives, step after step. Run it once."""

    def __init__(self, cluster: Writes, supply: Supply) -> None:
        self._cluster = cluster
        self._supply = supply
        self._number = 0
        self._published = 0
        self._failed = 0
        self._problems: list[Problem] = []
        self._trouble = ""
        self._is_stopping = False

    def stop(self) -> None:
        """Publish no further step. The one under way is waited for: it may be stored already."""
        self._is_stopping = True
        self._supply.stop()

    @property
    def so_far(self) -> PublishedSoFar:
        """How far it is at this moment."""
        return PublishedSoFar(
            self._published,
            self._failed,
            tuple(self._problems),
            self._supply.share,
            self._trouble or self._supply.trouble,
            self._is_stopping,
        )

    async def run(self, tell: Callable[[PublishedSoFar], None]) -> PublishedSoFar:
        """Publish until the records or the patience of the user end. Raises OSError.

        A record that is refused, and what is none, is counted, and the next is published. When the
        cluster does not answer it is given up.
        """
        while not self._is_stopping and not self._trouble:
            step = await self._supply.step()
            if not step or self._is_stopping:
                break
            await self._publish(step)
            tell(self.so_far)
        return self.so_far

    async def _publish(self, step: Sequence[Item]) -> None:
        """Publish a step topic by topic, in order within each."""
        by_topic: dict[str, list[tuple[int, NewRecord]]] = {}
        for each in step:
            self._number += 1
            if isinstance(each, Unfit):
                self._fail(self._number, each.reason)
            else:
                by_topic.setdefault(each.topic, []).append((self._number, each.record))
        for topic, numbered in by_topic.items():
            try:
                outcomes = await self._cluster.publish(topic, [record for _, record in numbered])
            except ClusterError as error:
                outcomes = (error,) * len(numbered)
                if isinstance(error, Unreachable | TimedOut):
                    self._trouble = f"given up: {error.of_change}"
            for (number, _), outcome in zip(numbered, outcomes, strict=True):
                if isinstance(outcome, ClusterError):
                    self._fail(number, outcome.of_change)
                else:
                    self._published += 1

    def _fail(self, number: int, reason: str) -> None:
        self._failed += 1
        if len(self._problems) < PROBLEMS_MAX:
            self._problems.append(Problem(number, reason))
