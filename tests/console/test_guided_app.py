"""The tour in the whole console: taken by hand over a cluster in memory, left, lost and found."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from console.demo.tour import TOUR
from console.forms.publish import PublishForm
from console.guided_app import NOT_HERE
from console.keys.keymap import load_keymap
from console.model.cluster import Connection, ConnectionState
from console.model.group import GroupState
from console.sampling.needs import View
from console.screens.visits import Place
from console.tour.bookmark import Bookmark
from console.tour.course import Stage
from console.tour.panel import TourPanel
from console.widgets.vtable import VTable
from tests.support.console_stage import StagedConsole, console
from tests.support.hand import at_rest, press, write
from tests.support.sample_clusters import LOCAL
from tests.support.sample_demo import demo_snapshot, guided
from tests.support.sample_snapshots import busy
from tests.support.stage import lines_of, shown
from tests.support.waiting import until

SIZE = (120, 40)


def stage_of(app: StagedConsole) -> Stage:
    assert app.course is not None
    return app.course.stage


def step_of(app: StagedConsole) -> str:
    assert app.course is not None
    return app.course.step.id


def panel_text(app: StagedConsole) -> str:
    """What the panel in front says, without its border."""
    panel = app.screen.query_one(TourPanel)
    top, height = panel.region.y, panel.region.height
    lines = lines_of(app)[top : top + height]
    return " ".join(" ".join(line.strip("│╭╮╰╯─ ") for line in lines).split())


async def open_row(app: StagedConsole, name: str) -> None:
    """Move to a row of the table that has the focus and open it."""
    app.screen.query(VTable).first().move_to(name)
    await press(app, "enter")


async def see(app: StagedConsole, **changes: Mapping[str, int]) -> None:
    """Let another snapshot come."""
    app.feed.give(demo_snapshot(**changes))  # type: ignore[arg-type]
    await at_rest(app)


async def publish(app: StagedConsole) -> None:
    await press(app, "p")
    await write(app, "hello")
    await press(app, "ctrl+s")
    await until(lambda: app.journal.acts)
    await at_rest(app)


async def find(app: StagedConsole) -> None:
    assert isinstance(app.screen, PublishForm)
    await press(app, "escape", "f")
    await write(app, "hello")
    await press(app, "enter")
    await until(lambda: all(each.is_finished for each in app.workers if each.group == "messages"))
    await at_rest(app)
    await press(app, "enter")


async def pause(app: StagedConsole) -> None:
    await press(app, "7")
    await see(app, lags={"warehouse": 1_999})
    assert step_of(app) == "stop"
    await see(app, lags={"warehouse": 2_000})


async def stop_group(app: StagedConsole) -> None:
    group = app.cluster.world.groups["warehouse"]
    group.members, group.state = (), GroupState.EMPTY
    await see(app, crews={"warehouse": 0})


async def preview(app: StagedConsole) -> None:
    await press(app, "3", "R")
    await write(app, "earliest")
    await press(app, "ctrl+s")


async def reset(app: StagedConsole) -> None:
    await press(app, "ctrl+s", "y")
    await until(lambda: app.journal.last_undoable)
    await at_rest(app)


async def undo(app: StagedConsole) -> None:
    await press(app, "escape", "u", "y")
    await until(lambda: any(act.is_undone for act in app.journal.acts))
    await at_rest(app)


Hand = Callable[[StagedConsole], Awaitable[None]]


def keys(*pressed: str) -> Hand:
    return lambda app: press(app, *pressed)


def row(name: str) -> Hand:
    return lambda app: open_row(app, name)


HANDS: Mapping[str, Hand] = {
    "start": keys(">"),
    "topics": keys("2"),
    "open-topic": row("payments"),
    "partitions": keys(">"),
    "messages": keys("m"),
    "order": keys(">"),
    "publish": publish,
    "find": find,
    "groups": keys("3"),
    "open-group": row("warehouse"),
    "lag": keys(">"),
    "workers": keys("7"),
    "stop": pause,
    "catch-up": lambda app: see(app, lags={"warehouse": 80}),
    "kill": lambda app: see(app, crews={"fraud-detection": 1}),
    "rejoin": lambda app: see(app, crews={"fraud-detection": 2}),
    "retention": keys("4"),
    "deletion": keys(">"),
    "nobody": stop_group,
    "preview": preview,
    "reset": reset,
    "undo": undo,
    "again": lambda app: see(app, crews={"warehouse": 1}),
    "end": keys(">"),
}
"""What a person does at each step, and what of it a snapshot shows."""


async def test_the_tour_goes_on_by_what_is_done() -> None:
    app = guided()
    async with app.run_test(size=(80, 24)):
        await press(app, "f2")
        for step, hand in HANDS.items():
            assert step_of(app) == step
            assert app.course is not None
            assert not app.course.is_already_met
            await hand(app)
        assert stage_of(app) is Stage.OVER
        assert not app.screen.query(TourPanel)


async def test_each_step_can_be_skipped_and_leads_to_where_the_next_begins() -> None:
    app = guided()
    async with app.run_test(size=SIZE):
        await press(app, "f2")
        assert app.course is not None
        for step in app.course.tour.steps:
            assert step_of(app) == step.id
            assert step.place in (None, app.here())
            await press(app, ">")
        assert stage_of(app) is Stage.OVER
        await press(app, "f2")
        assert (stage_of(app), step_of(app)) == (Stage.UNDER_WAY, "start")


async def test_the_tour_is_offered_taken_left_and_gone_on_with() -> None:
    app = guided()
    async with app.run_test(size=SIZE, notifications=True):
        await at_rest(app)
        assert "f2 begins a tour of what you see here" in panel_text(app)
        await press(app, ">")
        assert stage_of(app) is Stage.OFFERED
        assert "No tour is under way" in shown(app)
        await press(app, "f2", ">", "2", "f4")
        assert not app.screen.query(TourPanel)
        assert "f2 goes on with it" in shown(app)
        await press(app, "5")
        assert not app.screen.query(TourPanel)
        await press(app, "f2")
        assert step_of(app) == "open-topic"
        assert app.here() == Place("topics")


async def test_the_step_is_kept_for_another_run(tmp_path: Path) -> None:
    bookmark = Bookmark(tmp_path / "tour", TOUR)
    app = guided()
    app.bookmark = bookmark
    async with app.run_test(size=SIZE):
        await press(app, "f2", ">", "2")
        await until(lambda: bookmark.read() == "open-topic")
    again = guided(kept=bookmark.read())
    again.bookmark = bookmark
    async with again.run_test(size=SIZE):
        await at_rest(again)
        assert "f2 goes on with the tour at step 3" in panel_text(again)
        await press(again, "f2")
        assert (step_of(again), again.here()) == ("open-topic", Place("topics"))
        await press(again, ":", *"tour end", "enter", ">")
        await until(lambda: not (tmp_path / "tour").exists())


async def test_a_step_that_cannot_be_kept_is_told_and_the_tour_goes_on(tmp_path: Path) -> None:
    app = guided()
    app.bookmark = Bookmark(tmp_path, TOUR)
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "f2")
        await until(lambda: "The step of the tour is not kept" in shown(app))
        await press(app, ">")
        assert step_of(app) == "topics"


async def test_an_offer_can_be_declined() -> None:
    app = guided()
    async with app.run_test(size=SIZE):
        await press(app, "f4")
        assert not app.screen.query(TourPanel)


async def test_going_back_leads_to_where_the_step_begins() -> None:
    app = guided()
    async with app.run_test(size=SIZE):
        await press(app, "f2", ">", "2", "<")
        assert (step_of(app), app.here()) == ("topics", Place("overview"))


async def test_a_step_is_begun_by_its_name() -> None:
    app = guided()
    async with app.run_test(size=SIZE):
        await press(app, ":", *"tour la", "tab", "enter")
        assert (step_of(app), app.here()) == ("lag", Place("groups", "group", "warehouse"))


async def test_who_went_elsewhere_finds_back() -> None:
    app = guided()
    async with app.run_test(size=SIZE):
        await press(app, ":", *"tour stop", "enter")
        await press(app, "5")
        assert "f2 to its place" in shown(app)
        await press(app, "f2")
        assert app.here() == Place("demo")
        assert "f2 to its place" not in shown(app)


async def test_what_the_tour_looks_at_is_read_while_it_is_under_way() -> None:
    app = guided()
    async with app.run_test(size=SIZE):
        await press(app, "5")
        assert not app.feed.needs[-1].groups
        await press(app, "f2", "5")
        assert app.feed.needs[-1].groups == {"fraud-detection", "warehouse", "mailer"}
        assert {View.GROUPS, View.TOPICS, View.BROKERS} <= app.feed.needs[-1].views
        await press(app, "f4")
        assert not app.feed.needs[-1].groups


async def test_a_topic_that_was_deleted_and_a_broker_that_died_are_told() -> None:
    app = guided()
    async with app.run_test(size=SIZE):
        await press(app, ":", *"tour stop", "enter")
        app.feed.give(demo_snapshot(gone="payments"))
        await at_rest(app)
        assert "There is no topic payments any more" in panel_text(app)
        lost = Connection(ConnectionState.RESTARTING, "127.0.0.1:9092", is_hosted=True)
        app.feed.give(replace(demo_snapshot(lags={"warehouse": 9_000}), connection=lost))
        await at_rest(app)
        assert "The broker does not answer just now" in panel_text(app)
        assert step_of(app) == "stop"
        await see(app)
        assert "pause it with" in panel_text(app)


async def test_another_cluster_is_not_what_the_tour_is_about() -> None:
    app = guided(saved=LOCAL)
    async with app.run_test(size=SIZE):
        await press(app, ":", *"tour stop", "enter")
        await press(app, ":", *"ctx staging", "enter")
        await see(app, lags={"warehouse": 9_000})
        assert "Another cluster is on show" in panel_text(app)
        assert step_of(app) == "stop"
        await press(app, ":", *"ctx local", "enter")
        await see(app, lags={"warehouse": 10})
        assert "pause it with" in panel_text(app)


async def test_the_panel_stands_beneath_dialogs_and_covers_nothing() -> None:
    app = guided()
    async with app.run_test(size=(80, 24)):
        await press(app, ":", *"tour publish", "enter")
        await press(app, "p")
        panel = app.screen.query_one(TourPanel)
        others = [each for each in app.screen.children if each is not panel and each.region]
        assert "type hello as the value" in panel_text(app)
        assert all(not each.region.overlaps(panel.region) for each in others)


async def test_the_keys_of_the_texts_are_those_of_the_person() -> None:
    keymap, problems = load_keymap("plain", {"app.tour-next": "f9", "messages.search": "F"})
    assert not problems
    app = guided(keymap=keymap)
    async with app.run_test(size=SIZE):
        await press(app, ":", *"tour order", "enter")
        assert "Press f9 to go on" in panel_text(app)
        await press(app, "f9", "f9")
        assert "Press F, type hello" in panel_text(app)


async def test_elsewhere_than_in_the_demonstration_it_is_said_where_the_tour_is() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "f2")
        assert [note.message for note in app._notifications] == [NOT_HERE]
        assert "kconsole demo" in shown(app)
        await press(app, "f4")
        assert not app.screen.query(TourPanel)


@pytest.mark.parametrize("size", [(60, 20), (30, 8), (1, 1), (200, 60)])
async def test_the_panel_draws_at_any_size(size: tuple[int, int]) -> None:
    app = guided()
    async with app.run_test(size=size):
        await press(app, "f2", ">")
        assert len(app.screen.query(TourPanel)) == 1
