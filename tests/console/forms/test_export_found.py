"""Writing all that a search finds: counted first, told while it goes on, ended at once by Esc."""

import json
import re
from pathlib import Path

import pytest

from console.forms.export_found import ExportFoundForm, Written, writing_said, written_said
from console.keys.keymap import DEFAULT_KEYMAP
from console.messages.copies import Found
from console.messages.filter import parse_record_filter
from console.messages.progress import Ending, Progress
from console.messages.search import Search
from console.model.names import TopicPartition
from console.port.errors import Unreachable
from tests.support.console_stage import StagedConsole, console
from tests.support.fake_world import Flow
from tests.support.hand import at_rest, press
from tests.support.sample_snapshots import busy
from tests.support.stage import shown
from tests.support.waiting import until

SIZE = (120, 40)


def staged(end: int) -> StagedConsole:
    """A console on a cluster with `orders`, of two partitions with so many records each."""
    app = console(busy())
    topic = app.cluster.world.add_topic("orders", 2)
    for partition in topic.partitions:
        partition.end = Flow(end)
    return app


def names_in(folder: Path) -> list[str]:
    """The names of the files in a folder."""
    return [each.name for each in folder.iterdir()]


async def opened(app: StagedConsole, path: Path, find: str = "") -> ExportFoundForm:
    keep = parse_record_filter(find, 0)
    found = Found(Search(app.source, "orders", (0, 1), keep=keep))
    clock = app.source.clock
    form = ExportFoundForm(found, "of orders", str(path), clock, DEFAULT_KEYMAP)
    await app.push_screen(form)
    await until(lambda: form._original.amount.is_exact or form._original.amount.is_most)
    await at_rest(app)
    return form


async def sent(app: StagedConsole, form: ExportFoundForm) -> str:
    """What the form says once it has ended."""
    await press(app, "ctrl+s")
    await until(lambda: not form.is_sending)
    await at_rest(app)
    return " ".join(shown(app).replace("│", " ").split())


async def test_what_it_would_write_is_shown_and_all_of_it_is_written(tmp_path: Path) -> None:
    app, path = staged(2_000), tmp_path / "o.jsonl"
    async with app.run_test(size=SIZE):
        form = await opened(app, path, "record 17")
        text = shown(app)
        assert "222 messages of orders" in text
        assert "record 17" in text
        assert not path.exists()
        assert "● 222 in" in await sent(app, form)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(lines) == 222
    assert [line["timestamp"] for line in lines] == sorted(line["timestamp"] for line in lines)
    assert app.journal.acts == ()


async def test_without_a_filter_only_the_first_are_read_before_it_is_sent(tmp_path: Path) -> None:
    app, path = staged(1_500), tmp_path / "o.csv"
    async with app.run_test(size=SIZE):
        form = await opened(app, path)
        assert "At most 3,000 messages of orders" in shown(app)
        assert "● 3,000 in" in await sent(app, form)
    assert len(path.read_text().splitlines()) == 3_001


async def test_esc_ends_it_at_once_and_what_was_found_is_kept(tmp_path: Path) -> None:
    """The cluster is silent from some answer on: nothing is waited for."""
    app, path = staged(40_000), tmp_path / "o.jsonl"
    async with app.run_test(size=SIZE):
        form = await opened(app, path)
        await press(app, "ctrl+s")
        await until(lambda: re.search(r"[1-9][\d,]* messages written", shown(app)) is not None)
        app.cluster.hold("read")
        assert "esc stops" in shown(app)
        await press(app, "escape")
        await until(lambda: not form.is_sending)
        await at_rest(app)
        assert "stopped at" in shown(app)
        await press(app, "escape")
        assert app.screen is not form
    count = len(path.read_text().splitlines())
    assert 0 < count < 80_000


async def test_nothing_found_makes_no_file(tmp_path: Path) -> None:
    app, path = staged(10), tmp_path / "o.jsonl"
    async with app.run_test(size=SIZE):
        await opened(app, path, "nowhere")
        await press(app, "ctrl+s")
        assert "There is nothing to write" in shown(app)
    assert names_in(tmp_path) == []


@pytest.mark.parametrize(("name", "said"), [("mine.csv", "is there already"), ("no/o.csv", "■")])
async def test_a_file_that_cannot_be_written_is_told(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "mine.csv").write_text("mine")
    app = staged(10)
    async with app.run_test(size=SIZE):
        form = await opened(app, tmp_path / name)
        assert said in await sent(app, form)
    assert names_in(tmp_path) == ["mine.csv"]
    assert (tmp_path / "mine.csv").read_text() == "mine"


async def test_a_cluster_that_does_not_answer_is_told_and_makes_no_file(tmp_path: Path) -> None:
    app = staged(10)
    async with app.run_test(size=SIZE):
        form = await opened(app, tmp_path / "o.csv")
        app.cluster.fail("read", Unreachable("no broker answers"))
        assert "no broker answers" in await sent(app, form)
    assert names_in(tmp_path) == []


def test_how_far_it_is_is_told_with_rate_and_what_is_left() -> None:
    progress = Progress(scanned_offsets=25_000, total_offsets=100_000, records=20_000)
    assert writing_said(progress, 1_204, 2.0, "esc") == (
        "1,204 messages written · 25% of 100,000 read · 10.0K/s · 6s left · esc stops"
    )
    assert writing_said(Progress(), 0, 0.1, "") == "0 messages written"


def test_what_is_missing_is_told_beside_what_was_written() -> None:
    keep = parse_record_filter("value.a == 1", 0)
    assert keep is not None
    keep.stages.undecodable, keep.stages.too_large = 3, 1
    failures = {TopicPartition("orders", 1): Unreachable("its leader is gone")}
    progress = Progress(10, 10, ending=Ending.END, failures=failures)
    said, kind = written_said(Written("/o.csv", 2_000, 7, progress, keep))
    assert kind == "error"
    assert said.splitlines() == [
        "▲ 7 in /o.csv, 2.0 KB",
        "  3 messages not readable, and so not tested",
        "  1 message too large to test",
        "  partition 1 cannot be read: its leader is gone",
    ]
