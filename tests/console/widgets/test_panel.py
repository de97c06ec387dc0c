"""The box of every panel: what stands in its border, at every width."""

import pytest
from textual.containers import Vertical

from console.widgets.panel import Panel
from tests.support.hand import at_rest, resize
from tests.support.stage import Stage, lines_of, segments_of


def border(app: Stage) -> str:
    return lines_of(app)[-1].strip("╰╯─ ")


@pytest.mark.parametrize(
    ("width", "said"),
    [(40, "first · second · third"), (28, "first · second · third"), (27, "first · second")],
)
async def test_parts_of_a_remark_are_whole_or_left_out(width: int, said: str) -> None:
    panel = Panel("Title")
    app = Stage(panel)
    async with app.run_test(size=(60, 4)):
        panel.remark("first", "", "second", "third")
        await resize(app, width, 4)
        await at_rest(app)
        assert border(app) == said
        await resize(app, 60, 4)
        await at_rest(app)
        assert border(app) == "first · second · third"


async def test_the_most_important_part_stands_at_every_width() -> None:
    panel = Panel("Title")
    app = Stage(panel)
    async with app.run_test(size=(14, 4)):
        panel.remark("important", "less so")
        await at_rest(app)
        assert border(app).startswith("importa")


async def test_a_remark_that_warns_has_the_colour_of_a_warning_until_it_does_not() -> None:
    panel = Panel("Title")
    app = Stage(panel)

    def color() -> str:
        style = next(s.style for s in segments_of(app)[-1] if "said" in s.text)
        assert style is not None
        assert style.color is not None
        return style.color.name.upper()

    async with app.run_test(size=(40, 4)):
        panel.remark("said", is_warning=True)
        await at_rest(app)
        assert color() == app.theme_variables["warning"].upper()
        panel.remark("said")
        await at_rest(app)
        assert color() == app.theme_variables["muted"].upper()


async def test_brackets_in_a_title_are_letters() -> None:
    panel = Panel("a [bold]b[/bold]")
    app = Stage(panel)
    async with app.run_test(size=(40, 4)):
        assert "a [bold]b[/bold]" in lines_of(app)[0]
        panel.retitle("[red]c")
        await at_rest(app)
        assert "[red]c" in lines_of(app)[0]


class Holder(Vertical):
    """What a panel stands in, where it has a share or a size."""

    DEFAULT_CSS = """
    Holder.share Panel { width: 8fr; height: 3fr; }
    Holder.size Panel { width: 20; max-width: 20; height: 4; max-height: 4; }
    """


@pytest.mark.parametrize("has", ["share", "size"])
async def test_a_maximised_panel_has_the_whole_screen_whatever_it_has_else(has: str) -> None:
    panel = Panel("Title")
    app = Stage(Holder(panel, classes=has))
    async with app.run_test(size=(60, 20)):
        app.screen.maximize(panel)
        await at_rest(app)
        assert panel.region == app.screen.region
