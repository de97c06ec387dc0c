"""Which columns a table shows where, and what is seen of its lines when they are moved."""

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from console.widgets.columns import Column
from console.widgets.table_layout import TableLayout, Window
from console.widgets.table_rows import Cell, Row

COLUMNS = (
    Column("name", "NAME", 6, is_flex=True, width_max=20),
    Column("text", "TEXT", 6, is_flex=True),
)
WIDTH = 20


def rows(*texts: str) -> tuple[Row, ...]:
    return tuple(Row(text, (Cell("a name"), Cell(text)), ("", text)) for text in texts)


def seen_from(layout: TableLayout, *texts: str) -> Window:
    return layout.window(WIDTH, COLUMNS[0], lambda: rows(*texts))


def moved(layout: TableLayout, steps: int, *texts: str) -> bool:
    return layout.step(steps, WIDTH, COLUMNS[0], lambda: rows(*texts))


def test_a_table_moves_only_to_what_it_does_not_show() -> None:
    layout = TableLayout(COLUMNS)
    assert not moved(layout, 1, "short")
    assert moved(layout, 1, "x" * 30)
    assert not moved(TableLayout(COLUMNS), -1, "x" * 30)


def test_at_the_first_stop_back_it_is_as_it_was() -> None:
    layout = TableLayout(COLUMNS)
    before = seen_from(layout, "x" * 30)
    moved(layout, 2, "x" * 30)
    assert seen_from(layout, "x" * 30).start
    moved(layout, -5, "x" * 30)
    assert seen_from(layout, "x" * 30) == before


def test_columns_do_not_jump_back_as_other_rows_come_into_sight() -> None:
    layout = TableLayout(COLUMNS)
    moved(layout, 1, "x" * 30)
    wide = seen_from(layout, "x" * 30)
    assert seen_from(layout, "short") == wide
    assert seen_from(layout, "x" * 50).end == wide.end + 20


def test_rows_that_fit_again_are_shown_as_usual() -> None:
    layout = TableLayout(COLUMNS)
    moved(layout, 1, "x" * 30)
    usual = layout.usual(100, COLUMNS[0])
    assert layout.window(100, COLUMNS[0], lambda: rows("x" * 30)).placed == usual


def test_what_is_seen_of_a_line_is_what_stays_and_what_it_was_moved_to() -> None:
    line = Strip([Segment("ab..0123456789")])
    assert Window((), 8, 4, 0).seen(line).text == "ab..0123"
    assert Window((), 8, 4, 3).seen(line).text == "ab..3456"


def test_a_head_says_on_which_side_there_is_more() -> None:
    layout = TableLayout(COLUMNS)
    long = "x" * 60
    head = Strip([Segment("NAME    TEXT" + " " * 60)])
    moved(layout, 2, long)
    middle = seen_from(layout, long).seen_head(head, Style())
    assert "‹" in middle.text
    assert middle.text.endswith("›")
    moved(layout, 9, long)
    last = seen_from(layout, long).seen_head(head, Style())
    assert "‹" in last.text
    assert "›" not in last.text


def test_the_column_at_a_cell_is_the_one_that_is_seen_there() -> None:
    layout = TableLayout(COLUMNS)
    long = "x" * 60
    moved(layout, 9, long)
    window = seen_from(layout, long)
    assert window.column_at(2) == COLUMNS[0]
    assert window.column_at(WIDTH - 1) == COLUMNS[1]
    assert window.column_at(WIDTH) is None
    assert window.column_at(-1) is None
