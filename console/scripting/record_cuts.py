"""What `kconsole delete records` deletes, and how: looks once more at the topics, then deletes.

Between the plan and the deletion a person may be asked. A topic that was deleted and created again
meanwhile has other records, of which nobody agreed to anything: its id tells.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import click

from console.model.names import TopicPartition
from console.model.text import plain
from console.port.cluster import Layout, Writes
from console.port.errors import ClusterError
from console.port.readings import LayoutReading
from console.scripting.refusals import refusal_lines, refusals_in


@dataclass(frozen=True, slots=True)
class Cut:
    """One partition: its first offset, and the one before which records go."""

    key: TopicPartition
    start: int
    before: int

    @property
    def deleted(self) -> int:
        """How many go, counted as offsets."""
        return max(0, self.before - self.start)


@dataclass(frozen=True, slots=True)
class CutPlan:
    """What goes from each partition, and the ids that the topics had."""

    cuts: Sequence[Cut]
    topic_ids: Mapping[str, str]

    @property
    def wanted(self) -> dict[TopicPartition, int]:
        """Before which offset records go, of the partitions that lose any."""
        return {cut.key: cut.before for cut in self.cuts if cut.deleted}


def topic_ids_of(layout: LayoutReading) -> dict[str, str]:
    """The ids of all topics by name; empty where the cluster has none."""
    return {topic.name: topic.topic_id for topic in layout.topics}


async def carry_out(plan: CutPlan, reads: Layout, writes: Writes) -> str:
    """Delete what is planned and say how much; what was not done, or nothing. Raises ClusterError
    when what is there now cannot be read."""
    wanted = plan.wanted
    moved = _moved(plan, topic_ids_of(await reads.layout()))
    if moved:
        return moved
    try:
        answers = await writes.delete_records(wanted)
    except ClusterError as error:
        return plain(error.of_change)
    except asyncio.CancelledError:
        _tell(f"up to {_records(plan.cuts)} may have been deleted; --dry-run tells what is left")
        raise
    refused = refusals_in(answers)
    done = [cut for cut in plan.cuts if cut.deleted and cut.key not in refused]
    _tell(f"{len(done)} of {len(wanted)} partitions done, {_records(done)} deleted")
    return refusal_lines(refused)


def _moved(plan: CutPlan, now: Mapping[str, str]) -> str:
    """Which topics are others than those of the plan; nothing when none is."""
    faults = []
    for topic in dict.fromkeys(key.topic for key in plan.wanted):
        if topic not in now:
            faults.append(f"nothing is deleted: there is no topic {plain(topic)} any more")
        elif now[topic] != plan.topic_ids[topic]:
            faults.append(
                f"nothing is deleted: {plain(topic)} was deleted and created again since the plan "
                "was made; run it again"
            )
    return "\n".join(faults)


def _records(cuts: Iterable[Cut]) -> str:
    count = sum(cut.deleted for cut in cuts)
    return f"{count:,} record{'s' if count != 1 else ''}"


def _tell(said: str) -> None:
    click.echo(f"kconsole: {said}", err=True)
