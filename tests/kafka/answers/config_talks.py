"""Talks about configurations: described, altered key by key and as a whole."""

from collections.abc import Mapping, Sequence

from engine.protocol.messages import alter_configs, incremental_alter_configs
from engine.protocol.messages.alter_configs import AlterConfigsRequest
from engine.protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
)
from engine.protocol.messages.incremental_alter_configs import IncrementalAlterConfigsRequest
from engine.protocol.messages.list_config_resources import ListConfigResourcesRequest
from tests.kafka.answers.talk import Step, ask, every, topic

TOPIC, BROKER, LOGGER, METRICS, GROUP = 2, 4, 8, 16, 32
SET, DELETE, APPEND, SUBTRACT = range(4)
LONGEST = "n" * 249
LONGEST_TEXT = "n" * 32_767


def tell(
    kind: int, name: str, *keys: str, synonyms: bool = True, documentation: bool = False
) -> DescribeConfigsRequest:
    """Describe one resource, all keys or some."""
    return DescribeConfigsRequest(
        [DescribeConfigsResource(kind, name, list(keys) or None)], synonyms, documentation
    )


def alter(
    kind: int, name: str, *changes: tuple[str, int, str | None], validate_only: bool = False
) -> IncrementalAlterConfigsRequest:
    """Change single keys of one resource."""
    configs = [incremental_alter_configs.AlterableConfig(*each) for each in changes]
    return IncrementalAlterConfigsRequest(
        [incremental_alter_configs.AlterConfigsResource(kind, name, configs)], validate_only
    )


def replace(
    kind: int, name: str, *configs: tuple[str, str | None], validate_only: bool = False
) -> AlterConfigsRequest:
    """Replace all that was set on one resource."""
    pairs = [alter_configs.AlterableConfig(*each) for each in configs]
    return AlterConfigsRequest(
        [alter_configs.AlterConfigsResource(kind, name, pairs)], validate_only
    )


def _twice(kind: int, name: str) -> DescribeConfigsRequest:
    return DescribeConfigsRequest([DescribeConfigsResource(kind, name, ["segment.ms"])] * 2)


OVERRIDES = ("retention.ms", "cleanup.policy", "segment.bytes", "max.message.bytes")

DESCRIBE_CONFIGS = (
    topic("dc", 1, retention_ms="5000", cleanup_policy="compact,delete"),
    every("a topic", tell(TOPIC, "dc")),
    ask("without synonyms", tell(TOPIC, "dc", synonyms=False), 1, 4),
    ask("with documentation", tell(TOPIC, "dc", documentation=True), 3, 4),
    every("some keys", tell(TOPIC, "dc", "retention.ms", "segment.bytes", "no.such", "")),
    ask("no keys", DescribeConfigsRequest([DescribeConfigsResource(TOPIC, "dc", [])]), 1, 4),
    ask("twice", _twice(TOPIC, "dc"), 4),
    ask("no resources", DescribeConfigsRequest([]), 4),
    *(
        ask(f"topic {label}", tell(TOPIC, name, "retention.ms"), 1, 4)
        for label, name in (
            ("unknown", "gone"),
            ("illegal", "a/b"),
            ("empty", ""),
            ("too long", LONGEST + "n"),
            ("as long as text may be", LONGEST_TEXT),
        )
    ),
    *(
        ask(f"broker {name!r}", tell(BROKER, name, "num.partitions", "log.retention.ms"), 1, 4)
        for name in ("1", "", "2", "-1", "01", "x", "1.0")
    ),
    *(
        ask(f"loggers of {name!r}", tell(LOGGER, name, "root"), 1, 4)
        for name in ("1", "", "2", "x")
    ),
    *(
        ask(f"kind {kind} of {name!r}", tell(kind, name, "no.such"), 1, 4)
        for kind in (0, 1, 3, 64, 127, -1)
        for name in ("1", "")
    ),
    ask("group", tell(GROUP, "some-group", "no.such"), 4),
    ask("group without a name", tell(GROUP, ""), 4),
    ask("client metrics", tell(METRICS, "some"), 4),
    ask("client metrics without a name", tell(METRICS, ""), 4),
)

_SHOW = ask("what is set", tell(TOPIC, "ac", *OVERRIDES), 4)

