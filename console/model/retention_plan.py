"""What a retention policy does to logs by and by: when each segment goes, and what stays for good.

Everything here goes on from the mean pace of so far, so none of it is exact.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from console.model.figures import Figure, Known, Unknown
from console.model.partition_log import PartitionLog, Rolling
from console.model.retention import DAY_MS, RetentionPolicy, goes_by_age
from console.model.retention_cut import NO_SIZE, NO_TIMES


class Cause(Enum):
    """What takes a segment first."""

    AGE = "age"
    SIZE = "size"


@dataclass(frozen=True, slots=True)
class Going:
    """Some records that go together at about a time; `goes_ms` None is not in sight.

    `cause` is what takes them by themselves: they may have to wait for those before them.
    """

    partition: int
    base_offset: int
    end_offset: int
    size_bytes: int | None
    goes_ms: int | None
    cause: Cause | None = None

    @property
    def records(self) -> int:
        return self.end_offset - self.base_offset


def schedule_of(log: PartitionLog, policy: RetentionPolicy, now_ms: int) -> Iterator[Going]:
    """When each segment goes if the log goes on as it did on average, oldest first.

    The last one is written to while the topic lives: it goes no sooner than that, and is left out
    unless it is due.
    """
    born_per_s = pace_of(log, now_ms).bytes_per_s
    before = 0
    earliest: int | None = now_ms
    for segment in log.segments:
        size = segment.size_bytes
        before += size or 0
        left = None if log.size_bytes is None or size is None else log.size_bytes - before
        ways = (
            (_goes_by_age(log, segment.end_offset, policy), Cause.AGE),
            (_goes_by_size(left, policy, born_per_s, now_ms), Cause.SIZE),
        )
        known = [(at_ms, cause) for at_ms, cause in ways if at_ms is not None]
        goes, cause = min(known, key=_moment, default=(None, None))
        earliest = None if goes is None or earliest is None else max(goes, earliest)
        if segment.end_offset == log.end and (earliest is None or earliest > now_ms):
            return
        yield Going(
            log.partition,
            segment.base_offset,
            segment.end_offset,
            size,
            earliest,
            None if earliest is None else cause,
        )


def _moment(way: tuple[int, Cause]) -> int:
    return way[0]


def _goes_by_age(log: PartitionLog, end_offset: int, policy: RetentionPolicy) -> int | None:
    newest = log.times.newest_before(end_offset)
    return None if newest is None else goes_by_age(newest, policy)


def _goes_by_size(
    left: int | None, policy: RetentionPolicy, bytes_per_s: float | None, now_ms: int
) -> int | None:
    """When what is left behind a segment has grown to what the policy allows."""
    if left is None or not policy.is_deleted or policy.retention_bytes < 0:
        return None
    missing = policy.retention_bytes - left
    if missing <= 0:
        return now_ms
    return now_ms + round(1000 * missing / bytes_per_s) if bytes_per_s else None


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a log grew on average since its oldest record; None where that is not known."""

    records_per_s: float | None
    bytes_per_s: float | None


def pace_of(log: PartitionLog, now_ms: int) -> Pace:
    """The mean pace over all that is kept."""
    if not log.records:
        return Pace(0.0, 0.0)
    oldest = log.times.newest_before(log.start + 1)
    if oldest is None:
        return Pace(None, None)
    passed_s = max(1.0, (now_ms - oldest) / 1000)
    size = log.size_bytes
    return Pace(log.records / passed_s, None if size is None else size / passed_s)


@dataclass(frozen=True, slots=True)
class Steady:
    """What a topic keeps once a policy has been at work for long, at the mean pace of so far.

    `least` and `most` differ by a segment. `back_s` is how far it reaches back; None is for ever.
    """

    least_bytes: int
    most_bytes: int
    least_back_s: float | None
    most_back_s: float | None
    records_per_day: int
    bytes_per_day: int


def steady_of(
    logs: Iterable[PartitionLog], policy: RetentionPolicy, rolling: Rolling, now_ms: int
) -> Figure[Steady]:
    """The steady state of some partitions together; unknown as soon as one is not known."""
    kept: list[_Kept] = []
    for log in logs:
        pace = pace_of(log, now_ms)
        if pace.records_per_s is None:
            return Unknown(NO_TIMES)
        if pace.bytes_per_s is None:
            return Unknown(NO_SIZE)
        kept.append(_kept(log.size_bytes or 0, pace.bytes_per_s, policy, rolling))
        kept[-1].records_per_s = pace.records_per_s
    backs = [each for each in kept if each.bytes_per_s]
    is_endless = any(each.least_s is None for each in backs)
    return Known(
        Steady(
            least_bytes=round(sum(each.least_bytes for each in kept)),
            most_bytes=round(sum(each.most_bytes for each in kept)),
            least_back_s=None
            if is_endless
            else min((e.least_s or 0.0 for e in backs), default=0.0),
            most_back_s=None if is_endless else max((e.most_s or 0.0 for e in backs), default=0.0),
            records_per_day=round(sum(each.records_per_s for each in kept) * DAY_MS / 1000),
            bytes_per_day=round(sum(each.bytes_per_s for each in kept) * DAY_MS / 1000),
        ),
        now_ms,
    )


@dataclass(slots=True)
class _Kept:
    bytes_per_s: float
    least_s: float | None
    most_s: float | None
    least_bytes: float
    most_bytes: float
    records_per_s: float = 0.0


def _kept(size: int, bytes_per_s: float, policy: RetentionPolicy, rolling: Rolling) -> _Kept:
    """What one partition keeps: the stricter of both limits counts, each with a segment's play."""
    limits: list[tuple[float, float]] = []
    if policy.is_deleted and bytes_per_s:
        segment_s = min(rolling.segment_ms / 1000, rolling.segment_bytes / bytes_per_s)
        if policy.retention_ms >= 0:
            limits.append((policy.retention_ms / 1000, policy.retention_ms / 1000 + segment_s))
        if policy.retention_bytes >= 0:
            least = policy.retention_bytes / bytes_per_s
            limits.append((least, least + rolling.segment_bytes / bytes_per_s))
    if not limits:
        return _Kept(bytes_per_s, None, None, size, size)
    least_s, most_s = min(low for low, _ in limits), min(high for _, high in limits)
    return _Kept(bytes_per_s, least_s, most_s, least_s * bytes_per_s, most_s * bytes_per_s)
