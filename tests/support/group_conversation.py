"""Group coordinator tests as conversations: clients speak, time passes, the coordinator answers.

`Conversation` plays the broker around a `GroupCoordinator`: it appends what the coordinator records
to a journal in memory, replays it at once and hands out the replies. `Client` remembers what a
Kafka client remembers: its member id, its generation, whether it leads.
"""

from collections.abc import Iterable, Mapping
from random import Random

from engine.coordinator.commands import (
    CommitOffsets,
    Heartbeat,
    JoinGroup,
    JoinReply,
    LeaveGroup,
    LeaveReply,
    LeavingMember,
    OfferedProtocol,
    OffsetsReply,
    OffsetToCommit,
    Reply,
    ReplyValue,
    SyncGroup,
    SyncReply,
)
from engine.coordinator.errors import GroupError
from engine.coordinator.group_config import ConsumerGroupConfig, GroupConfig
from engine.coordinator.group_coordinator import GroupCoordinator
from engine.coordinator.instant import Instant
from engine.coordinator.journal import JournalRecord
from engine.coordinator.outcome import Outcome
from engine.coordinator.versioned_bytes import Writer
from tests.support.changing_topics import ChangingTopics
from tests.support.entropy import SeededEntropy

GROUP = "orders"
SESSION_MS = 10_000
REBALANCE_MS = 60_000
START = Instant(monotonic_ms=1_000, wall_ms=1_700_000_000_000)


def subscription(*topics: str, owned: Iterable[tuple[str, int]] = ()) -> bytes:
    """Consumer protocol metadata, version 1, as a client sends it; it still owns `owned`."""
    written = Writer(1)
    written.array_length(len(topics))
    for topic in topics:
        written.string(topic)
    written.int32(-1)
    partitions = list(owned)
    written.array_length(len(partitions))
    for topic, partition in partitions:
        written.string(topic)
        written.array_length(1)
        written.int32(partition)
    return written.getvalue()


class Conversation:
    """A coordinator with its journal and its time."""

    def __init__(self, *, consumer: ConsumerGroupConfig | None = None, **config: int) -> None:
        self.config = GroupConfig(
            **{"initial_rebalance_delay_ms": 0, **config},
            consumer=consumer or ConsumerGroupConfig(),
        )
        self.journal: list[JournalRecord] = []
        self.answers: dict[int, ReplyValue] = {}
        self.answered_ms: dict[int, int] = {}
        self.now = START
        self.is_disk_full = False
        self.fate: Random | None = None
        """Whether what comes next is stored: the process dies as it is written. None: it lives."""
        self.deaths = 0
        self.topics = ChangingTopics(clicks=4, views=2)
        self._tokens = 0
        self._open: set[int] = set()
        self._chance = SeededEntropy()
        self._load()

    def client(self, name: str, *topics: str, instance: str | None = None) -> "Client":
        """A client that knows nothing yet."""
        return Client(self, name, topics or ("clicks",), instance)

    def token(self) -> int:
        self._tokens += 1
        self._open.add(self._tokens)
        return self._tokens

    @property
    def waiting(self) -> set[int]:
        """Tokens that have had no answer."""
        return self._open

    def follow(self, outcome: Outcome) -> None:
        """Do what a broker does with an outcome."""
        if outcome.records and self.fate is not None:
            if self.fate.random() < 0.5:
                self.journal += outcome.records
            self.die()
            return
        if outcome.records and self.is_disk_full:
            error = GroupError.COORDINATOR_NOT_AVAILABLE
            outcome = self.coordinator.abandon(outcome, error, self.now)
            assert not outcome.records
        for record in outcome.records:
            self.journal.append(record)
            self.coordinator.replay(record.key, record.value)
        self._deliver(outcome.replies)

    def is_cut_off(self, token: int) -> bool:
        """Whether the broker has died over a request."""
        return token not in self._open and token not in self.answers

    def settle(self) -> None:
        """Let everything happen that is due now."""
        deadline_ms = self.coordinator.next_deadline_ms()
        while deadline_ms is not None and deadline_ms <= self.now.monotonic_ms:
            self.follow(self.coordinator.tick(self.now))
            deadline_ms = self.coordinator.next_deadline_ms()

    def advance(self, milliseconds: int) -> None:
        """Let time pass, stopping at each deadline on the way."""
        end_ms = self.now.monotonic_ms + milliseconds
        while (deadline_ms := self.coordinator.next_deadline_ms()) is not None:
            if deadline_ms > end_ms:
                break
            self._move_to(max(deadline_ms, self.now.monotonic_ms))
            self.follow(self.coordinator.tick(self.now))
        self._move_to(end_ms)

    def restart(self) -> None:
        """The broker comes up again on the journal that it has written; requests are cut off."""
        self.follow(self.coordinator.unload(GroupError.NOT_COORDINATOR, self.now))
        self._load()

    def die(self) -> None:
        """The process ends, and another comes up on the journal; nobody who waits is told."""
        self.deaths += 1
        self.fate = None
        self._open.clear()
        self._load()

    def stable_group(self, *clients: "Client") -> None:
        """Bring clients into one Stable generation."""
        while not all(each.is_settled for each in clients):
            for each in clients:
                each.follow_protocol()

    def state(self) -> str:
        """The state of the group, Dead when there is none."""
        described = self.coordinator.describe(GROUP)
        return "Dead" if described is None else described.state.value

    def _load(self) -> None:
        """Come up on the journal as it is."""
        self.coordinator = GroupCoordinator(self.config, self._chance, self.topics.catalogue)
        for record in self.journal:
            self.coordinator.replay(record.key, record.value)
        self.follow(self.coordinator.finish_loading(self.now))

    def _deliver(self, replies: Iterable[Reply]) -> None:
        for token, value in replies:
            assert isinstance(token, int)
            assert token in self._open, "a token is answered once"
            self._open.remove(token)
            self.answers[token] = value
            self.answered_ms[token] = self.now.monotonic_ms

    def _move_to(self, monotonic_ms: int) -> None:
        passed_ms = monotonic_ms - self.now.monotonic_ms
        self.now = Instant(monotonic_ms, self.now.wall_ms + passed_ms)


