"""A sampler on a cluster in memory, moved by hand: time passes only when a test says so."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from console.model.figures import Figure, Known
from console.model.group import Group
from console.model.names import TopicPartition
from console.model.section import content
from console.model.snapshot import Snapshot
from console.model.topic import Topic
from console.model.verdict import Allowance
from console.sampling.needs import Needs, View
from console.sampling.sampler import Sampler
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster


class WatchedCluster:
    """`tick` asks what is due and gives the picture; `after` lets time pass, a tick a second."""

    def __init__(
        self,
        *,
        nodes: int = 1,
        interval_s: float = 1.0,
        allowances: Mapping[str, Allowance] | None = None,
    ) -> None:
        self.clock = FakeClock()
        self.cluster = FakeCluster(self.clock, nodes)
        self.world = self.cluster.world
        self.sampler = Sampler(
            self.cluster, self.clock, name="test", interval_s=interval_s, allowances=allowances
        )

    def need(self, *views: View, **fields: frozenset[str] | str | int) -> None:
        """Say what is on the screen; `fields` are those of `Needs`."""
        self.sampler.need(Needs(frozenset(views), **fields))  # type: ignore[arg-type]

    async def tick(self) -> Snapshot:
        return await self.sampler.tick()

    async def after(self, seconds: int) -> Snapshot:
        """The picture of the last tick."""
        snapshot: Snapshot | None = None
        for _ in range(seconds):
            self.clock.advance(1)
            snapshot = await self.tick()
        assert snapshot is not None, "some time has to pass"
        return snapshot

    async def asked(self, seconds: int) -> list[str]:
        """The operations that the cluster is asked in so many seconds from now on."""
        self.cluster.calls.clear()
        await self.after(seconds)
        return list(self.cluster.calls)


def topic_of(snapshot: Snapshot, name: str) -> Topic:
    """A topic's row."""
    (found,) = (topic for topic in content(snapshot.topics) or () if topic.name == name)
    return found


def group_of(snapshot: Snapshot, name: str) -> Group:
    """A group's row."""
    (found,) = (group for group in content(snapshot.groups) or () if group.name == name)
    return found


def lag_of(snapshot: Snapshot, group: str, topic: str, partition: int = 0) -> Figure[int]:
    """The lag of one partition."""
    rows = {row.name: row for row in group_of(snapshot, group).partitions}
    return rows[TopicPartition(topic, partition)].records


def value_of(figure: Figure[int] | Figure[float]) -> float:
    """The value of a figure that has to be known."""
    assert isinstance(figure, Known), figure
    return figure.value


def busy() -> WatchedCluster:
    """Three partitions that grow by 10 records a second; a group that is 40 behind in each."""
    watched = WatchedCluster()
    watched.world.add_topic("orders", 3, per_s=10, end=100)
    watched.world.add_group("billing", "orders", committed=60, per_s=10)
    return watched


@asynccontextmanager
async def running(watched: WatchedCluster, published: list[Snapshot]) -> AsyncIterator[None]:
    """The sampler runs as in the application, until the block ends."""
    feed = asyncio.ensure_future(watched.sampler.run(published.append))
    try:
        yield
    finally:
        feed.cancel()
        with pytest.raises(asyncio.CancelledError):
            await feed
