"""The table under hand and mouse: cursor, order, filter, and what it draws."""

from collections.abc import Sequence
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import on
from textual.containers import Vertical
from textual.strip import Strip

from console.widgets.columns import Column
from console.widgets.palette import Role
from console.widgets.table_rows import Cell, Order, Row, arranged, next_order
from console.widgets.vtable import VTable
from tests.support.hand import at_rest, click_on, press, resize
from tests.support.stage import Stage, lines_of, segments_of, shown

COLUMNS = (
    Column("name", "NAME", 10, is_flex=True, width_max=30),
    Column("size", "SIZE", 8, is_right=True, priority=1, sort_first_down=True),
    Column("state", "STATE", 8, priority=2),
)


def row(name: str, size: int, state: str = "fine") -> Row:
    cells = (Cell(name), Cell(str(size), Role.OK, " MB"), Cell(f"● {state}", Role.OK))
    return Row(name, cells, (name, size, state))


def rows(count: int) -> list[Row]:
    return [row(f"row-{number:05}", number) for number in range(count)]


class Listening(Stage):
    """A stage with one table that remembers what the table says."""

    def __init__(self, content: Sequence[Row], order: Order | None = None) -> None:
        self.table = VTable(COLUMNS, order=order)
        super().__init__(self.table)
        self.content = content
        self.opened: list[str] = []
        self.moved: list[str | None] = []
        self.filters = 0

    def on_mount(self) -> None:
        self.table.set_rows(self.content)
        self.table.focus()

    @on(VTable.RowOpened)
    def remember_opened(self, message: VTable.RowOpened) -> None:
        self.opened.append(message.key)

    @on(VTable.CursorMoved)
    def remember_moved(self, message: VTable.CursorMoved) -> None:
        self.moved.append(message.key)

    @on(VTable.FilterWanted)
    def remember_filter(self) -> None:
        self.filters += 1


async def test_keys_move_the_cursor_and_open_its_row() -> None:
    app = Listening(rows(100))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("j", "down", "k", "enter")
        assert app.opened == ["row-00001"]
        await pilot.press("G")
        assert app.table.cursor_key == "row-00099"
        await pilot.press("g", "pagedown")
        assert app.table.cursor_key == "row-00018"
        await pilot.press("k", "ctrl+b")
        assert app.table.cursor_key == "row-00000"


async def test_cursor_row_is_always_on_the_screen() -> None:
    app = Listening(rows(500))
    async with app.run_test(size=(60, 12)) as pilot:
        for key in ("G", "pageup", "pageup", "k", "g", "pagedown", "j", "j"):
            await pilot.press(key)
            await pilot.pause()
            cursor_lines = [line for line in lines_of(app) if line.startswith("▌")]
            assert len(cursor_lines) == 1, key
            assert app.table.cursor_key in cursor_lines[0]


async def test_cursor_row_is_on_the_screen_after_a_time_without_room() -> None:
    """A table that was moved in while hidden or squeezed shows its cursor when it has room."""
    app = Listening(rows(500))
    async with app.run_test(size=(60, 12)) as pilot:
        for key in ("g", "G"):
            app.table.styles.height = 0
            await pilot.pause()
            await pilot.press("j", "k", key)
            app.table.styles.height = "1fr"
            await pilot.pause()
            assert len([line for line in lines_of(app) if line.startswith("▌")]) == 1, key


async def test_cursor_row_stays_on_the_screen_when_the_terminal_shrinks() -> None:
    app = Listening(rows(500))
    async with app.run_test(size=(60, 30)) as pilot:
        await pilot.press(*["j"] * 20)
        await pilot.resize_terminal(60, 10)
        await pilot.pause()
        assert len([line for line in lines_of(app) if line.startswith("▌")]) == 1


async def test_cursor_stays_on_its_key_when_rows_come_and_go() -> None:
    app = Listening(rows(20))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press(*["j"] * 7)
        app.table.set_rows([row("row-00000a", 0), *rows(20)])
        await pilot.pause()
        assert app.table.cursor_key == "row-00007"
        app.table.set_rows(rows(5))
        await pilot.pause()
        assert app.table.cursor_key == "row-00004"
        assert app.moved[-1] == "row-00004"
        app.table.set_rows([])
        await pilot.pause()
        assert app.table.cursor_key is None
        await pilot.press("j", "G", "g", "pagedown", "enter", "y", "s", "S")
        assert app.opened == []


