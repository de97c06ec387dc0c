"""The coordinator of the groups of one `__consumer_offsets` partition, of both protocols.

It decides and it replays. A command changes only what a restart may forget: who waits, who is
expected, which phase a rebalance is in. What must last - generations and epochs with their members
and assignments, positions, deletions - leaves as journal records, and becomes true when the caller,
having appended them, gives them back to `replay`. Start-up is the same replay of all records,
followed by `finish_loading`.

The caller appends and replays the records of an outcome before it gives the next command, or else
calls `abandon`. It gives the replies when the records are durable.
"""

from collections.abc import Iterable, Mapping

from engine.coordinator.classic_group import ClassicGroup
from engine.coordinator.classic_groups import ClassicGroups
from engine.coordinator.commands import (
    CommitOffsets,
    ConsumerHeartbeat,
    DeleteGroup,
    DeleteGroupReply,
    DeleteOffsets,
    Heartbeat,
    JoinGroup,
    JoinReply,
    LeaveGroup,
    SyncGroup,
    refused,
)
from engine.coordinator.consumer_group import ConsumerGroup
from engine.coordinator.consumer_groups import ConsumerGroups
from engine.coordinator.consumer_journal import decode_consumer_key
from engine.coordinator.deadlines import Deadlines
from engine.coordinator.errors import GroupError
from engine.coordinator.group_config import GroupSettings
from engine.coordinator.group_offsets import GroupOffsets, refused_offsets
from engine.coordinator.groups import Group, Groups
from engine.coordinator.instant import Instant
from engine.coordinator.journal import (
    GroupKey,
    OffsetKey,
    decode_group,
    decode_key,
    decode_offset,
    group_record,
)
from engine.coordinator.offset_access import commit_error, fetch_error
from engine.coordinator.outcome import (
    Outcome,
    Turn,
    UndoAssignment,
    UndoClassicJoin,
    UndoNewGroup,
    UndoStaticReplacement,
)
from engine.coordinator.rebalance import DeadlineKey, DeadlineKind
from engine.coordinator.topic_image import TopicImage
from engine.coordinator.views import (
    ConsumerGroupDescription,
    FetchedOffset,
    GroupDescription,
    ListedGroup,
    described,
    described_consumer_group,
    listed,
)
from engine.kernel.entropy import Entropy
from engine.kernel.ids import NO_PRODUCER_ID, ProducerId, TopicId

_OFFSETS_KEY: DeadlineKey = (DeadlineKind.OFFSETS, "", "")


