"""Newer consumers (KIP-848) that behave: they follow the protocol by themselves, step by step.

A `NewMember` gives partitions up at its own pace. When an answer was lost, or the broker died over
its heartbeat, it tells everything about itself the next time, as Kafka's consumer does.
"""

from engine.coordinator.commands import ConsumerReply
from engine.coordinator.errors import GroupError
from tests.support.consumer_conversation import Newcomer, Places
from tests.support.group_conversation import Conversation

REFUSED_FOR_A_WHILE = {GroupError.COORDINATOR_NOT_AVAILABLE, GroupError.NOT_COORDINATOR}
UNHEARD_MAX = 2
"""Answers lost one after the other: after that the member may be two epochs behind."""


class NewMember:
    """A newer consumer. `fenced` collects what a member must not hear that lives."""

    def __init__(self, talk: Conversation, newcomer: Newcomer, patience: int) -> None:
        self._talk = talk
        self.newcomer = newcomer
        self.fenced: list[GroupError] = []
        self.may_be_fenced = False
        """Somebody else has taken the member out."""
        self.has_joined = False
        self.since: dict[tuple[str, int], int | None] = {}
        """The epoch in which each partition came; None where answers were lost before."""
        self._patience = patience
        self._waited = 0
        self._unheard = 0
        self._heard_ms = talk.now.monotonic_ms
        self._owes_since_ms: int | None = None

    @property
    def member_id(self) -> str:
        return self.newcomer.member_id

    @property
    def instance(self) -> str | None:
        return self.newcomer.instance

    @property
    def generation_id(self) -> int:
        return self.newcomer.epoch

    @property
    def is_in_step(self) -> bool:
        """It knows its epoch."""
        return self.has_joined and not self._unheard

    @property
    def owned(self) -> Places:
        return self.newcomer.owned

    @property
    def topics(self) -> tuple[str, ...]:
        """What it reads by name."""
        return tuple(self.newcomer.topics)

    def step(self) -> None:
        """Join or send a heartbeat; follow the assignment at one's own pace."""
        if not self.has_joined:
            answer = self.newcomer.join()
        elif self._unheard:
            answer = self.newcomer.tell()
        else:
            answer = self.newcomer.beat()
        if self._takes_in(answer):
            self._follow_assignment()

    def lose_an_answer(self) -> bool:
        """Send a heartbeat and never hear the answer; whether one was sent."""
        if not self.has_joined:
            return False
        self._misses()
        self.newcomer.beat_unheard()
        return True

    def read(self, topics: frozenset[str]) -> bool:
        """Subscribe to other topics; what is no longer read is given up before that is said.

        Returns whether the broker has taken it.
        """
        if not self.is_in_step or self.newcomer.regex is not None:
            return False
        before = self.newcomer.topics
        self.newcomer.topics = topics
        is_taken = self._takes_in(self.newcomer.tell())
        if is_taken:
            self.newcomer.revoke()
        elif self.has_joined and not self._unheard:
            self.newcomer.topics = before
        return is_taken

    def leave(self) -> None:
        """Leave for good."""
        self.newcomer.leave()

    def forget_topic(self, name: str) -> None:
        """A topic is gone, and its partitions with it."""
        gone = frozenset(each for each in self.newcomer.assigned if each[0] == name)
        self.newcomer.owned = frozenset(each for each in self.owned if each[0] != name)
        self.newcomer.assigned -= gone

    def _takes_in(self, answer: ConsumerReply) -> bool:
        """Remember what an answer says; whether it was a good one."""
        error = answer.error
        if error is GroupError.NONE:
            epoch = None if self._unheard else answer.epoch
            assigned = self.newcomer.assigned
            self.since = {each: self.since.get(each, epoch) for each in assigned}
            self.has_joined, self._unheard = True, 0
            self.may_be_fenced = False
            self._heard_ms = self._talk.now.monotonic_ms
            if self.owned <= assigned:
                self._owes_since_ms = None
            elif self._owes_since_ms is None:
                self._owes_since_ms = self._heard_ms
            return True
        if error in REFUSED_FOR_A_WHILE:
            self._misses()
        elif error is not GroupError.UNRELEASED_INSTANCE_ID or self.has_joined:
            self._is_thrown_out(error)
        return False

    def _misses(self) -> None:
        """An answer is lost; it may have told what to give up."""
        if self.has_joined:
            self._unheard += 1
            if self._owes_since_ms is None:
                self._owes_since_ms = self._talk.now.monotonic_ms

    def _is_thrown_out(self, error: GroupError) -> None:
        now_ms, newcomer = self._talk.now.monotonic_ms, self.newcomer
        timeout_ms = self._talk.config.consumer.session_timeout_ms
        is_late = now_ms - self._heard_ms >= timeout_ms
        owes_since_ms = self._owes_since_ms
        if owes_since_ms is not None and now_ms - owes_since_ms >= newcomer.rebalance_ms:
            is_late = True
        if not (is_late or self.may_be_fenced or self._unheard >= UNHEARD_MAX):
            self.fenced.append(error)
        self.has_joined, self._unheard, self._owes_since_ms = False, 0, None
        self.since.clear()
        newcomer.owned = newcomer.assigned = frozenset()

    def _follow_assignment(self) -> None:
        if self.owned <= self.newcomer.assigned:
            self.newcomer.take()
            self._waited = 0
        elif self._waited >= self._patience:
            self.newcomer.revoke()
            self._waited = 0
        else:
            self._waited += 1