async def test_sort_keys_change_the_column_and_the_direction() -> None:
    app = Listening(rows(3))
    async with app.run_test(size=(60, 20)) as pilot:
        assert "NAME ▲" in lines_of(app)[0]
        await pilot.press("s")
        await pilot.pause()
        assert "SIZE ▼" in lines_of(app)[0]
        assert app.table.shown_keys == ("row-00002", "row-00001", "row-00000")
        await pilot.press("S")
        await pilot.pause()
        assert "SIZE ▲" in lines_of(app)[0]
        assert app.table.shown_keys[0] == "row-00000"


async def test_click_moves_double_click_opens_header_sorts() -> None:
    app = Listening(rows(30))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.click(app.table, offset=(3, 5))
        assert app.table.cursor_key == "row-00004"
        await pilot.double_click(app.table, offset=(3, 7))
        assert app.opened == ["row-00006"]
        head = lines_of(app)[0].index("SIZE")
        await pilot.click(app.table, offset=(head, 0))
        assert app.table.order == Order(1, is_down=True)
        await pilot.click(app.table, offset=(head, 0))
        assert app.table.order == Order(1, is_down=False)


async def test_click_below_the_last_row_does_nothing() -> None:
    app = Listening(rows(2))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.click(app.table, offset=(3, 12))
        assert app.table.cursor_key == "row-00000"


async def test_filter_hides_rows_and_keeps_the_cursor() -> None:
    app = Listening(rows(50))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("slash")
        assert app.filters == 1
        app.table.move_to("row-00025")
        app.table.set_filter(lambda each: each.key.endswith("5"))
        assert (app.table.shown_count, app.table.row_count) == (5, 50)
        assert app.table.cursor_key == "row-00025"


class CountedRow(NamedTuple):
    """A row that counts how often it was asked what it is sorted by, and for its cells."""

    key: str
    asked: list[str]

    @property
    def cells(self) -> tuple[Cell, ...]:
        self.asked.append("cells")
        return (Cell(self.key), Cell("1"), Cell("fine"))

    def sort(self, column: int, /) -> str:
        self.asked.append("sort")
        return self.key


async def test_a_filter_leaves_rows_sorted_as_they_are() -> None:
    asked: list[str] = []
    app = Listening([])
    async with app.run_test(size=(60, 20)):
        app.table.set_rows([CountedRow(f"row-{number:02}", asked) for number in range(50)])
        asked.clear()
        app.table.set_filter(lambda each: each.key != "row-03")
        app.table.set_filter(None)
        assert "sort" not in asked
        assert app.table.shown_count == 50


class CountedTable(VTable):
    """Remembers which of its lines were drawn."""

    def __init__(self) -> None:
        super().__init__(COLUMNS)
        self.drawn: list[int] = []

    def render_line(self, y: int) -> Strip:
        self.drawn.append(y)
        return super().render_line(y)


async def test_a_step_of_the_cursor_draws_two_lines() -> None:
    table = CountedTable()
    app = Stage(table)
    async with app.run_test(size=(60, 20)) as pilot:
        table.set_rows(rows(50))
        table.focus()
        await at_rest(app)
        table.drawn.clear()
        await pilot.press("j")
        await at_rest(app)
        assert set(table.drawn) == {1, 2}
        assert lines_of(app)[2].startswith("▌row-00001")


async def test_a_table_keeps_the_focus_however_briefly_something_stood_in_its_place() -> None:
    """It is hidden and shown again before it gets to know of the former."""
    app = Listening(rows(3))
    async with app.run_test(size=(60, 20)):
        await at_rest(app)
        app.table.display = False
        app.screen._refresh_layout()
        assert app.table.message_queue_size
        app.table.display = True
        await at_rest(app)
        assert app.focused is app.table


async def test_a_table_in_a_box_that_is_hidden_loses_the_focus() -> None:
    table = VTable(COLUMNS)
    box = Vertical(table)
    app = Stage(box)
    async with app.run_test(size=(60, 20)):
        table.focus()
        await at_rest(app)
        box.display = False
        await at_rest(app)
        assert app.focused is None


async def test_columns_leave_by_priority_when_it_is_narrow() -> None:
    app = Listening(rows(3))
    async with app.run_test(size=(60, 20)):
        assert all(label in lines_of(app)[0] for label in ("NAME", "SIZE", "STATE"))
        await resize(app, 26, 20)
        assert "STATE" not in lines_of(app)[0]
        await resize(app, 15, 20)
        assert "SIZE" not in lines_of(app)[0]