ALTER_CONFIGS = (
    topic("ac", 1, retention_ms="5000"),
    *(
        ask("set", alter(TOPIC, "ac", ("segment.bytes", SET, str(2_000_000 + v))), v)
        for v in range(2)
    ),
    _SHOW,
    ask("set to what it is", alter(TOPIC, "ac", ("segment.bytes", SET, "2000001"))),
    ask("delete", alter(TOPIC, "ac", ("retention.ms", DELETE, None))),
    ask("delete what is not set", alter(TOPIC, "ac", ("retention.ms", DELETE, None))),
    ask("delete with a value", alter(TOPIC, "ac", ("segment.bytes", DELETE, "7"))),
    _SHOW,
    ask("append", alter(TOPIC, "ac", ("cleanup.policy", APPEND, "compact"))),
    _SHOW,
    ask("append again", alter(TOPIC, "ac", ("cleanup.policy", APPEND, "compact"))),
    ask("append several", alter(TOPIC, "ac", ("cleanup.policy", APPEND, "compact,delete"))),
    _SHOW,
    ask("subtract", alter(TOPIC, "ac", ("cleanup.policy", SUBTRACT, "delete"))),
    _SHOW,
    ask("subtract what is not there", alter(TOPIC, "ac", ("cleanup.policy", SUBTRACT, "delete"))),
    ask("subtract all", alter(TOPIC, "ac", ("cleanup.policy", SUBTRACT, "compact"))),
    _SHOW,
    ask("append to nothing", alter(TOPIC, "ac", ("cleanup.policy", APPEND, "delete"))),
    _SHOW,
    ask("append nonsense", alter(TOPIC, "ac", ("cleanup.policy", APPEND, "keep"))),
    ask("a list with a gap", alter(TOPIC, "ac", ("cleanup.policy", SET, "compact,,delete"))),
    ask("append to no list", alter(TOPIC, "ac", ("retention.ms", APPEND, "7"))),
    ask("subtract from no list", alter(TOPIC, "ac", ("retention.ms", SUBTRACT, "7"))),
    ask("append to an unknown", alter(TOPIC, "ac", ("no.such", APPEND, "7"))),
    ask("set an unknown", alter(TOPIC, "ac", ("no.such", SET, "7"))),
    ask("delete an unknown", alter(TOPIC, "ac", ("no.such", DELETE, None))),
    ask("set to null", alter(TOPIC, "ac", ("retention.ms", SET, None))),
    ask("append null", alter(TOPIC, "ac", ("cleanup.policy", APPEND, None))),
    ask("set to nothing", alter(TOPIC, "ac", ("retention.ms", SET, ""))),
    ask("set to nonsense", alter(TOPIC, "ac", ("retention.ms", SET, "soon"))),
    ask("set out of range", alter(TOPIC, "ac", ("retention.ms", SET, "-2"))),
    ask("unknown operation", alter(TOPIC, "ac", ("retention.ms", 9, "7"))),
    ask("negative operation", alter(TOPIC, "ac", ("retention.ms", -1, "7"))),
    ask(
        "one key twice",
        alter(TOPIC, "ac", ("retention.ms", SET, "7"), ("retention.ms", DELETE, None)),
    ),
    ask(
        "good and bad",
        alter(TOPIC, "ac", ("retention.ms", SET, "7"), ("segment.bytes", SET, "x")),
    ),
    ask("nothing", alter(TOPIC, "ac")),
    _SHOW,
    ask(
        "to be validated",
        alter(TOPIC, "ac", ("retention.ms", SET, "77"), validate_only=True),
        0,
        1,
    ),
    ask("bad, to be validated", alter(TOPIC, "ac", ("retention.ms", SET, "x"), validate_only=True)),
    _SHOW,
    *(ask("replace", replace(TOPIC, "ac", ("retention.ms", str(80 + v))), v) for v in range(3)),
    _SHOW,
    ask("replace, to be validated", replace(TOPIC, "ac", validate_only=True)),
    ask("replace with an unknown", replace(TOPIC, "ac", ("no.such", "1"))),
    ask("replace with null", replace(TOPIC, "ac", ("retention.ms", None))),
    ask("replace with nonsense", replace(TOPIC, "ac", ("retention.ms", "x"))),
    ask(
        "replace with one key twice",
        replace(TOPIC, "ac", ("retention.ms", "1"), ("retention.ms", "2")),
    ),
    _SHOW,
    ask("replace with nothing", replace(TOPIC, "ac")),
    _SHOW,
    *(
        step
        for label, name in (
            ("unknown", "gone"),
            ("illegal", "a/b"),
            ("empty", ""),
            ("too long", LONGEST + "n"),
            ("as long as text may be", LONGEST_TEXT),
            ("internal", "__cluster_metadata"),
        )
        for step in (
            ask(f"topic {label}", alter(TOPIC, name, ("retention.ms", SET, "1")), 0, 1),
            ask(f"replace topic {label}", replace(TOPIC, name, ("retention.ms", "1")), 0, 2),
        )
    ),
    *(
        step
        for kind in (0, 1, 3, 64, -1)
        for step in (
            ask(f"kind {kind}", alter(kind, "1", ("retention.ms", SET, "1"))),
            ask(f"replace kind {kind}", replace(kind, "1", ("retention.ms", "1"))),
        )
    ),
    ask("no resources", IncrementalAlterConfigsRequest([])),
    ask(
        "one resource twice",
        IncrementalAlterConfigsRequest(
            alter(TOPIC, "ac", ("retention.ms", SET, "1")).resources * 2
        ),
    ),
)

_BROKER_KEYS = (
    "log.retention.ms",
    "log.cleanup.policy",
    "message.max.bytes",
    "num.partitions",
    "log.segment.bytes",
    "max.connections",
)


