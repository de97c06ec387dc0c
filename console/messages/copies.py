"""Records that were found, as copies to publish: which ones, where each goes, what it keeps.

What is copied is either what a list holds (`Chosen`) or all that a search finds, up to the ends of
the moment when it was looked at (`Found`); either way it is told beforehand how many there are,
and the first of them. A copy has the key, value and headers of its original.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from console.messages.bulk import STEP_READ_BYTES, STEP_RECORDS, Addressed, Item, Supply, Unfit
from console.messages.filter import RecordFilter
from console.messages.lane import Hit
from console.messages.plan import Plan
from console.messages.progress import Ending, Progress, Report
from console.messages.scan import Scan
from console.messages.search import Search
from console.model.text import plain
from console.port.cluster import NewRecord
from console.port.errors import ClusterError
from console.port.readings import Standing

SHOWN = 3
"""How many are shown as examples."""

COUNT_MAX = 1 << 62
"""No limit: all are counted."""

_UNSETTLED = {
    Standing.ABORTED: "its transaction was aborted",
    Standing.OPEN: "its transaction is not settled",
}
"""What nobody who reads committed records may come to see."""

Address = Callable[[Hit], Item]


@dataclass(frozen=True, slots=True)
class Rule:
    """Where copies go and what they keep; `topics` says how many partitions each topic has.

    Records of transactions that were aborted, or are not settled, are not copied.

    To `topic`, or, where that is empty, to the topic that the last header of the name `header`
    names. By the key, to `partition`, or to the partition that the original is in.
    """

    topics: Mapping[str, int]
    topic: str = ""
    header: str = ""
    partition: int | None = None
    keeps_partition: bool = False
    keeps_time: bool = False

    def __call__(self, hit: Hit) -> Item:
        """The copy of a record, or why there is none: no topic comes into being by copying."""
        unsettled = _UNSETTLED.get(hit.record.standing)
        if unsettled is not None:
            return Unfit(unsettled)
        topic = self.topic
        if not topic:
            named = [content for name, content in hit.record.headers if name == self.header]
            if not named or not named[-1]:
                return Unfit(f"it has no header {plain(self.header, limit=60)}")
            topic = named[-1].decode("utf-8", "replace")
        count = self.topics.get(topic)
        if count is None:
            return Unfit(f"there is no topic {plain(topic, limit=100)}")
        record = self._copy(hit)
        if record.partition is not None and record.partition >= count:
            return Unfit(f"{plain(topic, limit=100)} has no partition {record.partition}")
        return Addressed(topic, record)

    def _copy(self, hit: Hit) -> NewRecord:
        record = hit.record
        return NewRecord(
            record.key,
            record.value,
            record.headers,
            hit.partition if self.keeps_partition else self.partition,
            record.timestamp_ms if self.keeps_time and record.timestamp_ms >= 0 else None,
        )


@dataclass(frozen=True, slots=True)
class Amount:
    """How many records there are, as far as that is known, and the first of them.

    `is_exact` once all were counted, `is_most` when `count` is offsets, of which some may hold
    none; else `count` were found so far, in this `share` of all.
    """

    count: int = 0
    first: tuple[Hit, ...] = ()
    is_exact: bool = False
    is_most: bool = False
    share: float | None = None
    problem: str = ""


class Original(Protocol):
    """Records to copy."""

    @property
    def amount(self) -> Amount:
        """How many there are, as far as that is known."""
        ...

    @property
    def is_ready(self) -> bool:
        """It is known what they are, though perhaps not how many."""
        ...

    async def count(self, tell: Callable[[], None]) -> None:
        """Find out how many there are; `tell` is called as that becomes known."""
        ...

    def supply(self, address: Address) -> Supply:
        """Their copies, once it is ready."""
        ...


class Chosen:
    """Records in hand, in the order of their times."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self._hits = sorted(hits, key=lambda hit: (hit.record.timestamp_ms, hit.record.offset))

    @property
    def amount(self) -> Amount:
        return Amount(len(self._hits), tuple(self._hits[:SHOWN]), is_exact=True)

    @property
    def is_ready(self) -> bool:
        return True

    async def count(self, tell: Callable[[], None]) -> None:
        tell()

    def supply(self, address: Address) -> Supply:
        return _OfHits(self._hits, address)


class Found:
    """All that a search finds from its place on. What is written later is no part of it."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._plan: Plan | None = None
        self._amount = Amount()

    @property
    def amount(self) -> Amount:
        return self._amount

    @property
    def is_ready(self) -> bool:
        return self._plan is not None

    async def count(self, tell: Callable[[], None]) -> None:
        """Plan it, and read as much as it takes: all of it where there is a filter."""
        try:
            plan = self._plan = await self._search.plan_from_place()
        except ClusterError as error:
            self._amount = Amount(problem=plain(error.reason))
            tell()
            return
        scan = self._search.anew().scan(plan)
        count, first = 0, list[Hit]()

        def take(report: Report) -> None:
            nonlocal count
            count += len(report.hits)
            first.extend(report.hits[: SHOWN - len(first)])
            self._amount = Amount(count, tuple(first), share=_share(report.progress))
            tell()

        is_all = self._search.keep is None
        progress = await scan.run(take, limit=SHOWN if is_all else COUNT_MAX)
        problem = unread(progress)
        if is_all:
            self._amount = Amount(plan.total_offsets, tuple(first), is_most=True, problem=problem)
        else:
            self._amount = Amount(count, tuple(first), is_exact=not problem, problem=problem)
        tell()

    def supply(self, address: Address) -> Supply:
        return _OfScan(self.scan()[0], address)

    def scan(self) -> tuple[Scan, RecordFilter | None]:
        """What reads all of it once it is ready, and its filter, which says what it cannot test."""
        assert self._plan is not None, "it is ready before it is read"
        search = self._search.anew()
        return search.scan(self._plan), search.keep


class _OfHits:
    """Copies of records in hand."""

    def __init__(self, hits: Sequence[Hit], address: Address) -> None:
        self._hits = hits
        self._address = address
        self._at = 0

    @property
    def share(self) -> float | None:
        return self._at / max(1, len(self._hits))

    @property
    def trouble(self) -> str:
        return ""

    def stop(self) -> None:
        """There is nothing to wait for."""

    async def step(self) -> Sequence[Item]:
        found = self._hits[self._at : self._at + STEP_RECORDS]
        self._at += len(found)
        return [self._address(hit) for hit in found]


class _OfScan:
    """Copies of what a scan finds."""

    def __init__(self, scan: Scan, address: Address) -> None:
        self._scan = scan
        self._address = address

    @property
    def share(self) -> float | None:
        return _share(self._scan.progress)

    @property
    def trouble(self) -> str:
        return unread(self._scan.progress)

    def stop(self) -> None:
        self._scan.stop()

    async def step(self) -> Sequence[Item]:
        found: list[Hit] = []

        def take(report: Report) -> None:
            found.extend(report.hits)

        while True:
            progress = await self._scan.run(take, limit=STEP_RECORDS, bytes_max=STEP_READ_BYTES)
            if found or progress.ending in (Ending.END, Ending.STOPPED):
                return [self._address(hit) for hit in found]


def _share(progress: Progress) -> float | None:
    total = progress.total_offsets
    return progress.scanned_offsets / total if total else None


def unread(progress: Progress) -> str:
    """Which partition is not read to its end, and why not; the first of them."""
    if not progress.failures:
        return ""
    key = min(progress.failures)
    more = f" and {len(progress.failures) - 1} more" if len(progress.failures) > 1 else ""
    return f"partition {key.partition}{more} cannot be read: {plain(progress.failures[key].reason)}"
