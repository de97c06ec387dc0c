"""What is done with any list, from whichever screen: columns, a whole row, the rows in a file."""

import pytest

from console.forms.create_topic import CreateTopicForm
from console.forms.export_rows import ExportRowsForm
from console.widgets.columns_dialog import ColumnsDialog
from console.widgets.row_dialog import RowDialog
from tests.support.console_stage import console, sample_acts
from tests.support.hand import press
from tests.support.sample_snapshots import busy, loading
from tests.support.stage import shown

SIZE = (120, 40)


async def test_d_shows_all_of_a_row_and_v_its_columns() -> None:
    app = console(busy())
    async with app.run_test(size=(80, 24)):
        await press(app, "2")
        assert "RETENTION" not in shown(app)
        await press(app, "d")
        assert isinstance(app.screen, RowDialog)
        assert "RETENTION" in shown(app)
        await press(app, "d", "v")
        assert isinstance(app.screen, ColumnsDialog)


@pytest.mark.parametrize("key", ["x", "ctrl+e"])
@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (("1",), "topics"),
        (("2",), "topics"),
        (("2", "enter"), "partitions"),
        (("4",), "topics"),
        (("5",), "brokers"),
        (("5", "enter"), "keys"),
        (("6",), "acts"),
    ],
)
async def test_the_rows_of_the_list_in_hand_are_offered_to_be_written(
    keys: tuple[str, ...], said: str, key: str
) -> None:
    app = console(busy())
    sample_acts(app.journal)
    async with app.run_test(size=SIZE):
        await press(app, *keys, key)
        assert isinstance(app.screen, ExportRowsForm)
        assert app.screen.text_of("path").startswith(f"{said}-")


async def test_only_what_a_filter_lets_pass_is_offered() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await press(app, "2", "/", *"payments.", "enter", "x")
        count = sum(t.name.startswith("payments.") for t in busy().topics.value)  # type: ignore[union-attr]
        assert f"Export {count} topics" in shown(app)


async def test_an_empty_list_has_nothing_to_write() -> None:
    app = console(loading())
    async with app.run_test(size=SIZE, notifications=True):
        await press(app, "2", "x")
        assert "There is nothing to export" in shown(app)


@pytest.mark.parametrize("view", ["1", "2", "4"])
async def test_c_opens_the_groups_of_a_topic(view: str) -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await press(app, view, "c")
        assert "Groups that read it" in shown(app)


async def test_keys_of_other_tools_do_the_same() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await press(app, "2", "f3")
        assert "sorted by retention" in shown(app)
        await press(app, "ctrl+n")
        assert isinstance(app.screen, CreateTopicForm)
