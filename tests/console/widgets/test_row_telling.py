"""Rows that are copied and described: all columns, whole values, whatever the table shows."""

import json
from collections.abc import Sequence

from textual import on

from console.widgets.columns import Column
from console.widgets.mark_table import MarkTable
from console.widgets.measures import BYTES, RECORDS, worded
from console.widgets.row_telling import RowTelling, row_lines, row_object
from console.widgets.table_rows import Cell, Row
from tests.support.hand import at_rest, press
from tests.support.stage import Stage

COLUMNS = (
    Column("name", "NAME", 6),
    Column("size", "SIZE", 8, BYTES, is_right=True, priority=1),
    Column("sign", "", 1),
)
LONG = "x" * 300


def row(name: str) -> Row:
    return Row(name, (Cell(name), Cell("12", unit=" MB"), Cell("✓")), (name, 12_345_678, ""))


class Told(Stage):
    """A table that is too narrow for its rows, and what it wants described."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.table = MarkTable(COLUMNS)
        super().__init__(self.table)
        self.rows = rows
        self.described: list[RowTelling.DescribeWanted] = []

    def on_mount(self) -> None:
        self.table.set_rows(self.rows)
        self.table.focus()

    @on(RowTelling.DescribeWanted)
    def remember(self, message: RowTelling.DescribeWanted) -> None:
        self.described.append(message)


def test_a_row_has_all_columns_with_their_units() -> None:
    assert row_lines(COLUMNS, row("a")) == (("NAME", "a"), ("SIZE", "12 MB"), ("sign", "✓"))
    assert row_object(COLUMNS, row("a")) == {"name": "a", "size_bytes": 12_345_678, "sign": "✓"}


def test_cells_that_say_more_than_a_number_are_told_beside_it() -> None:
    columns = (Column("lag", "LAG", 8, worded(RECORDS)),)
    some = Row("a", (Cell("12.8K", unit=" +3?"),), (12_847,))
    none = Row("b", (Cell("3?"),), (-1,))
    assert row_object(columns, some) == {"lag": "12.8K +3?", "lag_records": 12_847}
    assert row_object(columns, none) == {"lag": "3?", "lag_records": None}


async def test_a_row_is_copied_as_an_object_and_marked_ones_as_an_array() -> None:
    app = Told([row("a"), row(LONG)])
    async with app.run_test(size=(12, 8)):
        await press(app, "Y")
        assert json.loads(app.clipboard) == row_object(COLUMNS, row("a"))
        await press(app, " ", " ", "Y")
        assert json.loads(app.clipboard) == [row_object(COLUMNS, row(key)) for key in ("a", LONG)]
        assert "\n" not in app.clipboard


async def test_a_row_is_described_whole_however_narrow_the_table() -> None:
    app = Told([row(LONG)])
    async with app.run_test(size=(12, 8)):
        await press(app, "d")
        assert app.described[0].lines[:2] == (("NAME", LONG), ("SIZE", "12 MB"))


async def test_without_rows_nothing_is_copied_or_described() -> None:
    app = Told([])
    async with app.run_test(size=(40, 8)):
        await press(app, "y", "Y", "d")
        await at_rest(app)
        assert (app.clipboard, app.described) == ("", [])
