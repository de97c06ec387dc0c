"""Where to start to read: what people may say, and which offsets that means.

| text             | means                                                          |
|------------------|----------------------------------------------------------------|
| `beginning`      | the first record that retention has kept                       |
| `end`            | what comes from now on                                         |
| `1200`           | that offset of each partition                                  |
| `end-500`        | the last 500 offsets of each partition                         |
| `-15m`, `-2h 30m` | the first record at most that old                             |
| `2026-11-22T09:00` | the first record from that moment on; local time without zone |
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from console.model.names import TopicPartition
from console.port.cluster import Offsets
from console.port.errors import ClusterError
from console.port.readings import TimedOffset

DIGITS_MAX = 18
"""Digits of an offset; with one more it may be beyond what Kafka can count to."""

_SPANS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_PART = re.compile(r"(\d+)\s*(ms|s|m|h|d)")
_SPAN = re.compile(rf"-(\s*{_PART.pattern})+")


class StartKind(Enum):
    """What the amount of a start counts from."""

    BEGINNING = "beginning"
    END = "end"
    OFFSET = "offset"
    BEFORE_END = "before end"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Start:
    """A start as it was said. `amount` is an offset, a number of offsets, or wall time in ms."""

    kind: StartKind
    amount: int = 0


def parse_start(text: str, now_ms: int) -> Start:
    """What `--from` says. Raises ValueError with what is allowed."""
    wanted = text.strip().lower()
    if wanted in ("beginning", "earliest", "start"):
        return Start(StartKind.BEGINNING)
    if wanted in ("end", "latest"):
        return Start(StartKind.END)
    if wanted.isascii() and wanted.isdigit() and len(wanted) <= DIGITS_MAX:
        return Start(StartKind.OFFSET, int(wanted))
    before_end = re.fullmatch(r"end\s*-\s*(\d+)", wanted)
    if before_end is not None:
        return Start(StartKind.BEFORE_END, int(before_end[1]))
    if _SPAN.fullmatch(wanted):
        span_ms = sum(int(count) * _SPANS[unit] for count, unit in _PART.findall(wanted))
        return Start(StartKind.TIME, max(0, now_ms - span_ms))
    try:
        moment = datetime.fromisoformat(text.strip())
        # Negative times are not times to Kafka: -1 is the latest offset, -2 the earliest.
        return Start(StartKind.TIME, max(0, int(moment.astimezone().timestamp() * 1000)))
    except (ValueError, OverflowError):
        raise ValueError(
            f"{text!r} is none of: beginning, end, an offset, end-N, an age such as -15m or -2h, "
            "a moment such as 2026-11-22T09:00"
        ) from None


async def start_offsets(
    cluster: Offsets, partitions: Collection[TopicPartition], start: Start
) -> Mapping[TopicPartition, int | ClusterError]:
    """The offset of each partition at which to start, or why it is not known."""
    match start.kind:
        case StartKind.OFFSET:
            return dict.fromkeys(partitions, start.amount)
        case StartKind.BEGINNING:
            return await cluster.start_offsets(partitions)
        case StartKind.END:
            return await cluster.end_offsets(partitions)
        case StartKind.BEFORE_END:
            starts = await cluster.start_offsets(partitions)
            ends = await cluster.end_offsets(partitions)
            return {key: _before(starts[key], ends[key], start.amount) for key in partitions}
        case StartKind.TIME:
            ends = await cluster.end_offsets(partitions)
            found = await cluster.offsets_at(partitions, start.amount)
            return {key: _found_or_end(found[key], ends[key]) for key in partitions}


def _before(first: int | ClusterError, end: int | ClusterError, count: int) -> int | ClusterError:
    if isinstance(first, ClusterError):
        return first
    return end if isinstance(end, ClusterError) else max(first, end - count)


def _found_or_end(found: TimedOffset | ClusterError, end: int | ClusterError) -> int | ClusterError:
    if isinstance(found, ClusterError):
        return found
    return end if found.offset < 0 else found.offset
