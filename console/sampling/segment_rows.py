"""Reads the segments of one topic for the screen that shows them."""

from console.model.figures import Unknown
from console.model.segments import SegmentRow, TopicSegments, shown_rows
from console.port.cluster import Reads
from console.port.errors import ClusterError
from console.port.readings import TopicReading
from console.sampling.topic_logs import TopicLogs
from console.sampling.turns import in_turns


async def read_segments(reads: Reads, topic: TopicReading, now_ms: int) -> TopicSegments:
    """The segments of a topic as of `now_ms`. Raises ClusterError when no partition tells any."""
    logs = TopicLogs(reads, topic.name, len(topic.partitions), now_ms)
    await logs.read()
    policy = logs.policy()
    rows: list[SegmentRow] = []
    untold: dict[int, str] = {}
    async for several in in_turns(sorted(logs.logs.items())):
        for index, log in several:
            if isinstance(log, Unknown):
                untold[index] = log.reason
            else:
                rows += shown_rows(log.value, policy, now_ms)
    if untold and not rows:
        raise ClusterError(next(iter(untold.values())))
    return TopicSegments(tuple(rows), policy, logs.rolling, untold)
