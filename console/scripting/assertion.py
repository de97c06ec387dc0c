"""`kconsole assert lag`: whether groups keep up, as an exit code for scripts and pipelines.

Reads again and again until all that was asked holds or the time is over. What is not known does
not hold: a partition without a commit, a group that is not there yet, a cluster that does not
answer are all reasons to go on asking, and the last of them is what the command says in the end.
Where nothing was read at the last, it fails as other commands do: that says nothing of the lag.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import click

from console.model import units
from console.model.figures import Figure, Known
from console.model.group import Group
from console.model.lag import Age
from console.model.text import plain
from console.port.errors import ClusterError, Unreachable
from console.scripting.group_tables import GROUPS
from console.scripting.reading import TableReader
from console.scripting.table import Place

READ_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class LagBounds:
    """What must hold of each group; None asks nothing. Both are exclusive."""

    records: int | None = None
    age_s: float | None = None


def shortfalls(group: Group, bounds: LagBounds) -> Iterator[str]:
    """Why a group does not keep its bounds; nothing when it does. Pure."""
    name = plain(group.name)
    if group.problem or not group.is_enriched:
        # What was read before a problem says nothing of now.
        yield f"{name}: {plain(group.problem) or 'its offsets could not be read'}"
        return
    lag = group.lag_total
    if not group.partitions:
        yield f"{name}: it has committed nothing, so that its lag is not known"
    elif lag.unknown:
        yield f"{name}: the lag of {lag.unknown} partitions is not known"
    if bounds.records is not None and lag.amount >= bounds.records:
        yield f"{name}: lag {lag.amount}, not under {bounds.records}"
    if bounds.age_s is not None and group.partitions:
        yield from _too_old(name, group.age, bounds.age_s)


def _too_old(name: str, age: Figure[Age], bound_s: float) -> Iterator[str]:
    if not isinstance(age, Known):
        yield f"{name}: its age is not known: {plain(age.reason)}"
    elif age.value.seconds >= bound_s:
        shown = units.duration(age.value.seconds)
        yield f"{name}: behind by {shown}, not by less than {units.duration(bound_s)}"
    elif age.value.is_at_least:
        yield f"{name}: behind by {units.duration(age.value.seconds)} or more"


class LagAssertion:
    """One run of the command. `reasons` of the last reading say why it does not hold."""

    def __init__(self, bounds: LagBounds, within_s: float) -> None:
        self._bounds = bounds
        self._within_s = within_s
        self.reasons: list[str] = []

    async def run(self, place: Place) -> None:
        """Ask until it holds or the time is over; print the lag of each group when it holds.

        Raises ClusterError when nothing could be read in the end, or a group is not there.
        """
        reader, clock = TableReader(place, GROUPS), place.clock
        deadline_s = clock.monotonic_s() + self._within_s
        while True:
            unread: ClusterError | None = None
            try:
                reading = await reader.read()
            except ClusterError as error:
                unread = error
            else:
                unread = Unreachable(reading.remark) if reading.remark else None
                self.reasons = [
                    why for each in reading.rows for why in shortfalls(each, self._bounds)
                ]
            if unread is None and not self.reasons:
                for group in reading.rows:
                    click.echo(f"{plain(group.name)}: lag {group.lag_total.amount}")
                return
            left_s = deadline_s - clock.monotonic_s()
            if left_s > 0:
                await asyncio.sleep(min(READ_EVERY_S, left_s))
            elif unread is not None:
                raise unread
            else:
                return
