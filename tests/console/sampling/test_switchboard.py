"""Several clusters behind one feed: one at a time, the old one closed, nothing of it left."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Self

import pytest

from console.model.care import Care
from console.model.cluster import Connection, ConnectionState
from console.model.section import LOADING
from console.model.snapshot import Snapshot
from console.port.clusters import SavedCluster, Trial
from console.port.errors import ClusterError, NotFound
from console.port.source import Source
from console.sampling.needs import Needs, View
from console.sampling.switchboard import Opened, Switchboard, Way
from tests.support.clock import FAKE_EPOCH_MS, FakeClock
from tests.support.fake_cluster import FakeCluster
from tests.support.sample_snapshots import busy
from tests.support.still_feed import StillFeed
from tests.support.waiting import until


@dataclass
class Place:
    """One cluster: how often it was opened and closed, and its feeds."""

    name: str
    feeds: list[StillFeed] = field(default_factory=list)
    writes: list[FakeCluster] = field(default_factory=list)
    closed: int = 0
    state: ConnectionState = ConnectionState.CONNECTED
    load: Callable[[], None] | None = None
    start: Callable[[], None] | None = None

    def open(self) -> Opened:
        link = Connection(self.state, f"{self.name}:9092")
        self.feeds.append(StillFeed(replace(busy(), cluster_name=self.name, connection=link)))
        cluster = FakeCluster(FakeClock())
        self.writes.append(cluster)
        source = Source(cluster, cluster, FakeClock())
        return Opened(self.feeds[-1], cluster, cluster, source, self.close)

    def close(self) -> None:
        self.closed += 1

    async def tried(self) -> Trial:
        return Trial(failure=f"{self.name} was tried")

    @property
    def way(self) -> Way:
        saved = SavedCluster(self.name, f"{self.name}:9092", care=Care(self.name))
        return Way(saved, self.open, self.tried, self.load, self.start)


@dataclass
class Board:
    """A switchboard with two clusters, running, and what it published."""

    one: Place = field(default_factory=lambda: Place("one"))
    two: Place = field(default_factory=lambda: Place("two"))
    published: list[Snapshot] = field(default_factory=list)

    def __post_init__(self) -> None:
        ways = [self.one.way, self.two.way]
        self.board = Switchboard(ways, FakeClock(), first="one", interval_s=2.0)

    async def __aenter__(self) -> Self:
        self._tasks = asyncio.TaskGroup()
        await self._tasks.__aenter__()
        self._running = self._tasks.create_task(self.board.run(self.published.append))
        await until(lambda: bool(self.published))
        return self

    async def __aexit__(self, *reason: object) -> None:
        self._running.cancel()
        await self._tasks.__aexit__(None, None, None)

    async def published_of(self, name: str, *, is_blank: bool = False) -> Snapshot:
        def newest() -> Snapshot:
            return self.published[-1]

        await until(
            lambda: newest().cluster_name == name and (newest().topics == LOADING) is is_blank
        )
        return newest()


async def test_the_first_cluster_is_in_use_at_first() -> None:
    async with Board() as held:
        assert (await held.published_of("one")).topics != LOADING
        assert held.board.current.name == "one"
        assert [each.name for each in held.board.saved] == ["one", "two"]
        assert held.board.writes is held.one.writes[0]
        assert held.board.reads is held.one.writes[0]
        assert held.two.feeds == []


async def test_that_a_cluster_has_answered_is_waited_for() -> None:
    """Method: the first cluster is not reached; the second is, and then it is left."""
    async with Board(one=Place("one", state=ConnectionState.LOST)) as held:
        answered = asyncio.ensure_future(held.board.answered())
        await held.published_of("one")
        assert not answered.done()
        held.board.switch("two")
        await answered
        held.board.switch("one")
        await held.board.answered()


async def test_what_the_first_cluster_takes_is_loaded_before_it_is_opened() -> None:
    one = Place("one")
    opened_at_load: list[int] = []
    one.load = lambda: opened_at_load.append(len(one.feeds))
    needs = Needs(frozenset({View.TOPICS}))
    held = Board(one=one)
    held.board.need(needs)
    held.board.pause(is_paused=True)
    held.board.refresh()
    async with held:
        await held.published_of("one")
        assert opened_at_load == [0]
        assert held.published[0].topics == LOADING
        (feed,) = one.feeds
        assert (feed.needs, feed.interval_s, feed.is_paused) == ([needs], 2.0, True)
    assert one.closed == 1


async def test_a_cluster_that_is_wanted_while_it_is_loaded_is_opened_at_once() -> None:
    one = Place("one", load=lambda: None)
    held = Board(one=one)
    assert held.board.writes is one.writes[0]
    async with held:
        await held.published_of("one")
        assert len(one.feeds) == 1


async def test_a_switch_closes_the_old_cluster_and_opens_the_new_one() -> None:
    async with Board() as held:
        held.board.switch("two")
        assert (held.one.closed, len(held.two.feeds)) == (1, 1)
        assert held.board.current.name == "two"
        assert held.board.writes is held.two.writes[0]
        assert held.board.reads is held.two.writes[0]
        await held.published_of("two")
    assert (held.one.closed, held.two.closed) == (1, 1)


async def test_a_blank_picture_comes_before_the_first_of_the_new_cluster() -> None:
    async with Board() as held:
        held.board.switch("two")
        await held.published_of("two")
        blank = held.published[-2]
    assert blank.cluster_name == "two"
    assert blank.topics == blank.groups == blank.cluster == LOADING
    assert blank.connection.state is ConnectionState.CONNECTING
    assert blank.connection.address == "two:9092"
    assert blank.at_ms == FAKE_EPOCH_MS


async def test_what_the_old_cluster_says_later_is_not_shown() -> None:
    async with Board() as held:
        held.board.switch("two")
        held.one.feeds[0].give(replace(busy(), cluster_name="one"))
        await held.published_of("two")
        held.one.feeds[0].give(replace(busy(), cluster_name="one"))
        assert [each.cluster_name for each in held.published] == ["one", "two", "two"]


async def test_the_new_cluster_is_asked_as_the_old_one_was() -> None:
    needs = Needs(frozenset({View.TOPICS}))
    async with Board() as held:
        held.board.need(needs)
        held.board.set_interval(5.0)
        held.board.pause(is_paused=True)
        held.board.switch("two")
        feed = held.two.feeds[0]
        assert feed.needs == [needs]
        assert feed.interval_s == 5.0
        assert feed.is_paused
        held.board.refresh()
        assert (held.one.feeds[0].refreshes, feed.refreshes) == (0, 1)


async def test_switching_to_the_cluster_in_use_changes_nothing() -> None:
    async with Board() as held:
        held.board.switch("one")
        assert (held.one.closed, len(held.one.feeds)) == (0, 1)


async def test_going_back_opens_the_cluster_anew() -> None:
    async with Board() as held:
        for name in ("two", "one"):
            held.board.switch(name)
            await held.published_of(name)
        assert (len(held.one.feeds), held.one.closed, held.two.closed) == (2, 1, 1)
    assert held.one.closed == 2


async def test_two_switches_at_once_end_at_the_second() -> None:
    async with Board() as held:
        held.board.switch("two")
        held.board.switch("one")
        snapshot = await held.published_of("one")
        assert snapshot.topics != LOADING
        assert held.two.closed == 1
        assert "two" not in [each.cluster_name for each in held.published]


async def test_a_broker_is_started_only_for_the_cluster_that_is_our_own() -> None:
    started: list[str] = []
    async with Board(one=Place("one", start=lambda: started.append("one"))) as world:
        world.board.start_broker()
        assert started == ["one"]
        world.board.switch("two")
        world.board.start_broker()
        assert started == ["one"]


async def test_another_cluster_is_tried_without_being_opened() -> None:
    async with Board() as held:
        assert (await held.board.tried("two")).failure == "two was tried"
        assert held.two.feeds == []
        assert held.board.current.name == "one"


async def test_a_name_that_is_none_opens_nothing() -> None:
    async with Board() as held:
        with pytest.raises(KeyError):
            held.board.switch("three")
        assert held.one.closed == 0


async def test_clusters_that_are_offered_anew_can_be_opened() -> None:
    three = Place("three")
    async with Board() as held:
        held.board.offer([held.one.way, three.way])
        assert [each.name for each in held.board.saved] == ["one", "three"]
        assert held.one.closed == 0
        held.board.switch("three")
        await held.published_of("three")
        with pytest.raises(KeyError):
            held.board.switch("two")


async def test_a_cluster_that_was_not_had_yet_is_opened_as_the_file_says_now() -> None:
    """Its secret was missing: the file was mended, and it is tried again; once had, no more."""
    newer = Place("one")
    async with Board(one=Place("one", state=ConnectionState.BARRED)) as held:
        held.board.offer([newer.way, held.two.way])
        assert (held.one.closed, len(newer.feeds)) == (1, 1)
        await until(lambda: held.published[-1].connection.state is ConnectionState.CONNECTED)
        held.board.offer([held.one.way, held.two.way])
        assert (newer.closed, len(held.one.feeds)) == (0, 1)


async def test_the_cluster_in_use_is_offered_though_the_file_names_it_no_more() -> None:
    async with Board() as held:
        held.board.offer([held.two.way])
        assert [each.name for each in held.board.saved] == ["two", "one"]
        assert held.board.current.name == "one"
        held.board.switch("two")
        held.board.switch("one")
        assert len(held.one.feeds) == 2


async def test_the_cluster_in_use_takes_what_the_file_says_when_it_is_opened_again() -> None:
    newer = Place("one")
    async with Board() as held:
        held.board.offer([newer.way, held.two.way])
        held.board.switch("one")
        assert newer.feeds == []
        held.board.switch("two")
        held.board.switch("one")
        assert len(newer.feeds) == 1


async def test_a_topic_of_any_cluster_is_looked_at_and_the_one_in_use_stays() -> None:
    async with Board() as held:
        held.one.writes[0].world.add_topic("orders", 1)
        found = await held.board.topic_configs("one", "orders")
        assert found == held.one.writes[0].world.configs("orders", None)
        assert held.one.closed == 0
        with pytest.raises(NotFound):
            await held.board.topic_configs("two", "orders")
        assert (len(held.two.feeds), held.two.closed) == (1, 1)
        assert held.board.current.name == "one"
        with pytest.raises(ClusterError, match="no cluster three is saved"):
            await held.board.topic_configs("three", "orders")