def _shown(label: str = "the broker") -> tuple[Step, Step, Step]:
    return (
        ask(label, tell(BROKER, "1", *_BROKER_KEYS), 4),
        ask(f"{label}, for all", tell(BROKER, "", *_BROKER_KEYS), 4),
        ask(f"{label}, its topic", tell(TOPIC, "bc", *OVERRIDES), 4),
    )


BROKER_CONFIGS = (
    topic("bc", 1),
    *_shown("at first"),
    ask("set on one", alter(BROKER, "1", ("log.segment.bytes", SET, "3000000")), 0, 1),
    ask("set for all", alter(BROKER, "", ("log.segment.bytes", SET, "4000000")), 0, 1),
    *_shown("set twice"),
    ask("delete on one", alter(BROKER, "1", ("log.segment.bytes", DELETE, None))),
    *_shown("set for all"),
    ask("append on one", alter(BROKER, "1", ("log.cleanup.policy", APPEND, "compact"))),
    ask("append for all", alter(BROKER, "", ("log.cleanup.policy", APPEND, "compact"))),
    *_shown("appended"),
    ask("to be validated", alter(BROKER, "1", ("log.retention.ms", SET, "7"), validate_only=True)),
    *(
        ask(
            f"retention of {value}",
            alter(BROKER, "", ("log.retention.ms", SET, value), validate_only=True),
        )
        for value in ("0", "-7")
    ),
    ask("read-only key", alter(BROKER, "1", ("num.partitions", SET, "7"))),
    ask("read-only key for all", alter(BROKER, "", ("num.partitions", SET, "7"))),
    ask("delete a read-only key", alter(BROKER, "1", ("num.partitions", DELETE, None))),
    ask("nonsense", alter(BROKER, "1", ("log.segment.bytes", SET, "x"))),
    ask("out of range", alter(BROKER, "1", ("log.segment.bytes", SET, "1"))),
    ask("null", alter(BROKER, "1", ("log.segment.bytes", SET, None))),
    ask(
        "twice",
        alter(BROKER, "1", ("log.segment.bytes", SET, "1"), ("log.segment.bytes", SET, "2")),
    ),
    ask("a key of one broker for all", alter(BROKER, "", ("listeners", SET, "PLAINTEXT://:1"))),
    ask("unclean election", alter(BROKER, "1", ("unclean.leader.election.enable", SET, "true"))),
    *(
        step
        for operation, value in ((SET, "1"), (SET, "0"), (SET, "x"), (DELETE, None))
        for step in (
            ask(
                f"in sync {operation} {value} on one",
                alter(BROKER, "1", ("min.insync.replicas", operation, value)),
            ),
            ask(
                f"in sync {operation} {value} for all",
                alter(BROKER, "", ("min.insync.replicas", operation, value)),
            ),
        )
    ),
    ask(
        "in sync to be validated",
        alter(BROKER, "1", ("min.insync.replicas", SET, "1"), validate_only=True),
    ),
    ask("replace in sync on one", replace(BROKER, "1", ("min.insync.replicas", "1"))),
    ask("replace in sync for all", replace(BROKER, "", ("min.insync.replicas", "1"))),
    ask("replace without in sync for all", replace(BROKER, "")),
    ask("in sync for all", tell(BROKER, "", "min.insync.replicas"), 4),
    *(
        step
        for name in ("2", "-1", "x", "01", "1.0")
        for step in (
            ask(f"broker {name!r}", alter(BROKER, name, ("log.segment.bytes", SET, "3000000"))),
            ask(
                f"replace broker {name!r}", replace(BROKER, name, ("log.segment.bytes", "3000000"))
            ),
        )
    ),
    ask("replace on one", replace(BROKER, "1", ("log.retention.ms", "86400000")), 0, 2),
    *_shown("replaced"),
    ask("replace with a read-only key", replace(BROKER, "1", ("num.partitions", "7"))),
    ask("replace with nothing", replace(BROKER, "1")),
    ask(
        "clear for all",
        alter(
            BROKER, "", ("log.segment.bytes", DELETE, None), ("log.cleanup.policy", DELETE, None)
        ),
    ),
    *_shown("cleared"),
)

LIST_RESOURCES = (
    topic("listed", 1),
    ask("without kinds", ListConfigResourcesRequest([]), 0),
    *(
        ask(f"kinds {kinds}", ListConfigResourcesRequest(list(kinds)), 1)
        for kinds in (
            (BROKER,),
            (LOGGER,),
            (METRICS,),
            (GROUP,),
            (BROKER, LOGGER),
            (0,),
            (1,),
            (-1,),
            (64,),
            (BROKER, BROKER),
        )
    ),
)

TALKS: Mapping[str, Sequence[Step]] = {
    "describe configs": DESCRIBE_CONFIGS,
    "alter configs": ALTER_CONFIGS,
    "broker configs": BROKER_CONFIGS,
    "list config resources": LIST_RESOURCES,
}
