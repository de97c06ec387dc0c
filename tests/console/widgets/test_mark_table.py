"""Rows that are marked: by which keys, for how long, and how it is seen."""

from collections.abc import Sequence

from console.widgets.columns import Column
from console.widgets.mark_table import MarkTable
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Cell, Order, Row
from tests.support.hand import at_rest, press
from tests.support.stage import Stage, lines_of, shown

SIZE = (60, 16)
COLUMNS = (
    Column("name", "NAME", 10, is_flex=True, width_max=30),
    Column("size", "SIZE", 6, is_right=True, sort_first_down=True),
)


def rows(names: str, size: int = 1) -> list[Row]:
    sized = [(name, size * number) for number, name in enumerate(names)]
    return [Row(name, (Cell(f"row {name}"), Cell(str(n))), (name, n)) for name, n in sized]


class Marking(Stage):
    """A box with a table of rows that can be marked."""

    def __init__(self, content: Sequence[Row]) -> None:
        self.panel = TablePanel("Rows", COLUMNS, noun="row", table_type=MarkTable)
        self.content = content
        super().__init__(self.panel)

    def on_mount(self) -> None:
        self.panel.set_rows(self.content)
        self.table.focus()

    @property
    def table(self) -> MarkTable:
        assert isinstance(self.panel.table, MarkTable)
        return self.panel.table

    @property
    def signed(self) -> str:
        """The names of the rows that carry the sign, as they stand."""
        return "".join(line.split("row ")[1][0] for line in lines_of(self) if "✓" in line)


async def test_space_marks_steps_on_and_marks_no_longer() -> None:
    app = Marking(rows("abcd"))
    async with app.run_test(size=SIZE):
        await press(app, " ", " ")
        assert app.table.marked == ("a", "b")
        assert app.table.cursor_key == "c"
        assert app.signed == "ab"
        assert "2 marked · sorted by name · 4 rows" in shown(app)
        await press(app, "k", " ")
        assert app.table.marked == ("a",)


async def test_the_last_row_can_be_marked_and_marked_no_longer() -> None:
    app = Marking(rows("ab"))
    async with app.run_test(size=SIZE):
        await press(app, "G", " ")
        assert app.table.marked == ("b",)
        await press(app, " ")
        assert app.table.marked == ()


async def test_ctrl_space_marks_from_the_last_mark_in_both_ways_of_sending_it() -> None:
    for key in ("ctrl+space", "ctrl+@"):
        app = Marking(rows("abcdef"))
        async with app.run_test(size=SIZE):
            await press(app, "j", " ", "j", "j", key)
            assert app.table.marked == ("b", "c", "d", "e")


async def test_marks_stay_through_new_rows_another_order_and_a_filter() -> None:
    app = Marking(rows("abcd"))
    async with app.run_test(size=SIZE):
        await press(app, " ", " ")
        app.panel.set_rows(rows("zabcdx", size=2))
        await at_rest(app)
        assert app.table.marked == ("a", "b")
        app.table.set_order(Order(1, is_down=True))
        await at_rest(app)
        assert app.table.marked == ("b", "a")
        await press(app, "slash", "b")
        assert app.table.marked == ("b", "a")
        assert "2 marked, 1 of them hidden" in shown(app)


async def test_a_row_that_is_gone_is_no_longer_marked() -> None:
    app = Marking(rows("abcd"))
    async with app.run_test(size=SIZE):
        await press(app, " ", " ")
        app.panel.set_rows(rows("bcd"))
        await at_rest(app)
        assert app.table.marked == ("b",)
        app.panel.set_rows(rows("abcd"))
        await at_rest(app)
        assert app.table.marked == ("b",)
        assert app.signed == "b"


async def test_nothing_can_be_marked_where_nothing_is() -> None:
    app = Marking([])
    async with app.run_test(size=SIZE):
        await press(app, " ", "ctrl+space", "y")
        assert app.table.marked == ()
        assert app.clipboard == ""


async def test_the_names_of_all_marked_rows_are_copied_without_what_steers() -> None:
    app = Marking([*rows("ab"), Row("c\nrm", (Cell("row c"), Cell("9")), ("c", 9))])
    async with app.run_test(size=SIZE):
        await press(app, "y")
        assert app.clipboard == "a"
        await press(app, " ", "j", " ", "y")
        assert app.clipboard == "a c␊rm"


async def test_marks_take_no_cell_from_a_table_without_any() -> None:
    app = Marking(rows("ab"))
    async with app.run_test(size=SIZE):
        await at_rest(app)
        before = shown(app)
        await press(app, " ")
        assert "▌  row b" in shown(app)
        assert " ✓ row a" in shown(app)
        assert app.panel.clear_marks()
        await press(app, "k")
        assert shown(app) == before
        assert not app.panel.clear_marks()


async def test_ctrl_click_marks_and_shift_click_marks_a_range() -> None:
    app = Marking(rows("abcdef"))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.click(app.table, offset=(5, 2), control=True)
        assert app.table.marked == ("b",)
        await pilot.click(app.table, offset=(5, 4), shift=True)
        assert app.table.marked == ("b", "c", "d")
        await pilot.click(app.table, offset=(5, 3), control=True)
        assert app.table.marked == ("b", "d")
        await pilot.click(app.table, offset=(5, 6))
        assert app.table.marked == ("b", "d")
        assert app.table.cursor_key == "f"


async def test_the_head_stands_over_its_column_while_rows_are_marked() -> None:
    app = Marking(rows("ab"))
    async with app.run_test(size=SIZE) as pilot:
        await press(app, " ")
        head = lines_of(app)[1]
        assert head.index("NAME") == lines_of(app)[2].index("row a")
        await pilot.click(app.table, offset=(head.index("SIZE") - 1, 0))
        assert app.table.order == Order(1, is_down=True)
