"""Many records at a time."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from console.messages import bulk
from console.messages.bulk import (
    PROBLEMS_MAX,
    STEP_RECORDS,
    Addressed,
    Exporting,
    Item,
    Problem,
    PublishedSoFar,
    Publishing,
    Unfit,
    entered,
)
from console.messages.exporting import Export, ExportFormat
from console.messages.lane import Hit
from console.messages.plan import Order, Query, make_plan
from console.messages.progress import Ending, Progress
from console.messages.scan import Scan
from console.port.cluster import NewRecord
from console.port.errors import ClusterError, Refused, TimedOut, Unreachable
from console.port.readings import RecordReading
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster
from tests.support.fake_world import Flow

TOPIC = "copies"


class Steps:
    """A supply of these steps."""

    def __init__(self, *steps: Sequence[Item]) -> None:
        self._steps = list(steps)
        self.given = 0
        self.share = None
        self.trouble = ""

    async def step(self) -> Sequence[Item]:
        self.given += 1
        return self._steps.pop(0) if self._steps else ()

    def stop(self) -> None:
        """Nothing is waited for."""


def addressed(*values: bytes, topic: str = TOPIC, partition: int = 1) -> list[Item]:
    """Records with these values."""
    return [Addressed(topic, NewRecord(None, value, partition=partition)) for value in values]


def files_in(folder: Path) -> list[Path]:
    """What is in a folder."""
    return list(folder.iterdir())


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
    told: list[PublishedSoFar] = []
    supply = Steps(addressed(b"0", b"1"), addressed(b"2"))
    done = await Publishing(cluster, supply).run(told.append)
    assert done == PublishedSoFar(3)
    assert [each.published for each in told] == [2, 3]
    stored = cluster.world.topics[TOPIC].partitions[1].records
    assert [stored[n].value for n in range(3)] == [b"0", b"1", b"2"]


async def test_every_topic_gets_its_records_in_their_order() -> None:
    cluster = cluster_of(0)
    cluster.world.add_topic("others", 2)
    first, second = addressed(b"0", b"2"), addressed(b"1", b"3", topic="others")
    supply = Steps([first[0], second[0], first[1], second[1]])
    done = await Publishing(cluster, supply).run(lambda _: None)
    assert done.published == 4
    for topic, values in ((TOPIC, [b"0", b"2"]), ("others", [b"1", b"3"])):
        stored = cluster.world.topics[topic].partitions[1].records
        assert [stored[n].value for n in range(2)] == values


async def test_what_is_refused_is_told_with_its_place_and_the_rest_is_published() -> None:
    a, d = addressed(b"a", b"d")
    (b,) = addressed(b"b", partition=9)
    supply = Steps([a, b, Unfit("line 7 is no record"), d])
    done = await Publishing(cluster_of(0), supply).run(lambda _: None)
    assert (done.published, done.failed) == (2, 2)
    assert set(done.problems) == {
        Problem(2, "there is no partition copies-9"),
        Problem(3, "line 7 is no record"),
    }


@pytest.mark.parametrize("error", [Unreachable("no broker answers"), TimedOut("no answer")])
async def test_a_cluster_that_is_gone_is_asked_once_and_few_refusals_are_told(
    error: ClusterError,
) -> None:
    cluster = cluster_of(0)
    cluster.fail("publish", error)
    many = addressed(*[b"x"] * 500)
    done = await Publishing(cluster, Steps(many, many)).run(lambda _: None)
    assert (done.published, done.failed, len(done.problems)) == (0, 500, PROBLEMS_MAX)
    assert done.trouble == f"given up: {error.of_change}"
    assert cluster.calls.count("publish") == 1


async def test_a_topic_that_refuses_does_not_end_it() -> None:
    cluster = cluster_of(0)
    cluster.fail("publish", Refused("no right"))
    supply = Steps(addressed(b"x"), addressed(b"y"))
    done = await Publishing(cluster, supply).run(lambda _: None)
    assert (done.failed, done.trouble) == (2, "")


async def test_publishing_that_is_stopped_takes_no_further_step() -> None:
    supply = Steps(addressed(b"x"), addressed(b"y"))
    publishing = Publishing(cluster_of(0), supply)
    done = await publishing.run(lambda _: publishing.stop())
    assert (done.published, done.is_stopped, supply.given) == (1, True, 1)


async def test_an_export_of_large_records_holds_few_of_them_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "STEP_READ_BYTES", 5_000)
    cluster = cluster_of(0)
    cluster.answer_records_max = 4
    for partition in cluster.world.topics["orders"].partitions:
        for offset in range(60):
            partition.records[offset] = RecordReading(offset, offset, None, b"x" * 1_000, ())
        partition.end = Flow(60)
    held: list[int] = []

    class Counted(Export):
        def write(self, hits: Iterable[Hit]) -> None:
            found = list(hits)
            held.append(len(found))
            super().write(found)

    with Counted(tmp_path / "o.jsonl", ExportFormat.JSON_LINES) as export:
        await Exporting(await scan_of(cluster), export).run(lambda _: None)
    assert sum(held) == 120
    assert max(held) < 30


async def test_an_export_that_is_stopped_before_it_runs_reads_nothing(tmp_path: Path) -> None:
    cluster = cluster_of(2500)
    scan = await scan_of(cluster)
    async with entered(Export(tmp_path / "o.csv", ExportFormat.CSV)) as export:
        exporting = Exporting(scan, export)
        exporting.stop()
        progress = await exporting.run(lambda _: None)
    assert (progress.ending, export.records) == (Ending.STOPPED, 0)
    assert "read" not in cluster.calls


async def test_a_file_that_is_left_with_an_error_leaves_nothing(tmp_path: Path) -> None:
    export = Export(tmp_path / "o.csv", ExportFormat.CSV)
    with pytest.raises(ValueError, match="enough"):
        async with entered(export):
            raise ValueError("enough")
    assert files_in(tmp_path) == []
