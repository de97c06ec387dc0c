"""A place in a topic as people say it: one start for all partitions, or one for some of them.

| text                   | means                                                      |
|------------------------|------------------------------------------------------------|
| `-1h`, `end-500`, `1200`, `2026-11-22 09:00` | the same for all, as `start_position` says |
| `p3:1200`              | partition 3 from offset 1,200, and no other partition      |
| `p3:1200, p4:end-10`   | those two partitions                                       |
| `p3:1200, -1h`         | partition 3 from an offset, all others from a time         |
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from console.messages.start_position import DIGITS_MAX, Start, StartKind, parse_start, start_offsets
from console.model.names import TopicPartition
from console.port.cluster import Offsets
from console.port.errors import ClusterError

_FOR_ONE = re.compile(rf"p([0-9]{{1,{DIGITS_MAX}}})\s*:(.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Seek:
    """A start by partition. `others` None leaves out every partition that is not named."""

    others: Start | None
    of: Mapping[int, Start] = field(default_factory=dict)

    def start_of(self, partition: int) -> Start | None:
        """Where to start in a partition; None when it is left out."""
        return self.of.get(partition, self.others)


FROM_BEGINNING = Seek(Start(StartKind.BEGINNING))
FROM_END = Seek(Start(StartKind.END))


def parse_seek(text: str, now_ms: int) -> Seek:
    """What was typed. Raises ValueError with what is allowed."""
    others: Start | None = None
    single: dict[int, Start] = {}
    for part in text.split(","):
        for_one = _FOR_ONE.fullmatch(part.strip())
        if for_one is not None:
            single[int(for_one[1])] = parse_start(for_one[2], now_ms)
        elif others is not None:
            raise ValueError(f"{text!r} says twice where all partitions start")
        else:
            others = parse_start(part, now_ms)
    return Seek(others, single)


async def sought_offsets(
    cluster: Offsets, partitions: Collection[TopicPartition], seek: Seek
) -> dict[TopicPartition, int | ClusterError]:
    """The offset of each partition that is not left out, or why it is not known."""
    by_start: dict[Start, list[TopicPartition]] = {}
    for key in partitions:
        start = seek.start_of(key.partition)
        if start is not None:
            by_start.setdefault(start, []).append(key)
    found: dict[TopicPartition, int | ClusterError] = {}
    for start, keys in by_start.items():
        found.update(await start_offsets(cluster, keys, start))
    return found
