"""The keys of groups and their offsets, and the rules that hold among those of consumer groups.

`EngineConfig` has a field for each. Names, defaults and rules are Kafka's
(`GroupCoordinatorConfig`); the keys that single groups may have are in `group_keys`.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from engine.config.key_table import read_keys
from engine.config.kinds import Value

CONSUMER_PROTOCOL: Final = "consumer"

COORDINATOR_KEYS = tuple(
    read_keys("""
group.initial.rebalance.delay.ms | int | 0 | 0..
    How long an empty group waits for more members before its first assignment. Differs from Kafka:
    0 instead of 3 s.
group.min.session.timeout.ms | int | 6000 | 0..
    The shortest session time-out that a member may ask for.
group.max.session.timeout.ms | int | 1800000 | 0..
    The longest session time-out that a member may ask for.
group.max.size | int | 2147483647 | 1..
    Members that a group may have.
group.coordinator.rebalance.protocols | list restart | classic,consumer | classic, consumer
    The protocols that groups may use. The classic one cannot be turned off. Differs from Kafka:
    there are no streams groups.

group.consumer.session.timeout.ms | int | 45000 | 1..
    How long a member of a consumer group may be silent before it is taken out.
group.consumer.min.session.timeout.ms | int | 45000 | 1..
    The least session time-out.
group.consumer.max.session.timeout.ms | int | 60000 | 1..
    The greatest session time-out.
group.consumer.heartbeat.interval.ms | int | 5000 | 1..
    The time between two heartbeats that members of consumer groups are told.
group.consumer.min.heartbeat.interval.ms | int | 5000 | 1..
    The least heartbeat interval.
group.consumer.max.heartbeat.interval.ms | int | 15000 | 1..
    The greatest heartbeat interval.
group.consumer.max.size | int | 2147483647 | 1..
    Members that a consumer group may have.
group.consumer.assignors | list | uniform,range | uniform, range
    The assignors that members of consumer groups may ask for; the first serves those that ask for
    none.
group.consumer.migration.policy | string | bidirectional | migration policy
    Which groups with members may change their protocol: classic groups that a newer member joins
    (upgrade), consumer groups whose last newer member leaves (downgrade), both or none. Empty
    groups always may.
group.consumer.assignment.interval.ms | int dynamic | 1000 | 0..
    The least time between two assignments of a consumer group: members that come together share
    one.
group.consumer.min.assignment.interval.ms | int | 0 | 0..
    The least assignment interval.
group.consumer.max.assignment.interval.ms | int | 15000 | 0..
    The greatest assignment interval.

offset.metadata.max.bytes | int | 4096
    The longest text that may go with a committed offset.
offsets.commit.timeout.ms | int | 5000 | 1..
    How long a sync of the journal may take before members and commits that wait for it are told to
    try again; they may wait for the one under way and for their own.
offsets.retention.minutes | int | 10080 | 1..
    How long the offsets of a group are kept once it has no members.
offsets.retention.check.interval.ms | long | 600000 | 1..
    Time between two looks for offsets to forget.
offsets.topic.num.partitions | int | 50 | 1..
    Partitions of __consumer_offsets; fixed once the topic exists.
offsets.topic.segment.bytes | int | 104857600 | 1..
    Segment size of __consumer_offsets: small, so that it is compacted early.
""")
)

_PROTOCOLS: Final = "group.coordinator.rebalance.protocols"
_ASSIGNORS: Final = "group.consumer.assignors"
_SESSION: Final = "session.timeout.ms"
_HEARTBEAT: Final = "heartbeat.interval.ms"


def faults(values: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """The keys whose values do not go together, each with what it must be. All keys are given."""
    for what in (_SESSION, _HEARTBEAT, "assignment.interval.ms"):
        key, minimum, maximum = (f"group.consumer.{each}{what}" for each in ("", "min.", "max."))
        value, least, most = (_number(values, each) for each in (key, minimum, maximum))
        if most < least:
            yield maximum, f"must be greater than or equal to {minimum}"
        if value < least:
            yield key, f"must be greater than or equal to {minimum}"
        if value > most:
            yield key, f"must be less than or equal to {maximum}"
    session, heartbeat = f"group.consumer.{_SESSION}", f"group.consumer.{_HEARTBEAT}"
    if _number(values, heartbeat) >= _number(values, session):
        yield heartbeat, f"must be less than {session}"
    if "classic" not in _texts(values, _PROTOCOLS):
        yield _PROTOCOLS, "must have classic among its values"
    assignors = _texts(values, _ASSIGNORS)
    if not assignors or len(set(assignors)) < len(assignors):
        yield _ASSIGNORS, "must name at least one assignor, and none twice"


def _number(values: Mapping[str, Value], name: str) -> int:
    value = values[name]
    assert isinstance(value, int)
    return value


def _texts(values: Mapping[str, Value], name: str) -> tuple[str, ...]:
    value = values[name]
    assert isinstance(value, tuple)
    return value
