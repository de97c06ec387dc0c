"""How long a topic keeps its records, how far back it reaches, and who would lose unread ones.

Retention removes whole segments: a record lives at least as long as the policy says, and longer
until the newest record of its segment has expired too.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from console.model.figures import Figure, Known, Unknown, value_or
from console.model.lag import LossKind, LossOutlook
from console.model.severity import Severity

DAY_MS = 86_400_000
LOSS_WARNING_S = DAY_MS / 1000
"""A loss that is further away is told of and is no warning: most readers go on before."""

_UNITS = ((DAY_MS, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s"), (1, "ms"))
_SIZES = ((1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"), (1, "B"))


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """The topic's configuration. -1 means without limit, for time and for bytes per partition."""

    is_deleted: bool
    is_compacted: bool
    retention_ms: int
    retention_bytes: int

    @property
    def label(self) -> str:
        """Short text for a table cell: `7d`, `2d · 1GiB`, `compact`, `compact 7d`, `forever`."""
        limits: list[str] = []
        if self.is_deleted and self.retention_ms >= 0:
            limits.append(exact_time(self.retention_ms))
        if self.is_deleted and self.retention_bytes >= 0:
            limits.append(exact_size(self.retention_bytes))
        text = " · ".join(limits)
        if self.is_compacted:
            return f"compact {text}".strip()
        return text or "forever"

    @property
    def expires(self) -> bool:
        """Whether records go away by age or size at all."""
        return self.is_deleted and (self.retention_ms >= 0 or self.retention_bytes >= 0)


@dataclass(frozen=True, slots=True)
class GroupAtRisk:
    """A group that has lost, or is about to lose, records of the topic that it has not read."""

    group: str
    outlook: LossOutlook
    expired_unread: int

    @property
    def severity(self) -> Severity:
        if self.expired_unread or self.outlook.kind is LossKind.NOW:
            return Severity.ERROR
        seconds = self.outlook.seconds
        is_far = seconds is not None and seconds >= LOSS_WARNING_S
        return Severity.OK if is_far else Severity.WARNING


@dataclass(frozen=True, slots=True)
class TopicRetention:
    """`oldest_ms` is the time stamp of the oldest record; `oldest_goes_ms` is the earliest moment
    at which it can be removed by age: then, if nothing newer is in its segment, else later.
    `size_bytes` is one copy of all partitions."""

    topic: str
    policy: Figure[RetentionPolicy]
    oldest_ms: Figure[int]
    oldest_goes_ms: Figure[int]
    size_bytes: Figure[int]
    partition_count: int
    at_risk: tuple[GroupAtRisk, ...] = ()

    @property
    def severity(self) -> Severity:
        return max((risk.severity for risk in self.at_risk), default=Severity.OK)

    @property
    def size_ratio(self) -> float | None:
        """Size as a share of what the policy allows for all partitions; None without a limit."""
        policy = value_or(self.policy, None)
        size_bytes = value_or(self.size_bytes, None)
        if policy is None or size_bytes is None or not policy.is_deleted:
            return None
        if policy.retention_bytes <= 0:
            return None
        return size_bytes / (policy.retention_bytes * max(1, self.partition_count))


def policy_from(configs: Mapping[str, str]) -> RetentionPolicy:
    """The policy that topic configs say; Kafka's defaults for what they do not say.

    Raises ValueError when a number is not one.
    """
    policies = {name.strip() for name in configs.get("cleanup.policy", "delete").split(",")}
    return RetentionPolicy(
        is_deleted="delete" in policies,
        is_compacted="compact" in policies,
        retention_ms=int(configs.get("retention.ms", str(7 * DAY_MS))),
        retention_bytes=int(configs.get("retention.bytes", "-1")),
    )


def goes_by_age(newest_ms: float, policy: RetentionPolicy) -> int | None:
    """When a segment goes by age whose newest record is of that time; None when none does.

    That is once the record is older than `retention.ms`, and no sooner than all segments before it.
    Source: `deleteRetentionMsBreachedSegments` of Kafka's `UnifiedLog`.
    """
    if not policy.is_deleted or policy.retention_ms < 0:
        return None
    return round(newest_ms) + policy.retention_ms + 1


def when_oldest_goes(policy: Figure[RetentionPolicy], oldest_ms: Figure[int]) -> Figure[int]:
    """The wall time before which the oldest record is not removed by age.

    The newest record of its segment, with which it goes, is not known here: it is no older.
    """
    if isinstance(policy, Unknown):
        return policy
    if isinstance(oldest_ms, Unknown):
        return oldest_ms
    goes_ms = goes_by_age(oldest_ms.value, policy.value)
    if goes_ms is None:
        return Unknown("records do not expire by age")
    return Known(goes_ms, oldest_ms.at_ms)


def exact_time(milliseconds: int) -> str:
    """A time as people write it, to the millisecond: `7d`, `90m`; -1 stays what it is."""
    return _exact(milliseconds, _UNITS) if milliseconds >= 0 else str(milliseconds)


def exact_size(size_bytes: int) -> str:
    """A size as people write it, to the byte: `1GiB`, `1000B`; -1 stays what it is."""
    return _exact(size_bytes, _SIZES) if size_bytes >= 0 else str(size_bytes)


def _exact(amount: int, units: tuple[tuple[int, str], ...]) -> str:
    """In the largest unit that leaves no remainder."""
    for size, name in units:
        if amount >= size and amount % size == 0:
            return f"{amount // size}{name}"
    return f"{amount}{units[-1][1]}"
