"""The console has its lists and settings as they were left, on each cluster its own."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from console.memory import Changes, Memory
from console.model.list_state import ListState
from console.panels.topics import TopicsPanel
from console.settings import TimeStyle
from console.widgets.table_panel import TablePanel
from tests.support.console_stage import StagedConsole, console
from tests.support.hand import at_rest, press
from tests.support.sample_clusters import LOCAL
from tests.support.sample_snapshots import busy
from tests.support.stage import lines_of, shown
from tests.support.waiting import until

SIZE = (120, 40)


def staged(memory: Memory | None = None) -> StagedConsole:
    app = console(busy(), saved=LOCAL)
    app.memory = memory or Memory()
    return app


def topics(app: StagedConsole) -> TablePanel:
    return app.screen.query_one(TopicsPanel)


async def test_a_list_is_as_it_was_left_in_the_next_run() -> None:
    first = staged()
    async with first.run_test(size=SIZE):
        await press(first, "2", "s", "S", "v", "j", " ", "escape")
        await press(first, "slash", *"orders", "enter")
        left = topics(first).state
    second = staged(first.memory)
    async with second.run_test(size=SIZE):
        await press(second, "2")
        text = shown(second)
        assert "filter orders" in text
        assert "PARTS" not in text
        assert topics(second).state == left
        assert all("orders" in key for key in topics(second).table.shown_keys)
        await press(second, "escape")
        assert topics(second).table.shown_count == topics(second).table.row_count
        assert second.memory.list_state("local", "topics/topics").filter == ""


async def test_nothing_is_remembered_of_a_list_that_nobody_changed() -> None:
    class Store:
        def merge(self, changes: Changes) -> None:
            raise AssertionError(changes)

    app = staged(Memory(store=Store()))
    async with app.run_test(size=SIZE):
        await press(app, *"123456", "2", "enter", "j", "escape")
        app.feed.give(busy())
        await at_rest(app)
    app.memory.save_now()
    assert not app.memory.problem


async def test_each_cluster_has_its_own() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "2", "slash", *"orders", "enter", "i", "ctrl+r")
        assert app.frame().are_internal_shown
        assert app.feed.interval_s == 2.0
        await app.switch_cluster("staging")
        app.feed.give(busy())
        await press(app, "2")
        assert topics(app).state == ListState()
        assert not app.frame().are_internal_shown
        assert app.feed.interval_s == 1.0
        await app.switch_cluster("local")
        app.feed.give(busy())
        await press(app, "2")
        assert topics(app).filter_line.value == "orders"
        assert app.frame().are_internal_shown
        assert app.feed.interval_s == 2.0


async def test_how_times_are_shown_holds_on_every_cluster_and_in_the_next_run() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "T")
        assert app.times.style is TimeStyle.RELATIVE
        await app.switch_cluster("staging")
        await at_rest(app)
        assert app.times.style is TimeStyle.RELATIVE
    second = staged(app.memory)
    async with second.run_test(size=SIZE):
        await at_rest(second)
        assert second.times.style is TimeStyle.RELATIVE


@pytest.mark.parametrize(
    "said",
    [
        {"interval": {"value": "often", "instead_of": 1.0}},
        {"interval": {"value": 1e9, "instead_of": 1.0}},
        {"interval": {"value": True, "instead_of": 1.0}},
        {"internal_topics": {"value": 7, "instead_of": False}},
        {"lists": {"topics/topics": {"sorted_by": "gone", "hidden": ["gone"], "columns": ["x"]}}},
        {"lists": {"topics/topics": {"filter": "/[/"}}},
    ],
)
async def test_what_another_wrote_does_no_harm(said: Mapping[str, object]) -> None:
    app = staged(Memory({"clusters": {"local": said}, "everywhere": {"times": {"value": []}}}))
    async with app.run_test(size=SIZE):
        await press(app, "2")
        assert app.feed.interval_s in (None, 1.0)
        assert app.frame().are_internal_shown is False
        assert topics(app).table.row_count


async def test_a_setting_that_is_configured_anew_wins() -> None:
    memory = Memory()
    memory.keep_setting("interval", 30.0, 1.0, "local")
    app = staged(memory)
    async with app.run_test(size=SIZE):
        await at_rest(app)
        assert app.feed.interval_s == 30.0
        app.take_settings(replace(app._settings, interval_s=2.0), app._look)
        assert app.feed.interval_s == 2.0
        assert memory.setting("interval", 2.0, "local") is None


async def test_a_filter_of_one_topic_is_not_that_of_the_next() -> None:
    app = staged()
    async with app.run_test(size=SIZE):
        await press(app, "2", "enter", "s", "slash", "7", "enter", "escape", "escape")
        await press(app, "j", "enter")
        panel = app.screen.query(TablePanel).first()
        assert panel.filter_line.value == ""
        assert panel.state.sorted_by == "leader"
        assert "filter" not in "".join(lines_of(app)[:20])


async def test_a_disk_that_refuses_is_told_once() -> None:
    class Store:
        def merge(self, changes: Changes) -> None:
            raise OSError(28, "No space left\x1b on device")

    app = staged(Memory(store=Store()))
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "2", "s")
        await until(lambda: app.memory.problem)
        await at_rest(app)
        assert "left␛ on device" in shown(app)
        await press(app, "s", "s")
        assert topics(app).state.sorted_by == "topic"
