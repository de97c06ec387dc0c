"""What a reset would do to each partition, before anything is done. Pure.

Rules of Kafka's own `consumer-groups --reset-offsets`, which the planner keeps:

| wanted                      | new position                                              |
|-----------------------------|-----------------------------------------------------------|
| beyond the end of the log   | the end                                                   |
| before the start of the log | the start                                                 |
| a time with no record after | the end                                                   |
| a shift without a position  | none: there is nothing to shift from                      |

Differs from Kafka's tool: a partition whose new position cannot be known is left as it is, with
the reason, where the tool gives up the whole reset or commits what it could not check.

Records between two positions are counted as offsets, of which markers of transactions and what
compaction removed are no records: counts are "at most".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from console.model.figures import Known, Total, Unknown, total
from console.model.names import TopicPartition

NO_POSITION = "it has no position to shift from"


class Clamp(Enum):
    """Why the new position is not the one that was wanted."""

    NONE = ""
    END = "beyond the end"
    START = "before the start"
    NOTHING_LATER = "no record that late"


@dataclass(frozen=True, slots=True)
class At:
    """An offset was wanted."""

    offset: int


@dataclass(frozen=True, slots=True)
class By:
    """A distance from the present position was wanted."""

    offsets: int


@dataclass(frozen=True, slots=True)
class FirstSince:
    """The first record since a time was wanted; `offset` None: there is none."""

    offset: int | None


@dataclass(frozen=True, slots=True)
class ToStartOfLog:
    """The first record that is kept was wanted."""


@dataclass(frozen=True, slots=True)
class ToEndOfLog:
    """The end was wanted, or a place so many offsets before it."""

    before: int = 0


Wanted: TypeAlias = At | By | FirstSince | ToStartOfLog | ToEndOfLog | Unknown
"""Where one partition should go; Unknown is why that cannot be said."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a partition. `committed` None: the group has no position there."""

    committed: int | Unknown | None
    start: int | Unknown
    end: int | Unknown


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One partition: `old` and `new` position, and what lies between.

    `new` is Unknown where the partition is left as it is, with the reason. `asked` is the offset
    that was wanted, where that lies outside the log.
    """

    key: TopicPartition
    old: int | Unknown | None
    new: int | Unknown
    start: int | Unknown
    end: int | Unknown
    clamp: Clamp = Clamp.NONE
    asked: int | None = None

    @property
    def is_change(self) -> bool:
        """Whether there is something to do."""
        return not isinstance(self.new, Unknown) and self.new != self.old

    @property
    def difference(self) -> int | None:
        """How far the position moves; None when either end of it is not known."""
        if isinstance(self.old, int) and isinstance(self.new, int):
            return self.new - self.old
        return None

    @property
    def again(self) -> int | Unknown:
        """How many records will be read once more, at most."""
        if isinstance(self.new, Unknown) or self.old is None:
            return 0
        if isinstance(self.old, Unknown):
            return self.old
        # Of what the group is ahead of the log there is nothing to read.
        last = min(self.old, self.end) if isinstance(self.end, int) else self.old
        return max(0, last - self.new)

    @property
    def skipped(self) -> int | Unknown:
        """How many records will never be read, at most."""
        if isinstance(self.new, Unknown):
            return 0
        if isinstance(self.old, Unknown):
            return self.old
        if isinstance(self.start, Unknown):
            return self.start if self.old is None or self.new > self.old else 0
        # What retention has deleted is not skipped by this. Without a position nothing was read.
        first = self.start if self.old is None else max(self.old, self.start)
        return max(0, self.new - first)


@dataclass(frozen=True, slots=True)
class Plan:
    """Every partition of a reset of `group`, in order of their names."""

    group: str
    rows: tuple[PlanRow, ...]

    @property
    def changes(self) -> dict[TopicPartition, int]:
        """The positions to commit."""
        return {row.key: row.new for row in self.rows if row.is_change and isinstance(row.new, int)}

    @property
    def again(self) -> Total:
        """Records that will be read once more."""
        return _total(row.again for row in self.rows if row.is_change)

    @property
    def skipped(self) -> Total:
        """Records that will never be read."""
        return _total(row.skipped for row in self.rows if row.is_change)

    @property
    def may_skip(self) -> bool:
        """Whether records are skipped, or that cannot be told."""
        return self.skipped != Total(0)

    @property
    def clamped(self) -> int:
        """How many partitions do not go where it was wanted."""
        return sum(row.clamp is not Clamp.NONE for row in self.rows)

    @property
    def left(self) -> int:
        """How many partitions stay because their new position is not known."""
        return sum(isinstance(row.new, Unknown) for row in self.rows)


def planned(
    group: str, wanted: Mapping[TopicPartition, Wanted], facts: Mapping[TopicPartition, Facts]
) -> Plan:
    """The plan for these wishes; there are facts of every partition that is wished for."""
    return Plan(group, tuple(_row(key, wanted[key], facts[key]) for key in sorted(wanted)))


def _row(key: TopicPartition, wanted: Wanted, facts: Facts) -> PlanRow:
    new, clamp, asked = _new(wanted, facts)
    return PlanRow(key, facts.committed, new, facts.start, facts.end, clamp, asked)


def _new(wanted: Wanted, facts: Facts) -> tuple[int | Unknown, Clamp, int | None]:
    """The new position, why it is not the one that was wanted, and which that was."""
    match wanted:
        case Unknown():
            return wanted, Clamp.NONE, None
        case ToStartOfLog():
            return facts.start, Clamp.NONE, None
        case FirstSince(offset):
            if offset is not None or isinstance(facts.end, Unknown):
                return facts.end if offset is None else offset, Clamp.NONE, None
            return facts.end, Clamp.NOTHING_LATER, None
        case At(offset):
            return _clamped(offset, facts)
        case ToEndOfLog(before):
            if isinstance(facts.end, Unknown) or not before:
                return facts.end, Clamp.NONE, None
            return _clamped(facts.end - before, facts)
        case By(offsets):
            if isinstance(facts.committed, Unknown):
                return facts.committed, Clamp.NONE, None
            if facts.committed is None:
                return Unknown(NO_POSITION), Clamp.NONE, None
            return _clamped(facts.committed + offsets, facts)


def _clamped(offset: int, facts: Facts) -> tuple[int | Unknown, Clamp, int | None]:
    """An offset within the log."""
    if isinstance(facts.end, Unknown):
        return facts.end, Clamp.NONE, None
    if offset > facts.end:
        return facts.end, Clamp.END, offset
    if isinstance(facts.start, Unknown):
        return facts.start, Clamp.NONE, None
    if offset < facts.start:
        return facts.start, Clamp.START, offset
    return offset, Clamp.NONE, None


def _total(counts: Iterable[int | Unknown]) -> Total:
    return total(each if isinstance(each, Unknown) else Known(each, 0) for each in counts)
