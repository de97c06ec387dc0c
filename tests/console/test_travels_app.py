"""Where a person has been: back, forward, to the last view, and through what is gone."""

from dataclasses import replace

import pytest

from console.forms.reset_offsets import ResetForm
from console.model.section import Ready
from console.screens.visits import Place
from tests.support.console_stage import console
from tests.support.hand import at_rest, press
from tests.support.sample_clusters import LOCAL
from tests.support.sample_series import NOW_MS
from tests.support.sample_snapshots import busy
from tests.support.sample_topics import topics
from tests.support.stage import shown

SIZE = (120, 40)


async def test_back_and_forward_through_views_and_what_was_open_in_them() -> None:
    app = console(busy(), saved=LOCAL)
    async with app.run_test(size=SIZE):
        await press(app, "2", "enter", "3", *":group fraud", "enter", "C")
        places = [
            Place("overview"),
            Place("topics"),
            Place("topics", "topic", "orders.placed"),
            Place("groups"),
            Place("groups", "group", "fraud"),
            Place("groups", "clusters", "clusters"),
        ]
        assert app.here() == places[-1]
        for place in places[-2::-1]:
            await press(app, "[")
            assert app.here() == place
        await press(app, "[")
        assert app.here() == places[0]
        for place in places[1:]:
            await press(app, "]")
            assert app.here() == place
        await press(app, "]")
        assert app.here() == places[-1]


async def test_going_somewhere_from_the_middle_forgets_what_was_ahead() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await press(app, "2", "3", "[", "4", "]")
        assert app.here() == Place("retention")
        await press(app, "[", "[")
        assert app.here() == Place("overview")


@pytest.mark.parametrize("again", [("2",), (*":topics", "enter")], ids=["key", "command"])
async def test_the_view_in_front_goes_to_its_top(again: tuple[str, ...]) -> None:
    """As a click on its name does; from another view it is as it was left."""
    app = console(busy())
    async with app.run_test(size=SIZE):
        await press(app, "2", "enter", "m", "3", "2")
        assert app.here() == Place("topics", "messages", "orders.placed")
        await press(app, *again)
        assert app.here() == Place("topics")
        await press(app, *again, "[")
        assert app.here() == Place("topics", "messages", "orders.placed")


async def test_the_last_view_and_this_one_take_turns() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await press(app, "2", "enter", "3", "-")
        assert app.here() == Place("topics", "topic", "orders.placed")
        await press(app, "-")
        assert app.here() == Place("groups")


@pytest.mark.parametrize("keys", [("2",), ("3", "enter"), (*":group billing", "enter")])
async def test_a_group_behind_a_command_is_opened_for_it(keys: tuple[str, ...]) -> None:
    app = console(busy())
    async with app.run_test(size=(120, 40)):
        await press(app, *keys, *":reset billing", "enter")
        assert isinstance(app.screen, ResetForm)
        await press(app, "escape")
        assert app.here().detail == "billing"
        await press(app, "escape")
        assert app.here().detail != "billing"


async def test_the_screens_of_messages_and_comparisons_are_gone_back_to() -> None:
    app = console(busy())
    app.cluster.world.add_topic("orders.placed", 12, end=20)
    async with app.run_test(size=SIZE):
        await press(app, "2", "m")
        await at_rest(app)
        messages = Place("topics", "messages", "orders.placed")
        assert app.here() == messages
        await press(app, *":diff orders.placed orders.fulfilled", "enter", "[")
        await at_rest(app)
        assert app.here() == messages
        await press(app, "]")
        assert app.here() == Place("topics", "diff", "orders.placed orders.fulfilled")


async def test_one_record_is_no_place_to_come_back_to() -> None:
    app = console(busy())
    app.cluster.world.add_topic("orders.placed", 12, end=20)
    async with app.run_test(size=SIZE):
        await press(app, "2", "m")
        await at_rest(app)
        await press(app, "enter")
        await at_rest(app)
        await press(app, "1", "[")
        await at_rest(app)
        assert app.here() == Place("topics", "messages", "orders.placed")


async def test_going_back_to_what_is_gone_says_so() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await press(app, "2", "enter", "escape", "3")
        rows = tuple(topic for topic in topics() if topic.name != "orders.placed")
        app.feed.give(replace(busy(), topics=Ready(rows, NOW_MS)))
        await press(app, "[", "[")
        assert "There is no topic orders.placed" in shown(app)


@pytest.mark.parametrize("keys", ["2", "3", "4", "6"])
async def test_z_gives_the_panel_the_whole_screen_and_back(keys: str) -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await press(app, keys)
        before = shown(app)
        await press(app, "z")
        assert app.screen.maximized is not None
        assert "sorted by" in shown(app) or keys == "6"
        await press(app, "escape")
        assert app.screen.maximized is None
        assert shown(app) == before


async def test_esc_clears_the_filter_of_a_maximised_list_before_it_gives_it_back() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await press(app, "2", "z", "slash", *"orders", "enter", " ", "escape")
        assert app.screen.maximized is not None
        assert "1 marked" in shown(app)
        assert "filter orders" not in shown(app)
        await press(app, "escape")
        assert "1 marked" not in shown(app)
        assert app.screen.maximized is not None
        await press(app, "escape")
        assert app.screen.maximized is None


async def test_what_is_gone_takes_no_whole_screen() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await press(app, "2", "enter", "z")
        app.feed.give(replace(busy(), topics=Ready((), NOW_MS)))
        await at_rest(app)
        assert "There is no topic orders.placed" in shown(app)


async def test_p_pauses_and_resumes_and_the_header_says_so() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await press(app, "P")
        assert app.feed.is_paused
        assert "paused" in shown(app)
        await press(app, "3", "P")
        assert not app.feed.is_paused
        assert "paused" not in shown(app)
