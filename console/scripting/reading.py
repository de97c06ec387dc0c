"""One reading of a table, through the same sampler that the screens are made from."""

from typing import Generic

from console.model.figures import Known
from console.model.group import Group
from console.model.section import LOADING, Loading, Ready, Refused, Section, Stale, content
from console.model.snapshot import Snapshot
from console.port.clock import Clock
from console.port.cluster import Watched
from console.port.errors import ClusterError, NotFound, Unreachable
from console.sampling.sampler import Sampler
from console.scripting.fields import RowT
from console.scripting.tables import Table

CONNECT_TRIES = 3


class TableReader(Generic[RowT]):
    """Reads one table of one cluster, once or again and again: rates need a second reading."""

    def __init__(
        self, cluster: Watched, clock: Clock, table: Table[RowT], names: frozenset[str]
    ) -> None:
        """`names` restrict the rows; empty means all."""
        self._table = table
        self._names = names
        self._sampler = Sampler(cluster, clock, name="")
        self._sampler.need(table.needs(names))

    async def read(self) -> list[RowT]:
        """The rows at this moment.

        Raises ClusterError: when the cluster cannot be had or refuses, or has none of a name.
        """
        table = self._table
        section: Section[list[RowT]] = LOADING
        for _ in range(CONNECT_TRIES):
            snapshot = await self._snapshot()
            section = table.rows(snapshot, self._names)
            if not isinstance(section, Loading):
                break
            self._sampler.refresh()
        return self._chosen(_rows(section))

    async def _snapshot(self) -> Snapshot:
        snapshot = await self._sampler.tick()
        groups = content(snapshot.groups) or ()
        if self._table.follows_groups and not all(group.is_enriched for group in groups):
            # A screen follows the groups in sight; here every one that is asked for counts.
            names = frozenset(group.name for group in groups)
            wanted = names & self._names if self._names else names
            self._sampler.need(self._table.needs(wanted))
            self._sampler.refresh()
            snapshot = await self._sampler.tick()
        if self._table.follows_groups and not all(map(_has_age, content(snapshot.groups) or ())):
            # Which records to ask the time of is known now that the offsets are.
            self._sampler.refresh()
            snapshot = await self._sampler.tick()
        return snapshot

    def _chosen(self, rows: list[RowT]) -> list[RowT]:
        if not self._names:
            return rows
        chosen = [row for row in rows if self._table.key(row) in self._names]
        missing = self._names - {self._table.key(row) for row in chosen}
        if missing:
            raise NotFound(f"there is no {self._table.of.lower()} {', '.join(sorted(missing))}")
        return chosen


def _has_age(group: Group) -> bool:
    return isinstance(group.age, Known) or not group.lag_total.amount


def _rows(section: Section[list[RowT]]) -> list[RowT]:
    match section:
        case Ready(value=rows) | Stale(value=rows):
            return rows
        case Refused(reason=reason):
            raise ClusterError(reason)
        case Loading(problem=problem):
            raise Unreachable(problem or "no answer came")
