"""One change that this console made or tried to make, or an alert that it told of. Pure.

`before` is what an undo puts back. It is known for configurations and for committed offsets, also
those of a group that was deleted; records and topics that are deleted are gone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from console.model.names import TopicPartition
from console.model.text import plain


class ActKind(StrEnum):
    """What was done."""

    CREATE_TOPIC = "create topic"
    DELETE_TOPIC = "delete topic"
    ADD_PARTITIONS = "add partitions"
    SET_CONFIGS = "set configs"
    SET_BROKER_CONFIGS = "set broker configs"
    PUBLISH = "publish"
    DELETE_RECORDS = "delete records"
    SET_OFFSETS = "set offsets"
    DELETE_OFFSETS = "delete offsets"
    DELETE_GROUP = "delete group"
    TELL_ALERT = "tell alert"


@dataclass(frozen=True, slots=True)
class ConfigsBefore:
    """Values of a topic's keys; None is a key that was at its default."""

    topic: str
    values: Mapping[str, str | None]

    def told(self) -> Iterator[str]:
        """What putting it back does, a line each, safe to show."""
        return _configs_told(self.values)


@dataclass(frozen=True, slots=True)
class BrokerConfigsBefore:
    """Values of a broker's keys; None is a key that it had no value of its own for."""

    node_id: int
    values: Mapping[str, str | None]

    def told(self) -> Iterator[str]:
        """What putting it back does, a line each, safe to show."""
        return _configs_told(self.values)


def _configs_told(values: Mapping[str, str | None]) -> Iterator[str]:
    for key, value in sorted(values.items()):
        yield f"{plain(key)} to " + ("its default" if value is None else plain(value))


@dataclass(frozen=True, slots=True)
class OffsetsBefore:
    """Committed offsets of a group; None is a partition that had none."""

    group: str
    offsets: Mapping[TopicPartition, int | None]

    def told(self) -> Iterator[str]:
        """What putting it back does, a line each, safe to show."""
        for key, offset in sorted(self.offsets.items()):
            yield f"{plain(str(key))} to " + ("no offset" if offset is None else f"{offset:,}")


Before: TypeAlias = ConfigsBefore | BrokerConfigsBefore | OffsetsBefore


@dataclass(frozen=True, slots=True)
class Act:
    """`what` says the change in one line, safe to show; `failure` why it was not made, or not
    wholly.

    `number` counts the acts of this run from 1. `is_undone` once another act put `before` back;
    `is_undo`: it is such another act.
    """

    number: int
    at_ms: int
    cluster: str
    kind: ActKind
    subject: str
    what: str = ""
    failure: str = ""
    before: Before | None = None
    is_undone: bool = False
    is_undo: bool = False

    @property
    def can_be_undone(self) -> bool:
        """Whether what was there before is known and not there again."""
        return self.before is not None and not self.is_undone
