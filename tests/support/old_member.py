"""Classic consumers that behave: they follow the protocol by themselves, step by step.

An `OldMember` gives everything up before it joins again (the eager protocol), or only what it is
no longer assigned (the cooperative one), and assigns partitions in turn when it leads. It takes
part in groups of both protocols without knowing of which.
"""

from engine.coordinator.commands import (
    UNKNOWN_MEMBER,
    Heartbeat,
    JoinGroup,
    JoinReply,
    LeaveGroup,
    LeavingMember,
    OfferedProtocol,
    SyncGroup,
    SyncReply,
)
from engine.coordinator.consumer_protocol import (
    read_assignment,
    read_subscription,
    write_assignment,
)
from engine.coordinator.errors import GroupError
from tests.support.consumer_conversation import Places
from tests.support.group_conversation import GROUP, REBALANCE_MS, Conversation, subscription

SESSION_MS = 30_000
LOST = {
    GroupError.UNKNOWN_MEMBER_ID,
    GroupError.FENCED_INSTANCE_ID,
    GroupError.ILLEGAL_GENERATION,
}
"""After which nothing that was owned is owned any more."""
THROWN_OUT = {GroupError.UNKNOWN_MEMBER_ID, GroupError.FENCED_INSTANCE_ID}


class OldMember:
    """A classic consumer.

    `fenced` collects the errors that a member must not hear which lives and has had an assignment:
    one that was heard of within its session, and that nobody has taken out. Before that its id is
    only promised: a restart forgets it.
    """

    def __init__(
        self,
        talk: Conversation,
        name: str,
        *topics: str,
        instance: str | None = None,
        is_cooperative: bool = False,
    ) -> None:
        self._talk = talk
        self.name = name
        self.topics = topics
        self.instance = instance
        self.member_id = UNKNOWN_MEMBER
        self.generation_id = -1
        self.owned: Places = frozenset()
        self.fenced: list[GroupError] = []
        self.may_be_fenced = False
        """Somebody else has taken the member out."""
        self.is_in_step = False
        """It has the assignment of its generation."""
        self._protocol = "cooperative-sticky" if is_cooperative else "range"
        self._is_cooperative = is_cooperative
        self._join_token: int | None = None
        self._sync_token: int | None = None
        self._has_settled = False
        self._must_join = False
        self._assigned_version: int | None = None
        self._heard_ms = talk.now.monotonic_ms

    def step(self) -> None:
        """Do the next thing that a consumer does."""
        if self._join_token is not None:
            self._take_in_join()
        elif self._sync_token is not None:
            self._take_in_sync()
        elif self.is_in_step and not self._must_assign_anew and not self._must_join:
            self._beat()
        else:
            self._join()

    def read(self, topics: Places | frozenset[str]) -> None:
        """Subscribe to other topics; that is said with the next join."""
        self.topics = tuple(sorted(map(str, topics)))
        self._must_join = True

    def leave(self) -> None:
        """Leave the group for good."""
        command = LeaveGroup(
            token=self._talk.token(),
            group_id=GROUP,
            members=(LeavingMember(self.member_id, self.instance),),
        )
        self._talk.follow(self._talk.coordinator.leave(command, self._talk.now))
        self._talk.settle()

    @property
    def _must_assign_anew(self) -> bool:
        """A leader watches the topics that it has assigned."""
        version = self._talk.topics.catalogue.version
        return self._assigned_version is not None and self._assigned_version != version

    def _join(self) -> None:
        if not self._is_cooperative or self.member_id == UNKNOWN_MEMBER:
            self.owned = frozenset()
        self.is_in_step = self._must_join = False
        metadata = subscription(*self.topics, owned=sorted(self.owned))
        self._join_token = self._talk.token()
        command = JoinGroup(
            token=self._join_token,
            group_id=GROUP,
            member_id=self.member_id,
            group_instance_id=self.instance,
            client_id=self.name,
            client_host="/127.0.0.1",
            session_timeout_ms=SESSION_MS,
            rebalance_timeout_ms=REBALANCE_MS,
            protocol_type="consumer",
            protocols=(OfferedProtocol(self._protocol, metadata),),
            requires_member_id=True,
            can_skip_assignment=False,
        )
        self._talk.follow(self._talk.coordinator.join(command, self._talk.now))
        self._talk.settle()
        self._take_in_join()

    def _take_in_join(self) -> None:
        token = self._join_token or 0
        answer = self._talk.answers.get(token)
        if answer is None:
            if self._talk.is_cut_off(token):
                self._join_token = None
            return
        assert isinstance(answer, JoinReply)
        self._join_token = None
        if answer.error is GroupError.MEMBER_ID_REQUIRED:
            self.member_id = answer.member_id
            self._join()
        elif answer.error is GroupError.NONE:
            self._heard_ms = self._talk.answered_ms[token]
            self.member_id, self.generation_id = answer.member_id, answer.generation_id
            leads = answer.leader_id == self.member_id
            self._assigned_version = self._talk.topics.catalogue.version if leads else None
            self._sync(self._assigned(answer) if leads else {})
        else:
            self._hear(answer.error)

    def _assigned(self, answer: JoinReply) -> dict[str, bytes]:
        """Every partition of what is read, to its readers in turn.

        One that another reader still says to own goes to nobody until that one has given it up.
        """
        readers = {each.member_id: read_subscription(each.metadata) for each in answer.members}
        owners = {
            (name, partition): member_id
            for member_id, reader in readers.items()
            for name, partitions in reader.owned.items()
            for partition in partitions
        }
        shares: dict[str, dict[str, list[int]]] = {member_id: {} for member_id in readers}
        for name in self._talk.topics.names():
            takers = sorted(member_id for member_id in readers if name in readers[member_id].topics)
            for partition in range(self._talk.topics.partition_count(name) if takers else 0):
                taker = takers[partition % len(takers)]
                if owners.get((name, partition), taker) == taker:
                    shares[taker].setdefault(name, []).append(partition)
        return {member_id: write_assignment(share, 1) for member_id, share in shares.items()}

    def _sync(self, assignments: dict[str, bytes]) -> None:
        self._sync_token = self._talk.token()
        command = SyncGroup(
            token=self._sync_token,
            group_id=GROUP,
            generation_id=self.generation_id,
            member_id=self.member_id,
            group_instance_id=self.instance,
            protocol_type="consumer",
            protocol_name=self._protocol,
            assignments=assignments,
        )
        self._talk.follow(self._talk.coordinator.sync(command, self._talk.now))
        self._talk.settle()
        self._take_in_sync()

    def _take_in_sync(self) -> None:
        token = self._sync_token or 0
        answer = self._talk.answers.get(token)
        if answer is None:
            if self._talk.is_cut_off(token):
                self._sync_token = None
            return
        assert isinstance(answer, SyncReply)
        self._sync_token = None
        if answer.error is not GroupError.NONE:
            self._hear(answer.error)
            return
        self._heard_ms = self._talk.answered_ms[token]
        partitions = read_assignment(answer.assignment)[0] if answer.assignment else {}
        given = frozenset((topic, n) for topic, numbers in partitions.items() for n in numbers)
        # What was taken away can be given to others once everybody has joined again.
        self._must_join = self._must_join or (self._is_cooperative and not self.owned <= given)
        self.owned = given
        self.is_in_step = self._has_settled = True
        self.may_be_fenced = False

    def _beat(self) -> None:
        command = Heartbeat(
            group_id=GROUP,
            generation_id=self.generation_id,
            member_id=self.member_id,
            group_instance_id=self.instance,
        )
        error = self._talk.coordinator.heartbeat(command, self._talk.now)
        if error is not GroupError.NONE:
            self._hear(error)
        if error in (GroupError.NONE, GroupError.REBALANCE_IN_PROGRESS):
            self._heard_ms = self._talk.now.monotonic_ms

    def _hear(self, error: GroupError) -> None:
        """Start over, as a consumer does that is told of an error."""
        self.is_in_step = False
        if error in LOST or not self._is_cooperative:
            self.owned = frozenset()
        if error in THROWN_OUT:
            silence_ms = self._talk.now.monotonic_ms - self._heard_ms
            is_owed_an_answer = self._has_settled and not self.may_be_fenced
            self.fenced += [error] * (is_owed_an_answer and silence_ms < SESSION_MS)
            self._has_settled = False
            self.member_id = UNKNOWN_MEMBER
