"""Talks about configurations that a broker keeps: names nobody knows, keys of listeners."""

from collections.abc import Mapping, Sequence

from tests.kafka.answers.config_talks import (
    APPEND,
    BROKER,
    DELETE,
    GROUP,
    SET,
    TOPIC,
    alter,
    replace,
    tell,
)
from tests.kafka.answers.talk import Step, ask, topic

_OWN = "listener.name.plaintext."
_SHOWN = (
    "x.custom",
    "",
    f"{_OWN}max.connections",
    f"{_OWN}ssl.keystore.password",
    f"{_OWN}plain.sasl.jaas.config",
    f"{_OWN}num.network.threads",
    f"{_OWN}log.retention.ms",
    f"{_OWN}num.partitions",
    f"{_OWN}x.y",
    f"{_OWN}",
    "listener.name.other.num.partitions",
    "listener.name.other.max.connections",
    "listener.name.PLAINTEXT.max.connections",
    "listener.name..max.connections",
    "listener.name.plaintext",
)


def _shown(label: str, **more: bool) -> tuple[Step, Step]:
    return (
        ask(f"{label}, of one", tell(BROKER, "1", *_SHOWN, **more), 4),
        ask(f"{label}, for all", tell(BROKER, "", *_SHOWN, **more), 4),
    )


def _set(name: str, value: str | None, broker: str = "1", operation: int = SET) -> Step:
    return ask(
        f"{operation} {name}={value} on {broker!r}", alter(BROKER, broker, (name, operation, value))
    )


KEPT_CONFIGS = (
    _set("x.custom", "7"),
    _set("x.custom", "8", broker=""),
    *_shown("unknown"),
    _set("", "empty"),
    _set("x.custom", "9", operation=APPEND),
    _set("x.custom", None),
    _set("x.never", None, operation=DELETE),
    *_shown("unknown and nameless", documentation=True),
    *_shown("without synonyms", synonyms=False),
    ask("to be validated", alter(BROKER, "1", ("x.custom", SET, "6"), validate_only=True)),
    *(
        _set(f"{_OWN}{name}", value, broker=broker)
        for broker in ("1", "")
        for name, value in (
            ("max.connections", "100000"),
            ("max.connections", "x"),
            ("max.connections", "-1"),
            ("max.connection.creation.rate", "100000"),
            ("num.network.threads", "4"),
            ("ssl.keystore.type", "JKS"),
            ("ssl.keystore.password", "secret"),
            ("plain.sasl.jaas.config", "module required;"),
            ("log.retention.ms", "4"),
            ("log.cleaner.threads", "x"),
            ("num.partitions", "4"),
            ("min.insync.replicas", "7"),
            ("x.y", "z"),
            ("", "z"),
        )
    ),
    *(
        _set(f"{_OWN}{name}", value)
        for name, value in (
            ("max.connections", "0"),
            ("max.connection.creation.rate", "0"),
            ("num.partitions", "x"),
        )
    ),
    _set(f"{_OWN}max.connections", "1", operation=APPEND),
    _set(f"{_OWN}ssl.cipher.suites", "1", operation=APPEND),
    _set("listener.name.other.num.partitions", "x"),
    _set("listener.name.other.max.connections", "0"),
    _set("listener.name.PLAINTEXT.max.connections", "0"),
    _set("listener.name..max.connections", "0"),
    _set("listener.name.plaintext", "0"),
    *_shown("of listeners"),
    ask("replace", replace(BROKER, "1", ("x.custom", "5"), (f"{_OWN}max.connections", "90000"))),
    *_shown("replaced"),
    ask("replace with null", replace(BROKER, "1", ("x.custom", None))),
    topic("kept", 1),
    ask("of a topic", alter(TOPIC, "kept", ("x.custom", SET, "1"))),
    ask("of a group", alter(GROUP, "kept", ("x.custom", SET, "1"))),
    ask("remove on one", replace(BROKER, "1")),
    *_shown("for all only"),
    ask(
        "remove for all",
        alter(
            BROKER,
            "",
            ("x.custom", DELETE, None),
            *(
                (f"{_OWN}{name}", DELETE, None)
                for name in ("max.connections", "num.network.threads")
            ),
            (f"{_OWN}max.connection.creation.rate", DELETE, None),
        ),
    ),
    *_shown("removed"),
)

TALKS: Mapping[str, Sequence[Step]] = {"kept configs": KEPT_CONFIGS}
"""By name."""
