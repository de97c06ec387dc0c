"""Talks about the configurations of groups, the levels of loggers and access rules."""

from collections.abc import Mapping, Sequence

from engine.protocol.messages.create_acls import AclCreation, CreateAclsRequest
from engine.protocol.messages.delete_acls import DeleteAclsFilter, DeleteAclsRequest
from engine.protocol.messages.describe_acls import DescribeAclsRequest
from engine.protocol.messages.incremental_alter_configs import IncrementalAlterConfigsRequest
from engine.protocol.messages.list_config_resources import ListConfigResourcesRequest
from tests.kafka.answers.config_talks import (
    APPEND,
    BROKER,
    DELETE,
    GROUP,
    LOGGER,
    SET,
    SUBTRACT,
    alter,
    replace,
    tell,
)
from tests.kafka.answers.talk import Step, ask, every

SESSION, BEAT = "consumer.session.timeout.ms", "consumer.heartbeat.interval.ms"
INTERVAL = "consumer.assignment.interval.ms"
_ALL = ask("all of it", tell(GROUP, "g"), 4)

GROUP_CONFIGS = (
    ask("not known", tell(GROUP, "g"), 1, 2, 3, 4),
    ask("without synonyms", tell(GROUP, "g", synonyms=False), 4),
    ask("with documentation", tell(GROUP, "g", documentation=True), 4),
    ask("some keys", tell(GROUP, "g", SESSION, "no.such", ""), 4),
    ask("without a name", tell(GROUP, ""), 4),
    ask("set", alter(GROUP, "g", (SESSION, SET, "50000"), (BEAT, SET, "6000")), 0, 1),
    _ALL,
    *(
        ask(f"set {key} to {value!r}", alter(GROUP, "g", (key, SET, value)))
        for key, values in (
            (SESSION, ("44999", "60001", "x", "", "0", "-1")),
            (BEAT, ("4999", "15001", "15000")),
            (INTERVAL, ("-1", "15001", "15000", "0")),
            ("share.session.timeout.ms", ("44999", "60001", "45001")),
            ("share.heartbeat.interval.ms", ("4999", "15001", "5001")),
            ("share.record.lock.duration.ms", ("999", "14999", "60001", "15000")),
            ("share.delivery.count.limit", ("1", "2", "10", "11", "5")),
            ("share.partition.max.record.locks", ("99", "100", "2000", "10001", "4000")),
            (
                "share.auto.offset.reset",
                ("earliest", "LATEST", "by_duration:P1D", "x", "by_duration:-P1D"),
            ),
            ("share.isolation.level", ("read_committed", "READ_COMMITTED", "x")),
            ("share.renew.acknowledge.enable", ("false", "x")),
            ("share.assignment.interval.ms", ("15001", "-1", "7")),
            ("streams.session.timeout.ms", ("44999", "60001", "45001")),
            ("streams.heartbeat.interval.ms", ("4999", "15001", "5001")),
            ("streams.num.standby.replicas", ("-1", "3", "2")),
            ("streams.initial.rebalance.delay.ms", ("-1", "60001", "7")),
            ("streams.assignment.interval.ms", ("-1", "15001", "7")),
            ("streams.task.offset.interval.ms", ("0", "7", "60000")),
            ("streams.num.warmup.replicas", ("-1", "3", "21", "2")),
            ("consumer.assignor.offload.enable", ("true",)),
            ("share.assignor.offload.enable", ("true",)),
            ("streams.assignor.offload.enable", ("true",)),
            ("errors.deadletterqueue.topic.name", ("__a", "a", "a/b")),
            ("errors.deadletterqueue.copy.record.enable", ("true", "x")),
            ("no.such", ("1",)),
            ("retention.ms", ("1",)),
            ("group.consumer.session.timeout.ms", ("45000",)),
        )
        for value in values
    ),
    _ALL,
    ask("delete", alter(GROUP, "g", (SESSION, DELETE, None))),
    ask("delete what is not set", alter(GROUP, "g", (SESSION, DELETE, None))),
    ask("delete an unknown", alter(GROUP, "g", ("no.such", DELETE, None))),
    ask("set to null", alter(GROUP, "g", (SESSION, SET, None))),
    ask("append", alter(GROUP, "g", (SESSION, APPEND, "1"))),
    ask("subtract from an unknown", alter(GROUP, "g", ("no.such", SUBTRACT, "1"))),
    ask("one key twice", alter(GROUP, "g", (SESSION, SET, "46000"), (SESSION, DELETE, None))),
    ask("good and bad", alter(GROUP, "g", (SESSION, SET, "46000"), (BEAT, SET, "1"))),
    ask("to be validated", alter(GROUP, "g", (SESSION, SET, "46000"), validate_only=True)),
    ask("bad, to be validated", alter(GROUP, "g", (SESSION, SET, "1"), validate_only=True)),
    ask("nothing", alter(GROUP, "g")),
    ask("alter without a name", alter(GROUP, "", (SESSION, SET, "46000"))),
    ask("alter a strange name", alter(GROUP, "a/b c\n", (SESSION, SET, "46000"))),
    ask("strange name", tell(GROUP, "a/b c\n", SESSION), 4),
    _ALL,
    ask("lists groups", ListConfigResourcesRequest([GROUP]), 1),
    ask(
        "bounds of the broker move",
        alter(BROKER, "1", ("group.consumer.assignment.interval.ms", SET, "2000")),
    ),
    ask("group after the broker", tell(GROUP, "h", INTERVAL), 4),
    ask("set in the group", alter(GROUP, "h", (INTERVAL, SET, "3000"))),
    ask("group after both", tell(GROUP, "h", INTERVAL), 4),
    ask(
        "bounds move for all",
        alter(BROKER, "", ("group.consumer.assignment.interval.ms", SET, "2500")),
    ),
    ask("group after all", tell(GROUP, "h", INTERVAL), 4),
    ask(
        "beyond the bounds of the broker",
        alter(BROKER, "1", ("group.consumer.assignment.interval.ms", SET, "15001")),
    ),
    ask(
        "read-only of the broker",
        alter(BROKER, "1", ("group.consumer.session.timeout.ms", SET, "45001")),
    ),
    ask("back", alter(BROKER, "1", ("group.consumer.assignment.interval.ms", DELETE, None))),
    ask("back for all", alter(BROKER, "", ("group.consumer.assignment.interval.ms", DELETE, None))),
    ask("replace", replace(GROUP, "g", (SESSION, "47000")), 0, 1, 2),
    _ALL,
    ask("replace with nonsense", replace(GROUP, "g", (SESSION, "x"))),
    ask("replace with an unknown", replace(GROUP, "g", ("no.such", "1"))),
    ask("replace with null", replace(GROUP, "g", (SESSION, None))),
    ask("replace without a name", replace(GROUP, "", (SESSION, "47000"))),
    ask("replace, to be validated", replace(GROUP, "g", validate_only=True)),
    ask("replace with nothing", replace(GROUP, "g")),
    ask("replace with nothing h", replace(GROUP, "h")),
    _ALL,
    ask("lists no groups", ListConfigResourcesRequest([GROUP]), 1),
)

