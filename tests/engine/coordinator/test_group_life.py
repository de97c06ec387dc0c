"""Random lives of a group: members come, go, crash, come back; the broker restarts, the disk fills.

Goal: whatever happened, clients that follow the protocol end in one Stable generation, none of them
is thrown out, nothing that was acknowledged is lost, and every request has had one answer.
Method: a hypothesis state machine over `Conversation`; the journal is replayed after each step.
"""

from collections.abc import Callable

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from engine.coordinator.commands import OfferedProtocol
from engine.coordinator.errors import GroupError
from engine.coordinator.group_coordinator import GroupCoordinator
from engine.coordinator.journal import GroupKey, JournalRecord, decode_group, decode_key
from engine.kernel.ids import NULL_TOPIC_ID
from tests.support.entropy import SeededEntropy
from tests.support.group_conversation import GROUP, SESSION_MS, Client, Conversation, subscription

THROWN_OUT = {GroupError.UNKNOWN_MEMBER_ID, GroupError.FENCED_INSTANCE_ID}
ROUND_MS = SESSION_MS // 10
ROUNDS = 150


class GroupLife(RuleBasedStateMachine):
    """One group and at most six live clients."""

    @initialize(delay_ms=st.sampled_from([0, 3_000]))
    def start(self, delay_ms: int) -> None:
        self.talk = Conversation(initial_rebalance_delay_ms=delay_ms)
        self.live: list[Client] = []
        self.started = 0
        self.acknowledged: int | None = None
        self.members: set[Client] = set()

    @precondition(lambda self: len(self.live) < 6)
    @rule(instance=st.sampled_from([None, None, "desk-1", "desk-2"]))
    def client_starts(self, instance: str | None) -> None:
        """A static client that starts replaces the one before, which never knows it yet."""
        self.started += 1
        self.live = [c for c in self.live if instance is None or c.instance != instance]
        self.live.append(self.talk.client(f"c{self.started}", instance=instance))

    @precondition(lambda self: self.live)
    @rule(data=st.data(), steps=st.integers(1, 4))
    def client_goes_on(self, data: st.DataObject, steps: int) -> None:
        client = data.draw(st.sampled_from(self.live))
        for _ in range(steps):
            self.step(client)

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def client_crashes(self, data: st.DataObject) -> None:
        self.live.remove(data.draw(st.sampled_from(self.live)))

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def client_leaves(self, data: st.DataObject) -> None:
        client = data.draw(st.sampled_from(self.live))
        self.live.remove(client)
        if client.member_id:
            client.leave()

    @precondition(lambda self: self.live)
    @rule(data=st.data(), topics=st.sets(st.sampled_from("abc"), min_size=1))
    def client_subscribes_anew(self, data: st.DataObject, topics: set[str]) -> None:
        client = data.draw(st.sampled_from(self.live))
        if client.join_token is None or client.joined is not None:
            metadata = subscription(*sorted(topics))
            client.protocols = (OfferedProtocol("range", metadata),)
            self.judge(client, client.rejoin)

    @precondition(lambda self: self.live)
    @rule(data=st.data(), offset=st.integers(0, 1_000))
    def client_commits(self, data: st.DataObject, offset: int) -> None:
        client = data.draw(st.sampled_from(self.live))
        if client.generation_id >= 0 and client.commit(offset).error is GroupError.NONE:
            self.acknowledged = offset

    @rule(milliseconds=st.sampled_from([1, 500, 3_000, SESSION_MS - 1, SESSION_MS, 60_000]))
    def time_passes(self, milliseconds: int) -> None:
        self.talk.advance(milliseconds)

    @rule()
    def broker_restarts(self) -> None:
        self.talk.restart()

    @rule()
    def disk_fills_or_has_room(self) -> None:
        self.talk.is_disk_full = not self.talk.is_disk_full

    @rule()
    def everyone_follows_the_protocol(self) -> None:
        self.talk.is_disk_full = False
        for _ in range(ROUNDS):
            for client in self.live:
                self.step(client)
            self.talk.advance(ROUND_MS)
        if not self.live:
            assert self.talk.state() in ("Empty", "Dead")
            return
        generations = {client.generation_id for client in self.live}
        for _ in range(5):
            for client in self.live:
                assert client.follow_protocol() is GroupError.NONE
                assert client.assignment is not None
            self.talk.advance(ROUND_MS)
        assert generations == {self.live[0].generation_id}, "no rebalance without a reason"
        assert len(generations) == 1
        described = self.talk.coordinator.describe(GROUP)
        assert described is not None
        assert {m.member_id for m in described.members} == {c.member_id for c in self.live}
        assert described.state.value == "Stable"

    def step(self, client: Client) -> None:
        self.judge(client, client.follow_protocol)

    def judge(self, client: Client, act: Callable[[], GroupError]) -> None:
        """A member is thrown out only after a silence as long as its session."""
        is_waiting = client.is_waiting
        silence_ms = self.talk.now.monotonic_ms - client.last_contact_ms
        error = act()
        if error in THROWN_OUT:
            may_have_expired = not is_waiting and silence_ms >= SESSION_MS
            assert client not in self.members or may_have_expired, (client.name, error)
            self.members.discard(client)
        elif client.assignment is not None:
            self.members.add(client)

    @invariant()
    def journal_tells_what_is_durable(self) -> None:
        if not hasattr(self, "talk"):
            return
        latest = {record.key: record.value for record in self.talk.journal}
        compacted = [JournalRecord(key, value) for key, value in latest.items()]
        replayed = self._replayed(self.talk.journal)
        assert _contents(replayed) == _contents(self._replayed(compacted))
        live = self.talk.coordinator.describe(GROUP)
        if live is not None and live.state.value == "Stable":
            assert replayed.describe(GROUP) == live
        for coordinator in (self.talk.coordinator, replayed):
            (fetched,) = coordinator.fetch_offsets(
                GROUP, [("clicks", NULL_TOPIC_ID, 0)], require_stable=True
            )
            offset = None if fetched.value is None else fetched.value.offset
            assert offset == self.acknowledged

    @invariant()
    def generations_only_grow_in_the_journal(self) -> None:
        if not hasattr(self, "talk"):
            return
        previous = 0
        for key, value in self.talk.journal:
            if decode_key(key) != GroupKey(GROUP):
                continue
            # A deleted group starts over.
            generation_id = 0 if value is None else decode_group(value).generation_id
            assert value is None or generation_id >= previous
            previous = generation_id

    def teardown(self) -> None:
        if not hasattr(self, "talk"):
            return
        self.everyone_follows_the_protocol()
        self.live.clear()
        self.talk.advance(1_000_000)
        assert self.talk.waiting == set()
        assert self.talk.state() in ("Empty", "Dead")

    def _replayed(self, records: list[JournalRecord]) -> GroupCoordinator:
        coordinator = GroupCoordinator(
            self.talk.config, SeededEntropy(), self.talk.topics.catalogue
        )
        for record in records:
            coordinator.replay(record.key, record.value)
        return coordinator


def _contents(coordinator: GroupCoordinator) -> object:
    return (
        sorted(coordinator.list_groups()),
        coordinator.describe(GROUP),
        coordinator.fetch_all_offsets(GROUP, require_stable=False),
    )


TestGroupLife = GroupLife.TestCase
TestGroupLife.settings = settings(max_examples=50, stateful_step_count=40)
