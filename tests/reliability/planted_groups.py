"""Bugs that the group coordinators could well have, each planted while a `with` statement lasts.

The classes of the engine are changed in this process and put back; the product has no line for it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from engine.coordinator import group_coordinator
from engine.coordinator.classic_group import ClassicGroup
from engine.coordinator.consumer_changes import ConsumerChanges
from engine.coordinator.consumer_group import ConsumerGroup
from engine.coordinator.consumer_timers import ConsumerTimers
from engine.coordinator.errors import GroupError
from engine.coordinator.group_coordinator import GroupCoordinator
from engine.coordinator.journal import OffsetKey, decode_key
from engine.coordinator.rebalance import Rebalances
from engine.coordinator.reconciliation import Reconciliation

Patch = tuple[Any, str, Any]
"""An object, the name of an attribute, and what it is while the bug is there."""


def give_before_it_is_free() -> Patch:
    """A member gets its whole target at once, whoever owns what."""

    def free(
        self: Reconciliation, current: Any, topic_id: Any, wanted: frozenset[int]
    ) -> tuple[list[int], bool]:
        return sorted(wanted), False

    return Reconciliation, "_free", free


def forget_who_has_yet_to_give_up() -> Patch:
    """What a member has yet to give up counts as free."""
    honest = ConsumerGroup.put_current

    def put_current(self: ConsumerGroup, member_id: str, current: Any) -> None:
        honest(self, member_id, current)
        for topic_id, epochs in current.pending_revocation.items():
            for partition in epochs:
                self._owners.get(topic_id, {}).pop(partition, None)

    return ConsumerGroup, "put_current", put_current


def accept_any_generation() -> Patch:
    """A commit is stored whatever generation or epoch it names."""
    honest = group_coordinator.commit_error

    def commit_error(group: Any, command: Any) -> GroupError:
        error = honest(group, command)
        stale = (GroupError.ILLEGAL_GENERATION, GroupError.STALE_MEMBER_EPOCH)
        return GroupError.NONE if error in stale else error

    return group_coordinator, "commit_error", commit_error


def forget_positions_when_loading() -> Patch:
    """Every second position that the log holds is not read again."""
    honest = GroupCoordinator.replay

    def replay(self: GroupCoordinator, key: bytes, value: bytes | None, **how: Any) -> None:
        decoded = decode_key(key)
        if not (self._is_loading and isinstance(decoded, OffsetKey) and decoded.partition % 2):
            honest(self, key, value, **how)

    return GroupCoordinator, "replay", replay


def do_not_hear_signs_of_life() -> Patch:
    """A newer member's session ends when it ended first, whatever is heard of it since."""
    honest = ConsumerTimers._set

    def set_once(
        self: ConsumerTimers, kind: Any, group_id: str, member_id: str, *when: Any
    ) -> None:
        if self._deadlines.get((kind, group_id, member_id)) is None:
            honest(self, kind, group_id, member_id, *when)

    return ConsumerTimers, "_set", set_once


def wait_for_the_dead() -> Patch:
    """A silent member of a classic group stays in it."""
    return Rebalances, "session_expired", lambda self, group, member_id, turn: None


def do_not_see_topics_grow() -> Patch:
    """A group is compared with the topics once."""
    honest = ConsumerChanges.change_epoch

    def change_epoch(self: ConsumerChanges, change: Any, *, must_grow: bool) -> tuple[int, bool]:
        if change.group.checked_version is not None:
            change.group.checked_version = self._image.version
        return honest(self, change, must_grow=must_grow)

    return ConsumerChanges, "change_epoch", change_epoch


def let_a_replaced_process_go_on() -> Patch:
    """Who has the instance id may speak, be it the process before."""
    honest = ClassicGroup.member_error

    def member_error(self: ClassicGroup, member_id: str, instance_id: str | None) -> GroupError:
        error = honest(self, member_id, instance_id)
        return GroupError.NONE if error is GroupError.FENCED_INSTANCE_ID else error

    return ClassicGroup, "member_error", member_error


def keep_positions_in_memory() -> Patch:
    """Every third commit is acknowledged and not stored."""
    honest = GroupCoordinator.commit
    seen = 0

    def commit(self: GroupCoordinator, command: Any, now: Any) -> Any:
        nonlocal seen
        outcome = honest(self, command, now)
        seen += bool(outcome.records)
        if outcome.records and not seen % 3:
            for record in outcome.records:
                self.replay(record.key, record.value)
            return replace(outcome, records=())
        return outcome

    return GroupCoordinator, "commit", commit


BUGS: Mapping[str, Callable[[], Patch]] = {
    "give before it is free": give_before_it_is_free,
    "forget who has yet to give up": forget_who_has_yet_to_give_up,
    "accept any generation": accept_any_generation,
    "forget positions when loading": forget_positions_when_loading,
    "do not hear signs of life": do_not_hear_signs_of_life,
    "wait for the dead": wait_for_the_dead,
    "do not see topics grow": do_not_see_topics_grow,
    "let a replaced process go on": let_a_replaced_process_go_on,
    "keep positions in memory": keep_positions_in_memory,
}


@contextmanager
def planted(bug: str) -> Iterator[None]:
    """The bug of this name is there meanwhile; none for an empty one."""
    if not bug:
        yield
        return
    owner, name, wrong = BUGS[bug]()
    honest = getattr(owner, name)
    setattr(owner, name, wrong)
    try:
        yield
    finally:
        setattr(owner, name, honest)