_ROOT = ask("root", tell(LOGGER, "1", "root"), 4)

LOGGERS = (
    ask("begin", alter(LOGGER, "1", ("root", SET, "INFO"))),
    ask("root in every version", tell(LOGGER, "1", "root"), 1, 2, 3, 4),
    ask("root with documentation", tell(LOGGER, "1", "root", documentation=True), 4),
    ask("root without synonyms", tell(LOGGER, "1", "root", synonyms=False), 4),
    ask("no such logger", tell(LOGGER, "1", "no.such"), 4),
    *(
        step
        for level in (
            "DEBUG",
            "TRACE",
            "WARN",
            "ERROR",
            "FATAL",
            "OFF",
            "ALL",
            "debug",
            "x",
            "",
            " INFO",
            "INFO",
        )
        for step in (ask(f"set {level!r}", alter(LOGGER, "1", ("root", SET, level)), 0, 1), _ROOT)
    ),
    ask("null", alter(LOGGER, "1", ("root", SET, None))),
    ask("delete root", alter(LOGGER, "1", ("root", DELETE, None))),
    ask("append", alter(LOGGER, "1", ("root", APPEND, "INFO"))),
    ask("subtract", alter(LOGGER, "1", ("root", SUBTRACT, "INFO"))),
    ask("unknown operation", alter(LOGGER, "1", ("root", 9, "INFO"))),
    ask("set no such logger", alter(LOGGER, "1", ("no.such", SET, "INFO"))),
    ask("delete no such logger", alter(LOGGER, "1", ("no.such", DELETE, None))),
    ask("delete an empty name", alter(LOGGER, "1", ("", DELETE, None))),
    ask("good and bad", alter(LOGGER, "1", ("root", SET, "DEBUG"), ("no.such", SET, "INFO"))),
    _ROOT,
    ask("twice", alter(LOGGER, "1", ("root", SET, "DEBUG"), ("root", SET, "INFO"))),
    _ROOT,
    ask("to be validated", alter(LOGGER, "1", ("root", SET, "DEBUG"), validate_only=True)),
    ask("bad, to be validated", alter(LOGGER, "1", ("root", SET, "x"), validate_only=True)),
    _ROOT,
    ask("nothing", alter(LOGGER, "1")),
    *(
        ask(f"broker {name!r}", alter(LOGGER, name, ("root", SET, "INFO")))
        for name in ("", "2", "-1", "x", "01", "1.0")
    ),
    ask(
        "one resource twice",
        IncrementalAlterConfigsRequest(alter(LOGGER, "1", ("root", SET, "INFO")).resources * 2),
    ),
    ask("replace", replace(LOGGER, "1", ("root", "INFO")), 0, 2),
    ask("replace on another", replace(LOGGER, "2", ("root", "INFO"))),
    ask("lists loggers", ListConfigResourcesRequest([LOGGER]), 1),
    ask("back", alter(LOGGER, "1", ("root", SET, "INFO"))),
)

