"""Scans over a cluster in memory: what is found, in which order, and how they end."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from console.messages.filter import parse_record_filter
from console.messages.lane import Hit
from console.messages.plan import Order, Query, make_plan
from console.messages.progress import Ending, Report
from console.messages.scan import Keep, Scan, keep_all
from console.messages.seek import parse_seek
from console.model.names import TopicPartition
from console.port.cluster import EVERY_RECORD, Wanted
from console.port.errors import ClusterError, Failed, Unreachable
from console.port.readings import RecordReading, RecordsReading
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster
from tests.support.heard import Heard
from tests.support.waiting import until

ONE, TWO = TopicPartition("orders", 0), TopicPartition("orders", 1)


def cluster_of(partitions: int, end: int, nodes: int = 1) -> FakeCluster:
    """A topic `orders`; the record at an offset is a second older than the next."""
    cluster = FakeCluster(FakeClock(), nodes=nodes)
    cluster.world.add_topic("orders", partitions, end=end)
    return cluster


async def scan_of(
    cluster: FakeCluster,
    *,
    order: Order = Order.NEWEST_FIRST,
    start: str = "beginning",
    keep: Keep = keep_all,
) -> Scan:
    """A scan of the whole topic."""
    partitions = range(len(cluster.world.topics["orders"].partitions))
    query = Query("orders", partitions, order, start=parse_seek(start, 0))
    plan = await make_plan(cluster, query)
    return Scan(cluster, cluster, plan, cluster.world.clock, keep=keep)


def offsets(hits: Sequence[Hit], partition: int) -> list[int]:
    """The offsets of the hits of one partition."""
    return [hit.record.offset for hit in hits if hit.partition == partition]


async def test_first_page_is_the_newest_and_the_next_goes_on() -> None:
    scan = await scan_of(cluster_of(3, 1000))
    heard = Heard()
    first = await scan.run(heard, limit=7)
    assert first.ending is Ending.LIMIT
    assert heard.places() == [(0, 999), (1, 999), (2, 999), (0, 998), (1, 998), (2, 998), (0, 997)]
    await scan.run(heard, limit=2)
    assert heard.places()[7:] == [(1, 997), (2, 997)]


@pytest.mark.parametrize("order", Order)
async def test_everything_is_found_once_up_to_the_true_end(order: Order) -> None:
    scan = await scan_of(cluster_of(3, 3_333), order=order)
    heard = Heard()
    progress = await scan.run(heard, limit=1_000_000)
    assert progress.ending is Ending.END
    assert progress.scanned_offsets == progress.total_offsets == progress.hits == 9_999
    for partition in range(3):
        found = offsets(heard.hits, partition)
        assert found == sorted(found, reverse=order is Order.NEWEST_FIRST)
        assert len(found) == 3_333


async def test_a_topic_that_grows_while_it_is_scanned_does_not_make_it_endless() -> None:
    cluster = cluster_of(1, 1000)
    scan = await scan_of(cluster, order=Order.OLDEST_FIRST)
    cluster.world.topics["orders"].partitions[0].end.value = 5000
    heard = Heard()
    await scan.run(heard, limit=1_000_000)
    assert offsets(heard.hits, 0) == list(range(1000))


async def test_a_place_to_start_is_the_first_that_is_found() -> None:
    heard = Heard()
    scan = await scan_of(cluster_of(2, 1000), order=Order.OLDEST_FIRST, start="p1:400")
    await scan.run(heard, limit=3)
    assert heard.places() == [(1, 400), (1, 401), (1, 402)]


async def test_a_filter_finds_the_single_last_record() -> None:
    scan = await scan_of(cluster_of(2, 5000), keep=lambda _, record: record.value == b"record 0")
    heard = Heard()
    progress = await scan.run(heard, limit=2)
    assert heard.places() == [(0, 0), (1, 0)]
    assert progress.records == 10_000


@pytest.mark.parametrize("order", Order)
async def test_markers_and_compacted_records_are_passed_by_position(order: Order) -> None:
    cluster = cluster_of(1, 2000)
    cluster.world.topics["orders"].partitions[0].markers = set(range(2000)) - {5, 1500}
    heard = Heard()
    progress = await (await scan_of(cluster, order=order)).run(heard)
    assert progress.ending is Ending.END
    assert sorted(offsets(heard.hits, 0)) == [5, 1500]


async def test_a_filter_is_told_what_it_may_of_the_plan_and_asked_about_each_record() -> None:
    cluster = cluster_of(2, 5000)
    topic = cluster.world.topics["orders"]
    topic.partitions[1].records[4000] = RecordReading(4000, 7, b"k", b'{"total": 9}', ())
    keep = parse_record_filter("partition == 1 and value.total > 5 and offset > 3000", 0)
    assert keep is not None
    plan = await make_plan(cluster, Query("orders", [0, 1], bounds=keep.bounds))
    heard = Heard()
    progress = await Scan(cluster, cluster, plan, cluster.world.clock, keep=keep).run(heard)
    assert heard.places() == [(1, 4000)]
    assert progress.total_offsets == keep.stages.records == 1999
    assert keep.stages.tested == 1


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("text", ["RECORD 77", 'value contains "record 77"', "value contains '7'"])
async def test_what_need_not_be_opened_changes_nothing_that_is_found(
    order: Order, text: str
) -> None:
    cluster = cluster_of(3, 4000)
    found = []
    for is_told in (False, True):
        keep = parse_record_filter(text, 0)
        assert keep is not None
        wanted = keep.wanted if is_told else EVERY_RECORD
        plan = await make_plan(cluster, Query("orders", [0, 1, 2], order))
        scan = Scan(cluster, cluster, plan, cluster.world.clock, keep=keep, wanted=wanted)
        heard = Heard()
        progress = await scan.run(heard, limit=100_000)
        assert progress.records == 12_000
        assert (progress.passed_over > 0) is is_told
        found.append(heard.places())
    assert found[0] == found[1] != []


async def test_stopping_answers_while_the_cluster_does_not() -> None:
    cluster = cluster_of(2, 1000)
    scan = await scan_of(cluster, keep=lambda *_: False)
    cluster.hold("read")
    heard = Heard()
    async with asyncio.TaskGroup() as group:
        run = group.create_task(scan.run(heard))
        await until(lambda: cluster.in_flight["read"] == 1)
        scan.stop()
        scan.stop()
    assert run.result().ending is Ending.STOPPED
    assert cluster.in_flight["read"] == 0


class Slow:
    """The records of a cluster, each answer of which takes 0.2 s."""

    def __init__(self, cluster: FakeCluster, clock: FakeClock) -> None:
        self._cluster = cluster
        self._clock = clock

    async def read(
        self,
        positions: Mapping[TopicPartition, int],
        *,
        wait_ms: int = 0,
        wanted: Wanted = EVERY_RECORD,
    ) -> Mapping[TopicPartition, RecordsReading | ClusterError]:
        self._clock.advance(0.2)
        return await self._cluster.read(positions, wait_ms=wait_ms, wanted=wanted)


async def test_hits_are_kept_when_stopped_and_a_new_run_finds_the_rest() -> None:
    cluster = cluster_of(2, 4000)
    cluster.world.topics["orders"].partitions[1].created_ms -= 10_000_000
    cluster.answer_records_max = 50
    clock = cluster.world.clock
    assert isinstance(clock, FakeClock)
    plan = await make_plan(cluster, Query("orders", [0, 1]))
    scan = Scan(Slow(cluster, clock), cluster, plan, clock)
    heard = Heard()

    def stop_soon(report: Report) -> None:
        heard(report)
        if len(cluster.reads) > 5:
            scan.stop()

    progress = await scan.run(stop_soon, limit=1_000_000)
    assert progress.ending is Ending.STOPPED
    assert progress.hits == len(heard.hits) > 0
    progress = await scan.run(heard, limit=1_000_000)
    assert progress.ending is Ending.END
    assert len(heard.places()) == len(set(heard.places())) == 8000


async def test_another_scan_goes_on_from_saved_positions() -> None:
    cluster = cluster_of(2, 1000)
    scan = await scan_of(cluster)
    heard = Heard()
    await scan.run(heard, limit=301)
    resumed = Scan(cluster, cluster, scan.plan.resumed(scan.positions), cluster.world.clock)
    await resumed.run(heard, limit=1_000_000)
    assert len(heard.places()) == len(set(heard.places())) == 2000
    assert heard.places()[300:302] == [(0, 849), (1, 849)]


async def test_a_limit_of_bytes_is_an_ending_of_its_own() -> None:
    scan = await scan_of(cluster_of(1, 10_000), keep=lambda *_: False)
    progress = await scan.run(Heard(), bytes_max=20_000)
    assert progress.ending is Ending.BYTES
    assert 20_000 <= progress.size_bytes < 40_000
    progress = await scan.run(Heard(), bytes_max=20_000)
    assert progress.size_bytes > 40_000


async def test_a_partition_that_fails_is_told_and_the_others_go_on() -> None:
    cluster = cluster_of(2, 1000, nodes=2)
    scan = await scan_of(cluster)
    cluster.world.silent.add(2)
    heard = Heard()
    progress = await scan.run(heard, limit=5000)
    assert progress.ending is Ending.END
    assert isinstance(progress.failures[TWO], Unreachable)
    assert len(offsets(heard.hits, 0)) == 1000
    assert progress.scanned_offsets == 1000
    cluster.world.silent.clear()
    progress = await scan.run(heard, limit=5000)
    assert not progress.failures
    assert offsets(heard.hits, 1) == list(range(999, -1, -1))


async def test_a_cluster_that_is_gone_fails_every_partition() -> None:
    cluster = cluster_of(2, 1000)
    scan = await scan_of(cluster)
    cluster.fail("read", Unreachable("no broker can be reached"))
    progress = await scan.run(Heard())
    assert set(progress.failures) == {ONE, TWO}


@pytest.mark.parametrize("order", Order)
async def test_what_retention_deletes_under_way_is_passed(order: Order) -> None:
    cluster = cluster_of(1, 3000)
    scan = await scan_of(cluster, order=order)
    await cluster.delete_records({ONE: 1200})
    heard = Heard()
    progress = await scan.run(heard, limit=5000)
    assert not progress.failures
    assert progress.ending is Ending.END
    assert progress.scanned_offsets == 3000
    assert progress.deleted_offsets == 1200
    assert sorted(offsets(heard.hits, 0)) == list(range(1200, 3000))


async def test_a_leader_that_lost_the_end_of_the_log_is_a_failure_and_no_endless_scan() -> None:
    cluster = cluster_of(1, 1000)
    scan = await scan_of(cluster, order=Order.OLDEST_FIRST)
    cluster.world.topics["orders"].partitions[0].end.value = 900
    heard = Heard()
    progress = await scan.run(heard, limit=5000)
    assert isinstance(progress.failures[ONE], Failed)
    assert len(heard.hits) == 900


class Crowded:
    """The records of a cluster whose answers have room for two partitions."""

    def __init__(self, cluster: FakeCluster) -> None:
        self._cluster = cluster
        self.calls = 0

    async def read(
        self,
        positions: Mapping[TopicPartition, int],
        *,
        wait_ms: int = 0,
        wanted: Wanted = EVERY_RECORD,
    ) -> Mapping[TopicPartition, RecordsReading | ClusterError]:
        self.calls += 1
        answers = dict(await self._cluster.read(positions, wait_ms=wait_ms, wanted=wanted))
        for key in list(positions)[2:]:
            reading = answers[key]
            assert isinstance(reading, RecordsReading)
            answers[key] = replace(reading, records=(), next_offset=positions[key])
        return answers


@pytest.mark.parametrize("order", Order)
async def test_partitions_that_do_not_fit_into_an_answer_are_neither_lost_nor_alone(
    order: Order,
) -> None:
    cluster = cluster_of(12, 1000)
    cluster.world.topics["orders"].partitions[3].markers = set(range(1000))
    plan = await make_plan(cluster, Query("orders", range(12), order))
    crowded = Crowded(cluster)
    heard = Heard()
    progress = await Scan(crowded, cluster, plan, cluster.world.clock).run(heard, limit=100_000)
    assert progress.ending is Ending.END
    assert not progress.failures
    assert len(set(heard.places())) == len(heard.places()) == 11_000


async def test_stopping_does_not_wait_for_what_records_need_to_be_tested() -> None:
    cluster = cluster_of(1, 1000)
    plan = await make_plan(cluster, Query("orders", [0]))
    is_waiting = asyncio.Event()

    async def forever(_records: Sequence[RecordReading]) -> None:
        is_waiting.set()
        await asyncio.Event().wait()

    scan = Scan(cluster, cluster, plan, cluster.world.clock, prepare=forever)
    async with asyncio.TaskGroup() as group:
        run = group.create_task(scan.run(Heard()))
        await is_waiting.wait()
        scan.stop()
    assert run.result().ending is Ending.STOPPED


async def test_reports_come_no_more_often_than_ten_in_a_second() -> None:
    cluster = cluster_of(1, 20_000)
    scan = await scan_of(cluster, order=Order.OLDEST_FIRST)
    clock = cluster.world.clock
    assert isinstance(clock, FakeClock)
    heard = Heard()

    def keep(_key: TopicPartition, _record: object) -> bool:
        clock.advance(0.0001)
        return True

    scan = Scan(cluster, cluster, scan.plan, clock, keep=keep)
    progress = await scan.run(heard, limit=1_000_000)
    assert progress.elapsed_s == pytest.approx(2.0)
    assert 10 <= len(heard.reports) <= 21
    assert progress.records_per_s == pytest.approx(10_000)
    assert progress.left_s == 0
    halfway = heard.reports[len(heard.reports) // 2].progress
    assert halfway.left_s is not None
    assert halfway.left_s + halfway.elapsed_s == pytest.approx(2.0)
    assert halfway.ending is None


@pytest.mark.parametrize("order", Order)
async def test_partitions_to_be_read_first_give_their_hits_before_others_are_read(
    order: Order,
) -> None:
    cluster = cluster_of(4, 3_000)
    plan = replace(
        await make_plan(cluster, Query("orders", range(4), order)), first=frozenset({2, 9})
    )
    scan = Scan(cluster, cluster, plan, cluster.world.clock)
    heard = Heard()
    progress = await scan.run(heard, limit=3_000)
    assert {hit.partition for hit in heard.hits} == {2}
    assert {key.partition for read in cluster.reads for key in read} == {2}
    assert progress.ending is Ending.LIMIT
    progress = await scan.run(heard, limit=100_000)
    assert progress.ending is Ending.END
    assert sorted(heard.places()) == [(p, offset) for p in range(4) for offset in range(3_000)]
    assert progress.scanned_offsets == progress.total_offsets


async def test_what_is_read_first_is_told_and_no_time_is_said_to_be_reached() -> None:
    cluster = cluster_of(2, 3_000)
    plan = replace(await make_plan(cluster, Query("orders", [0, 1])), first=frozenset({1}))
    scan = Scan(cluster, cluster, plan, cluster.world.clock)
    await scan.run(Heard(), limit=10)
    assert (scan.progress.first, scan.progress.reached_ms) == ((1,), None)
    await scan.run(Heard(), limit=2_995)
    assert scan.progress.first == ()
    assert scan.progress.reached_ms is not None


async def test_a_first_partition_that_fails_keeps_nobody_from_the_others() -> None:
    cluster = cluster_of(2, 100, nodes=2)
    cluster.world.topics["orders"].partitions[1].leader = 2
    plan = replace(await make_plan(cluster, Query("orders", [0, 1])), first=frozenset({1}))
    cluster.world.silent.add(2)
    heard = Heard()
    progress = await Scan(cluster, cluster, plan, cluster.world.clock).run(heard, limit=1_000)
    assert offsets(heard.hits, 0) == list(range(99, -1, -1))
    assert progress.failures.keys() == {TWO}
    assert progress.first == ()


async def test_where_all_partitions_come_first_none_does() -> None:
    cluster = cluster_of(2, 100)
    plan = replace(await make_plan(cluster, Query("orders", [0, 1])), first=frozenset({0, 1}))
    scan = Scan(cluster, cluster, plan, cluster.world.clock)
    await scan.run(Heard(), limit=10)
    assert scan.progress.first == ()
