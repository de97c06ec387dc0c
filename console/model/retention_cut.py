"""What a retention policy makes of one log at once.

As Kafka does, whole segments go, the oldest first: by age when the newest record of a segment is
older than `retention.ms`, by size while what is left holds at least `retention.bytes`.

An amount that rests on guessed segments is not exact, and says how much it can be at most.
"""

from dataclasses import dataclass

from console.model.figures import Figure, Known, Unknown
from console.model.partition_log import PartitionLog
from console.model.retention import RetentionPolicy

NO_TIMES = "the times of its records are not known"
NO_SIZE = "its size is not known"


@dataclass(frozen=True, slots=True)
class Amount:
    """So much is expected, and `at_most` can be. Exact amounts have no other."""

    value: int = 0
    at_most: int = 0
    is_exact: bool = True

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(
            self.value + other.value,
            self.at_most + other.at_most,
            self.is_exact and other.is_exact,
        )


NOTHING = Amount()


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a log begins once a policy has been at work: `start`, and at most `start_max`."""

    start: int
    start_max: int
    is_exact: bool

    def gone(self, log: PartitionLog) -> Amount:
        """The records that are gone then."""
        return Amount(self.start - log.start, self.start_max - log.start, self.is_exact)

    def gone_bytes(self, log: PartitionLog) -> Amount | None:
        """Their bytes; None where the size of the log is not known."""
        expected, most = log.bytes_before(self.start), log.bytes_before(self.start_max)
        if expected is None or most is None:
            return None
        return Amount(expected, most, self.is_exact)

    def unread(self, log: PartitionLog, position: int) -> Amount:
        """How many of them a reader at a position has not read."""
        at = max(position, log.start)
        return Amount(max(0, self.start - at), max(0, self.start_max - at), self.is_exact)


def cut_moment(policy: RetentionPolicy, now_ms: int) -> int | None:
    """Records that are older than this go; None when none goes by age."""
    if not policy.is_deleted or policy.retention_ms < 0:
        return None
    return now_ms - policy.retention_ms


def cut_of(log: PartitionLog, policy: RetentionPolicy, now_ms: int) -> Figure[Cut]:
    """What a policy makes of a log at once; unknown where what it asks for is not known."""
    cuts = [Cut(log.start, log.start, is_exact=True)]
    moment_ms = cut_moment(policy, now_ms)
    if moment_ms is not None and log.records:
        young = log.times.first_since(moment_ms, start=log.start, end=log.end)
        if young is None:
            return Unknown(NO_TIMES)
        is_asked = moment_ms in log.times.asked_ms
        cuts.append(_cut(log, young, is_exact=log.are_told and is_asked))
    if policy.is_deleted and policy.retention_bytes >= 0 and log.records:
        if log.size_bytes is None:
            return Unknown(NO_SIZE)
        cuts.append(_by_size(log, log.size_bytes - policy.retention_bytes))
    deepest = max(cuts, key=lambda cut: cut.start)
    start_max = max(cut.start_max for cut in cuts)
    is_exact = all(cut.is_exact for cut in cuts) and start_max == deepest.start
    return Known(Cut(deepest.start, start_max, is_exact or start_max == log.start), now_ms)


def _cut(log: PartitionLog, limit: int, *, is_exact: bool) -> Cut:
    """Whole segments below a limit go; where they are guessed, all below it may."""
    whole = [each.end_offset for each in log.segments if each.end_offset <= limit]
    start = whole[-1] if whole else log.start
    return Cut(start, start if is_exact else max(start, limit), is_exact)


def _by_size(log: PartitionLog, excess: int) -> Cut:
    """Segments go as long as what is left of the excess would bear it."""
    start, left, limit = log.start, excess, log.start
    for segment in log.segments:
        size = segment.size_bytes or 0
        if left < 0:
            break
        if size > left:
            limit = segment.base_offset + segment.records * left // max(1, size)
            break
        left -= size
        start = limit = segment.end_offset
    return Cut(start, start if log.are_told else max(start, limit), log.are_told or excess < 0)
