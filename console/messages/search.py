"""What of a topic is looked for: from a place on, through a filter. Plans it, scans it, follows it.

The records of a search are those that pass its filter, from its place on or from the beginning.
Where the filter demands a key, the partitions that producers usually choose for it are read first,
and then all others, for nobody has to keep to that.
Nothing is remembered but what was asked for; a filter counts what it tests, so a search that is run
beside another one is run `anew`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from console.messages.filter import RecordFilter
from console.messages.plan import Order, Plan, Query, make_plan
from console.messages.scan import Prepare, Scan, keep_all
from console.messages.seek import FROM_BEGINNING, FROM_END, Seek
from console.messages.tail import Tail
from console.model.names import TopicPartition
from console.port.cluster import EVERY_RECORD, Wanted
from console.port.source import Source


@dataclass(frozen=True, slots=True)
class Search:
    """One search. `prepare` is awaited before records are tested; None where that needs nothing."""

    source: Source
    topic: str
    partitions: tuple[int, ...]
    place: Seek | None = None
    keep: RecordFilter | None = None
    prepare: Prepare | None = None

    def anew(self) -> "Search":
        """The same with a filter that has counted nothing."""
        return self if self.keep is None else replace(self, keep=self.keep.anew())

    async def plan_from_place(self) -> Plan:
        """The ranges from the place on, oldest first. Raises ClusterError."""
        return await self._plan(Order.OLDEST_FIRST, start=self.place or FROM_BEGINNING)

    async def plan_before(self, end: Seek) -> Plan:
        """The ranges before a place, newest first. Raises ClusterError."""
        return await self._plan(Order.NEWEST_FIRST, end=end)

    def takes(self, partition: int) -> bool:
        """Whether records of a partition can be among those that are looked for."""
        if self.place is not None and self.place.start_of(partition) is None:
            return False
        bounds = None if self.keep is None else self.keep.bounds
        return bounds is None or bounds.partitions is None or partition in bounds.partitions

    def scan(self, plan: Plan) -> Scan:
        """Reads a plan through the filter."""
        source = self.source
        return Scan(
            source.records,
            source.offsets,
            plan,
            source.clock,
            keep=self.keep or keep_all,
            wanted=self._wanted,
            prepare=self.prepare,
        )

    def tail(self, positions: Mapping[TopicPartition, int]) -> Tail:
        """Follows what is written from these positions on, through the filter."""
        source = self.source
        return Tail(
            source.records,
            source.offsets,
            positions,
            source.clock,
            keep=self.keep or keep_all,
            wanted=self._wanted,
            prepare=self.prepare,
        )

    @property
    def _wanted(self) -> Wanted:
        return EVERY_RECORD if self.keep is None else self.keep.wanted

    async def _plan(
        self, order: Order, *, start: Seek = FROM_BEGINNING, end: Seek = FROM_END
    ) -> Plan:
        query = Query(self.topic, self.partitions, order, start, end)
        if self.keep is not None:
            query = replace(query, bounds=self.keep.bounds)
        return replace(await make_plan(self.source.offsets, query), first=self._first())

    def _first(self) -> frozenset[int]:
        """Where the keys that the filter demands probably are."""
        if self.keep is None or not self.partitions:
            return frozenset()
        keys, place = self.keep.bounds.keys, self.source.records.probable_partitions
        return frozenset(each for key in keys for each in place(key, len(self.partitions)))