async def test_numbers_end_under_the_end_of_their_label() -> None:
    app = Listening(rows(12))
    async with app.run_test(size=(60, 20)):
        head, *body = lines_of(app)
        end = head.index("SIZE") + len("SIZE")
        assert all(line[end - 3 : end] == " MB" for line in body[:12])


async def test_cursor_row_and_every_other_row_have_their_own_ground() -> None:
    app = Listening(rows(6))
    async with app.run_test(size=(60, 20)):
        grounds = [line[1].style.bgcolor.name for line in segments_of(app)[1:5] if line[1].style]
        variables = app.theme_variables
        assert grounds[0].upper() == variables["row-cursor"].upper()
        assert grounds[1].upper() == variables["row-alt"].upper()
        assert grounds[2].upper() == variables["surface"].upper()


async def test_new_theme_recolours_lines_that_were_drawn() -> None:
    app = Listening(rows(6))
    async with app.run_test(size=(60, 20)) as pilot:
        app.theme = "paper"
        await pilot.pause()
        ground = segments_of(app)[1][1].style
        assert ground is not None
        assert ground.bgcolor is not None
        assert ground.bgcolor.name.upper() == app.theme_variables["row-cursor"].upper()


async def test_text_is_never_read_as_markup_and_wide_characters_fit() -> None:
    hostile = [row("[red]x[/red]", 1), row("[/]", 2), row("注文.確定.長い名前のトピック" * 3, 3)]
    app = Listening(hostile)
    async with app.run_test(size=(40, 10)) as pilot:
        assert "[red]x[/red]" in shown(app)
        assert "[/]" in shown(app)
        await pilot.press("y")
        await pilot.pause()


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (5, 1), (12, 2), (300, 80)])
async def test_any_size_is_survived(size: tuple[int, int]) -> None:
    app = Listening(rows(40))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.resize_terminal(*size)
        await pilot.press("j", "G", "s")
        assert len(lines_of(app)) == size[1]


@given(st.lists(st.tuples(st.text(max_size=5), st.integers(0, 9)), max_size=30), st.booleans())
def test_arranged_rows_are_those_that_pass_in_order(
    pairs: list[tuple[str, int]], is_down: bool
) -> None:
    content = [row(f"{name}{number}", size) for number, (name, size) in enumerate(pairs)]
    found = arranged(content, Order(1, is_down), lambda each: each.sorts[1] != 3)
    sizes = [each.sorts[1] for each in found]
    assert sizes == sorted(sizes, reverse=is_down)  # type: ignore[type-var]
    assert {each.key for each in found} == {r.key for r in content if r.sorts[1] != 3}


def test_next_order_goes_round_and_starts_with_what_is_interesting() -> None:
    order = Order()
    seen = [order := next_order(COLUMNS, COLUMNS, order) for _ in COLUMNS]
    assert seen == [Order(1, is_down=True), Order(2), Order(0)]


LONG = "and an end"


async def test_keys_move_a_narrow_table_sideways_to_what_it_left_out_and_cut() -> None:
    app = Listening([row("a", 1, f"{'x' * 60} {LONG}"), row("b", 2)])
    async with app.run_test(size=(30, 10)):
        assert "STATE" not in shown(app)
        await press(app, "l")
        assert "STATE" in lines_of(app)[0]
        assert lines_of(app)[0].endswith("›")
        await press(app, *["right"] * 9)
        assert lines_of(app)[1].endswith(LONG)
        assert lines_of(app)[1].startswith("▌a"), "the name stays"
        assert lines_of(app)[0].startswith(" NAME")
        before = shown(app)
        await press(app, "l")
        assert shown(app) == before
        await press(app, *["h"] * 9, "left")
        assert "STATE" not in shown(app)


async def test_a_head_that_was_moved_sorts_by_the_column_that_is_clicked() -> None:
    app = Listening([row("a", 1, "x" * 60), row("b", 2)])
    async with app.run_test(size=(30, 10)):
        await press(app, "l", "l")
        await click_on(app, "STATE")
        assert app.table.order == Order(2, is_down=False)


async def test_a_table_that_shows_everything_does_not_move() -> None:
    app = Listening(rows(3))
    async with app.run_test(size=(60, 10)):
        before = shown(app)
        await press(app, "l", "h", "right", "left")
        assert shown(app) == before
