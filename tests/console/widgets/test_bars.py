"""Bars: their lengths, their figures, and how they make do with fewer lines."""

import pytest

from console.widgets.bars import Bar, BarList, bar_text, fitted_bars
from tests.support.hand import at_rest
from tests.support.stage import Stage, lines_of


def figure(value: float, share: float) -> str:
    return f"{value:.0f} {share:.0%}"


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "    "), (0.001, "▏   "), (0.5, "██  "), (0.53, "██▏ "), (0.97, "███▉"), (1.0, "████")],
)
def test_a_bar_is_drawn_to_an_eighth_of_a_cell_and_more_than_nothing_is_seen(
    share: float, text: str
) -> None:
    assert bar_text(share, 4) == text


def test_neighbours_that_weigh_least_are_joined_until_all_fit() -> None:
    bars = [Bar("a", 50), Bar("b", 1), Bar("c", 2), Bar("d", 40), Bar("e", 9)]
    assert fitted_bars(bars, 5) == bars
    assert fitted_bars(bars, 4) == [Bar("a", 50), Bar("c", 3), Bar("d", 40), Bar("e", 9)]
    assert fitted_bars(bars, 3) == [Bar("a", 50), Bar("d", 43), Bar("e", 9)]
    assert fitted_bars(bars, 1) == [Bar("e", 102)]


def test_an_open_bar_stays_by_itself() -> None:
    bars = [Bar("a", 5), Bar("b", 1), Bar("> b", 1, is_open=True)]
    assert fitted_bars(bars, 2) == [Bar("b", 6), Bar("> b", 1, is_open=True)]


async def test_labels_and_figures_stand_one_under_the_other() -> None:
    bars = BarList(figure)
    app = Stage(bars)
    async with app.run_test(size=(30, 3)):
        bars.show([Bar("≤ 1 ms", 30), Bar("≤ 10 ms", 0), Bar("> 10 ms", 10, is_open=True)])
        await at_rest(app)
        assert lines_of(app) == [
            " ≤ 1 ms ███████████████ 30 75%",
            "≤ 10 ms                   0 0%",
            "> 10 ms █████           10 25%",
        ]


async def test_without_room_for_bars_the_figures_stay() -> None:
    bars = BarList(figure)
    app = Stage(bars)
    async with app.run_test(size=(17, 2)):
        bars.show([Bar("≤ 1 ms", 30)])
        await at_rest(app)
        assert lines_of(app)[0] == "≤ 1 ms    30 100%"
        bars.show([])
        await at_rest(app)
        assert lines_of(app)[0] == ""
