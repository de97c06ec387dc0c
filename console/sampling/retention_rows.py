"""Makes the retention of each topic: policy, how far back it reaches, who would lose records."""

from collections.abc import Iterable, Mapping

from console.model.figures import Figure, Known, Unknown
from console.model.group import Group
from console.model.lag import LossKind, LossOutlook
from console.model.names import TopicPartition
from console.model.partition import NOT_READ
from console.model.retention import (
    DAY_MS,
    GroupAtRisk,
    RetentionPolicy,
    TopicRetention,
    when_oldest_goes,
)
from console.model.topic import Topic

RISK_HORIZON_S = 7 * DAY_MS / 1000
"""A loss that is further away is not counted as a risk."""


def retention_rows(
    topics: Iterable[Topic],
    oldest: Mapping[TopicPartition, Figure[int]],
    policies: Mapping[str, Figure[RetentionPolicy]],
    risks: Mapping[str, tuple[GroupAtRisk, ...]],
) -> tuple[TopicRetention, ...]:
    """One row for each topic, in the order given."""
    return tuple(
        retention_of(topic, oldest, policies.get(topic.name, NOT_READ), risks.get(topic.name, ()))
        for topic in topics
    )


def retention_of(
    topic: Topic,
    oldest: Mapping[TopicPartition, Figure[int]],
    policy: Figure[RetentionPolicy],
    at_risk: tuple[GroupAtRisk, ...],
) -> TopicRetention:
    """The row of one topic."""
    first = _oldest(topic, oldest)
    return TopicRetention(
        topic=topic.name,
        policy=policy,
        oldest_ms=first,
        oldest_goes_ms=when_oldest_goes(policy, first),
        size_bytes=topic.size_bytes,
        partition_count=topic.partition_count,
        at_risk=at_risk,
    )


def groups_at_risk(groups: Iterable[Group]) -> dict[str, tuple[GroupAtRisk, ...]]:
    """By topic, the groups that lost unread records or are about to, worst first."""
    found: dict[str, list[GroupAtRisk]] = {}
    for group in groups:
        for topic in group.topics:
            rows = group.partitions_of(topic)
            expired = sum(row.lag.expired_unread for row in rows)
            soonest = _soonest([row.loss for row in rows])
            if expired or soonest is not None:
                loss = soonest or LossOutlook(LossKind.NOW)
                found.setdefault(topic, []).append(GroupAtRisk(group.name, loss, expired))
    return {topic: tuple(sorted(risks, key=_urgency)) for topic, risks in found.items()}


def _soonest(losses: list[LossOutlook]) -> LossOutlook | None:
    if any(loss.kind is LossKind.NOW for loss in losses):
        return LossOutlook(LossKind.NOW)
    near = [
        loss
        for loss in losses
        if loss.kind is LossKind.IN_TIME
        and loss.seconds is not None
        and loss.seconds <= RISK_HORIZON_S
    ]
    return min(near, key=_seconds, default=None)


def _seconds(loss: LossOutlook) -> float:
    return loss.seconds or 0.0


def _urgency(risk: GroupAtRisk) -> tuple[float, str]:
    return _seconds(risk.outlook) if risk.outlook.kind is LossKind.IN_TIME else -1.0, risk.group


def _oldest(topic: Topic, oldest: Mapping[TopicPartition, Figure[int]]) -> Figure[int]:
    """The least of the partitions' oldest times; unknown as soon as one is not known."""
    times: list[Known[int]] = []
    for index in range(topic.partition_count):
        figure = oldest.get(TopicPartition(topic.name, index), NOT_READ)
        if isinstance(figure, Unknown):
            return figure
        if figure.value >= 0:
            times.append(figure)
    if not times:
        return Unknown("it holds no records")
    return min(times, key=_value)


def _value(figure: Known[int]) -> int:
    return figure.value
