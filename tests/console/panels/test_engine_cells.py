"""What of a broker's inside looks like in a cell."""

from dataclasses import replace

import pytest

from console.model import units
from console.model.distribution import Distribution, Quantile
from console.model.figures import Known, Unknown
from console.panels.engine_cells import (
    bars_of,
    errors_cell,
    quantile_cell,
    quantile_of,
    quantile_sort,
    quantile_text,
    software_cell,
)
from console.widgets.bars import Bar
from console.widgets.palette import Role
from console.widgets.table_rows import Cell
from tests.support.hostile import HOSTILE
from tests.support.sample_engine import produce


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (None, "–"),
        (Quantile(0.0004), "400 µs"),
        (Quantile(0.0123), "12.3 ms"),
        (Quantile(10.0, is_beyond=True), ">10.0 s"),
    ],
)
def test_a_quantile_says_when_it_is_beyond_the_measure(found: Quantile | None, text: str) -> None:
    assert quantile_text(found) == text
    assert quantile_cell(found).text == text


def test_what_is_beyond_the_measure_sorts_above_and_what_is_unknown_below() -> None:
    values = [None, Quantile(0.0), Quantile(10.0), Quantile(10.0, is_beyond=True)]
    assert sorted(values, key=quantile_sort) == values
    assert quantile_of(None, 0.5) is None


@pytest.mark.parametrize(
    ("changes", "cell"),
    [
        ({}, Cell("▲ 227", Role.WARNING)),
        ({"errors_per_s": Known(0.0, 1)}, Cell("227")),
        ({"errors_per_s": Unknown("one reading")}, Cell("227")),
        ({"errors": ()}, Cell("0", Role.MUTED)),
    ],
)
def test_errors_are_marked_while_they_go_on(changes: dict[str, object], cell: Cell) -> None:
    assert errors_cell(replace(produce(), **changes)) == cell  # type: ignore[arg-type]


def test_software_that_has_not_said_what_it_is_is_muted() -> None:
    assert software_cell("unknown").role is Role.MUTED
    assert software_cell("librdkafka") == Cell("librdkafka")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_a_client_calls_itself_is_shown_as_text_alone(text: str) -> None:
    shown = software_cell(text).text
    assert len(shown) <= 64
    assert not any(sign in shown for sign in "\x1b\x07\n\r\u202e\u200b")


def test_bars_go_from_the_first_to_the_last_bucket_with_a_value() -> None:
    spread = Distribution((0.001, 0.002, 0.005, 0.01), (0, 3, 0, 2, 1))
    assert bars_of(spread, units.latency) == [
        Bar("≤ 2.0 ms", 3),
        Bar("≤ 5.0 ms", 0),
        Bar("≤ 10.0 ms", 2),
        Bar("> 10.0 ms", 1, is_open=True),
    ]
    assert bars_of(Distribution((1.0,), (0, 0)), units.latency) == []
    assert bars_of(Distribution((), (4,)), units.latency) == [Bar("all", 4, is_open=True)]
