"""Asks one cluster for what is on the screen and makes snapshots of the answers.

The one poller of a cluster. Rounds run side by side, each at most once at a time, so that one that
hangs holds up no other; ticks that are missed are not made up for. A newer snapshot replaces an
older one, and after a failure the last good values stay, marked stale.

Implements `console.sampling.feed.Feed`. Belongs to one event loop.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, KeysView, Mapping
from itertools import chain

from console.model.names import TopicPartition
from console.model.section import LOADING, Ready, Stale
from console.model.snapshot import Snapshot
from console.model.verdict import Allowance
from console.port.clock import Clock
from console.port.cluster import Watched
from console.port.readings import LayoutReading, TopicReading
from console.sampling.builder import Builder
from console.sampling.cadence import Cadence, Round
from console.sampling.collected import Collected
from console.sampling.engine_readings import EngineReadings
from console.sampling.followed import FollowedGroups
from console.sampling.follower import GroupFollower
from console.sampling.needs import Needs, View
from console.sampling.rounds import Rounds
from console.sampling.scrape import Scrape
from console.sampling.vitals import Vitals

INTERVAL_S_MIN = 0.2

_BEFORE: Mapping[Round, frozenset[Round]] = {
    Round.MEMBERS: frozenset({Round.GROUPS}),
    Round.OFFSETS: frozenset({Round.LAYOUT, Round.GROUPS, Round.MEMBERS, Round.STARTS}),
}
"""What is asked before, for a picture that is to be whole: who reads what, and where logs start."""

Publish = Callable[[Snapshot], None]


class Sampler:
    """The pictures of one cluster. Time comes from the clock; waiting is asyncio's."""

    def __init__(
        self,
        cluster: Watched,
        clock: Clock,
        *,
        name: str,
        interval_s: float = 1.0,
        allowances: Mapping[str, Allowance] | None = None,
        on_read: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_read` is called once, when the first questions have all been answered."""
        self._cluster = cluster
        self._clock = clock
        self._name = name
        self._needs = Needs()
        self._is_paused = False
        self._collected = Collected()
        self._cadence = Cadence(max(INTERVAL_S_MIN, interval_s))
        self._rounds = Rounds(cluster, clock, self._collected)
        self._follower = GroupFollower(self._collected)
        self._follower.allowances.update(allowances or {})
        self._vitals = Vitals()
        self._readings = EngineReadings()
        self._builder = Builder(self._collected, self._follower, self._vitals, self._readings)
        self._running: dict[Round, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        """Set by whoever wants something of the sampler."""
        self._stir = asyncio.Event()
        """Set with `_wake`, and by every round that ended."""
        self._last_ms = 0
        self._groups = FollowedGroups()
        self._all = _partitions_of(())
        self._all_of: LayoutReading | None = None
        self._answered: set[Round] = set()
        self._on_read = on_read
        self._was_read = False

    def need(self, needs: Needs) -> None:
        """Say what is on the screen; what has not been asked for yet is asked at once."""
        before, self._needs = self._needs, needs
        if needs == before:
            return
        self._collected.forget_closed(needs.topics, needs.broker)
        followed = set(self._followed())
        self._groups.want(needs.groups)
        if not followed.issuperset(self._followed()):
            self._cadence.hurry(Round.MEMBERS, Round.OFFSETS)
        if needs.all_partitions and not before.all_partitions:
            self._cadence.hurry(Round.OFFSETS)
        self._hurry_unread()
        self._rouse()

    def refresh(self, *rounds: Round) -> None:
        """Ask now: everything where nothing is named."""
        self._cadence.hurry(*rounds)
        self._rouse()

    def pause(self, *, is_paused: bool) -> None:
        """Stop asking; rounds under way come to their end. Or resume, with everything at once."""
        if self._is_paused and not is_paused:
            self._cadence.hurry()
        self._is_paused = is_paused
        self._rouse()

    def set_interval(self, seconds: float) -> None:
        """Ask this often."""
        self._cadence.interval_s = max(INTERVAL_S_MIN, seconds)
        self._cadence.hurry(Round.OFFSETS)
        self._rouse()

    def _rouse(self) -> None:
        self._wake.set()
        self._stir.set()

    async def run(self, publish: Publish) -> None:
        """Ask and publish until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                started_s = self._clock.monotonic_s()
                self._wake.clear()
                await self._settle(tasks, publish, started_s)
                publish(await self._snapshot())
                self._tell_read()
                left_s = started_s + self._cadence.interval_s - self._clock.monotonic_s()
                if left_s > 0:
                    await _set_within(self._wake, left_s)

    def _tell_read(self) -> None:
        layout = self._collected.topics()
        if self._was_read or layout is None or not self._answered.issuperset(self._wanted(layout)):
            return
        self._was_read = True
        self._on_read()

    async def tick(self) -> Snapshot:
        """Ask what is due, wait for all answers, and give the snapshot.

        What comes due while others are awaited waits for the next tick: of rounds that take longer
        than their periods one is always due.
        """
        now_s = self._clock.monotonic_s()
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._stir.clear()
                self._start_due(tasks, now_s)
                if not self._running:
                    break
                await self._stir.wait()
        return await self._snapshot()

    async def _settle(self, tasks: asyncio.TaskGroup, publish: Publish, started_s: float) -> None:
        """Wait for what is under way, for one interval at most; show what comes for the first time
        at once, and start at once what is wanted meanwhile."""
        while True:
            self._stir.clear()
            self._start_due(tasks, self._clock.monotonic_s())
            left_s = started_s + self._cadence.interval_s - self._clock.monotonic_s()
            if not self._running or left_s <= 0:
                return
            answered = set(self._answered)
            await _set_within(self._stir, left_s)
            if self._answered > answered:
                publish(await self._snapshot())

    def _start_due(self, tasks: asyncio.TaskGroup, now_s: float) -> None:
        if self._is_paused:
            return
        layout = self._collected.topics()
        for each, ask in self._wanted(layout).items():
            if self._cadence.is_due(each, now_s) and not self._waits(each):
                self._cadence.began(each)
                task = tasks.create_task(self._carry_out(each, ask), name=f"round {each.value}")
                self._running[each] = task

    async def _carry_out(self, asked: Round, ask: Callable[[], Awaitable[bool]]) -> None:
        started_s = self._clock.monotonic_s()
        is_ok = False
        try:
            is_ok = await ask()
            self._answered.add(asked)
        finally:
            now_s = self._clock.monotonic_s()
            self._cadence.ended(asked, started_s=started_s, now_s=now_s, is_ok=is_ok)
            self._running.pop(asked, None)
            self._stir.set()

    def _wanted(self, layout: LayoutReading | None) -> dict[Round, Callable[[], Awaitable[bool]]]:
        """The rounds that the screen needs and that can be asked by now."""
        needs, rounds = self._needs, self._rounds
        wanted: dict[Round, Callable[[], Awaitable[bool]]] = {Round.LAYOUT: self._ask_layout}
        if needs.groups_read:
            wanted[Round.GROUPS] = rounds.groups
        offered = self._collected.capabilities
        if needs.vitals and offered is not None and offered.tells_vitals:
            wanted[Round.VITALS] = self._ask_vitals
        if needs.broker is not None:
            wanted[Round.BROKER_CONFIGS] = self._ask_broker_configs
        if needs.round_trips:
            wanted[Round.ROUND_TRIPS] = rounds.round_trips
        if layout is None:
            return wanted
        self._cadence.partition_count = len(self._partitions(is_all=True))
        if needs.groups_read and self._collected.listings():
            wanted[Round.MEMBERS] = self._ask_members
        # Who wants ends wants groups too, whose committed offsets come before.
        if needs.groups_read and self._collected.groups != LOADING:
            wanted[Round.STARTS] = self._ask_starts
            wanted[Round.OFFSETS] = self._ask_offsets
        if needs.disks:
            wanted[Round.DISKS] = rounds.disks
        if View.PRODUCERS in needs.views and offered is not None and offered.describes_producers:
            wanted[Round.PRODUCERS] = lambda: rounds.producers(self._opened())
        if View.SEGMENTS in needs.views:
            wanted[Round.SEGMENTS] = lambda: rounds.segments(self._opened())
        if needs.policies or needs.topics:
            wanted[Round.CONFIGS] = self._ask_configs
        if View.RETENTION in needs.views or needs.topics:
            wanted[Round.OLDEST] = self._ask_oldest
        if needs.groups_read and not needs.is_whole and Round.OFFSETS in self._answered:
            wanted[Round.AGES] = self._ask_ages
        return wanted

    def _waits(self, each: Round) -> bool:
        """Whether a picture that is to be whole needs something else first that is under way."""
        before = _BEFORE.get(each, frozenset()) if self._needs.is_whole else frozenset()
        return not before.isdisjoint(self._running)

    def _followed(self) -> list[str]:
        """Groups whose offsets are read."""
        return self._groups.among((each.name for each in self._collected.listings()), self._needs)

    def _partitions(self, *, is_all: bool) -> KeysView[TopicPartition]:
        """Partitions of every topic, or of the open topics only, those of a topic together."""
        layout = self._collected.topics()
        if not is_all:
            topics = layout.topics if layout else ()
            return _partitions_of(each for each in topics if each.name in self._needs.topics)
        if layout is not self._all_of:
            self._all, self._all_of = _partitions_of(layout.topics if layout else ()), layout
        return self._all

    def _hurry_unread(self) -> None:
        """Have asked now what the screen needs and what was never asked."""
        found, needs = self._collected, self._needs
        if needs.broker is not None and needs.broker not in found.broker_configs:
            self._cadence.hurry(Round.BROKER_CONFIGS)
        layout = found.topics()
        if layout is None:
            return
        topics = {topic.name for topic in layout.topics}
        opened = needs.topics & topics
        policies = topics if needs.policies else opened
        if policies - found.configs.keys() or opened - found.full_configs.keys():
            self._cadence.hurry(Round.CONFIGS)
        if View.PRODUCERS in needs.views and opened - found.producers.keys():
            self._cadence.hurry(Round.PRODUCERS)
        if View.SEGMENTS in needs.views and opened - found.segments.keys():
            self._cadence.hurry(Round.SEGMENTS)
        shown = self._partitions(is_all=needs.all_partitions)
        if any(key not in found.starts for key in shown):
            self._cadence.hurry(Round.STARTS)
        shown = self._partitions(is_all=View.RETENTION in needs.views)
        if any(key not in found.oldest for key in shown):
            self._cadence.hurry(Round.OLDEST)

    async def _ask_layout(self) -> bool:
        """After an absence everything is asked anew, whatever backed off meanwhile."""
        before, topics = self._collected.layout, self._collected.topics()
        is_ok = await self._rounds.layout()
        if is_ok and before != LOADING and not isinstance(before, Ready):
            self._cadence.hurry(*(each for each in Round if each is not Round.LAYOUT))
        elif is_ok and self._collected.topics() is not topics:
            self._hurry_unread()
        return is_ok

    async def _ask_members(self) -> bool:
        return await self._rounds.members(self._followed())

    async def _ask_offsets(self) -> bool:
        """Committed offsets first, then ends: the other order makes lag negative.

        Where logs start of which that is not known yet is asked in between: a start that is read
        before the end lies no further by then.
        """
        followed = self._followed()
        self._follower.keep_only(followed)
        committed = await self._rounds.committed(followed)
        consumed = self._follower.wanted(committed)
        is_all = self._needs.all_partitions
        wanted = _together(self._partitions(is_all=is_all), consumed)
        unread = consumed - self._collected.starts.keys()
        if unread and Round.STARTS not in self._running:
            await self._rounds.starts(unread)
        is_ok = await self._rounds.ends(wanted, consumed)
        layout = self._collected.topics()
        if not is_ok or layout is None:
            return False
        if is_all:
            self._rounds.note_all_ends()
        at_ms = self._clock.wall_ms()
        self._watch_wall_clock(at_ms)
        await self._builder.observe_ends(at_ms, layout, wanted, self._needs, is_all=is_all)
        self._follower.take_in(at_ms, committed)
        if self._needs.is_whole:
            self._follower.tell_ages(at_ms)
            await self._rounds.ages(self._follower.positions_without_age((), at_most=None))
            at_markers = self._follower.at_markers()
            self._follower.take_in(at_ms, {name: committed[name] for name in at_markers})
        self._follower.judge(at_ms)
        return True

    async def _ask_starts(self) -> bool:
        consumed = self._follower.consumed()
        wanted = _together(self._partitions(is_all=self._needs.all_partitions), consumed)
        return await self._rounds.starts(wanted)

    async def _ask_configs(self) -> bool:
        layout = self._collected.topics()
        present = {topic.name for topic in layout.topics} if layout else set()
        opened = self._needs.topics & present
        return await self._rounds.configs(
            sorted(present if self._needs.policies else opened), sorted(opened)
        )

    def _opened(self) -> list[TopicReading]:
        layout = self._collected.topics()
        topics = layout.topics if layout else ()
        return [each for each in topics if each.name in self._needs.topics]

    async def _ask_broker_configs(self) -> bool:
        broker = self._needs.broker
        return broker is None or await self._rounds.broker_configs(broker)

    async def _ask_oldest(self) -> bool:
        is_all = View.RETENTION in self._needs.views
        return await self._rounds.oldest(self._partitions(is_all=is_all))

    async def _ask_ages(self) -> bool:
        positions = self._follower.positions_without_age(sorted(self._needs.groups))
        return not positions or await self._rounds.ages(positions)

    async def _ask_vitals(self) -> bool:
        is_ok = await self._rounds.vitals()
        metrics = self._collected.metrics
        if is_ok and isinstance(metrics, Ready):
            scrape = Scrape(metrics.value)
            self._vitals.observe(metrics.at_ms, scrape)
            self._readings.observe(metrics.at_ms, scrape)
        elif isinstance(metrics, Stale):
            self._vitals.miss(metrics.reason)
        return is_ok

    def _watch_wall_clock(self, now_ms: int) -> None:
        """Histories end where the wall clock went back: they would take no sample for long."""
        if now_ms < self._last_ms:
            self._follower.forget()
            self._builder.forget()
            self._vitals.forget()
            self._readings.forget()
        self._last_ms = now_ms

    async def _snapshot(self) -> Snapshot:
        return await self._builder.build(
            self._needs,
            self._cluster.connection,
            now_ms=self._clock.wall_ms(),
            cluster_name=self._name,
            interval_s=self._cadence.interval_s,
            is_paused=self._is_paused,
        )


def _partitions_of(topics: Iterable[TopicReading]) -> KeysView[TopicPartition]:
    return dict.fromkeys(key for topic in topics for key in topic.keys).keys()


def _together(
    some: Iterable[TopicPartition], others: Iterable[TopicPartition]
) -> KeysView[TopicPartition]:
    """Each once, and in order: a request names a topic once for all its partitions beside."""
    return dict.fromkeys(chain(some, others)).keys()


async def _set_within(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, for so many seconds at most."""
    try:
        # Unlike `wait_for`, it never loses a cancellation to an event that comes with it.
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