class GroupCoordinator:
    """The groups of one partition. Not thread-safe; no method blocks.

    `image` shows the topics of this moment: it changes between two commands as topics do.
    """

    def __init__(self, settings: GroupSettings, entropy: Entropy, image: TopicImage) -> None:
        self._settings = settings
        self._image = image
        self._groups = Groups()
        self._offsets = GroupOffsets(settings)
        self._deadlines: Deadlines[DeadlineKey] = Deadlines()
        self._classic = ClassicGroups(settings, entropy, self._groups, self._deadlines)
        self._consumer = ConsumerGroups(
            settings, entropy, self._groups, image, self._deadlines, self._classic.rebalances
        )
        self._is_loading = True
        self._loaded_at: Instant | None = None

    def consumer_heartbeat(self, command: ConsumerHeartbeat, now: Instant) -> Outcome:
        """Let a newer member join, live on or leave."""
        turn = Turn(now)
        self._consumer.heartbeats.heartbeat(command, turn)
        return turn.outcome()

    def join(self, command: JoinGroup, now: Instant) -> Outcome:
        """Let a client enter a group, or a member take part in its rebalance."""
        turn = Turn(now)
        error = self._join_error(command)
        group = self._busy_consumer_group(command.group_id)
        if error is not GroupError.NONE:
            turn.reply(command.token, JoinReply(error=error, member_id=command.member_id))
        elif group is not None:
            self._consumer.classic.join(group, command, turn)
        else:
            self._classic.join(command, turn)
        return turn.outcome()

    def sync(self, command: SyncGroup, now: Instant) -> Outcome:
        """Give a member its assignment, or let it wait for the leader's."""
        turn = Turn(now)
        group = self._busy_consumer_group(command.group_id)
        if group is not None:
            self._consumer.classic.sync(group, command, turn)
        else:
            self._classic.sync(command, turn)
        return turn.outcome()

    def heartbeat(self, command: Heartbeat, now: Instant) -> GroupError:
        """Note that a member is alive. Writes nothing, waits for nothing."""
        group = self._busy_consumer_group(command.group_id)
        if group is not None:
            return self._consumer.classic.heartbeat(group, command, now)
        return self._classic.heartbeat(command, now)

    def leave(self, command: LeaveGroup, now: Instant) -> Outcome:
        """Take members out of a group; each gets an error or NONE of its own."""
        turn = Turn(now)
        group = self._busy_consumer_group(command.group_id)
        if group is not None:
            self._consumer.classic.leave(group, command, turn)
        else:
            self._classic.leave(command, turn)
        return turn.outcome()

    def commit(self, command: CommitOffsets, now: Instant) -> Outcome:
        """Store positions; see `engine.coordinator.offset_access` for who may."""
        turn = Turn(now)
        group = self._groups.get(command.group_id)
        error = commit_error(group, command)
        if error is not GroupError.NONE:
            turn.reply(command.token, refused_offsets(error, command.offsets))
            return turn.outcome()
        if isinstance(group, ClassicGroup) and not command.is_transactional:
            self._classic.keep_alive(group, command.member_id, now)
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
            self._delete(group, turn)
        turn.reply(command.token, DeleteGroupReply(error=error))
        return turn.outcome()

    def topics_deleted(self, topics: Mapping[str, TopicId], now: Instant) -> Outcome:
        """Forget the positions in topics that are gone; positions of a namesake stay."""
        turn = Turn(now)
        self._offsets.topics_deleted(topics, turn)
        return turn.outcome()

    def fetch_error(self, group_id: str, member_id: str | None, member_epoch: int) -> GroupError:
        """Whether positions may be read in the name of a member; -1 and None for nobody's."""
        return fetch_error(self._groups.get(group_id), member_id, member_epoch)

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
        return [listed(group) for group in self._groups.by_id.values()]

    def has_group(self, group_id: str) -> bool:
        """Whether there is a group of this id, of either protocol."""
        return self._groups.get(group_id) is not None

    def describe(self, group_id: str) -> GroupDescription | None:
        """A classic group with its members; None when there is none."""
        group = self._groups.classic(group_id)
        return None if group is None else described(group)

    def describe_consumer_group(self, group_id: str) -> ConsumerGroupDescription | None:
        """A consumer group with its members; None when there is none."""
        group = self._groups.consumer(group_id)
        default = self._settings.now.consumer.assignors[0]
        return None if group is None else described_consumer_group(group, default)

    def wake_ms(self) -> int | None:
        """When to `tick` at the latest, perhaps too early; found without work. None for never."""
        return self._deadlines.wake_ms()

    def next_deadline_ms(self) -> int | None:
        """When `tick` has something to do, in monotonic milliseconds; None for never."""
        return self._deadlines.next_ms()

    def tick(self, now: Instant, *, may_expire: bool = True) -> Outcome:
        """Do what has become due: sessions, join and sync phases, expired positions.

        What consumer groups decide rests on the replay of what they decided before: the tick ends
        with the first of them that writes, and the next has the rest to do. No position expires
        unless it `may_expire`: wall time may not be trusted.
        """
        turn = Turn(now)
        while (key := self._deadlines.pop_due(now.monotonic_ms)) is not None:
            kind, group_id, member_id = key
            group = self._groups.get(group_id)
            if kind is DeadlineKind.OFFSETS:
                if may_expire:
                    self._expire_offsets(turn)
                self._schedule_offset_check(now)
            elif isinstance(group, ClassicGroup):
                self._classic.deadline_passed(group, kind, member_id, turn)
            elif group is not None:
                self._consumer.deadline_passed(group, kind, member_id, turn)
                if turn.has_records:
                    break
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
            if offset is not None and decoded.group_id not in self._groups.by_id:
                # Positions without members: a group that only stores offsets.
                self._groups.by_id[decoded.group_id] = ClassicGroup(decoded.group_id)
            self._offsets.replay(decoded, offset, producer_id)
        elif isinstance(decoded, GroupKey):
            stored = None if value is None else decode_group(value)
            self._classic.replay(decoded.group_id, stored, is_loading=self._is_loading)
        elif (consumer_key := decode_consumer_key(key)) is not None:
            self._consumer.replay(consumer_key, value, is_loading=self._is_loading)

    def replay_end_transaction(self, producer_id: ProducerId, *, is_committed: bool) -> None:
        """Make a transaction marker true that stands in the journal."""
        self._offsets.replay_end_transaction(producer_id, is_committed=is_committed)

    def finish_loading(self, now: Instant) -> Outcome:
        """All records have been replayed: expect heartbeats of every member from now on."""
        self._is_loading = False
        self._loaded_at = now
        turn = Turn(now)
        self._classic.expect_all(turn)
        self._consumer.expect_all(now)
        self._schedule_offset_check(now)
        return turn.outcome()

    def abandon(self, outcome: Outcome, error: GroupError, now: Instant) -> Outcome:
        """The records of an outcome could not be appended: refuse its replies, undo the rest.

        Returns the outcome that stands in its place; it has no records.
        """
        turn = Turn(now)
        for reply in outcome.replies:
            turn.reply(reply.token, refused(reply.value, error))
        self._classic.undo_downgrades()
        self._consumer.expect_all(now)
        match outcome.undo:
            case UndoNewGroup() as undo:
                self._classic.undo_new_group(undo, error, turn)
            case UndoStaticReplacement() as undo:
                self._classic.undo_static_replacement(undo, now)
            case UndoAssignment() as undo:
                self._classic.undo_assignment(undo, turn)
            case UndoClassicJoin(group_id, member_id):
                self._consumer.timers.synced(group_id, member_id)
            case None:
                pass
        return turn.outcome()

    def unload(self, error: GroupError, now: Instant) -> Outcome:
        """Forget everything; requests that wait are refused. Only replay may follow."""
        turn = Turn(now)
        self._classic.unload(error, turn)
        self._deadlines.clear()
        self._groups.clear()
        self._offsets.clear()
        self._is_loading = True
        return turn.outcome()

    def _busy_consumer_group(self, group_id: str) -> ConsumerGroup | None:
        """A consumer group with members: it also serves members of the classic protocol."""
        group = self._groups.consumer(group_id)
        return None if group is None or group.is_empty else group

    def _join_error(self, command: JoinGroup) -> GroupError:
        config = self._settings.now
        if not command.group_id:
            return GroupError.INVALID_GROUP_ID
        shortest_ms, longest_ms = config.min_session_timeout_ms, config.max_session_timeout_ms
        if not shortest_ms <= command.session_timeout_ms <= longest_ms:
            return GroupError.INVALID_SESSION_TIMEOUT
        return GroupError.NONE

    def _delete(self, group: Group, turn: Turn) -> None:
        if isinstance(group, ConsumerGroup):
            self._consumer.delete(group, turn)
        else:
            turn.record(group_record(group.group_id, None))

    def _expire_offsets(self, turn: Turn) -> None:
        now_ms = self._patient_wall_ms(turn.now)
        for group in self._groups.by_id.values():
            has_offsets = self._offsets.expire(group, now_ms=now_ms, turn=turn)
            if group.is_empty and not has_offsets:
                self._delete(group, turn)

    def _patient_wall_ms(self, now: Instant) -> int:
        """Wall time as far as the monotonic clock bears it out since loading.

        Differs from Kafka: a wall clock that jumps ahead must not expire every position at once.
        """
        assert self._loaded_at is not None
        elapsed_ms = now.monotonic_ms - self._loaded_at.monotonic_ms
        return min(now.wall_ms, self._loaded_at.wall_ms + elapsed_ms)

    def _schedule_offset_check(self, now: Instant) -> None:
        interval_ms = self._settings.now.offsets_retention_check_interval_ms
        self._deadlines.set(_OFFSETS_KEY, now.monotonic_ms + interval_ms)
