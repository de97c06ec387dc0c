"""Many records at a time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.messages.bulk import (
    PROBLEMS_MAX,
    STEP_RECORDS,
    Exporting,
    Problem,
    PublishedSoFar,
    Publishing,
    copy_of,
)
from console.messages.exporting import Export, ExportFormat
from console.messages.importing import BadLine
from console.messages.lane import Hit
from console.messages.plan import Order, Query, make_plan
from console.messages.progress import Ending, Progress
from console.messages.scan import Scan
from console.model.names import TopicPartition
from console.port.cluster import NewRecord
from console.port.errors import Unreachable
from console.port.readings import RecordReading
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster


async def scan_of(cluster: FakeCluster) -> Scan:
    """A scan of the whole topic `orders`, from its beginning."""
    plan = await make_plan(cluster, Query("orders", [0, 1], Order.OLDEST_FIRST))
    return Scan(cluster, cluster, plan, cluster.world.clock)


def cluster_of(end: int) -> FakeCluster:
    """A topic with two partitions, and an empty one."""
    cluster = FakeCluster(FakeClock())
    cluster.world.add_topic("orders", 2, end=end)
    cluster.world.add_topic("copies", 2)
    return cluster


@pytest.mark.parametrize(("limit", "lines"), [(None, 5000), (1234, 1234), (9000, 5000)])
async def test_all_that_is_found_is_written(tmp_path: Path, limit: int | None, lines: int) -> None:
    path = tmp_path / "o.jsonl"
    told: list[Progress] = []
    scan = await scan_of(cluster_of(2500))
    with Export(path, ExportFormat.JSON_LINES) as export:
        progress = await Exporting(scan, export).run(told.append, limit=limit)
    assert path.read_bytes().count(b"\n") == lines == export.records
    assert progress.ending is (Ending.LIMIT if limit == 1234 else Ending.END)
    assert len(told) >= lines // STEP_RECORDS


async def test_an_export_that_is_stopped_keeps_what_was_found(tmp_path: Path) -> None:
    scan = await scan_of(cluster_of(2500))

    with Export(tmp_path / "o.csv", ExportFormat.CSV) as export:
        exporting = Exporting(scan, export)

        def stop(progress: Progress) -> None:
            if progress.hits > STEP_RECORDS:
                exporting.stop()

        progress = await exporting.run(stop)
    assert progress.ending is Ending.STOPPED
    assert STEP_RECORDS <= export.records < 5000


async def test_records_are_published_in_steps_and_in_their_order() -> None:
    cluster = cluster_of(0)
    records = [NewRecord(None, b"%d" % n, partition=1) for n in range(2 * STEP_RECORDS + 1)]
    told: list[PublishedSoFar] = []
    done = await Publishing(cluster, "copies", records).run(told.append)
    assert done == PublishedSoFar(len(records), 0, (), is_over=True)
    assert [each.published for each in told] == [1000, 2000, 2001, 2001]
    stored = cluster.world.topics["copies"].partitions[1].records
    assert [stored[n].value for n in range(len(records))] == [each.value for each in records]


async def test_what_is_refused_is_told_with_its_place_and_the_rest_is_published() -> None:
    records = [
        NewRecord(None, b"a", partition=0),
        NewRecord(None, b"b", partition=9),
        BadLine(7, "not a JSON object"),
        NewRecord(None, b"d", partition=0),
    ]
    done = await Publishing(cluster_of(0), "copies", records).run(lambda _: None)
    assert (done.published, done.failed) == (2, 2)
    assert done.problems == (
        Problem(3, "line 7 is no record: not a JSON object"),
        Problem(2, "there is no partition copies-9"),
    )


async def test_a_cluster_that_is_gone_refuses_every_record_and_few_are_told() -> None:
    cluster = cluster_of(0)
    cluster.fail("publish", Unreachable("no broker can be reached"))
    records = [NewRecord(None, b"x")] * 500
    done = await Publishing(cluster, "copies", records).run(lambda _: None)
    assert (done.published, done.failed, len(done.problems)) == (0, 500, PROBLEMS_MAX)


async def test_publishing_that_is_stopped_reads_no_further() -> None:
    read = 0

    def endless() -> Iterator[NewRecord]:
        nonlocal read
        while True:
            read += 1
            yield NewRecord(None, b"x")

    publishing = Publishing(cluster_of(0), "copies", endless())
    done = await publishing.run(lambda _: publishing.stop())
    assert done.published == read == STEP_RECORDS
    assert done.is_over


async def test_a_step_of_large_records_is_short() -> None:
    records = [NewRecord(None, bytes(3 << 20))] * 4
    told: list[PublishedSoFar] = []
    await Publishing(cluster_of(0), "copies", records).run(told.append)
    assert [each.published for each in told] == [2, 4, 4]


def test_a_copy_goes_where_its_key_belongs_unless_told_otherwise() -> None:
    hit = Hit(TopicPartition("orders", 3), RecordReading(7, 99, b"k", b"v", (("h", None),)))
    assert copy_of(hit) == NewRecord(b"k", b"v", (("h", None),))
    assert copy_of(hit, keeps_partition=True, keeps_time=True) == NewRecord(
        b"k", b"v", (("h", None),), 3, 99
    )
