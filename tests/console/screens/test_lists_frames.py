"""Frames of what all lists share: marks, what is asked and done about many, columns, gone."""

from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion

from console.model.section import Ready
from tests.console.screens.test_marked_groups import marked, staged
from tests.support.console_stage import console
from tests.support.frame import FrameFile, frame_of
from tests.support.hand import at_rest, press
from tests.support.sample_snapshots import busy

SIZES = {"narrow": (80, 24), "normal": (120, 40), "wide": (200, 60)}
THREE = ("2", " ", " ", " ")
STATES = {
    "marked": (*THREE, "/", *"o", "enter"),
    "ask-many": (*THREE, *" " * 9, "D"),
    "result": (*THREE, "D", *"3 topics", "enter"),
    "config-of-many": (*THREE, "e"),
    # Opened again, so that what is seen behind it is drawn.
    "sideways": ("2", "l", "l"),
    "columns": ("2", "v", "j", " ", "j", "J", "escape", "v"),
}


@pytest.fixture
def kept(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(FrameFile)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", STATES)
async def test_state(state: str, size: str, kept: SnapshotAssertion) -> None:
    """Marks have signs; questions and results name each thing and stand whole."""
    app = console(busy())
    async with app.run_test(size=SIZES[size]):
        await press(app, *STATES[state])
        await at_rest(app)
        assert frame_of(app) == kept


@pytest.mark.parametrize("size", SIZES)
async def test_reset_of_many(size: str, kept: SnapshotAssertion) -> None:
    """A line for each group: what would be read again or skipped, and why one stays."""
    app = staged()
    async with app.run_test(size=SIZES[size]):
        await marked(app, "billing", "fraud", "search")
        await press(app, "R", *"90", "ctrl+s")
        await at_rest(app)
        assert frame_of(app) == kept


async def test_gone(kept: SnapshotAssertion) -> None:
    """No figure is left, and the way back is said."""
    app = console(busy())
    async with app.run_test(size=SIZES["narrow"]):
        await press(app, "2", "enter")
        app.feed.give(replace(busy(), topics=Ready((), busy().at_ms)))
        await at_rest(app)
        assert frame_of(app) == kept
