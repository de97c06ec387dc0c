"""The keys that single groups may have: names, types, defaults and bounds of Kafka 4.3.

A group's value stands in for a key of the broker, `group.` and its name, which supplies the
default; other keys of the broker bound it (`GroupConfig.validateValues`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from engine.config.broker_keys import BROKER_KEYS
from engine.config.durations import OffsetReset
from engine.config.key_table import read_keys
from engine.config.kinds import ConfigKey


@dataclass(frozen=True, slots=True)
class GroupKey:
    """A group's key and the keys of the broker behind it; '' where there is none."""

    key: ConfigKey
    synonym: str
    minimum: str
    maximum: str


_CONSUMER = """
consumer.session.timeout.ms | int dynamic | 45000 | 1..
    How long a member may be silent before it is taken out.
consumer.heartbeat.interval.ms | int dynamic | 5000 | 1..
    The time between two heartbeats that members are told.
consumer.assignment.interval.ms | int dynamic | 1000 | 0..
    The least time between two assignments: members that come together share one.
"""
_SHARE = """
share.assignment.interval.ms | int dynamic | 1000 | 0..
    The least time between two assignments.
share.auto.offset.reset | string dynamic | latest
    Where a group begins: earliest, latest, or by_duration and a span of time such as PT1H.
share.delivery.count.limit | int dynamic | 5 | 2..
    How often a record is delivered before it is given up.
share.heartbeat.interval.ms | int dynamic | 5000 | 1..
    The time between two heartbeats that members are told.
share.isolation.level | string dynamic | read_uncommitted | read_committed, read_uncommitted
    Whether records of open and aborted transactions are delivered.
share.partition.max.record.locks | int dynamic | 2000 | 100..
    Records of a partition that may be out for delivery at once.
share.record.lock.duration.ms | int dynamic | 30000 | 1000..
    How long a delivered record is a member's own.
share.renew.acknowledge.enable | boolean dynamic | true
    Let members ask for more time with a record.
share.session.timeout.ms | int dynamic | 45000 | 1..
    How long a member may be silent before it is taken out.
"""
_STREAMS = """
streams.assignment.interval.ms | int dynamic | 1000 | 0..
    The least time between two assignments.
streams.heartbeat.interval.ms | int dynamic | 5000 | 1..
    The time between two heartbeats that members are told.
streams.initial.rebalance.delay.ms | int dynamic | 3000 | 0..
    How long a new group waits for more members before its first assignment.
streams.num.standby.replicas | int dynamic | 0 | 0..
    Copies of each task's state beside the one in use.
streams.session.timeout.ms | int dynamic | 45000 | 1..
    How long a member may be silent before it is taken out.
"""

_OTHER_NAMES: Final[Mapping[str, str]] = {
    "group.streams.max.num.standby.replicas": "group.streams.max.standby.replicas"
}
"""Bounds whose names do not follow from the names of what they bound."""


def _keys() -> Iterator[ConfigKey]:
    yield from read_keys(_CONSUMER)
    for key in read_keys(_SHARE, "there are no share groups."):
        has_own_check = key.name == "share.auto.offset.reset"
        yield replace(key, check=OffsetReset()) if has_own_check else key
    yield from read_keys(_STREAMS, "there are no streams groups.")


def _row(key: ConfigKey) -> GroupKey:
    protocol, _, rest = key.name.partition(".")
    names = (f"group.{protocol}.{part}{rest}" for part in ("", "min.", "max."))
    named = (_OTHER_NAMES.get(name, name) for name in names)
    return GroupKey(key, *(name if name in BROKER_KEYS else "" for name in named))


GROUP_KEYS: Mapping[str, GroupKey] = {
    key.name: _row(key) for key in sorted(_keys(), key=lambda key: key.name)
}
"""Every key of a group by its name, in alphabetical order."""
