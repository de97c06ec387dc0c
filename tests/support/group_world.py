"""A group with members of both protocols by seat, what may happen to it, and what must hold.

Members come, go, fall silent and come back, take their time to give partitions up, change what they
read; processes with an instance id are replaced; topics are made, grow and vanish; the broker
restarts, dies over a write, its disk is full. At every moment no partition is owned twice, by the
members' own word and by the coordinator's; no member that lives is fenced; every position is the
one that was acknowledged; and when nothing happens any more, everything that is read is owned once.
"""

from collections import Counter
from random import Random

from engine.coordinator.commands import DeleteGroup, DeleteGroupReply, LeaveGroup, LeavingMember
from engine.coordinator.consumer_protocol import read_assignment
from engine.coordinator.errors import GroupError
from engine.coordinator.group_coordinator import GroupCoordinator
from engine.coordinator.journal import JournalRecord
from engine.coordinator.outcome import Outcome
from tests.support.consumer_conversation import Newcomer, Places, places
from tests.support.entropy import SeededEntropy
from tests.support.group_conversation import GROUP, Conversation
from tests.support.group_positions import Positions
from tests.support.new_member import REFUSED_FOR_A_WHILE, NewMember
from tests.support.old_member import OldMember
from tests.support.wrong_commits import Member, WrongCommits, claim_of

TOPICS = ("t1", "t2", "t3")
STEP_MS = 3_000
SETTLING_ROUNDS = 100
"""Longer than any time-out, one after the other: a session, then a rebalance."""
CALM_ROUNDS = 6
"""So long it has to stay as it is."""
STATIC_SEAT = 4
"""From this seat on members have an instance id."""
LATE_MS = 200_000
"""By then every session is over."""


