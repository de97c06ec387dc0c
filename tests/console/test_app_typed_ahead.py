"""Keys that arrive together act as if each had waited for the one before it."""

import pytest
from textual.widgets import Input

from console.forms.create_topic import CreateTopicForm
from console.forms.publish import PublishForm
from console.screens.group import GroupScreen
from console.widgets.confirm import ConfirmDialog
from console.widgets.table_panel import TablePanel
from console.widgets.vtable import VTable
from tests.support.console_stage import StagedConsole, console
from tests.support.hand import at_rest, send_key, send_paste
from tests.support.sample_snapshots import busy

SIZE = (120, 40)


async def burst(app: StagedConsole, *keys: str) -> None:
    """Press keys without waiting for anything in between, then for all that they cause."""
    for key in keys:
        send_key(app, key)
    await at_rest(app)


async def test_letters_behind_the_filter_key_are_filtered_by_and_open_nothing() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await burst(app, "/", *"payments")
        assert isinstance(app.focused, Input)
        assert app.focused.value == "payments"
        assert len(app.screen_stack) == 1


async def test_letters_behind_a_number_reach_the_view_that_it_leads_to() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await burst(app, *"2/payments")
        assert app.current_mode == "topics"
        assert app.screen.query_one(TablePanel).filter_line.value == "payments"
        await burst(app, "enter", "3", "/", *"fr", "enter", "enter")
        assert app.current_mode == "groups"
        assert isinstance(app.screen, GroupScreen)
        assert app.screen.detail == "fraud"


async def test_keys_behind_enter_do_not_go_into_the_line_that_it_leaves() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await burst(app, *"2/orders", "enter", "j")
        panel = app.screen.query_one(TablePanel)
        assert panel.filter_line.value == "orders"
        assert panel.table.cursor_key == panel.table.shown_keys[1]


async def test_a_whole_command_and_what_is_typed_into_its_view_go_there() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await burst(app, *":topics", "enter", *"/pay", "enter")
        assert app.current_mode == "topics"
        panel = app.screen.query_one(TablePanel)
        assert panel.filter_line.value == "pay"
        assert isinstance(app.focused, VTable)


@pytest.mark.parametrize(("key", "form"), [("n", CreateTopicForm), ("p", PublishForm)])
async def test_a_form_takes_what_is_typed_behind_the_key_that_opens_it(
    key: str, form: type[CreateTopicForm | PublishForm]
) -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await burst(app, "3", key, *"quick")
        assert isinstance(app.screen, form)
        assert isinstance(app.focused, Input)
        assert app.focused.value == "quick"


async def test_a_form_is_sent_with_all_that_was_typed_before_the_key_that_sends_it() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await burst(app, "n", *"quick.topic", "tab", "backspace", "7", "tab", "1", "ctrl+s")
        assert len(app.screen_stack) == 1, "the form is sent and gone"
        topics = (await app.cluster.layout()).topics
        assert [(each.name, len(each.partitions)) for each in topics] == [("quick.topic", 7)]


async def test_the_name_behind_the_delete_key_is_asked_for_first() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await burst(app, *"2D", *"orders")
        assert isinstance(app.screen, ConfirmDialog)
        assert app.screen.query_one(Input).value == "orders"
        await burst(app, "escape", "j")
        assert app.current_mode == "topics"
        assert app.screen.query_one(VTable).cursor_key == "orders.fulfilled"


async def test_what_is_pasted_waits_for_its_turn_as_well() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        send_key(app, "2")
        send_key(app, "/")
        send_paste(app, "pay")
        await burst(app, *"ments")
        assert app.screen.query_one(TablePanel).filter_line.value == "payments"


async def test_a_name_that_is_pasted_onto_a_table_is_looked_for() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await burst(app, "2")
        send_paste(app, "payments.captured\n")
        await at_rest(app)
        assert app.screen.query_one(TablePanel).table.shown_keys == ("payments.captured",)
        assert isinstance(app.focused, VTable)


async def test_lines_that_are_pasted_onto_a_table_are_joined_and_are_no_keys() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await burst(app, "2")
        send_paste(app, "payments.captured\nDq")
        await at_rest(app)
        assert app.screen.query_one(TablePanel).filter_line.value == "payments.captured Dq"
        assert isinstance(app.focused, VTable)
