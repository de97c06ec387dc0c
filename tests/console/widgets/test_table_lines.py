"""The lines of a table: labels over their cells, units muted, the sign of the order."""

from console.widgets.columns import Column, place
from console.widgets.palette import Palette
from console.widgets.table_lines import head, line
from console.widgets.table_rows import Cell, Order
from tests.support.stage import Stage

COLUMNS = (Column("name", "NAME", 6), Column("size", "SIZE", 7, is_right=True))
PALETTE = Palette(Stage().theme_variables)
PLACED = place(COLUMNS, 40, sorted_by=1)


def test_the_sign_stands_behind_the_label_that_is_sorted_by() -> None:
    segments = head(PLACED, COLUMNS[1], Order(1, is_down=True), PALETTE)
    assert "".join(segment.text for segment in segments) == "NAME     SIZE ▼"
    none = head(PLACED[:1], COLUMNS[1], Order(1), PALETTE)
    assert "".join(segment.text for segment in none) == "NAME  "


def test_a_unit_is_muted_behind_its_number_and_goes_with_it_when_there_is_no_room() -> None:
    cells = {"name": Cell("a"), "size": Cell("12", unit=" MB")}
    segments = line(PLACED, cells, PALETTE, "surface", is_bold=True)
    assert "".join(segment.text for segment in segments) == "a         12 MB"
    assert segments[1].style is not None
    assert segments[1].style.bold
    cells["size"] = Cell("123456789", unit=" MB")
    cut = line(PLACED, cells, PALETTE, "surface", is_bold=False)
    assert cut[-1].text == "123456…"
