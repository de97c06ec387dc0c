"""Frames of every step of the tour where it begins, and of its panel beneath the dialogs."""

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.support.frame import FrameFile, frame_of
from tests.support.hand import at_rest, press
from tests.support.sample_demo import demo_snapshot, guided

SIZES = {"narrow": (80, 24), "normal": (120, 40), "wide": (200, 60)}


@pytest.fixture
def kept(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(FrameFile)


@pytest.mark.parametrize("size", SIZES)
async def test_steps(size: str, kept: SnapshotAssertion) -> None:
    """The panel is whole, its task is seen, and what it speaks of stands above it."""
    app = guided()
    async with app.run_test(size=SIZES[size]):
        await at_rest(app)
        assert frame_of(app) == kept(name="offer")
        await press(app, "f2")
        assert app.course is not None
        for step in app.course.tour.steps:
            assert frame_of(app) == kept(name=step.id)
            await press(app, ">")


@pytest.mark.parametrize("size", SIZES)
async def test_dialogs_and_hindrances(size: str, kept: SnapshotAssertion) -> None:
    """A form leaves room for the panel; what is in the way stands where the task stood."""
    app = guided(theme="paper")
    async with app.run_test(size=SIZES[size]):
        await press(app, ":", *"tour publish", "enter", "p")
        assert frame_of(app) == kept(name="form")
        await press(app, "escape", ":", *"tour stop", "enter")
        app.feed.give(demo_snapshot(rate=0.0))
        await at_rest(app)
        assert frame_of(app) == kept(name="hindrance")
