"""What a command led to: records to append, replies to give, and what to undo if that fails."""

from dataclasses import dataclass
from typing import TypeAlias

from engine.coordinator.classic_member import ClassicMember
from engine.coordinator.commands import Reply, ReplyValue
from engine.coordinator.consumer_group import ConsumerGroup
from engine.coordinator.instant import Instant
from engine.coordinator.journal import JournalRecord


@dataclass(frozen=True, slots=True)
class UndoNewGroup:
    """The group came into being with this command, perhaps in the place of an empty one."""

    group_id: str
    replaced: ConsumerGroup | None = None


@dataclass(frozen=True, slots=True)
class UndoStaticReplacement:
    """A static member took the place of this one, which had another member id."""

    group_id: str
    new_member_id: str
    old_member: ClassicMember


@dataclass(frozen=True, slots=True)
class UndoAssignment:
    """The leader's assignment was to be stored; everyone still waits for it."""

    group_id: str


@dataclass(frozen=True, slots=True)
class UndoClassicJoin:
    """A classic member of a consumer group was to join: it has no sync to send."""

    group_id: str
    member_id: str


Undo: TypeAlias = UndoNewGroup | UndoStaticReplacement | UndoAssignment | UndoClassicJoin


@dataclass(frozen=True, slots=True)
class Outcome:
    """Append `records` in order, replay them, and give `replies` when they are durable.

    When the append fails nothing has been replayed: `GroupCoordinator.abandon` then gives the
    outcome to follow instead.
    """

    records: tuple[JournalRecord, ...] = ()
    replies: tuple[Reply, ...] = ()
    undo: Undo | None = None


NOTHING = Outcome()


class Turn:
    """One command or tick at one moment, collecting what it leads to."""

    __slots__ = ("_records", "_replies", "now", "undo")

    def __init__(self, now: Instant) -> None:
        self.now = now
        self.undo: Undo | None = None
        self._records: list[JournalRecord] = []
        self._replies: list[Reply] = []

    @property
    def has_records(self) -> bool:
        return bool(self._records)

    def record(self, record: JournalRecord) -> None:
        self._records.append(record)

    def reply(self, token: object, value: ReplyValue) -> None:
        self._replies.append(Reply(token, value))

    def outcome(self) -> Outcome:
        if not self._records and not self._replies:
            return NOTHING
        return Outcome(tuple(self._records), tuple(self._replies), self.undo)
