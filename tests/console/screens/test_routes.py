"""The keys that work everywhere: leaving, deleting with a question, help, maximising."""

from dataclasses import replace

import pytest
from textual.widgets import Input

from console.forms.publish import PublishForm
from console.forms.what_if import WhatIfForm
from console.model.section import LOADING
from console.port.cluster import NewTopic
from console.port.errors import Refused
from console.screens.topic import TopicScreen
from console.widgets.confirm import ConfirmDialog
from console.widgets.vtable import VTable
from tests.support.console_stage import StagedConsole, console
from tests.support.hand import at_rest, press
from tests.support.sample_logs import TOPIC, logs_read, sample_logs
from tests.support.sample_snapshots import busy, empty
from tests.support.stage import shown

SIZE = (120, 40)


async def with_topic() -> StagedConsole:
    app = console(busy())
    await app.cluster.create_topic(NewTopic("orders.placed", 3, 1))
    return app


async def test_a_topic_is_deleted_only_when_its_whole_name_was_typed() -> None:
    app = await with_topic()
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "2", "D", *"orders", "enter")
        assert isinstance(app.screen, ConfirmDialog)
        assert "orders.placed" in app.cluster.world.topics
        await press(app, *".placed", "enter")
        assert "orders.placed is deleted" in shown(app)
    assert "orders.placed" not in app.cluster.world.topics


async def test_escape_deletes_nothing_and_y_is_a_letter_of_the_name() -> None:
    app = await with_topic()
    async with app.run_test(size=SIZE):
        await press(app, "2", "D", "y")
        assert isinstance(app.screen, ConfirmDialog)
        assert app.screen.query_one(Input).value == "y"
        await press(app, "escape")
        assert not isinstance(app.screen, ConfirmDialog)
    assert "delete_topic" not in app.cluster.calls


async def test_why_a_topic_stays_is_told() -> None:
    app = await with_topic()
    app.cluster.fail("delete_topic", Refused("user reader lacks \x1b[2JDelete"))
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "2", "D", *"orders.placed", "enter")
        assert "orders.placed stays" in shown(app)
        assert "user reader lacks ␛[2JDelete" in shown(app)


async def test_the_answers_about_two_topics_are_both_told() -> None:
    app = await with_topic()
    await app.cluster.create_topic(NewTopic("orders.fulfilled", 3, 1))
    answer = app.cluster.hold("delete_topic")
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "2", "D", *"orders.placed", "enter")
        await press(app, "j", "D", *"orders.fulfilled", "enter")
        answer.set()
        await at_rest(app)
        assert "orders.placed is deleted" in shown(app)
        assert "orders.fulfilled is deleted" in shown(app)


async def test_a_fault_of_a_worker_is_told_and_kept() -> None:
    app = await with_topic()
    app.cluster.fail("delete_topic", ZeroDivisionError("nobody expects this"))
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "2", "D", *"orders.placed", "enter")
        assert "The console failed over" in shown(app)
    assert app.fault_count == 1
    assert "Traceback" in app.fault_report


async def test_without_a_topic_there_is_nothing_to_delete_and_a_form_without_a_name() -> None:
    app = console(empty())
    async with app.run_test(size=SIZE):
        await press(app, "2", "D")
        assert len(app.screen_stack) == 1
        await press(app, "p")
        assert isinstance(app.screen, PublishForm)
        assert app.screen.text_of("topic") == ""


async def test_publishing_begins_with_the_topic_under_the_cursor() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await press(app, "2", "j", "p")
        assert isinstance(app.screen, PublishForm)
        assert app.screen.text_of("topic") == "orders.fulfilled"
        assert isinstance(app.focused, Input)
        assert app.focused.id == "value"


async def test_escape_gives_a_maximised_panel_back_before_it_goes_back() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await press(app, "2", "enter", "z")
        assert app.screen.maximized is not None
        await press(app, "escape")
        assert app.screen.maximized is None
        assert isinstance(app.screen, TopicScreen)
        await press(app, "escape")
        assert not isinstance(app.screen, TopicScreen)


async def test_nothing_of_a_maximised_panel_is_beyond_the_terminal() -> None:
    app = console(busy())
    async with app.run_test(size=(60, 20)):
        await press(app, "2", "enter", "z")
        assert app.screen.maximized is not None
        assert app.screen.maximized.region == app.screen.region


async def test_ctrl_c_says_how_to_quit() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "ctrl+c")
        assert "ctrl+q quits" in shown(app)
        assert app.is_running


async def test_history_goes_nowhere_from_the_first_place() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await press(app, "[", "]", "-")
        assert app.current_mode == "overview"
        assert isinstance(app.focused, VTable)


@pytest.mark.parametrize("keys", [("4", "home"), ("4", "home", "enter")])
async def test_what_if_opens_for_the_topic_of_the_screen(keys: tuple[str, ...]) -> None:
    app = console(busy())
    sample_logs(app.cluster)
    async with app.run_test(size=SIZE):
        await press(app, *keys, "w")
        await logs_read(app)
        assert isinstance(app.screen, WhatIfForm)
        assert f"Retention of {TOPIC}" in shown(app)
        assert "15m" in shown(app)
        await press(app, *["backspace"] * 3, *"5m")
        await logs_read(app)
        await press(app, "ctrl+s")
        assert isinstance(app.screen, ConfirmDialog)
        assert "This deletes" in shown(app)
        await press(app, "y")
    assert app.cluster.world.topics[TOPIC].configs["retention.ms"] == "300000"
    (act,) = app.journal.acts
    assert act.can_be_undone


async def test_what_if_waits_until_the_partitions_are_known() -> None:
    app = console(replace(busy(), topics=LOADING))
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "4", "w")
        assert "not read yet" in shown(app)
        assert not isinstance(app.screen, WhatIfForm)


async def test_what_if_without_a_topic_does_nothing() -> None:
    app = console(empty())
    async with app.run_test(size=SIZE):
        await press(app, "4", "w")
        assert not isinstance(app.screen, WhatIfForm)
