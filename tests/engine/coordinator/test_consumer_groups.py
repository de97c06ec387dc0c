"""Random histories of groups with members of both protocols: what must hold at every moment.

Members come, go, fall silent, take their time to give partitions up, change what they read; topics
are made, grow and vanish; the broker restarts and its disk is full. At every moment no partition is
owned twice, by the members' own word and by the coordinator's; no member that lives is fenced; and
when nothing happens any more, everything that is read is owned once.
"""

from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.coordinator.errors import GroupError
from tests.support.consumer_conversation import Newcomer, Places, places
from tests.support.group_conversation import GROUP, Conversation
from tests.support.old_member import OldMember

TOPICS = ("t1", "t2", "t3")
SETTLING_ROUNDS = 60
STEP_MS = 3_000
_REFUSED_FOR_A_WHILE = {GroupError.COORDINATOR_NOT_AVAILABLE}


class Life:
    """A newer member that behaves, with its own pace of giving partitions up."""

    def __init__(self, newcomer: Newcomer, patience: int) -> None:
        self.member = newcomer
        self.fenced: list[GroupError] = []
        self._patience = patience
        self._waited = 0
        self._has_joined = False

    @property
    def owned(self) -> Places:
        return self.member.owned

    @property
    def topics(self) -> frozenset[str]:
        regex = self.member.regex
        matched = TOPICS if regex == "t." else (regex,) if regex else ()
        return self.member.topics.union(matched)

    def step(self) -> None:
        """Join or send a heartbeat; follow the assignment at one's own pace."""
        answer = self.member.beat() if self._has_joined else self.member.join()
        if answer.error is GroupError.NONE:
            self._has_joined = True
        elif answer.error not in _REFUSED_FOR_A_WHILE:
            self.fenced.append(answer.error)
            self._has_joined = False
            self.member.owned = frozenset()
            return
        if self.member.owned <= self.member.assigned:
            self.member.take()
            self._waited = 0
        elif self._waited >= self._patience:
            self.member.revoke()
            self._waited = 0
        else:
            self._waited += 1

    def read(self, topics: frozenset[str]) -> None:
        """Subscribe to other topics; what is no longer read is given up before that is said."""
        if not self._has_joined or self.member.regex is not None:
            return
        before = self.member.topics
        self.member.topics = topics
        if self.member.tell().error is GroupError.NONE:
            self.member.revoke()
        else:
            self.member.topics = before


