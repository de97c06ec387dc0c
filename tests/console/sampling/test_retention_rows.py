"""How far back topics reach, and who would lose records."""

from console.model.figures import Figure, Known, Unknown
from console.model.group import Group, GroupState, PartitionLag
from console.model.lag import Lag, LossKind, LossOutlook
from console.model.partition import NOT_READ
from console.model.retention import GroupAtRisk, policy_from
from console.model.topic import Topic, TopicStatus
from console.sampling.retention_rows import (
    RISK_HORIZON_S,
    groups_at_risk,
    retention_of,
    retention_rows,
)
from tests.support.cluster_stages import key

SAFE = LossOutlook(LossKind.SAFE)
NOW = LossOutlook(LossKind.NOW)
DAY = Known(policy_from({"cleanup.policy": "delete", "retention.ms": "86400000"}), 1)


def soon(seconds: float) -> LossOutlook:
    return LossOutlook(LossKind.IN_TIME, seconds=seconds)


def topic(partitions: int = 2, size: Figure[int] = NOT_READ) -> Topic:
    return Topic("orders", "id", False, partitions, 1, TopicStatus.HEALTHY, size_bytes=size)


def group(name: str, *losses: LossOutlook, expired: int = 0) -> Group:
    lag = Lag(Known(5, 1), Known(5, 1), expired_unread=expired)
    rows = tuple(
        PartitionLag("orders", index, NOT_READ, NOT_READ, NOT_READ, lag, loss=loss)
        for index, loss in enumerate(losses)
    )
    return Group(name, GroupState.STABLE, "classic", partitions=rows)


def test_a_topic_reaches_back_to_the_oldest_record_of_any_partition() -> None:
    oldest = {key("orders", 0): Known(5000, 1), key("orders", 1): Known(2000, 1)}
    row = retention_of(topic(), oldest, DAY, ())
    assert row.oldest_ms == Known(2000, 1)
    assert row.oldest_goes_ms == Known(2001 + 86_400_000, 1)


def test_an_empty_partition_has_no_oldest_record_and_hides_none() -> None:
    oldest = {key("orders", 0): Known(5000, 1), key("orders", 1): Known(-1, 1)}
    assert retention_of(topic(), oldest, DAY, ()).oldest_ms == Known(5000, 1)
    empty = {key("orders", index): Known(-1, 1) for index in range(2)}
    assert retention_of(topic(), empty, DAY, ()).oldest_ms == Unknown("it holds no records")


def test_one_partition_that_is_not_known_leaves_the_whole_unknown() -> None:
    oldest = {key("orders", 0): Known(5000, 1)}
    assert retention_of(topic(), oldest, DAY, ()).oldest_ms == NOT_READ
    oldest[key("orders", 1)] = Unknown("broker down")  # type: ignore[assignment]
    assert retention_of(topic(), oldest, DAY, ()).oldest_ms == Unknown("broker down")


def test_rows_keep_the_order_of_the_topics_and_their_own_risks() -> None:
    risk = GroupAtRisk("billing", NOW, 7)
    (row,) = retention_rows([topic(size=Known(9, 1))], {}, {"orders": DAY}, {"orders": (risk,)})
    assert (row.topic, row.policy, row.size_bytes, row.at_risk) == (
        "orders",
        DAY,
        Known(9, 1),
        (risk,),
    )
    (unread,) = retention_rows([topic()], {}, {}, {})
    assert unread.policy == NOT_READ


def test_groups_that_lost_or_will_lose_records_are_at_risk_worst_first() -> None:
    groups = [
        group("fine", SAFE, SAFE),
        group("tomorrow", SAFE, soon(80_000), soon(90_000)),
        group("next", soon(10)),
        group("lost", NOW, expired=4),
        group("far", soon(RISK_HORIZON_S + 1)),
    ]
    risks = groups_at_risk(groups)["orders"]
    assert [risk.group for risk in risks] == ["lost", "next", "tomorrow"]
    assert risks[2].outlook == soon(80_000)
    assert [risk.expired_unread for risk in risks] == [4, 0, 0]


def test_records_that_expired_are_a_risk_though_the_rest_is_safe() -> None:
    (risk,) = groups_at_risk([group("lost", SAFE, expired=4)])["orders"]
    assert (risk.outlook.kind, risk.expired_unread) == (LossKind.NOW, 4)


def test_nobody_at_risk_is_nobody() -> None:
    assert groups_at_risk([group("fine", SAFE)]) == {}
