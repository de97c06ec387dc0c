"""A talk about subscriptions to client metrics: set, told, listed, removed."""

from collections.abc import Mapping, Sequence

from engine.protocol.messages.list_config_resources import ListConfigResourcesRequest
from tests.kafka.answers.config_talks import (
    APPEND,
    DELETE,
    METRICS,
    SET,
    SUBTRACT,
    alter,
    replace,
    tell,
)
from tests.kafka.answers.talk import Step, ask

_NAME = "subscription"


def _set(key: str, value: str | None, name: str = _NAME, operation: int = SET) -> Step:
    label = f"{operation} {key}={value!r} of {name[:20]!r}"
    return ask(label, alter(METRICS, name, (key, operation, value)))


def _shown(label: str, name: str = _NAME) -> tuple[Step, Step, Step]:
    return (
        ask(label, tell(METRICS, name), 1, 4),
        ask(f"listed {label}", ListConfigResourcesRequest([]), 0),
        ask(f"listed {label}", ListConfigResourcesRequest([METRICS]), 1),
    )


CLIENT_METRICS = (
    *_shown("before"),
    _set("interval.ms", "1000"),
    *_shown("interval"),
    _set("metrics", "org.apache.kafka.producer.,org.apache.kafka.consumer."),
    _set("match", "client_id=c.*,client_software_name=x"),
    *_shown("whole"),
    ask("documentation", tell(METRICS, _NAME, documentation=True), 3, 4),
    ask("without synonyms", tell(METRICS, _NAME, synonyms=False), 4),
    ask("one key", tell(METRICS, _NAME, "match"), 4),
    ask("unknown key", tell(METRICS, _NAME, "no.such"), 4),
    *(
        _set(key, value, operation=operation)
        for operation in (APPEND, SUBTRACT)
        for key, value in (("metrics", "x"), ("match", "client_id=x"), ("interval.ms", "1"))
    ),
    *(
        _set("interval.ms", value)
        for value in ("99", "100", "3600000", "3600001", "x", "", "-1", "2147483648", None)
    ),
    *(
        _set("match", value)
        for value in (
            "",
            "x",
            "a=b",
            "=b",
            "client_id=",
            "client_id==",
            "client_id=[",
            "client_id=a=b",
            "client_id=a=",
            "client_id=a,client_id=b",
            " client_id = a ",
            "client_id=a,,client_software_name=b",
            "CLIENT_ID=a",
            "client_id=(?<name>x)\\p{L}",
            "client_id=(?!x)y++",
            "client_source_address=1",
            "client_source_port=9[0-9]",
            "client_instance_id=z",
            "client_software_version=(?i)x",
        )
    ),
    *(_set("metrics", value) for value in ("", "*", "a,,b", " a , b ", "a,a")),
    *_shown("after all"),
    _set("no.such", "1"),
    _set("no.such", None, operation=DELETE),
    _set("interval.ms", None, operation=DELETE),
    *_shown("without interval"),
    _set("interval.ms", "1000", name=""),
    ask("no name", tell(METRICS, ""), 4),
    ask("replace without a name", replace(METRICS, "", ("interval.ms", "2000"))),
    _set("interval.ms", "1000", name="a/b c"),
    _set("interval.ms", "1000", name="n" * 300),
    *_shown("odd name", "a/b c"),
    ask("to be validated", alter(METRICS, "dry", ("interval.ms", SET, "1000"), validate_only=True)),
    ask("nothing", alter(METRICS, "nothing")),
    *_shown("not made", "dry"),
    ask(
        "two wrong values",
        alter(METRICS, _NAME, ("match", SET, "x"), ("interval.ms", SET, "1")),
    ),
    ask("replace", replace(METRICS, _NAME, ("interval.ms", "2000"))),
    *_shown("replaced"),
    ask("replace with an unknown key", replace(METRICS, _NAME, ("no.such", "2000"))),
    ask("replace with nothing", replace(METRICS, _NAME)),
    *_shown("removed"),
    _set("interval.ms", None, name="a/b c", operation=DELETE),
    _set("interval.ms", None, name="n" * 300, operation=DELETE),
    *_shown("none left"),
)

TALKS: Mapping[str, Sequence[Step]] = {"client metrics configs": CLIENT_METRICS}
"""By name."""
