"""The two clusters that hold to one contract: the fake in memory and a running engine of ours.

Each stage gives the ways to its cluster and lets a group of one member read a topic to its end.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from console.adapters.kafka import KafkaCluster
from console.model.names import TopicPartition
from console.port.clock import Clock
from console.port.cluster import Records, Watched, Writes
from engine.kernel.system import SystemClock, SystemEntropy
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster
from tests.support.fake_world import Flow
from tests.support.group_reader import GroupReader
from tests.support.running_engine import running_engine

Join = Callable[[str, str, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Stage:
    """`join(group, topic, records)`: a member reads that many records and commits; it stays."""

    reads: Watched
    writes: Writes
    records: Records
    join: Join
    clock: Clock


@asynccontextmanager
async def fake_stage() -> AsyncIterator[Stage]:
    """The fake, one node."""
    clock = FakeClock()
    cluster = FakeCluster(clock)

    async def join(group: str, topic: str, records: int) -> None:
        cluster.world.add_group(group, topic, committed=None)
        for key in cluster.world.partitions_of(topic):
            partition = cluster.world.partition(key)
            assert not isinstance(partition, Exception)
            cluster.world.groups[group].committed[key] = Flow(cluster.world.end(partition))

    yield Stage(cluster, cluster, cluster, join, clock)


@asynccontextmanager
async def engine_stage(data: Path) -> AsyncIterator[Stage]:
    """An engine on loopback, reached as any cluster is; members are librdkafka's."""
    async with running_engine(data) as engine:
        address = str(engine.address)
        clock = SystemClock()
        cluster = KafkaCluster(address, clock=clock, entropy=SystemEntropy())
        readers: list[GroupReader] = []

        async def join(group: str, topic: str, records: int) -> None:
            layout = await cluster.reads.layout()
            (found,) = (each for each in layout.topics if each.name == topic)
            reader = GroupReader(address, group, topic, len(found.partitions))
            readers.append(reader)
            await asyncio.to_thread(reader.read, records)

        async with cluster:
            try:
                yield Stage(cluster.reads, cluster.writes, cluster.records, join, clock)
            finally:
                for reader in readers:
                    await asyncio.to_thread(reader.__exit__, None, None, None)


def key(topic: str, partition: int = 0) -> TopicPartition:
    """A partition's name."""
    return TopicPartition(topic, partition)
