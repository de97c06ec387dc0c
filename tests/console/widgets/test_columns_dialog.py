"""The dialog of columns: what it shows, hides, moves, and that the table follows at once."""

from console.keys.keymap import DEFAULT_KEYMAP, load_keymap
from console.widgets.column_choice import AS_MADE
from console.widgets.columns import Column
from console.widgets.columns_dialog import ColumnsDialog
from console.widgets.table_rows import Cell, Order, Row
from console.widgets.vtable import VTable
from tests.support.hand import at_rest, press, resize
from tests.support.stage import Stage, shown

SIZE = (80, 24)
COLUMNS = (
    Column("name", "NAME", 10),
    Column("size", "SIZE", 6, is_right=True),
    Column("trend", "TREND", 20, appears_from=200),
    Column("state", "STATE", 6),
)
ROW = Row("a", (Cell("a"), Cell("1"), Cell("~"), Cell("fine")), ("a", 1, 1, "fine"))


async def opened(app: Stage, table: VTable) -> ColumnsDialog:
    table.set_rows([ROW])
    await at_rest(app)
    dialog = ColumnsDialog(table, DEFAULT_KEYMAP)
    await app.push_screen(dialog)
    await at_rest(app)
    return dialog


def head(table: VTable) -> list[str]:
    """The labels of the columns that the table has room for, as they stand."""
    shown_columns = table.choice.shown(table.columns)
    return [each.label for each in shown_columns if each.key in table.placed_keys]


async def test_it_lists_every_column_and_why_one_is_not_seen() -> None:
    table = VTable(COLUMNS, order=Order(1))
    app = Stage(table)
    async with app.run_test(size=SIZE):
        await opened(app, table)
        text = shown(app)
        assert "✓  NAME" in text
        assert "sorted by it" in text
        assert "no room for it now" in text
        assert "space shows · J further · K back · s sorts · d resets · esc closes" in text


async def test_a_column_is_hidden_and_shown_again() -> None:
    table = VTable(COLUMNS)
    app = Stage(table)
    async with app.run_test(size=SIZE):
        await opened(app, table)
        await press(app, "j", " ")
        assert head(table) == ["NAME", "STATE"]
        await press(app, "enter")
        assert head(table) == ["NAME", "SIZE", "STATE"]


async def test_a_column_is_moved_and_the_cursor_goes_with_it() -> None:
    table = VTable(COLUMNS)
    app = Stage(table)
    async with app.run_test(size=SIZE):
        await opened(app, table)
        await press(app, "J", "J", "J")
        assert head(table) == ["SIZE", "STATE", "NAME"]
        await press(app, "shift+up", "shift+up")
        assert head(table) == ["SIZE", "NAME", "STATE"]
        await press(app, "d")
        assert table.choice == AS_MADE


async def test_keys_of_other_tables_do_nothing_here() -> None:
    table = VTable(COLUMNS)
    app = Stage(table)
    async with app.run_test(size=SIZE):
        dialog = await opened(app, table)
        before = shown(app)
        await press(app, "S", "slash", "y", "Y")
        assert shown(app) == before
        assert app.screen is dialog
        await press(app, "v")
        assert app.screen is not dialog


async def test_it_names_the_keys_of_the_user() -> None:
    keymap, problems = load_keymap("plain", {"columns.toggle": "x", "columns.reset": ""})
    assert not problems
    table = VTable(COLUMNS)
    app = Stage(table)
    async with app.run_test(size=SIZE):
        await app.push_screen(ColumnsDialog(table, keymap))
        await at_rest(app)
        assert "x shows" in shown(app)
        assert "as at first" not in shown(app)


async def test_it_fits_the_least_terminal() -> None:
    many = tuple(Column(f"c{number}", f"C{number}", 4) for number in range(40))
    table = VTable(many)
    app = Stage(table)
    async with app.run_test(size=(60, 20)):
        await app.push_screen(ColumnsDialog(table, DEFAULT_KEYMAP))
        await press(app, "G")
        assert "C39" in shown(app)


async def test_what_there_is_room_for_follows_the_size_of_the_terminal() -> None:
    table = VTable(COLUMNS)
    app = Stage(table)
    async with app.run_test(size=SIZE):
        await opened(app, table)
        assert "no room for it now" in shown(app)
        await resize(app, 210, 24)
        await at_rest(app)
        assert "no room for it now" not in shown(app)


async def test_the_table_is_sorted_by_the_chosen_column_and_turned_round() -> None:
    table = VTable(COLUMNS)
    app = Stage(table)
    async with app.run_test(size=SIZE):
        await opened(app, table)
        await press(app, "j", "s")
        assert table.order == Order(1)
        assert "sorted by it" in shown(app)
        await press(app, "s")
        assert table.order == Order(1, is_down=True)
