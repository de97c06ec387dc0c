"""Following the ends of partitions."""

import asyncio
from pathlib import Path

from console.messages.plan import Query, make_plan
from console.messages.tail import Tail, TailReport
from console.model.names import TopicPartition
from console.port.cluster import NewRecord, NewTopic
from console.port.errors import Unreachable
from tests.support.clock import FakeClock
from tests.support.cluster_stages import engine_stage
from tests.support.fake_cluster import FakeCluster
from tests.support.waiting import until

ONE, TWO = TopicPartition("orders", 0), TopicPartition("orders", 1)


class Followed:
    """A topic with two partitions on two nodes, and a tail that runs on it."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.cluster = FakeCluster(self.clock, nodes=2)
        self.cluster.world.add_topic("orders", 2, end=100)
        self.tail = Tail(self.cluster, self.cluster, {ONE: 100, TWO: 100}, self.clock)
        self.reports: list[TailReport] = []

    def values(self) -> list[bytes | None]:
        """The values of all hits."""
        return [hit.record.value for report in self.reports for hit in report.hits]

    async def publish(self, *values: bytes, partition: int = 0) -> None:
        """Write some records."""
        await self.cluster.publish(
            "orders", [NewRecord(None, value, partition=partition) for value in values]
        )


async def test_only_what_is_written_from_now_on_comes() -> None:
    on = Followed()
    async with asyncio.TaskGroup() as group:
        group.create_task(on.tail.run(on.reports.append))
        await on.publish(b"a", b"b")
        await on.publish(b"c", partition=1)
        await until(lambda: len(on.values()) == 3)
        on.tail.stop()
    assert sorted(on.values(), key=str) == [b"a", b"b", b"c"]
    assert on.tail.positions == {ONE: 102, TWO: 101}
    assert on.reports[-1].behind == 0


async def test_a_pause_reads_nothing_and_loses_nothing() -> None:
    on = Followed()
    async with asyncio.TaskGroup() as group:
        group.create_task(on.tail.run(on.reports.append))
        on.tail.pause()
        await until(lambda: on.reports and on.reports[-1].is_paused)
        count = len(on.cluster.reads)
        await on.publish(b"a")
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(on.cluster.reads) == count
        on.tail.go_on()
        await until(lambda: on.values() == [b"a"])
        on.tail.stop()
    assert not on.reports[-1].is_paused


async def test_stopping_answers_while_the_cluster_does_not() -> None:
    on = Followed()
    on.cluster.hold("read")
    async with asyncio.TaskGroup() as group:
        group.create_task(on.tail.run(on.reports.append))
        await until(lambda: on.cluster.in_flight["read"])
        on.tail.stop()
        on.tail.stop()
    assert on.cluster.in_flight["read"] == 0


async def test_a_partition_that_fails_is_told_and_comes_back() -> None:
    on = Followed()
    on.cluster.world.silent.add(2)
    async with asyncio.TaskGroup() as group:
        group.create_task(on.tail.run(on.reports.append))
        await on.publish(b"a")
        await on.publish(b"later", partition=1)
        await until(lambda: on.values() == [b"a"])
        assert isinstance(on.reports[-1].failures[TWO], Unreachable)
        on.cluster.world.silent.clear()
        on.clock.advance(2)
        await until(lambda: on.values() == [b"a", b"later"])
        on.tail.stop()
    assert not on.reports[-1].failures


async def test_what_retention_takes_unread_is_counted() -> None:
    on = Followed()
    on.cluster.world.topics["orders"].partitions[0].end.value = 200
    await on.cluster.delete_records({ONE: 150})
    async with asyncio.TaskGroup() as group:
        group.create_task(on.tail.run(on.reports.append))
        await until(lambda: len(on.values()) == 50)
        on.tail.stop()
    assert on.reports[-1].lost == 50


async def test_partitions_that_come_are_followed() -> None:
    on = Followed()
    on.cluster.world.grow(on.cluster.world.topics["orders"], 1, 1, 0, 0.0)
    on.tail.follow({TopicPartition("orders", 2): 0, ONE: 0})
    async with asyncio.TaskGroup() as group:
        group.create_task(on.tail.run(on.reports.append))
        await on.publish(b"new", partition=2)
        await until(lambda: on.values() == [b"new"])
        on.tail.stop()
    assert on.tail.positions[ONE] == 100, "what is followed already goes on"


async def test_an_engine_is_followed(tmp_path: Path) -> None:
    async with engine_stage(tmp_path / "data") as stage:
        await stage.writes.create_topic(NewTopic("orders", 2))
        await stage.writes.publish("orders", [NewRecord(None, b"before", partition=0)])
        plan = await make_plan(stage.reads, Query("orders", [0, 1]))
        ends = {key: span.end for key, span in plan.spans.items()}
        tail = Tail(stage.records, stage.reads, ends, stage.clock)
        reports: list[TailReport] = []
        async with asyncio.TaskGroup() as group:
            group.create_task(tail.run(reports.append))
            await stage.writes.publish("orders", [NewRecord(None, b"after", partition=1)])
            await until(lambda: any(report.hits for report in reports))
            tail.stop()
    assert [hit.record.value for report in reports for hit in report.hits] == [b"after"]