class World:
    """The group, its members by seat, and the checks."""

    def __init__(self) -> None:
        self.talk = Conversation()
        for name in self.talk.topics.names():
            self.talk.topics.delete(name)
        self.members: dict[int, Life | OldMember] = {}
        self._arrivals = 0

    def come(self, seat: int, kind: str, topics: frozenset[str], patience: int) -> None:
        if seat in self.members:
            return
        self._arrivals += 1
        name = f"{kind}-{self._arrivals}"
        instance = f"seat-{seat}" if seat >= 4 else None
        if kind == "old":
            read = sorted(topics) or ["t1"]
            self.members[seat] = OldMember(self.talk, name, *read, instance=instance)
        elif kind == "regex":
            regex = "t." if len(topics) != 1 else next(iter(topics))
            newcomer = Newcomer(self.talk, name, regex=regex, instance=instance)
            self.members[seat] = Life(newcomer, patience)
        else:
            newcomer = Newcomer(self.talk, name, *topics, instance=instance)
            self.members[seat] = Life(newcomer, patience)

    def go(self, seat: int, how: str) -> None:
        member = self.members.get(seat)
        if member is None or (how == "leave" and self.talk.is_disk_full):
            return
        if how == "leave" and isinstance(member, OldMember):
            member.leave()
        elif how == "leave" and isinstance(member, Life):
            member.member.leave()
        # Whoever falls silent says nothing: its session has to end.
        if how == "leave" or member_is_dynamic(member):
            del self.members[seat]

    def change_topic(self, name: str, partition_count: int) -> None:
        topics = self.talk.topics
        if name not in topics.names():
            topics.create(name, max(partition_count, 1))
        elif partition_count > topics.partition_count(name):
            topics.grow(name, partition_count)
        elif partition_count == 0:
            topics.delete(name)
            for member in self.members.values():
                kept = frozenset(each for each in member.owned if each[0] != name)
                if isinstance(member, Life):
                    member.member.owned = kept
                    member.member.assigned &= kept | frozenset(
                        each for each in member.member.assigned if each[0] != name
                    )
                else:
                    member.owned = kept

    def step(self) -> None:
        """Everybody who is there does the next thing."""
        for member in list(self.members.values()):
            member.step()
            self.check()

    def check(self) -> None:
        owners = [each for member in self.members.values() for each in member.owned]
        assert len(owners) == len(set(owners)), "two members own a partition"
        described = self.talk.coordinator.describe_consumer_group(GROUP)
        if described is not None:
            held = [p for each in described.members for p in places(self.talk, each.owned)]
            assert len(held) == len(set(held)), "the coordinator gave a partition twice"
        for member in self.members.values():
            assert not member.fenced, f"a member that lives was told {member.fenced}"

    def settle(self) -> None:
        """Nothing happens any more but heartbeats."""
        self.talk.is_disk_full = False
        for _ in range(SETTLING_ROUNDS):
            self.talk.advance(STEP_MS)
            self.step()

    def wanted(self) -> Places:
        """Every partition that anybody reads."""
        read = {topic for member in self.members.values() for topic in member.topics}
        return frozenset(
            (topic, partition)
            for topic in self.talk.topics.names()
            if topic in read
            for partition in range(self.talk.topics.partition_count(topic))
        )

    def owned(self) -> Places:
        """Every partition that a member owns which reads its topic."""
        return frozenset(
            place
            for member in self.members.values()
            for place in member.owned
            if place[0] in member.topics
        )

    def strays(self) -> Places:
        """Every partition that a member owns which does not read its topic."""
        return frozenset(
            place
            for member in self.members.values()
            for place in member.owned
            if place[0] not in member.topics
        )


def member_is_dynamic(member: Life | OldMember) -> bool:
    return (member.member if isinstance(member, Life) else member).instance is None


_TOPIC_SETS = st.frozensets(st.sampled_from(TOPICS), max_size=3)
_SEATS = st.integers(0, 5)
_COME = st.tuples(
    st.just("come"),
    _SEATS,
    st.sampled_from(["new", "new", "regex", "old"]),
    _TOPIC_SETS,
    st.integers(0, 3),
)
_GO = st.tuples(st.just("go"), _SEATS, st.sampled_from(["leave", "silence"]))
_READ = st.tuples(st.just("read"), _SEATS, _TOPIC_SETS)
_TOPIC = st.tuples(st.just("topic"), st.sampled_from(TOPICS), st.integers(0, 5))
_PASS = st.tuples(st.just("pass"), st.sampled_from([0, 100, 1_000, 4_000]))
_DISK = st.tuples(st.just("disk"), st.booleans())
_RESTART = st.tuples(st.just("restart"))
_EVENTS = st.lists(
    st.one_of(_COME, _COME, _GO, _READ, _TOPIC, _PASS, _PASS, _DISK, _RESTART), max_size=30
)


def played(world: World, events: list[tuple[object, ...]]) -> Iterator[None]:
    """Let each event happen; everybody takes a step after it."""
    for event in events:
        match event:
            case ("come", int(seat), str(kind), frozenset() as topics, int(patience)):
                world.come(seat, kind, topics, patience)
            case ("go", int(seat), str(how)):
                world.go(seat, how)
            case ("read", int(seat), frozenset() as topics):
                member = world.members.get(seat)
                if isinstance(member, Life):
                    member.read(topics)
            case ("topic", str(name), int(count)):
                world.change_topic(name, count)
            case ("pass", int(milliseconds)):
                world.talk.advance(milliseconds)
            case ("disk", bool(is_full)):
                world.talk.is_disk_full = is_full
            case ("restart",):
                world.talk.restart()
        world.step()
        yield


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_EVENTS)
def test_no_partition_is_owned_twice_and_none_is_forgotten(
    events: list[tuple[object, ...]],
) -> None:
    world = World()
    world.change_topic("t1", 3)
    for _ in played(world, events):
        pass
    world.settle()
    assert world.owned() == world.wanted()
    assert not world.strays()
