"""Newer members (KIP-848) in the conversations of `tests.support.group_conversation`.

A `Newcomer` remembers what such a client remembers: its epoch, what it was told to own, and what it
owns indeed. It gives partitions up and takes new ones only when the test lets it.
"""

from collections.abc import Iterable

from engine.coordinator.commands import ConsumerHeartbeat, ConsumerReply
from engine.coordinator.errors import GroupError
from engine.coordinator.partition_maps import PartitionSets
from engine.coordinator.views import ConsumerGroupDescription
from engine.kernel.ids import TopicId
from tests.support.group_conversation import GROUP, REBALANCE_MS, Conversation

HEARTBEAT_MS = 5_000
Places = frozenset[tuple[str, int]]
"""Partitions by topic name and number."""


class Newcomer:
    """A client of the newer protocol."""

    def __init__(
        self,
        talk: Conversation,
        member_id: str,
        *topics: str,
        instance: str | None = None,
        regex: str | None = None,
        assignor: str | None = None,
        group: str = GROUP,
        rebalance_ms: int = REBALANCE_MS,
        says_all: bool = False,
    ) -> None:
        """`says_all`: it also says what it has none of. What is not said is as it was, and a static
        member that comes back was whoever had the instance id before."""
        self._talk = talk
        self._says_all = says_all
        self.group = group
        self.member_id = member_id
        self.topics = frozenset(topics)
        self.instance = instance
        self.regex = regex
        self.assignor = assignor
        self.rebalance_ms = rebalance_ms
        self.epoch = 0
        self.assigned: Places = frozenset()
        self.owned: Places = frozenset()
        self._told_owned: Places | None = None

    def join(self) -> ConsumerReply:
        """Enter the group, with nothing owned."""
        self.epoch = 0
        self.owned = frozenset()
        return self.tell()

    def tell(self) -> ConsumerReply:
        """Send a heartbeat that says everything."""
        regex, topics = self.regex, self.topics
        is_by_regex = regex is not None and not topics and not self._says_all
        return self.send(
            rebalance_timeout_ms=self.rebalance_ms,
            topic_names=None if is_by_regex else topics,
            topic_regex=regex or "" if self._says_all else regex,
            server_assignor=self.assignor,
            owned=self._owned_sets(),
        )

    def beat(self) -> ConsumerReply:
        """Send a heartbeat that says only what has changed: what the client owns."""
        is_news = self._told_owned != self.owned
        return self.send(owned=self._owned_sets() if is_news else None)

    def beat_unheard(self) -> None:
        """Send a heartbeat whose answer is lost on its way."""
        known = self.epoch, self.assigned
        self.beat()
        self.epoch, self.assigned = known
        self._told_owned = None

    def leave(self) -> ConsumerReply:
        """Leave for good."""
        self.epoch = -1
        return self.send()

    def leave_for_a_while(self) -> ConsumerReply:
        """Leave as a static member that means to come back."""
        self.epoch = -2
        return self.send()

    def revoke(self) -> None:
        """Give up what is no longer assigned."""
        self.owned &= self.assigned

    def take(self) -> None:
        """Own exactly what is assigned."""
        self.owned = self.assigned

    def send(
        self,
        *,
        rebalance_timeout_ms: int = -1,
        topic_names: Iterable[str] | None = None,
        topic_regex: str | None = None,
        server_assignor: str | None = None,
        rack: str | None = None,
        owned: PartitionSets | None = None,
        version: int = 1,
    ) -> ConsumerReply:
        """Send a heartbeat and remember what the answer says."""
        token = self._talk.token()
        command = ConsumerHeartbeat(
            token=token,
            group_id=self.group,
            member_id=self.member_id,
            member_epoch=self.epoch,
            instance_id=self.instance,
            rack_id=rack,
            client_id="desk",
            client_host="/127.0.0.1",
            rebalance_timeout_ms=rebalance_timeout_ms,
            topic_names=None if topic_names is None else frozenset(topic_names),
            topic_regex=topic_regex,
            server_assignor=server_assignor,
            owned=owned,
            chooses_member_id=version >= 1,
        )
        self._talk.follow(self._talk.coordinator.consumer_heartbeat(command, self._talk.now))
        self._talk.settle()
        if self._talk.is_cut_off(token):
            return ConsumerReply(error=GroupError.NOT_COORDINATOR)
        answer = self._talk.answers[token]
        assert isinstance(answer, ConsumerReply)
        if answer.error is GroupError.NONE:
            if owned is not None:
                self._told_owned = self.owned
            self._take_in(answer)
        return answer

    def _take_in(self, answer: ConsumerReply) -> None:
        assert answer.member_id is not None
        self.member_id = answer.member_id
        self.epoch = answer.epoch
        if answer.assignment is not None:
            self.assigned = places(self._talk, answer.assignment)
            # What is owned is told after every assignment, be it the same as before.
            self._told_owned = None

    def _owned_sets(self) -> PartitionSets:
        sets: dict[TopicId, set[int]] = {}
        for topic, partition in self.owned:
            sets.setdefault(self._talk.topics.id_of(topic), set()).add(partition)
        return {topic_id: frozenset(partitions) for topic_id, partitions in sets.items()}


def places(talk: Conversation, partitions: PartitionSets) -> Places:
    """Partitions by topic name."""
    names = {topic.topic_id: topic.name for topic in talk.topics.catalogue.topics()}
    return frozenset(
        (names[topic_id], partition)
        for topic_id, numbers in partitions.items()
        if topic_id in names
        for partition in numbers
    )


def all_places(talk: Conversation, *topics: str) -> Places:
    """Every partition of the topics."""
    return frozenset(
        (topic, partition)
        for topic in topics
        for partition in range(talk.topics.partition_count(topic))
    )


def settle_members(talk: Conversation, *members: Newcomer, rounds: int = 20) -> None:
    """Let time pass with heartbeats until every member owns what it was told, for two rounds."""
    calm = 0
    for _ in range(rounds):
        talk.advance(HEARTBEAT_MS)
        answers = [member.beat() for member in members]
        for member in members:
            member.revoke()
        for member in members:
            member.beat()
            member.take()
        is_calm = all(answer.assignment is None for answer in answers)
        calm = calm + 1 if is_calm and description(talk).state.value == "Stable" else 0
        if calm == 2:
            return
    raise AssertionError("the members have found no rest")


def description(talk: Conversation, group: str = GROUP) -> ConsumerGroupDescription:
    """The consumer group as it is described; there has to be one."""
    found = talk.coordinator.describe_consumer_group(group)
    assert found is not None
    return found


def listed_state(talk: Conversation, group: str = GROUP) -> tuple[str, str] | None:
    """Type and state of a group in the list of groups, None when it is not listed."""
    for each in talk.coordinator.list_groups():
        if each.group_id == group:
            return each.group_type, each.state.value
    return None
