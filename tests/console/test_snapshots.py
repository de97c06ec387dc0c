"""Pictures of every screen, as the terminal draws them: fonts' cells, colours, borders.

`test_frames` holds what each cell says, for every dialog and face as well; here the whole picture
is compared. One that changed is to be looked at in `snapshot_report.html`, which shows it beside
the old one; when it is right, `--snapshot-update` accepts it.
"""

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from tests.console.test_frames import SCREENS, SIZES
from tests.support.console_stage import console
from tests.support.hand import at_rest, press
from tests.support.sample_clusters import LOCAL, PRODUCTION
from tests.support.sample_snapshots import VARIANTS, busy

Compare = Callable[..., bool]
Hands = Callable[[Pilot[None]], Awaitable[None]]
THEMES = ("midnight", "paper")
FACES = ("loading", "empty", "partial", "stale", "refused")
PICTURED = [
    pytest.param(size, theme, marks=() if size == "normal" else pytest.mark.long)
    for size in SIZES
    for theme in THEMES
]
"""The frames of `test_frames` hold the other sizes on every change."""


def keys(*pressed: str) -> Hands:
    """Press keys, each when all that the one before caused is done.

    The pilot's own presses wait for a processor that rests, which a busy machine's never does.
    """

    async def press_them(pilot: Pilot[None]) -> None:
        await at_rest(pilot.app)
        await press(pilot.app, *pressed)

    return press_them


@pytest.mark.parametrize(("size", "theme"), PICTURED)
@pytest.mark.parametrize("screen", SCREENS)
def test_picture(screen: str, size: str, theme: str, snap_compare: Compare) -> None:
    """What to look for: cards, tables, gauges, charts in place, nothing cut, fitting colours."""
    app = console(busy(), theme=theme)
    assert snap_compare(app, run_before=keys(*SCREENS[screen]), terminal_size=SIZES[size])


@pytest.mark.parametrize("face", FACES)
def test_picture_of_a_face(face: str, snap_compare: Compare) -> None:
    """Nothing read yet, nothing there, partly unknown, old, not allowed: each says so."""
    app = console(VARIANTS[face]())
    assert snap_compare(app, run_before=keys(), terminal_size=(100, 30))


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_saved_clusters(size: str, snap_compare: Compare) -> None:
    """What to look for: the cluster in use, one tried with its rights, marks in their colours."""
    app = console(busy(), saved=LOCAL)
    assert snap_compare(app, run_before=keys("C", "down", "t"), terminal_size=SIZES[size])


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_a_production_cluster(size: str, snap_compare: Compare) -> None:
    """What to look for: brand, mark and every border in red; the focus shows in a title."""
    app = console(busy(), saved=PRODUCTION)
    assert snap_compare(app, run_before=keys("2"), terminal_size=SIZES[size])
