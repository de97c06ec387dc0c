"""`kconsole report`: what is read of a cluster, and the file that is written."""

from pathlib import Path

import pytest

from console.model.section import content
from console.port.errors import Unreachable
from console.scripting import report
from console.scripting.report import whole_picture, write_page
from console.scripting.report_page import Scope
from tests.console.scripting.conftest import Run
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster
from tests.support.sample_snapshots import busy


def arranged() -> tuple[FakeCluster, FakeClock]:
    clock = FakeClock()
    cluster = FakeCluster(clock)
    cluster.world.add_topic("orders", 2, end=500, per_s=10.0)
    cluster.world.add_group("billing", "orders", committed=100)
    return cluster, clock


async def test_everything_is_read_with_rates_and_ages() -> None:
    cluster, clock = arranged()

    async def pause(seconds: float) -> None:
        clock.advance(seconds)

    snapshot, scope = await whole_picture(cluster, clock, "prod", watch_s=3.0, pause=pause)
    assert scope == Scope(frozenset({"orders"}), 1)
    (topic,) = content(snapshot.topics) or ()
    (group,) = content(snapshot.groups) or ()
    assert topic.messages_per_s.value == pytest.approx(20, rel=0.2)  # type: ignore[union-attr]
    assert group.lag_total.amount == 2 * (500 + 30 - 100)
    detail = snapshot.topic_details["orders"]
    assert len(content(detail.partitions) or ()) == 2
    assert content(detail.configs)
    assert content(snapshot.health) is not None


async def test_more_topics_than_can_be_shown_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster, clock = arranged()
    cluster.world.add_topic("payments", 1)
    monkeypatch.setattr(report, "TOPICS_MAX", 1)
    snapshot, scope = await whole_picture(cluster, clock, "prod", watch_s=0)
    assert scope == Scope(frozenset({"orders"}), 2)
    assert set(snapshot.topic_details) == {"orders"}


async def test_a_cluster_that_cannot_be_had_is_an_error() -> None:
    cluster, clock = arranged()
    cluster.fail("layout", Unreachable("nobody is there"))
    with pytest.raises(Unreachable, match="nobody is there"):
        await whole_picture(cluster, clock, "prod", watch_s=0)


def test_the_file_is_replaced_whole_or_stays(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    write_page(path, busy(), Scope(frozenset(), 30), "1")
    assert path.read_text().startswith("<!doctype html>")
    with pytest.raises(OSError, match="No such file"):
        write_page(tmp_path / "nowhere" / "x.html", busy(), Scope(frozenset(), 30), "1")
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]


def test_the_command_writes_a_page_of_a_real_cluster(run: Run, tmp_path: Path) -> None:
    assert run("produce", "reported", "--create", stdin="a\nb\n").exit_code == 0
    path = tmp_path / "report.html"
    result = run("report", str(path), "--watch", "0s")
    assert result.exit_code == 0, result.output
    assert result.output == f"{path} is written\n"
    text = path.read_text()
    assert "reported" in text
    assert "retention.ms" in text


def test_a_file_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    result = run("report", str(tmp_path / "nowhere" / "x.html"), "--watch", "0s")
    assert result.exit_code == 1
    assert "cannot be written: No such file or directory" in result.output
