"""Every panel of every screen comes into sight at every size, at once or by `tab`."""

import pytest

from console.widgets.panel import Panel
from tests.console.faces.place import Place
from tests.console.faces.screens import SCREENS
from tests.support.console_stage import StagedConsole
from tests.support.hand import at_rest, press, resize

SIZES = [
    pytest.param(size, id=f"{size[0]}x{size[1]}", marks=marks)
    for size, marks in [
        ((60, 20), ()),
        ((80, 24), pytest.mark.long),
        ((100, 24), pytest.mark.long),
        ((120, 40), pytest.mark.long),
    ]
]
LARGE = (200, 60)
LINES_LEAST = 3
"""Two of the border, and one of what is in it."""


def in_sight(app: StagedConsole) -> set[str]:
    """The titles of the panels that can be seen."""
    seen = [panel for panel in app.screen.query(Panel) if panel.region.area]
    screen = app.screen.region
    for panel in seen:
        assert panel.region in screen, f"{panel.title} is cut"
        assert panel.region.height >= LINES_LEAST, f"{panel.title} has no room"
    return {panel.title for panel in seen}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("place", SCREENS, ids=lambda place: place.name)
async def test_every_panel_is_reached(place: Place, size: tuple[int, int]) -> None:
    """What a large terminal shows at once is met on the way round with `tab`, which ends where it
    began, with all as it was."""
    app = place.console(next(iter(place.scenes)), "midnight")
    async with app.run_test(size=LARGE):
        await at_rest(app)
        await place.open(app)
        assert isinstance(app.screen, place.shows)
        wanted = in_sight(app)
        await resize(app, *size)
        first, focused = in_sight(app), app.focused
        seen = set(first)
        for _ in app.screen.focus_chain:
            await press(app, "tab")
            seen |= in_sight(app)
        assert seen == wanted
        assert app.focused is focused
        assert in_sight(app) == first
