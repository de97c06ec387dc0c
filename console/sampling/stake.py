"""What is lost with the records of some topics: asked of the cluster at the moment of the question.

The figures of the last refresh may be old: refresh may be paused, or its interval long. What could
not be read is not told.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, replace

from console.model import units
from console.model.figures import total
from console.model.names import TopicPartition
from console.model.text import plain
from console.port.cluster import Reads
from console.port.errors import ClusterError
from console.port.readings import TopicReading
from console.sampling.derived import partition_sizes
from console.sampling.rounds import PARTITIONS_PER_CALL
from console.sampling.turns import parts

UNCOUNTED = "All records"
"""What is said before anything was read."""


@dataclass(frozen=True, slots=True)
class Stake:
    """Records and bytes of all the topics; None where they are not known.

    `problem` says why the records could not be counted, safe to show.
    """

    records: int | None = None
    size_bytes: int | None = None
    problem: str = ""

    @property
    def said(self) -> str:
        """`All 12K records (1.2 GB)`, as far as that is known, safe to show."""
        if self.records is None:
            return f"{UNCOUNTED} (how many is not known: {self.problem})"
        many = f"All {units.count(self.records)} record{'s' if self.records != 1 else ''}"
        return many if self.size_bytes is None else f"{many} ({units.size(self.size_bytes)})"


async def stakes_of(names: Collection[str], reads: Reads) -> AsyncIterator[Stake]:
    """What the cluster says at this moment: how many records, then of what size as well.

    Sizes need an answer of every broker, and more rights: the count does not wait for them.
    """
    try:
        layout = await reads.layout()
        topics = [each for each in layout.topics if each.name in names]
        gone = set(names) - {each.name for each in topics}
        stake = _missing(min(gone)) if gone else await _counted(topics, reads)
    except ClusterError as error:
        yield Stake(problem=plain(error.reason))
        return
    yield stake
    if stake.records is None:
        return
    try:
        directories = await reads.directories()
    except ClusterError:
        return
    sizes = partition_sizes(topics, directories, 0)
    size_bytes = total(sizes[key] for topic in topics for key in topic.keys)
    # Sizes may be a moment older: nothing beside records is such an old answer.
    if size_bytes.is_complete and (size_bytes.amount or not stake.records):
        yield replace(stake, size_bytes=size_bytes.amount)


async def _counted(topics: Sequence[TopicReading], reads: Reads) -> Stake:
    records, keys = 0, [key for topic in topics for key in topic.keys]
    for part in parts(keys, PARTITIONS_PER_CALL):
        starts, ends = await reads.start_offsets(part), await reads.end_offsets(part)
        for key in part:
            start, end = starts[key], ends[key]
            if isinstance(start, ClusterError):
                return _uncounted(key, start)
            if isinstance(end, ClusterError):
                return _uncounted(key, end)
            records += max(0, end - start)
    return Stake(records)


def _missing(name: str) -> Stake:
    return Stake(problem=f"there is no topic {plain(name)}")


def _uncounted(key: TopicPartition, error: ClusterError) -> Stake:
    return Stake(problem=f"{plain(str(key))}: {plain(error.reason)}")
