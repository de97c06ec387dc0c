"""What is refused, with the codes and sentences that a running Kafka 4.3.1 answered."""

import pytest

from engine.broker.catalogue import Catalogue, Topic, topic_entry
from engine.broker.new_topics import NewTopic, check_request_size, plan_growth, plan_topic, spread
from engine.broker.refusal import Refused
from engine.config.effective import BrokerConfigs
from engine.config.engine_config import EngineConfig
from engine.kernel.ids import BrokerId, TopicId
from engine.protocol.error_codes import ErrorCode

ID = TopicId(bytes(15) + b"\1")
ONE = (BrokerId(1),)
BROKERS = frozenset(ONE)
BROKER = BrokerConfigs(EngineConfig(num_partitions=2))


def catalogue(*names):
    known = Catalogue()
    for number, name in enumerate(names):
        known.replay(topic_entry(Topic(name, TopicId(bytes([number + 9] * 16)), (ONE,), {})))
    return known


def plan(name="t", **asked):
    return plan_topic(NewTopic(name, **asked), ID, catalogue("b", "a.x"), BROKER, BROKERS)


def test_defaults_are_the_brokers():
    planned = plan(configs=[("retention.ms", " 5 ")])
    assert planned == Topic("t", ID, (ONE, ONE), {"retention.ms": " 5 "})


def test_the_last_value_of_a_repeated_key_counts():
    assert plan(configs=[("retention.ms", "1"), ("retention.ms", "2")]).configs == {
        "retention.ms": "2"
    }


def test_a_manual_assignment_is_kept():
    assert plan(assignments=[(1, [1]), (0, [1])]).partitions == (ONE, ONE)


@pytest.mark.parametrize(
    ("name", "asked", "code", "message"),
    [
        ("a b", {}, 17, "Topic name is invalid: 'a b' contains one or more characters"),
        ("__cluster_metadata", {}, 42, "Creation of internal topic __cluster_metadata is prohib"),
        ("b", {}, 36, "Topic 'b' already exists."),
        ("a_x", {}, 17, "Topic 'a_x' collides with existing topic: a.x"),
        ("t", {"partition_count": 0}, 37, "Number of partitions was set to an invalid non-positi"),
        ("t", {"partition_count": -2}, 37, "Number of partitions was set to an invalid non-posit"),
        ("t", {"replication_factor": 0}, 38, "Replication factor must be larger than 0, or -1 to"),
        ("t", {"replication_factor": 2}, 38, "Unable to replicate the partition 2 time(s): The t"),
        ("t", {"configs": [("nope", "1")]}, 40, "Unknown topic config name: nope"),
        ("t", {"configs": [("retention.ms", None)]}, 40, "Null value not supported for topic conf"),
        ("t", {"configs": [("retention.ms", "x")]}, 40, "Invalid value x for configuration reten"),
        (
            "t",
            {"configs": [("min.compaction.lag.ms", "9"), ("max.compaction.lag.ms", "5")]},
            40,
            "conflict topic config setting min.compaction.lag.ms (9) > max.compaction.lag.ms (5)",
        ),
        (
            "t",
            {"assignments": [(0, [1])], "partition_count": 2},
            42,
            "A manual partition assignment was specified, but numPartitions was not set to -1.",
        ),
        (
            "t",
            {"assignments": [(0, [1])], "replication_factor": 1},
            42,
            "A manual partition assignment was specified, but replication factor was not set",
        ),
        ("t", {"assignments": [(1, [1])]}, 39, "partitions should be a consecutive 0-based integ"),
        ("t", {"assignments": [(0, [9])]}, 39, "The manual partition assignment includes broker 9"),
        ("t", {"assignments": [(0, [1, 1])]}, 39, "The manual partition assignment includes the b"),
        ("t", {"assignments": [(0, [])]}, 39, "The manual partition assignment includes an empty"),
        (
            "t",
            {"assignments": [(0, [1]), (0, [1])]},
            39,
            "Found multiple manual partition assignments for partition 0",
        ),
    ],
)
def test_what_cannot_be_created_is_refused(name, asked, code, message):
    with pytest.raises(Refused) as caught:
        plan(name, **asked)
    assert caught.value.code == code
    assert str(caught.value).startswith(message)


def test_partitions_with_unequal_numbers_of_replicas_are_refused():
    brokers = {BrokerId(1), BrokerId(2)}
    wanted = NewTopic("t", assignments=[(0, [1, 2]), (1, [1])])
    with pytest.raises(Refused) as caught:
        plan_topic(wanted, ID, Catalogue(), BROKER, brokers)
    assert caught.value.code is ErrorCode.INVALID_REPLICA_ASSIGNMENT


def test_replicas_are_spread_over_brokers_in_turn():
    brokers = {BrokerId(3), BrokerId(1), BrokerId(2)}
    assert spread(0, 4, 2, brokers) == ((1, 2), (2, 3), (3, 1), (1, 2))
    assert spread(2, 2, 1, brokers) == ((3,), (1,))


def test_a_request_for_too_many_partitions_is_refused_as_a_whole():
    check_request_size([NewTopic("a", 9_999), NewTopic("b")])
    with pytest.raises(Refused) as caught:
        check_request_size([NewTopic("a", 10_000), NewTopic("b")])
    assert caught.value.code is ErrorCode.POLICY_VIOLATION


TOPIC = Topic("zed", ID, (ONE, ONE, ONE), {"a": "b"})


def test_a_topic_grows_to_a_total():
    grown = plan_growth(TOPIC, 5, None, BROKERS)
    assert grown == Topic("zed", ID, (ONE,) * 5, {"a": "b"})
    assert plan_growth(TOPIC, 4, [[1]], BROKERS).partitions == (ONE,) * 4


@pytest.mark.parametrize(
    ("total", "assignments", "code", "message"),
    [
        (3, None, 37, "Topic already has 3 partition(s)."),
        (2, None, 37, "The topic zed currently has 3 partition(s); 2 would not be an increase."),
        (-1, None, 37, "The topic zed currently has 3 partition(s); -1 would not be an increase."),
        (5, [[1]], 39, "Attempted to add 2 additional partition(s), but only 1 assignment(s) were"),
        (4, [[9]], 39, "The manual partition assignment includes broker 9, but no such broker is"),
        (4, [[]], 39, "The manual partition assignment includes an empty replica list."),
        (4, [[1, 1]], 39, "The manual partition assignment includes the broker 1 more than once."),
        (10_004, None, 44, "Excessively large number of partitions per request."),
    ],
)
def test_what_does_not_grow_is_refused(total, assignments, code, message):
    with pytest.raises(Refused) as caught:
        plan_growth(TOPIC, total, assignments, BROKERS)
    assert caught.value.code == code
    assert str(caught.value).startswith(message)
