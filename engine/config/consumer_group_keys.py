"""The broker keys of consumer groups (KIP-848), and the rules that hold among them.

`EngineConfig` has a field for each. Names, defaults and rules are Kafka's
(`GroupCoordinatorConfig`).
"""

from collections.abc import Iterator, Mapping
from typing import Final

from engine.config.kinds import (
    INT_MAX,
    Anything,
    Check,
    ConfigKey,
    ConfigType,
    OneOf,
    Range,
    Unit,
    Value,
)

CONSUMER_PROTOCOL: Final = "consumer"


def _milliseconds(name: str, default: int, documentation: str, minimum: int = 1) -> ConfigKey:
    return _key(name, ConfigType.INT, default, documentation, Range(minimum), Unit.MILLISECONDS)


def _key(
    name: str,
    type_: ConfigType,
    default: Value,
    documentation: str,
    check: Check | None = None,
    unit: Unit = Unit.NONE,
) -> ConfigKey:
    return ConfigKey(
        name, type_, default, documentation, check or Anything(), unit, is_read_only=True
    )


REBALANCE_PROTOCOLS: Final = _key(
    "group.coordinator.rebalance.protocols",
    ConfigType.LIST,
    ("classic", CONSUMER_PROTOCOL),
    "The protocols that groups may use. The classic one cannot be turned off. Differs from Kafka: "
    "there are no streams groups.",
    OneOf(("classic", CONSUMER_PROTOCOL)),
)
SESSION_TIMEOUT: Final = _milliseconds(
    "group.consumer.session.timeout.ms",
    45_000,
    "How long a member of a consumer group may be silent before it is taken out.",
)
SESSION_TIMEOUT_MIN: Final = _milliseconds(
    "group.consumer.min.session.timeout.ms", 45_000, "The least session time-out."
)
SESSION_TIMEOUT_MAX: Final = _milliseconds(
    "group.consumer.max.session.timeout.ms", 60_000, "The greatest session time-out."
)
HEARTBEAT_INTERVAL: Final = _milliseconds(
    "group.consumer.heartbeat.interval.ms",
    5_000,
    "The time between two heartbeats that members of consumer groups are told.",
)
HEARTBEAT_INTERVAL_MIN: Final = _milliseconds(
    "group.consumer.min.heartbeat.interval.ms", 5_000, "The least heartbeat interval."
)
HEARTBEAT_INTERVAL_MAX: Final = _milliseconds(
    "group.consumer.max.heartbeat.interval.ms", 15_000, "The greatest heartbeat interval."
)
MAX_SIZE: Final = _key(
    "group.consumer.max.size",
    ConfigType.INT,
    INT_MAX,
    "Members that a consumer group may have.",
    Range(1),
)
ASSIGNORS: Final = _key(
    "group.consumer.assignors",
    ConfigType.LIST,
    ("uniform", "range"),
    "The assignors that members of consumer groups may ask for; the first serves those that ask "
    "for none.",
    OneOf(("uniform", "range")),
)
MIGRATION_POLICY: Final = _key(
    "group.consumer.migration.policy",
    ConfigType.STRING,
    "bidirectional",
    "Which groups with members may change their protocol: classic groups that a newer member joins "
    "(upgrade), consumer groups whose last newer member leaves (downgrade), both or none. Empty "
    "groups always may.",
    OneOf(("bidirectional", "upgrade", "downgrade", "disabled")),
)
ASSIGNMENT_INTERVAL: Final = _milliseconds(
    "group.consumer.assignment.interval.ms",
    1_000,
    "The least time between two assignments of a consumer group: members that come together "
    "share one.",
    0,
)
ASSIGNMENT_INTERVAL_MIN: Final = _milliseconds(
    "group.consumer.min.assignment.interval.ms", 0, "The least assignment interval.", 0
)
ASSIGNMENT_INTERVAL_MAX: Final = _milliseconds(
    "group.consumer.max.assignment.interval.ms", 15_000, "The greatest assignment interval.", 0
)
_BOUNDS: Final = (
    (SESSION_TIMEOUT, SESSION_TIMEOUT_MIN, SESSION_TIMEOUT_MAX),
    (HEARTBEAT_INTERVAL, HEARTBEAT_INTERVAL_MIN, HEARTBEAT_INTERVAL_MAX),
    (ASSIGNMENT_INTERVAL, ASSIGNMENT_INTERVAL_MIN, ASSIGNMENT_INTERVAL_MAX),
)


def faults(values: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """The keys whose values do not go together, each with what it must be. All keys are given."""
    for key, minimum, maximum in _BOUNDS:
        value, least, most = (_number(values, each) for each in (key, minimum, maximum))
        if most < least:
            yield maximum.name, f"must be greater than or equal to {minimum.name}"
        if value < least:
            yield key.name, f"must be greater than or equal to {minimum.name}"
        if value > most:
            yield key.name, f"must be less than or equal to {maximum.name}"
    if _number(values, HEARTBEAT_INTERVAL) >= _number(values, SESSION_TIMEOUT):
        yield HEARTBEAT_INTERVAL.name, f"must be less than {SESSION_TIMEOUT.name}"
    if "classic" not in _texts(values, REBALANCE_PROTOCOLS):
        yield REBALANCE_PROTOCOLS.name, "must have classic among its values"
    assignors = _texts(values, ASSIGNORS)
    if not assignors or len(set(assignors)) < len(assignors):
        yield ASSIGNORS.name, "must name at least one assignor, and none twice"


def _number(values: Mapping[str, Value], key: ConfigKey) -> int:
    value = values[key.name]
    assert isinstance(value, int)
    return value


def _texts(values: Mapping[str, Value], key: ConfigKey) -> tuple[str, ...]:
    value = values[key.name]
    assert isinstance(value, tuple)
    return value
