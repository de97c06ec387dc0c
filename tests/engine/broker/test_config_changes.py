"""What alterations lead to, with the answers that a running Kafka 4.3.1 gave."""

import pytest

from engine.broker.config_changes import (
    MIN_IN_SYNC,
    AlterOperation,
    Change,
    apply_changes,
    check_in_sync,
    check_together,
    checked_broker_overrides,
    replaced,
)
from engine.broker.refusal import Refused
from engine.config.effective import BrokerConfigs
from engine.config.engine_config import EngineConfig
from engine.config.topic_keys import TOPIC_KEYS
from engine.protocol.error_codes import ErrorCode

KEYS = {name: row.key for name, row in TOPIC_KEYS.items()}
SET, DELETE, APPEND, SUBTRACT = AlterOperation


def apply(current, *changes):
    inherited = {"cleanup.policy": "delete"}
    return apply_changes(current, [Change(*each) for each in changes], KEYS, inherited.get)


def test_set_and_delete():
    assert apply({"a": "1"}, ("b", SET, "2"), ("a", DELETE, None)) == {"b": "2"}
    assert apply({}, ("nonsense", DELETE, "5")) == {}


@pytest.mark.point(71)
@pytest.mark.parametrize(
    ("current", "operation", "value", "result"),
    [
        ("compact,delete", SUBTRACT, "delete", "compact"),
        ("compact", APPEND, "delete", "compact,delete"),
        ("compact,delete", APPEND, "delete", "compact,delete"),
        ("delete", SUBTRACT, "delete", ""),
        ("", APPEND, "compact, delete", "compact,delete"),
        (None, APPEND, "compact", "delete,compact"),
        (None, SUBTRACT, "foo", "delete"),
    ],
)
def test_lists_are_appended_to_and_subtracted_from(current, operation, value, result):
    before = {} if current is None else {"cleanup.policy": current}
    assert apply(before, ("cleanup.policy", operation, value)) == {"cleanup.policy": result}


@pytest.mark.point(71)
@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        (
            [("retention.ms", APPEND, "2")],
            40,
            "Can't APPEND to key retention.ms because its type is not LIST.",
        ),
        (
            [("nonsense", SUBTRACT, "2")],
            40,
            "Can't SUBTRACT to key nonsense because its type is not LIST.",
        ),
        ([("retention.ms", SET, None)], 42, "Null value not supported for : retention.ms"),
        ([("cleanup.policy", SUBTRACT, None)], 42, "Null value not supported for : cleanup.policy"),
        ([("a", DELETE, None), ("a", SET, "7")], 42, "Error due to duplicate config keys"),
        ([("a", 9, "1")], 42, "Unknown operation 9"),
    ],
)
def test_what_cannot_be_altered_is_refused(changes, code, message):
    with pytest.raises(Refused) as caught:
        apply({}, *changes)
    assert caught.value.code == code
    assert str(caught.value).startswith(message)


def test_replacing_keeps_nothing_but_what_is_given():
    assert replaced([("a", "1"), ("b", "2")]) == {"a": "1", "b": "2"}
    for configs in ([("a", None)], [("a", "1"), ("a", "2")]):
        with pytest.raises(Refused) as caught:
            replaced(configs)
        assert caught.value.code == 42


@pytest.mark.parametrize(
    ("configs", "code", "message"),
    [
        ({"num.partitions": "2"}, 42, "Cannot update these configs dynamically: [num.partitions]"),
        ({"log.retention.ms": "x"}, 42, "Invalid value x for configuration log.retention.ms: Not"),
        (
            {"log.retention.ms": "0"},
            42,
            "Invalid value 0 for configuration log.retention.ms: Value must be unlimited (-1) or",
        ),
        (
            {"listener.name.plaintext.max.connections": "x"},
            42,
            "Invalid value x for configuration max.connections: Not a number of type INT",
        ),
        (
            {"listener.name.plaintext.max.connections": "0"},
            42,
            (
                "Invalid value org.apache.kafka.common.config.ConfigException: "
                "Invalid max.connections 0 for configuration Invalid dynamic configuration"
            ),
        ),
        (
            {"listener.name.plaintext.ssl.keystore.type": "JKS"},
            42,
            (
                "Cannot update these configs at default cluster level, broker id must be "
                "specified: [listener.name.plaintext.ssl.keystore.type]"
            ),
        ),
        (
            {"ssl.keystore.location": "/x"},
            42,
            "These security configs can be dynamically updated only per-listener using the ",
        ),
        (
            {"listener.security.protocol.map": "A:PLAINTEXT"},
            42,
            "Cannot update these configs at default cluster level, broker id must be specified: ",
        ),
    ],
)
def test_what_cannot_be_set_on_a_running_broker_is_refused(configs, code, message):
    with pytest.raises(Refused) as caught:
        checked_broker_overrides(configs, {}, ["PLAINTEXT"], is_for_all=True)
    assert caught.value.code == code
    assert str(caught.value).startswith(message)


def test_defaults_of_topics_can_be_set_on_a_running_broker():
    configs = {"log.retention.ms": "5", "message.max.bytes": "7"}
    assert checked_broker_overrides(configs, {}, ["PLAINTEXT"], is_for_all=True) == configs


def test_names_that_nobody_knows_and_those_of_other_listeners_are_kept() -> None:
    configs = {"nonsense.key": "2", "": "", "listener.name.elsewhere.num.partitions": "x"}
    assert checked_broker_overrides(configs, {}, ["PLAINTEXT"], is_for_all=False) == configs
    with pytest.raises(Refused, match=r"value x for configuration num\.partitions"):
        checked_broker_overrides(configs, {}, ["ELSEWHERE"], is_for_all=False)


def test_values_of_one_broker_have_to_go_together_with_all_others() -> None:
    interval, per_ip = "group.consumer.assignment.interval.ms", "max.connections.per.ip"
    check_together(BrokerConfigs(EngineConfig(), {interval: "15000"}))
    with pytest.raises(Refused, match=r"to group.consumer.max.assignment.interval.ms") as refused:
        check_together(BrokerConfigs(EngineConfig(), {interval: "15001"}))
    assert refused.value.code is ErrorCode.INVALID_REQUEST
    with pytest.raises(Refused, match="can be set to zero only if"):
        check_together(BrokerConfigs(EngineConfig(), {per_ip: "0"}))
    some = {f"{per_ip}.overrides": "10.0.0.1:1"}
    check_together(BrokerConfigs(EngineConfig(), {per_ip: "0"}, some))


def test_in_sync_replicas_are_never_set_for_one_broker() -> None:
    with pytest.raises(Refused) as refused:
        check_in_sync({MIN_IN_SYNC: "2"}, {}, {MIN_IN_SYNC}, is_for_all=False)
    assert refused.value.code is ErrorCode.INVALID_CONFIG
    check_in_sync({"log.retention.ms": "1"}, {}, {"log.retention.ms"}, is_for_all=False)


def test_in_sync_replicas_once_set_for_all_are_not_taken_away() -> None:
    with pytest.raises(Refused) as refused:
        check_in_sync({}, {MIN_IN_SYNC: "1"}, {MIN_IN_SYNC}, is_for_all=True)
    assert refused.value.code is ErrorCode.INVALID_CONFIG
    check_in_sync({MIN_IN_SYNC: "2"}, {MIN_IN_SYNC: "1"}, {MIN_IN_SYNC}, is_for_all=True)
