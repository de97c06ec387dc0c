"""The coordinator of the groups of one `__consumer_offsets` partition.

It decides and it replays. A command changes only what a restart may forget: who waits, who is
expected, which phase a rebalance is in. What must last - generations with their members and
assignments, positions, deletions - leaves as journal records, and becomes true when the caller,
having appended them, gives them back to `replay`. Start-up is the same replay of all records,
followed by `finish_loading`.

The caller appends and replays the records of an outcome before it gives the next command, or else
calls `abandon`. It gives the replies when the records are durable.
"""

from collections.abc import Iterable, Mapping

from engine.coordinator.classic_group import ClassicGroup
from engine.coordinator.commands import (
    UNKNOWN_MEMBER,
    CommitOffsets,
    DeleteGroup,
    DeleteGroupReply,
    DeleteOffsets,
    Heartbeat,
    JoinGroup,
    JoinReply,
    LeaveGroup,
    LeaveReply,
    SyncGroup,
    SyncReply,
    refused,
)
from engine.coordinator.deadlines import Deadlines
from engine.coordinator.errors import GroupError
from engine.coordinator.group_config import GroupConfig
from engine.coordinator.group_offsets import GroupOffsets, commit_error, refused_offsets
from engine.coordinator.instant import Instant
from engine.coordinator.joining import Joining
from engine.coordinator.journal import (
    GroupKey,
    GroupMetadata,
    OffsetKey,
    decode_group,
    decode_key,
    decode_offset,
    group_record,
)
from engine.coordinator.membership import Membership
from engine.coordinator.outcome import (
    Outcome,
    Turn,
    UndoAssignment,
    UndoNewGroup,
    UndoStaticReplacement,
)
from engine.coordinator.rebalance import DeadlineKey, DeadlineKind, Rebalances
from engine.coordinator.views import (
    FetchedOffset,
    GroupDescription,
    ListedGroup,
    described,
    listed,
)
from engine.kernel.entropy import Entropy
from engine.kernel.ids import NO_PRODUCER_ID, ProducerId, TopicId

_OFFSETS_KEY: DeadlineKey = (DeadlineKind.OFFSETS, "", "")


