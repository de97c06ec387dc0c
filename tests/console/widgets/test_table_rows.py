"""Rows of a table: made when they are seen, and not again while their value is the same."""

import pytest

from console.widgets.columns import Column
from console.widgets.table_rows import (
    Cell,
    LateRow,
    Look,
    Order,
    Row,
    RowCache,
    ValueRow,
    arranged,
    next_order,
)


class Value:
    """Something that a row is made of."""

    def __init__(self, name: str) -> None:
        self.name = name


def test_cells_of_a_row_are_made_when_they_are_first_asked_for_and_once() -> None:
    made: list[str] = []

    def make() -> tuple[Cell, ...]:
        made.append("row")
        return (Cell("a"),)

    row = LateRow("a", make, ("a",).__getitem__)
    assert made == []
    assert row.cells == row.cells == (Cell("a"),)
    assert made == ["row"]


def test_a_row_of_a_value_looks_up_once_what_it_is_sorted_by_in_a_column() -> None:
    asked: list[int] = []

    def sort(value: Value, column: int) -> str:
        asked.append(column)
        return f"{value.name} {column}"

    row = ValueRow("a", Value("a"), Look[Value](lambda value: (Cell(value.name),), sort))
    assert [row.sort(1), row.sort(1), row.sort(0), row.sort(1)] == ["a 1", "a 1", "a 0", "a 1"]
    assert asked == [1, 0, 1]


def test_a_row_of_a_value_says_at_each_drawing_what_holds_then() -> None:
    said = iter(["1s", "2s"])
    row = ValueRow("a", "", Look[str](lambda _: (Cell(next(said)),), lambda *_: 0.0))
    assert [row.cells[0].text, row.cells[0].text] == ["1s", "2s"]


def test_a_row_is_made_anew_only_when_its_value_is_another() -> None:
    cache = RowCache[Value](lambda value: Row(value.name, (), ()))
    first, second = Value("first"), Value("second")
    before = cache.rows([first, second])
    changed = Value("second")
    after = cache.rows([changed, first])
    assert [row.key for row in after] == ["second", "first"]
    assert after[1] is before[0]
    assert after[0] is not before[1]


def test_what_is_not_shown_any_more_is_forgotten() -> None:
    cache = RowCache[Value](lambda value: Row(value.name, (), ()))
    value = Value("gone")
    before = cache.rows([value])
    cache.rows([])
    assert cache.rows([value])[0] is not before[0]


def row(key: str, *sorts: str | float) -> Row:
    return Row(key, (), sorts)


@pytest.mark.parametrize(
    ("order", "keys"),
    [
        (Order(0), "abc"),
        (Order(0, is_down=True), "cba"),
        (Order(1), "bac"),
        (Order(1, is_down=True), "acb"),
    ],
)
def test_rows_are_sorted_and_equal_ones_stay_by_their_keys(order: Order, keys: str) -> None:
    rows = [row("c", "c", 2.0), row("b", "B", 1.0), row("a", "a", 2.0)]
    assert "".join(each.key for each in arranged(rows, order, lambda _: True)) == keys


def test_numbers_stand_before_texts_in_a_column_of_both() -> None:
    rows = [row("a", "x"), row("b", 7.0), row("c", "A"), row("d", 1.0)]
    assert "".join(each.key for each in arranged(rows, Order(), lambda _: True)) == "dbca"


def test_only_rows_that_pass_are_shown() -> None:
    rows = [row("a", 1.0), row("b", 2.0)]
    assert arranged(rows, Order(), lambda each: each.key == "b") == (rows[1],)


def test_the_next_order_shows_first_what_is_interesting() -> None:
    columns = (Column("name", "NAME", 9), Column("lag", "LAG", 9, sort_first_down=True))
    assert next_order(columns, columns, Order(0)) == Order(1, is_down=True)
    assert next_order(columns, columns, Order(1, is_down=True)) == Order(0)


def test_the_next_order_passes_over_columns_that_are_not_shown() -> None:
    columns = (Column("a", "A", 3), Column("b", "B", 3), Column("c", "C", 3))
    shown = (columns[2], columns[0])
    assert next_order(columns, shown, Order(0)) == Order(2)
    assert next_order(columns, shown, Order(2)) == Order(0)
    assert next_order(columns, shown, Order(1)) == Order(2)
