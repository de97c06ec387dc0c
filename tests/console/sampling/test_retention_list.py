"""The retention of topics is made when something that it is made of has changed."""

from console.model.figures import Known
from console.model.lag import LossKind, LossOutlook
from console.model.names import TopicPartition
from console.model.retention import GroupAtRisk, policy_from
from console.model.topic import Topic, TopicStatus
from console.sampling.collected import Collected
from console.sampling.retention_list import RetentionList
from console.sampling.turns import TOPICS_PER_TURN

RISK = GroupAtRisk("billing", LossOutlook(LossKind.NOW), 7)


def topic(name: str, size_bytes: int = 1) -> Topic:
    healthy = TopicStatus.HEALTHY
    return Topic(name, name, False, 1, 1, healthy, size_bytes=Known(size_bytes, 1))


async def test_rows_come_in_the_order_of_topics_however_many_turns_that_takes() -> None:
    names = [f"topic-{number:04d}" for number in range(TOPICS_PER_TURN + 5)]
    rows = await RetentionList(Collected()).rows(tuple(map(topic, names)), {}, {})
    assert [row.topic for row in rows] == names


async def test_without_a_change_nothing_is_made() -> None:
    made, topics = RetentionList(Collected()), (topic("orders"), topic("payments"))
    policies = {"orders": Known(policy_from({}), 1)}
    first = await made.rows(topics, policies, {"orders": (RISK,)})
    assert await made.rows(topics, policies, {"orders": (RISK,)}) is first


async def test_a_change_is_seen_and_makes_its_own_row_anew_alone() -> None:
    collected = Collected()
    made, topics = RetentionList(collected), (topic("orders"), topic("payments"))
    policies = {"orders": Known(policy_from({}), 1)}
    orders, payments = await made.rows(topics, policies, {})

    larger = (topic("orders", 2), topic("payments"))
    grown, same = await made.rows(larger, policies, {})
    assert grown.size_bytes == Known(2, 1)
    assert same is payments

    collected.oldest[TopicPartition("orders", 0)] = Known(5_000, 1)
    collected.oldest_read += 1
    read, same = await made.rows(larger, policies, {})
    assert read.oldest_ms == Known(5_000, 1)
    assert same is payments

    at_risk, same = await made.rows(larger, policies, {"orders": (RISK,)})
    assert at_risk.at_risk == (RISK,)
    assert same is payments

    configured = {"orders": Known(policy_from({"retention.ms": "1000"}), 2)}
    shorter, same = await made.rows(larger, configured, {})
    assert shorter.oldest_goes_ms == Known(6_001, 1)
    assert same is payments
    assert orders.at_risk == ()


async def test_what_is_forgotten_is_made_anew() -> None:
    made, topics = RetentionList(Collected()), (topic("orders"),)
    first = await made.rows(topics, {}, {})
    made.forget()
    second = await made.rows(topics, {}, {})
    assert second == first
    assert second[0] is not first[0]
