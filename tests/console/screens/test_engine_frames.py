"""Frames of the inside of a broker of ours: at three sizes, every face, and a request from near.

A frame that changed is to be looked at; when it is right, `--snapshot-update` accepts it.
"""

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.support.console_stage import console
from tests.support.frame import FrameFile, frame_in_themes, frame_of
from tests.support.hand import at_rest, press
from tests.support.sample_engine import ENGINE_FACES, busy_engine, with_engine

SIZES = {"least": (60, 20), "narrow": (80, 24), "normal": (120, 40), "wide": (200, 60)}
SCREENS = {"engine": ("7",), "request": ("7", "enter")}


@pytest.fixture
def kept(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(FrameFile)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("screen", SCREENS)
async def test_engine(screen: str, size: str, kept: SnapshotAssertion) -> None:
    """Nothing is cut that matters; every theme shows the same."""
    app = console(busy_engine())
    async with app.run_test(size=SIZES[size]):
        await press(app, *SCREENS[screen])
        assert await frame_in_themes(app) == kept


@pytest.mark.parametrize("screen", SCREENS)
async def test_faces(screen: str, kept: SnapshotAssertion) -> None:
    """Every box says what it knows and why it does not know the rest, whatever it said before."""
    app = console(busy_engine())
    async with app.run_test(size=(100, 30)):
        await press(app, *SCREENS[screen])
        for face, section in ENGINE_FACES.items():
            app.feed.give(with_engine(section))
            await at_rest(app)
            assert frame_of(app) == kept(name=face)