class World:
    """The group and its members. `counts` tells how often what happened.

    What may happen to it tells whether it did: nobody comes to a seat that is taken, who owns
    nothing commits nothing, and a request counts when the broker has answered it.
    """

    def __init__(self, talk: Conversation | None = None, *, is_cooperative: bool = False) -> None:
        self.talk = talk or Conversation()
        for name in self.talk.topics.names():
            self.talk.topics.delete(name)
        self.members: dict[int, Member] = {}
        self.asleep_until_ms: dict[int, int] = {}
        self.counts: Counter[str] = Counter()
        self._is_cooperative = is_cooperative
        self._arrivals = 0
        self._positions = Positions(self.talk)
        self._wrong = WrongCommits(self.talk, self._positions, self.counts)
        self._group_type = ""

    def come(self, seat: int, kind: str, topics: frozenset[str], patience: int) -> bool:
        """A member takes a free seat."""
        if seat in self.members:
            return False
        self._arrivals += 1
        name = f"{kind}-{self._arrivals}"
        instance = f"seat-{seat}" if seat >= STATIC_SEAT else None
        if kind == "old":
            self.members[seat] = OldMember(
                self.talk,
                name,
                *(sorted(topics) or ["t1"]),
                instance=instance,
                is_cooperative=self._is_cooperative,
            )
            return True
        regex = None
        if kind == "regex":
            regex = "t." if len(topics) != 1 else next(iter(topics))
            topics = frozenset()
        newcomer = Newcomer(
            self.talk, name, *topics, regex=regex, instance=instance, says_all=instance is not None
        )
        self.members[seat] = NewMember(self.talk, newcomer, patience)
        return True

    def go(self, seat: int, how: str) -> bool:
        """A member leaves, or falls silent for ever."""
        member = self.members.get(seat)
        if member is None or (how == "leave" and self.talk.is_disk_full):
            return False
        # Whoever falls silent says nothing: its session has to end.
        if how != "leave" and member.instance is not None:
            return False
        deaths, claim = self.talk.deaths, claim_of(member)
        if how == "leave":
            member.leave()
            # Where the broker died over it, the member may be there until its session ends.
            if self.talk.deaths == deaths:
                self._wrong.note_gone(claim)
        del self.members[seat]
        return True

    def replace(self, seat: int, kind: str, topics: frozenset[str]) -> bool:
        """A process with an instance id is started anew, perhaps with the other protocol."""
        before = self.members.get(seat)
        if before is None or before.instance is None or self.talk.is_disk_full:
            return False
        deaths, claim = self.talk.deaths, claim_of(before)
        if isinstance(before, NewMember):
            before.newcomer.leave_for_a_while()
        del self.members[seat]
        self.come(seat, kind, topics, 0)
        member = self.members[seat]
        member.step()
        is_known = self.talk.deaths == deaths and member.member_id in self.listed()
        if is_known and member.member_id != claim.member_id:
            self._wrong.note_gone(claim)
            self.commit_wrongly(seat, "ghost")
        return True

    def read(self, seat: int, topics: frozenset[str]) -> bool:
        """A member subscribes to other topics."""
        member = self.members.get(seat)
        return isinstance(member, NewMember) and member.read(topics)

    def sleep(self, seat: int, milliseconds: int) -> bool:
        """A member says nothing for a while, and goes on then as if nothing had been."""
        if seat not in self.members:
            return False
        self.asleep_until_ms[seat] = self.talk.now.monotonic_ms + milliseconds
        return True

    def lose_an_answer(self, seat: int) -> bool:
        """A newer member's heartbeat is answered, and the answer is lost."""
        member = self.members.get(seat)
        return isinstance(member, NewMember) and member.lose_an_answer()

    def expel(self, seat: int) -> bool:
        """An administrator takes a member out by its instance id."""
        member = self.members.get(seat)
        if member is None or member.instance is None:
            return False
        member.may_be_fenced = True
        token = self.talk.token()
        command = LeaveGroup(
            token=token, group_id=GROUP, members=(LeavingMember("", member.instance),)
        )
        self._follow(self.talk.coordinator.leave(command, self.talk.now))
        return token in self.talk.answers

    def delete_group(self) -> bool:
        """An administrator deletes the group: refused while it has members."""
        token = self.talk.token()
        command = DeleteGroup(token=token, group_id=GROUP)
        has_members = bool(self.listed())
        self._follow(self.talk.coordinator.delete_group(command, self.talk.now))
        answer = self.talk.answers.get(token)
        if answer is None:
            self._positions.may_be_gone()
            return False
        assert isinstance(answer, DeleteGroupReply)
        if answer.error is GroupError.NONE:
            assert not has_members, "a group was deleted that has members"
            self._positions.are_gone()
        return True

    def change_topic(self, name: str, partition_count: int) -> bool:
        """A topic is made, grows or, for no partitions, is deleted."""
        topics = self.talk.topics
        if name not in topics.names():
            topics.create(name, max(partition_count, 1))
        elif partition_count > topics.partition_count(name):
            topics.grow(name, partition_count)
        elif partition_count == 0:
            topic_id = topics.id_of(name)
            topics.delete(name)
            for member in self.members.values():
                if isinstance(member, NewMember):
                    member.forget_topic(name)
                else:
                    member.owned = frozenset(each for each in member.owned if each[0] != name)
            self._positions.may_be_gone(name)
            now = self.talk.now
            self._follow(self.talk.coordinator.topics_deleted({name: topic_id}, now))
        else:
            return False
        return True

    def change_disk(self, *, is_full: bool) -> bool:
        """The broker's disk is full from here on, or has room again."""
        was_full, self.talk.is_disk_full = self.talk.is_disk_full, is_full
        return was_full is not is_full

    def commit(self, seat: int, number: int) -> bool:
        """A member commits a position of one of the partitions that it owns."""
        member = self.members.get(seat)
        if member is None or not member.owned or not member.is_in_step:
            return False
        place = sorted(member.owned)[number % len(member.owned)]
        error = self._positions.commit(claim_of(member), place)
        if error is GroupError.NONE:
            self.counts["commits acknowledged"] += 1
            listed = self.listed()
            for other in self.members.values():
                is_owner = other.member_id in listed and place in other.owned
                assert other is member or not is_owner, f"{other.member_id} owns {place} as well"
        return error not in REFUSED_FOR_A_WHILE

    def commit_wrongly(self, seat: int, how: str) -> bool:
        """A commit that must be refused, in one of the ways of `WRONG`."""
        return self._wrong.try_one(how, self.members.get(seat), self.listed())

    def advance(self, milliseconds: int) -> bool:
        """Time passes, and what is due happens."""
        self.talk.advance(milliseconds)
        return milliseconds > 0

    def restart(self) -> bool:
        """The broker stops and starts."""
        self.talk.restart()
        return True

    def die_over_the_next_write(self, chance: Random) -> bool:
        """The broker dies as it writes: what it decided may be stored, and nobody hears of it.

        That is still to come: the conversation counts its deaths.
        """
        self.talk.fate = chance
        return False

    def step(self) -> None:
        """Everybody who is there and awake does the next thing."""
        now_ms = self.talk.now.monotonic_ms
        for seat, member in list(self.members.items()):
            if self.asleep_until_ms.get(seat, 0) <= now_ms:
                member.step()
                self.counts["steps of members"] += 1
                self.check()

    def listed(self) -> frozenset[str]:
        """The ids of the members that the coordinator knows."""
        coordinator = self.talk.coordinator
        newer = coordinator.describe_consumer_group(GROUP)
        if newer is not None:
            return frozenset(each.member.member_id for each in newer.members)
        older = coordinator.describe(GROUP)
        return frozenset(each.member_id for each in older.members) if older else frozenset()

    def check(self) -> None:
        """What holds at every moment. Raises AssertionError."""
        listed = self.listed()
        owners = [
            each
            for member in self.members.values()
            if member.member_id in listed
            for each in member.owned
        ]
        assert len(owners) == len(set(owners)), f"two members own a partition: {sorted(owners)}"
        self._check_given()
        for member in self.members.values():
            assert not member.fenced, f"{member.member_id}, which lives, was told {member.fenced}"
        self._positions.check()
        for kind, _, _, group_type in self.talk.coordinator.list_groups():
            assert kind == GROUP
            if group_type != self._group_type:
                self.counts[f"became {group_type}"] += bool(self._group_type)
                self._group_type = group_type

    def check_journal(self) -> None:
        """What is stored tells what is true, and compaction takes nothing from it."""
        journal = self.talk.journal
        latest = {record.key: number for number, record in enumerate(journal)}
        compacted = [each for number, each in enumerate(journal) if latest[each.key] == number]
        replayed = self._replayed(journal)
        assert replayed == self._replayed(compacted), "compaction changes the group"
        (_, positions, group), present = replayed, _contents(self.talk.coordinator)
        assert positions == present[1], "a restart would find other positions"
        assert group == present[2], "a restart would find another group"
        self.counts["journals read again"] += 1

    def settle(self) -> None:
        """Nothing happens any more but heartbeats: all that is read comes to be owned once."""
        self.talk.is_disk_full = False
        self.talk.fate = None
        self.asleep_until_ms.clear()
        calm = 0
        for _ in range(SETTLING_ROUNDS):
            self.talk.advance(STEP_MS)
            self.step()
            calm = calm + 1 if self._is_at_rest() else 0
            if calm == CALM_ROUNDS:
                return
        listed, members = self.listed(), sorted(m.member_id for m in self.members.values())
        assert self.owned() == self.wanted(), (
            f"owned {sorted(self.owned())}, wanted {sorted(self.wanted())}"
        )
        raise AssertionError(f"no rest: {members} are there, {sorted(listed)} are known")

    def end(self) -> None:
        """All fall silent: their sessions end, and nobody waits for an answer."""
        self.members.clear()
        self.talk.advance(LATE_MS)
        assert not self.listed(), "members are left whose sessions are over"
        assert not self.talk.waiting, "requests are left without an answer"

    def wanted(self) -> Places:
        """Every partition that anybody reads."""
        read = {topic for member in self.members.values() for topic in _topics(member)}
        return frozenset(
            (topic, partition)
            for topic in self.talk.topics.names()
            if topic in read
            for partition in range(self.talk.topics.partition_count(topic))
        )

    def owned(self) -> Places:
        """Every partition that a member owns which reads its topic."""
        return self._held(are_read=True)

    def strays(self) -> Places:
        """Every partition that a member owns which does not read its topic."""
        return self._held(are_read=False)

    def _held(self, *, are_read: bool) -> Places:
        return frozenset(
            place
            for member in self.members.values()
            for place in member.owned
            if (place[0] in _topics(member)) is are_read
        )

    def _is_at_rest(self) -> bool:
        states = {each.state.value for each in self.talk.coordinator.list_groups()}
        return (
            self.owned() == self.wanted()
            and not self.strays()
            and self.listed() == {member.member_id for member in self.members.values()}
            and states <= ({"Stable"} if self.members else {"Empty"})
        )

    def _check_given(self) -> None:
        """By the coordinator's word no partition has two owners, nor shall have."""
        newer = self.talk.coordinator.describe_consumer_group(GROUP)
        older = self.talk.coordinator.describe(GROUP)
        if newer is not None:
            for kind in ("owned", "target"):
                given = [p for m in newer.members for p in places(self.talk, getattr(m, kind))]
                assert len(given) == len(set(given)), f"a partition is {kind} twice"
        elif older is not None and older.state.value == "Stable":
            shares = [read_assignment(m.assignment)[0] for m in older.members if m.assignment]
            given = [(topic, p) for share in shares for topic in share for p in share[topic]]
            assert len(given) == len(set(given)), "a partition is assigned twice"

    def _follow(self, outcome: Outcome) -> None:
        self.talk.follow(outcome)
        self.talk.settle()

    def _replayed(self, records: list[JournalRecord]) -> tuple[object, object, object]:
        coordinator = GroupCoordinator(
            self.talk.config, SeededEntropy(), self.talk.topics.catalogue
        )
        for record in records:
            coordinator.replay(record.key, record.value)
        return _contents(coordinator)


def _contents(coordinator: GroupCoordinator) -> tuple[object, object, object]:
    """The classic group, the positions, and the consumer group; its members in no order."""
    group = coordinator.describe_consumer_group(GROUP)
    if group is not None:
        members = sorted(group.members, key=lambda each: each.member.member_id)
        group = group._replace(members=tuple(members))
    positions = coordinator.fetch_all_offsets(GROUP, require_stable=False)
    return coordinator.describe(GROUP), positions, group


def _topics(member: Member) -> tuple[str, ...]:
    """What a member reads."""
    regex = member.newcomer.regex if isinstance(member, NewMember) else None
    if regex is None:
        return member.topics
    return TOPICS if regex == "t." else (regex,)