class GroupCoordinator:
    """The groups of one partition. Not thread-safe; no method blocks."""

    def __init__(self, config: GroupConfig, entropy: Entropy) -> None:
        self._config = config
        self._groups: dict[str, ClassicGroup] = {}
        self._offsets = GroupOffsets(config)
        self._deadlines: Deadlines[DeadlineKey] = Deadlines()
        self._rebalances = Rebalances(config, self._deadlines)
        self._joining = Joining(config, entropy, self._rebalances)
        self._membership = Membership(self._rebalances)
        self._is_loading = True
        self._loaded_at: Instant | None = None

    def join(self, command: JoinGroup, now: Instant) -> Outcome:
        """Let a client enter a group, or a member take part in its rebalance."""
        turn = Turn(now)
        group = self._groups.get(command.group_id)
        error = self._join_error(command, group)
        if error is not GroupError.NONE:
            turn.reply(command.token, JoinReply(error=error, member_id=command.member_id))
        elif group is not None:
            self._joining.join(group, command, turn)
        else:
            self._join_new_group(command, turn)
        return turn.outcome()

    def sync(self, command: SyncGroup, now: Instant) -> Outcome:
        """Give a member its assignment, or let it wait for the leader's."""
        turn = Turn(now)
        group = self._groups.get(command.group_id)
        if group is None:
            error = self._unknown_member_error(command.group_id)
            turn.reply(command.token, SyncReply(error=error))
        else:
            self._membership.sync(group, command, turn)
        return turn.outcome()

    def heartbeat(self, command: Heartbeat, now: Instant) -> GroupError:
        """Note that a member is alive. Writes nothing, waits for nothing."""
        group = self._groups.get(command.group_id)
        if group is None:
            return self._unknown_member_error(command.group_id)
        return self._membership.heartbeat(group, command, now)

    def leave(self, command: LeaveGroup, now: Instant) -> Outcome:
        """Take members out of a group; each gets an error or NONE of its own."""
        turn = Turn(now)
        group = self._groups.get(command.group_id)
        if not command.group_id:
            turn.reply(command.token, LeaveReply(error=GroupError.INVALID_GROUP_ID))
        elif group is None:
            errors = (GroupError.UNKNOWN_MEMBER_ID,) * len(command.members)
            turn.reply(command.token, LeaveReply(error=GroupError.NONE, members=errors))
        else:
            self._membership.leave(group, command, turn)
        return turn.outcome()

    def commit(self, command: CommitOffsets, now: Instant) -> Outcome:
        """Store positions; see `engine.coordinator.offset_decisions` for who may."""
        turn = Turn(now)
        group = self._groups.get(command.group_id)
        error = commit_error(group, command)
        if error is not GroupError.NONE:
            turn.reply(command.token, refused_offsets(error, command.offsets))
            return turn.outcome()
        member = None if group is None else group.members.get(command.member_id)
        if group is not None and member is not None and not command.is_transactional:
            self._rebalances.keep_member_alive(group, member, now)
        self._offsets.commit(command, turn)
        return turn.outcome()

    def delete_offsets(self, command: DeleteOffsets, now: Instant) -> Outcome:
        """Forget positions of topics that no member subscribes to."""
        turn = Turn(now)
        group = self._groups.get(command.group_id)
        if not command.group_id:
            reply = refused_offsets(GroupError.INVALID_GROUP_ID, command.partitions)
            turn.reply(command.token, reply)
        elif group is None:
            reply = refused_offsets(GroupError.GROUP_ID_NOT_FOUND, command.partitions)
            turn.reply(command.token, reply)
        else:
            self._offsets.delete(group, command, turn)
        return turn.outcome()

    def delete_group(self, command: DeleteGroup, now: Instant) -> Outcome:
        """Delete a group without members, and its positions."""
        turn = Turn(now)
        group = self._groups.get(command.group_id)
        error = GroupError.NONE
        if group is None:
            error = GroupError.GROUP_ID_NOT_FOUND
        elif not group.is_empty:
            error = GroupError.NON_EMPTY_GROUP
        else:
            self._offsets.delete_all(group.group_id, turn)
            turn.record(group_record(group.group_id, None))
        turn.reply(command.token, DeleteGroupReply(error=error))
        return turn.outcome()

    def topics_deleted(self, topics: Mapping[str, TopicId], now: Instant) -> Outcome:
        """Forget the positions in topics that are gone; positions of a namesake stay."""
        turn = Turn(now)
        self._offsets.topics_deleted(topics, turn)
        return turn.outcome()

    def fetch_offsets(
        self,
        group_id: str,
        partitions: Iterable[tuple[str, TopicId, int]],
        *,
        require_stable: bool,
    ) -> list[FetchedOffset]:
        """The positions of partitions named by topic, topic id and number, in their order.

        A position that was committed under another topic id is none. With `require_stable` one
        that an open transaction may replace is UNSTABLE_OFFSET_COMMIT.
        """
        return self._offsets.fetch(group_id, partitions, require_stable=require_stable)

    def fetch_all_offsets(
        self, group_id: str, *, require_stable: bool
    ) -> dict[str, dict[int, FetchedOffset]]:
        """Every position of a group, by topic and partition."""
        return self._offsets.fetch_all(group_id, require_stable=require_stable)

    def list_groups(self) -> list[ListedGroup]:
        """All groups, those with positions alone included."""
        return [listed(group) for group in self._groups.values()]

    def describe(self, group_id: str) -> GroupDescription | None:
        """A group with its members; None when it does not exist."""
        group = self._groups.get(group_id)
        return None if group is None else described(group)

    def wake_ms(self) -> int | None:
        """When to `tick` at the latest, perhaps too early; found without work. None for never."""
        return self._deadlines.wake_ms()

    def next_deadline_ms(self) -> int | None:
        """When `tick` has something to do, in monotonic milliseconds; None for never."""
        return self._deadlines.next_ms()

    def tick(self, now: Instant) -> Outcome:
        """Do what has become due: sessions, join and sync phases, expired positions."""
        turn = Turn(now)
        while (key := self._deadlines.pop_due(now.monotonic_ms)) is not None:
            kind, group_id, member_id = key
            group = self._groups.get(group_id)
            if kind is DeadlineKind.OFFSETS:
                self._expire_offsets(turn)
            elif group is None:
                continue
            elif kind is DeadlineKind.SESSION:
                self._rebalances.session_expired(group, member_id, turn)
            elif kind is DeadlineKind.JOIN:
                self._rebalances.join_deadline_passed(group, turn)
            else:
                self._rebalances.sync_deadline_passed(group, turn)
        return turn.outcome()

    def replay(
        self, key: bytes, value: bytes | None, *, producer_id: ProducerId = NO_PRODUCER_ID
    ) -> None:
        """Make a record true that stands in the journal.

        `producer_id` is that of a transactional batch. Records of other kinds of groups are passed
        over. Raises MalformedRecordError.
        """
        decoded = decode_key(key)
        if isinstance(decoded, OffsetKey):
            offset = None if value is None else decode_offset(value)
            if offset is not None and decoded.group_id not in self._groups:
                # Positions without members: a group that only stores offsets.
                self._groups[decoded.group_id] = ClassicGroup(decoded.group_id)
            self._offsets.replay(decoded, offset, producer_id)
        elif isinstance(decoded, GroupKey):
            self._replay_group(decoded.group_id, None if value is None else decode_group(value))

    def replay_end_transaction(self, producer_id: ProducerId, *, is_committed: bool) -> None:
        """Make a transaction marker true that stands in the journal."""
        self._offsets.replay_end_transaction(producer_id, is_committed=is_committed)

    def finish_loading(self, now: Instant) -> Outcome:
        """All records have been replayed: expect heartbeats of every member from now on."""
        self._is_loading = False
        self._loaded_at = now
        turn = Turn(now)
        for group in self._groups.values():
            for member in group.members.values():
                self._rebalances.keep_member_alive(group, member, now)
            if len(group.members) > self._config.max_size:
                self._rebalances.prepare(group, turn)
        self._schedule_offset_check(now)
        return turn.outcome()

    def abandon(self, outcome: Outcome, error: GroupError, now: Instant) -> Outcome:
        """The records of an outcome could not be appended: refuse its replies, undo the rest.

        Returns the outcome that stands in its place; it has no records.
        """
        turn = Turn(now)
        for reply in outcome.replies:
            turn.reply(reply.token, refused(reply.value, error))
        match outcome.undo:
            case UndoNewGroup(group_id):
                group = self._groups.pop(group_id)
                self._rebalances.forget(group)
                _refuse_waiting(group, error, turn)
            case UndoStaticReplacement(group_id, new_member_id, old_member):
                group = self._groups[group_id]
                group.replace(new_member_id, old_member)
                self._rebalances.end_session(group, new_member_id)
                self._rebalances.keep_member_alive(group, old_member, now)
            case UndoAssignment(group_id):
                group = self._groups[group_id]
                for member in group.members.values():
                    member.sync_token = None
                self._rebalances.prepare(group, turn)
            case None:
                pass
        return turn.outcome()

    def unload(self, error: GroupError, now: Instant) -> Outcome:
        """Forget everything; requests that wait are refused. Only replay may follow."""
        turn = Turn(now)
        for group in self._groups.values():
            _refuse_waiting(group, error, turn)
            self._rebalances.forget(group)
        self._deadlines.cancel(_OFFSETS_KEY)
        self._groups.clear()
        self._offsets.clear()
        self._is_loading = True
        return turn.outcome()

    def _join_error(self, command: JoinGroup, group: ClassicGroup | None) -> GroupError:
        config = self._config
        if not command.group_id:
            return GroupError.INVALID_GROUP_ID
        shortest_ms, longest_ms = config.min_session_timeout_ms, config.max_session_timeout_ms
        if not shortest_ms <= command.session_timeout_ms <= longest_ms:
            return GroupError.INVALID_SESSION_TIMEOUT
        if group is None and command.member_id != UNKNOWN_MEMBER:
            return GroupError.UNKNOWN_MEMBER_ID
        return GroupError.NONE

    def _join_new_group(self, command: JoinGroup, turn: Turn) -> None:
        group = ClassicGroup(command.group_id)
        group.state_since_ms = turn.now.wall_ms
        self._joining.join(group, command, turn)
        if not group.members and not group.pending_members:
            return
        self._groups[group.group_id] = group
        empty = GroupMetadata("", 0, None, None, turn.now.wall_ms, ())
        turn.record(group_record(group.group_id, empty))
        turn.undo = UndoNewGroup(group.group_id)

    def _unknown_member_error(self, group_id: str) -> GroupError:
        return GroupError.UNKNOWN_MEMBER_ID if group_id else GroupError.INVALID_GROUP_ID

    def _replay_group(self, group_id: str, stored: GroupMetadata | None) -> None:
        group = self._groups.get(group_id)
        if stored is None:
            if group is not None:
                self._rebalances.forget(group)
                del self._groups[group_id]
        elif group is None or self._is_loading:
            self._groups[group_id] = ClassicGroup.restored(group_id, stored)
        else:
            group.settle(stored)

    def _expire_offsets(self, turn: Turn) -> None:
        now_ms = self._patient_wall_ms(turn.now)
        for group in self._groups.values():
            has_offsets = self._offsets.expire(group, now_ms=now_ms, turn=turn)
            # Differs from Kafka: a group that has just promised a member id is not deleted, since
            # the member would come back to UNKNOWN_MEMBER_ID.
            if group.is_empty and not group.pending_members and not has_offsets:
                turn.record(group_record(group.group_id, None))
        self._schedule_offset_check(turn.now)

    def _patient_wall_ms(self, now: Instant) -> int:
        """Wall time as far as the monotonic clock bears it out since loading.

        Differs from Kafka: a wall clock that jumps ahead must not expire every position at once.
        """
        assert self._loaded_at is not None
        elapsed_ms = now.monotonic_ms - self._loaded_at.monotonic_ms
        return min(now.wall_ms, self._loaded_at.wall_ms + elapsed_ms)

    def _schedule_offset_check(self, now: Instant) -> None:
        interval_ms = self._config.offsets_retention_check_interval_ms
        self._deadlines.set(_OFFSETS_KEY, now.monotonic_ms + interval_ms)


def _refuse_waiting(group: ClassicGroup, error: GroupError, turn: Turn) -> None:
    for member in group.members.values():
        join_token = group.take_join(member)
        if join_token is not None:
            turn.reply(join_token, JoinReply(error=error, member_id=member.member_id))
        if member.sync_token is not None:
            turn.reply(member.sync_token, SyncReply(error=error))
            member.sync_token = None
