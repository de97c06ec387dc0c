"""`kconsole report`: what is read of a cluster, and the file that is written."""

from pathlib import Path
from typing import Any

import pytest

from console.model.section import content
from console.port.errors import Refused, Unreachable
from console.port.source import Source
from console.scripting import report
from console.scripting.report import Picture, whole_picture, write_page
from console.scripting.report_page import Chapter
from console.scripting.table import Place
from console.scripting.tables import TABLES
from engine.config.load import Document
from tests.console.scripting.conftest import Run
from tests.support.clock import FakeClock
from tests.support.fake_cluster import FakeCluster
from tests.support.sample_snapshots import busy


def arranged(*names: str) -> tuple[FakeCluster, Place]:
    clock = FakeClock()
    cluster = FakeCluster(clock)
    cluster.world.add_topic("orders", 2, end=500, per_s=10.0)
    cluster.world.add_group("billing", "orders", committed=100)
    source = Source(cluster, cluster, clock)
    return cluster, Place(cluster, source, Document(), frozenset(names))


def chapter(picture: Picture, name: str) -> Chapter[Any]:
    (found,) = [each for each in picture.chapters if each.table.name == name]
    return found


async def test_everything_is_read_with_rates_and_ages() -> None:
    _cluster, place = arranged()

    async def pause(seconds: float) -> None:
        place.clock.advance(seconds)  # type: ignore[attr-defined]

    picture = await whole_picture(place, "prod", watch_s=3.0, pause=pause)
    (topic,) = chapter(picture, "topics").rows or ()
    (group,) = chapter(picture, "groups").rows or ()
    assert topic.messages_per_s.value == pytest.approx(20, rel=0.2)
    assert group.lag_total.amount == 2 * (500 + 30 - 100)
    assert len(chapter(picture, "partitions").rows or ()) == 2
    assert content(picture.snapshot.health) is not None


async def test_every_table_is_in_it_but_those_that_somebody_has_to_ask_for() -> None:
    _, place = arranged()
    picture = await whole_picture(place, "prod", watch_s=0)
    found = {each.table.name for each in picture.chapters}
    asked_for = {"differences", "messages", "segments", "what-if"}
    of_ours_alone = {"requests", "connections"}
    assert TABLES.keys() - found == asked_for | of_ours_alone
    assert [each.table.name for each in picture.chapters if each.rows is None] == []


async def test_messages_are_in_it_when_they_are_asked_for() -> None:
    _cluster, place = arranged("orders")
    picture = await whole_picture(place, "prod", watch_s=0)
    assert len(chapter(picture, "messages").rows or ()) == 100
    _, elsewhere = arranged("nowhere")
    picture = await whole_picture(elsewhere, "prod", watch_s=0)
    assert chapter(picture, "messages").remark == "This was not read: there is no topic nowhere"


async def test_details_of_many_topics_are_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster, place = arranged()
    for number in range(4):
        cluster.world.add_topic(f"payments-{number}", 1)
    monkeypatch.setattr(report, "TOPICS_AT_ONCE", 2)
    picture = await whole_picture(place, "prod", watch_s=0)
    rows = chapter(picture, "partitions").rows or ()
    assert [row.topic for row in rows] == ["orders"] * 2 + [f"payments-{n}" for n in range(4)]
    assert chapter(picture, "partitions").remark == ""


async def test_configs_at_their_defaults_are_counted_and_left_out() -> None:
    cluster, place = arranged()
    cluster.world.add_topic("kept", 1, configs={"retention.ms": "5"})
    configs = chapter(await whole_picture(place, "prod", watch_s=0), "configs")
    assert [(row.topic, row.part.name) for row in configs.rows or ()] == [("kept", "retention.ms")]
    assert configs.notes[0].startswith("7 rows at their defaults are left out")


async def test_a_topic_that_cannot_be_read_takes_nothing_from_the_others() -> None:
    cluster, place = arranged()
    cluster.answer_configs(Refused("this user may not see it"))
    picture = await whole_picture(place, "prod", watch_s=0)
    assert chapter(picture, "configs").rows == ()
    assert chapter(picture, "configs").remark == (
        "This is not whole: orders: This may not be seen: this user may not see it"
    )
    assert len(chapter(picture, "partitions").rows or ()) == 2


async def test_a_cluster_that_cannot_be_had_is_an_error() -> None:
    cluster, place = arranged()
    cluster.fail("layout", Unreachable("nobody is there"))
    with pytest.raises(Unreachable, match="nobody is there"):
        await whole_picture(place, "prod", watch_s=0)


def test_the_file_is_replaced_whole_or_stays(tmp_path: Path) -> None:
    path, picture = tmp_path / "report.html", Picture(busy(), ())
    path.write_text("old")
    write_page(path, picture, "1")
    assert path.read_text().startswith("<!doctype html>")
    with pytest.raises(OSError, match="No such file"):
        write_page(tmp_path / "nowhere" / "x.html", picture, "1")
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]


def test_the_command_writes_a_page_of_a_real_cluster(run: Run, tmp_path: Path) -> None:
    assert run("produce", "reported", "--create", stdin="a\nb\n").exit_code == 0
    path = tmp_path / "report.html"
    result = run("report", str(path), "--watch", "0s")
    assert result.exit_code == 0, result.output
    assert result.output == f"{path} is written\n"
    text = path.read_text()
    assert "reported" in text
    assert "rows at their defaults are left out" in text


def test_a_file_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    result = run("report", str(tmp_path / "nowhere" / "x.html"), "--watch", "0s")
    assert result.exit_code == 1
    assert "cannot be written: No such file or directory" in result.output