class Client:
    """A consumer, told what to do step by step."""

    def __init__(
        self, talk: Conversation, name: str, topics: tuple[str, ...], instance: str | None
    ) -> None:
        self._talk = talk
        self.name = name
        self.instance = instance
        self.protocols: tuple[OfferedProtocol, ...] = (
            OfferedProtocol("range", subscription(*topics)),
        )
        self.protocol_type = "consumer"
        self.member_id = ""
        self.generation_id = -1
        self.leads = False
        self.assignment: bytes | None = None
        self.join_token: int | None = None
        self.sync_token: int | None = None
        self._heartbeat_ms = 0

    @property
    def is_waiting(self) -> bool:
        """A request of this client has no answer yet."""
        return bool(self._talk.waiting & {self.join_token, self.sync_token})

    @property
    def last_contact_ms(self) -> int:
        """When the client was last answered, by the monotonic clock."""
        tokens = (self.join_token or 0, self.sync_token or 0)
        return max(self._heartbeat_ms, *(self._talk.answered_ms.get(token, 0) for token in tokens))

    @property
    def joined(self) -> JoinReply | None:
        """The answer to the last join, None while it waits."""
        answer = self._talk.answers.get(self.join_token or 0)
        assert answer is None or isinstance(answer, JoinReply)
        return answer

    @property
    def synced(self) -> SyncReply | None:
        """The answer to the last sync, None while it waits."""
        answer = self._talk.answers.get(self.sync_token or 0)
        assert answer is None or isinstance(answer, SyncReply)
        return answer

    @property
    def is_settled(self) -> bool:
        return self.assignment is not None and self.heartbeat() is GroupError.NONE

    def join(
        self,
        *,
        version: int = 9,
        session_ms: int = SESSION_MS,
        rebalance_ms: int = REBALANCE_MS,
        group: str = GROUP,
    ) -> JoinReply | None:
        """Send a JoinGroup as a client of some version does; the answer if there is one."""
        self.join_token = self._talk.token()
        self.assignment = None
        command = JoinGroup(
            token=self.join_token,
            group_id=group,
            member_id=self.member_id,
            group_instance_id=self.instance,
            client_id=self.name,
            client_host="/127.0.0.1",
            session_timeout_ms=session_ms,
            rebalance_timeout_ms=rebalance_ms,
            protocol_type=self.protocol_type,
            protocols=self.protocols,
            requires_member_id=version >= 4,
            can_skip_assignment=version >= 9,
        )
        self._talk.follow(self._talk.coordinator.join(command, self._talk.now))
        self._talk.settle()
        return self.take_in_join()

    def take_in_join(self) -> JoinReply | None:
        """Remember what the answer to the join says."""
        answer = self.joined
        if answer is None:
            return None
        if answer.error in (GroupError.NONE, GroupError.MEMBER_ID_REQUIRED):
            self.member_id = answer.member_id
        if answer.error is GroupError.NONE:
            self.generation_id = answer.generation_id
            self.leads = answer.leader_id == answer.member_id
        if answer.error is GroupError.UNKNOWN_MEMBER_ID:
            self.member_id = ""
        return answer

    def enter(self) -> JoinReply | None:
        """Join as a client does that has no member id: in two steps unless it is static."""
        answer = self.join()
        if answer is not None and answer.error is GroupError.MEMBER_ID_REQUIRED:
            return self.join()
        return answer

    def sync(self, assignments: Mapping[str, bytes] | None = None) -> SyncReply | None:
        """Send a SyncGroup; a leader brings assignments, by default its name for each member."""
        self.sync_token = self._talk.token()
        joined = self.joined
        if assignments is None:
            assignments = {}
            if joined is not None and not joined.skip_assignment:
                assignments = {m.member_id: b"for " + m.member_id.encode() for m in joined.members}
        command = SyncGroup(
            token=self.sync_token,
            group_id=GROUP,
            generation_id=self.generation_id,
            member_id=self.member_id,
            group_instance_id=self.instance,
            protocol_type=self.protocol_type,
            protocol_name=None if joined is None else joined.protocol_name,
            assignments=assignments,
        )
        self._talk.follow(self._talk.coordinator.sync(command, self._talk.now))
        self._talk.settle()
        return self.take_in_sync()

    def take_in_sync(self) -> SyncReply | None:
        """Remember what the answer to the sync says."""
        answer = self.synced
        if answer is not None and answer.error is GroupError.NONE:
            self.assignment = answer.assignment
        return answer

    def follow_protocol(self) -> GroupError:
        """Do the next thing that a consumer does; the error that it is told, NONE while it waits.

        It joins until a join succeeds, syncs, then sends heartbeats until it has to join again.
        """
        if self.join_token is None:
            return self.rejoin()
        if self.sync_token is None or self.sync_token < self.join_token:
            joined = self.take_in_join()
            if joined is None:
                return GroupError.NONE
            if joined.error is GroupError.NONE:
                return self._told(self.sync())
            return self.rejoin()
        synced = self.take_in_sync()
        if synced is None:
            return GroupError.NONE
        error = synced.error
        if error is GroupError.NONE:
            error = self.heartbeat()
        if error is GroupError.NONE:
            return error
        if error is GroupError.UNKNOWN_MEMBER_ID:
            self.member_id = ""
            self.join()
            return error
        answer = self.rejoin()
        return error if answer is GroupError.NONE else answer

    def rejoin(self) -> GroupError:
        """Send a JoinGroup; the error that it is told, NONE while it waits."""
        return self._told(self.join())

    def _told(self, answer: JoinReply | SyncReply | None) -> GroupError:
        return GroupError.NONE if answer is None else answer.error

    def heartbeat(self) -> GroupError:
        """Send a Heartbeat."""
        self._heartbeat_ms = self._talk.now.monotonic_ms
        command = Heartbeat(
            group_id=GROUP,
            generation_id=self.generation_id,
            member_id=self.member_id,
            group_instance_id=self.instance,
        )
        return self._talk.coordinator.heartbeat(command, self._talk.now)

    def leave(self, *members: LeavingMember) -> LeaveReply:
        """Send a LeaveGroup, by default for this member."""
        token = self._talk.token()
        leaving = members or (LeavingMember(self.member_id, self.instance),)
        command = LeaveGroup(token=token, group_id=GROUP, members=leaving)
        self._talk.follow(self._talk.coordinator.leave(command, self._talk.now))
        self._talk.settle()
        answer = self._talk.answers[token]
        assert isinstance(answer, LeaveReply)
        return answer

    def commit(
        self,
        offset: int,
        *,
        topic: str = "clicks",
        partition: int = 0,
        metadata: str | None = "",
        leader_epoch: int = -1,
        retention_ms: int | None = None,
        group: str = GROUP,
    ) -> OffsetsReply:
        """Commit one position with this member's generation."""
        token = self._talk.token()
        command = CommitOffsets(
            token=token,
            group_id=group,
            generation_id=self.generation_id,
            member_id=self.member_id,
            group_instance_id=self.instance,
            offsets=(OffsetToCommit(topic, partition, offset, leader_epoch, metadata),),
            retention_ms=retention_ms,
        )
        self._talk.follow(self._talk.coordinator.commit(command, self._talk.now))
        answer = self._talk.answers[token]
        assert isinstance(answer, OffsetsReply)
        return answer
