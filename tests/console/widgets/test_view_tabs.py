"""The row of views: every number at every width, and as much of the names as there is room for."""

import pytest

from console.views import VIEWS
from console.widgets.view_tabs import MARGIN, ViewTabs, fit
from tests.support.fake_workflow import FakeWorkflow, demo_view
from tests.support.hand import at_rest, click_on
from tests.support.stage import Stage, lines_of

SEVEN = [(view.name, view.label) for view in VIEWS]
EIGHT = [*SEVEN, *((view.name, view.label) for view in [demo_view(FakeWorkflow())])]
NUMBERS_ALONE = {7: MARGIN + 7 + 6, 8: MARGIN + 8 + 7}
"""Cells of the numbers with one between two."""


def row(views: list[tuple[str, str]], current: str, width: int) -> str:
    text = ""
    for tab in fit(views, current, width):
        text = f"{text:{tab.at}}{tab.said}"
        assert len(text) == tab.end
    return text


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (
            82,
            " 1 Overview   2 Topics   3 Groups   4 Retention   5 Brokers   6 Journal   7 Engine",
        ),
        (80, " 1 Overview  2 Topics  3 Groups  4 Retention  5 Brokers  6 Journal  7 Engine"),
        (72, " 1 Overview 2 Topics 3 Groups 4 Retention 5 Brokers 6 Journal 7 Engine"),
        (60, " 1 Overview   2 Top   3 Gro   4 Ret   5 Bro   6 Jou   7 Eng"),
        (47, " 1 Overview 2 Top 3 Gro 4 Ret 5 Bro 6 Jou 7 Eng"),
        (46, " 1 Overview   2   3   4   5   6   7"),
        (23, " 1 Overview 2 3 4 5 6 7"),
        (22, " 1  2  3  4  5  6  7"),
        (5, " 1 2 3 4 5 6 7"),
    ],
)
def test_names_give_way(width: int, said: str) -> None:
    assert row(SEVEN, "overview", width) == said


@pytest.mark.parametrize("views", [SEVEN, EIGHT], ids=len)
def test_every_view_stands_at_every_width(views: list[tuple[str, str]]) -> None:
    """The present one by name from 30 cells on, all names whole from 80 on."""
    for current, label in views:
        for width in range(NUMBERS_ALONE[len(views)], 240):
            tabs = fit(views, current, width)
            assert [tab.number for tab in tabs] == list(range(1, len(views) + 1))
            assert [tab.name for tab in tabs] == [name for name, _ in views]
            assert tabs[-1].end <= width
            if width >= 30:
                assert label in [tab.label for tab in tabs]
            if width >= 80:
                assert [tab.label for tab in tabs] == [label for _, label in views]


async def test_the_view_on_show_is_bold_and_a_click_chooses_one() -> None:
    chosen: list[str] = []

    class Row(Stage):
        def on_view_tabs_chosen(self, message: ViewTabs.Chosen) -> None:
            chosen.append(message.name)

    tabs = ViewTabs(SEVEN)
    app = Row(tabs)
    async with app.run_test(size=(60, 3)):
        tabs.show("topics")
        await at_rest(app)
        assert lines_of(app)[0].startswith(" 1 Ove   2 Topics   3 Gro ")
        segments = list(tabs.render().render(app.console))
        assert [s.text.strip() for s in segments if s.style and s.style.bold] == ["2", "Topics"]
        await click_on(app, "4 Ret")
        await click_on(app, "ng")
        assert chosen == ["retention", "engine"]
