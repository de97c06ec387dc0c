"""Copying, exporting and resending from the list of messages and from one message."""

import json
from pathlib import Path

import pytest

from console.forms.export import ExportForm
from console.forms.resend import ResendForm
from tests.console.screens.test_messages import opened, rows_of, staged
from tests.support.console_stage import console
from tests.support.hand import at_rest, press
from tests.support.sample_clusters import STAGING
from tests.support.sample_records import TOPIC, sample_records
from tests.support.sample_snapshots import busy
from tests.support.waiting import until

SIZE = (120, 40)


@pytest.mark.parametrize("way", [(), ("enter",)])
async def test_y_copies_the_value_and_capital_y_the_message(way: tuple[str, ...]) -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        await press(app, *way, "y")
        assert json.loads(app.clipboard)["order"] == "A-10479"
        await press(app, "Y")
        said = json.loads(app.clipboard)
        assert (said["partition"], said["offset"]) == (11, 39)


async def test_what_has_no_value_copies_nothing() -> None:
    app = staged()
    async with app.run_test(size=SIZE, notifications=True):
        await opened(app)
        await press(app, "f", *"value is null", "enter", "y")
        assert app.clipboard == ""


def written(folder: Path) -> tuple[str, list[dict[str, object]]]:
    """The one file in a folder: its name, and its lines."""
    (file,) = folder.iterdir()
    return file.name, [json.loads(line) for line in file.read_text().splitlines()]


async def test_x_writes_what_is_shown_in_its_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        names = rows_of(app)
        await press(app, "x", "ctrl+s")
        form = app.screen
        assert isinstance(form, ExportForm)
        await until(lambda: not form.is_sending)
    name, lines = written(tmp_path)
    assert name == "orders.placed-20231114221320.jsonl"
    assert tuple(f"{line['partition']}:{line['offset']}" for line in lines) == names


@pytest.mark.parametrize("way", [(), ("enter",)])
async def test_capital_r_sends_the_message_once_more(way: tuple[str, ...]) -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await opened(app)
        partitions = app.cluster.world.topics[TOPIC].partitions
        before = partitions[11].records[39]
        await press(app, *way, "R")
        assert isinstance(app.screen, ResendForm)
        await press(app, "ctrl+s", "y")
        await at_rest(app)
        new = [each for part in partitions for at, each in part.records.items() if at >= 40]
        assert [(each.key, each.value, each.headers) for each in new] == [
            (before.key, before.value, before.headers)
        ]
        assert "publish" in [act.kind.value for act in app.journal.acts]


async def test_where_nothing_is_changed_nothing_is_resent() -> None:
    app = console(busy(), saved=STAGING)
    sample_records(app.cluster)
    async with app.run_test(size=SIZE):
        await press(app, "2", "m", "R")
        assert not isinstance(app.screen, ResendForm)