_TOPIC, _LITERAL, _READ, _ALLOW, _ANY = 2, 3, 3, 3, 1

ACLS = (
    every("all", DescribeAclsRequest(_ANY, None, _ANY, None, None, _ANY, _ANY)),
    every("of a topic", DescribeAclsRequest(_TOPIC, "t", _LITERAL, "User:a", "*", _READ, _ALLOW)),
    every("of no kind", DescribeAclsRequest(0, None, _ANY, None, None, _ANY, _ANY)),
    every("of no operation", DescribeAclsRequest(_ANY, None, _ANY, None, None, 0, _ANY)),
    every("no new ones", CreateAclsRequest([])),
    every(
        "new ones",
        CreateAclsRequest(
            [
                AclCreation(_TOPIC, "t", _LITERAL, "User:a", "*", _READ, _ALLOW),
                AclCreation(_TOPIC, "", _LITERAL, "", "", _READ, _ALLOW),
            ]
        ),
    ),
    every("removes none", DeleteAclsRequest([])),
    every(
        "removes",
        DeleteAclsRequest(
            [
                DeleteAclsFilter(_TOPIC, "t", _LITERAL, "User:a", "*", _READ, _ALLOW),
                DeleteAclsFilter(_ANY, None, _ANY, None, None, _ANY, _ANY),
            ]
        ),
    ),
)

TALKS: Mapping[str, Sequence[Step]] = {
    "group configs": GROUP_CONFIGS,
    "loggers": LOGGERS,
    "acls": ACLS,
}
