"""`kconsole delete records`: how many records would go from each partition, and then they go.

What was printed is what is deleted: the offsets of the plan, not those of a later moment, of
the very topics that were counted.
"""

from pathlib import Path

import click

from console.adapters.kafka import KafkaCluster
from console.messages.start_position import Start, StartKind, start_offsets
from console.model.care import Weight
from console.model.text import plain
from console.port.cluster import Reads, Writes
from console.port.errors import ClusterError, Unreachable
from console.resets.drafting import keys_named
from console.resets.extent import Extent
from console.scripting.agreement import permit_to
from console.scripting.cluster_command import run_change, run_on_cluster
from console.scripting.exits import CommandFailed
from console.scripting.fields import Field, number, text
from console.scripting.output import Form, rendered
from console.scripting.record_cuts import Cut, CutPlan, carry_out, topic_ids_of
from console.scripting.waiting import Waiting

FIELDS: tuple[Field[Cut], ...] = (
    text("topic", lambda cut: cut.key.topic),
    number("partition", lambda cut: cut.key.partition),
    number("start", lambda cut: cut.start),
    number("before", lambda cut: cut.before),
    number("deleted", lambda cut: cut.deleted),
)


class RecordDeletion:
    """One run of the command. `failed` says in the end what could not be done, if anything."""

    def __init__(self, extent: Extent, before: Start) -> None:
        self._extent = extent
        self._before = before
        self._draft = CutPlan((), {})
        self.hindrance = ""
        self.failed = ""

    def plan(self, bootstrap: str | None, config: Path | None) -> bool:
        """Print what would go, and say whether somebody read it."""
        return run_on_cluster(bootstrap, config, self._plan)

    async def _plan(self, cluster: KafkaCluster) -> None:
        reads = cluster.reads
        layout = await reads.layout()
        keys = keys_named(self._extent, layout)
        starts = await reads.start_offsets(keys)
        ends = await reads.end_offsets(keys)
        places = await start_offsets(reads, keys, self._before)
        cuts: list[Cut] = []
        beyond: list[str] = []
        for key in keys:
            start, end, before = starts[key], ends[key], places[key]
            for each in (start, end, before):
                if isinstance(each, Unreachable):
                    raise cluster.link.advised(each)
                if isinstance(each, ClusterError):
                    raise CommandFailed(f"{plain(str(key))}: {plain(each.reason)}") from each
            assert not isinstance(start, ClusterError)
            assert not isinstance(end, ClusterError)
            assert not isinstance(before, ClusterError)
            if before > end and self._before.kind is StartKind.OFFSET:
                told = f"{before:,} is beyond the end of {plain(str(key))}, which is {end:,}"
                beyond.append(f"nothing is deleted: {told}")
            cuts.append(Cut(key, start, max(start, min(before, end))))
        if beyond:
            raise CommandFailed("\n".join(beyond))
        self._draft = CutPlan(cuts, topic_ids_of(layout))
        self.hindrance = cluster.refusal if self._draft.wanted else ""
        click.echo(rendered(FIELDS, cuts, Form.TABLE), nl=False)

    def carry_out(self, bootstrap: str | None, config: Path | None, *, is_agreed: bool) -> None:
        """Delete what was printed, once it is agreed."""
        draft = self._draft
        if not draft.wanted:
            click.echo("kconsole: there is nothing to delete", err=True)
            return
        named = plain(str(self._extent))
        count = sum(cut.deleted for cut in draft.cuts)
        told = f"delete {count:,} record{'s' if count != 1 else ''} of {named}"
        permit = permit_to(told, is_agreed=is_agreed, usual=Weight.NAME, name=str(self._extent))
        waiting = Waiting()

        async def delete(writes: Writes, reads: Reads) -> None:
            async with waiting.told():
                self.failed = await carry_out(draft, reads, writes)

        run_change(bootstrap, config, delete, permit=permit, waiting=waiting, is_told=True)
