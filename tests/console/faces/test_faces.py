"""How the faces of messages and of every dialog look, cell by cell.

`test_frames` and `test_engine_frames` hold those of the other screens. Each is drawn once, in the
smallest terminal of the usual ones. A frame that changed is to be looked at; when it is right,
`--snapshot-update` accepts it.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.console.faces.dialogs import DIALOGS
from tests.console.faces.place import Place
from tests.console.faces.reading import READING
from tests.support.console_stage import StagedConsole
from tests.support.frame import FrameFile, frame_of
from tests.support.hand import at_rest, behind_at_rest
from tests.support.hostile import faults_of

SIZE = (80, 24)
THEME = "midnight"

ELSEWHERE = {"prompt", "replay", "resend", "import", "export-found", "reset-preview"}
"""Dialogs whose frames are those of `test_frames` and of `test_messages_frames` alone."""

DRAWN = [place for place in (*READING, *DIALOGS) if place.name not in ELSEWHERE]

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


@pytest.fixture
def kept(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(FrameFile)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms that read and write files name them without a folder."""
    monkeypatch.chdir(tmp_path)


async def faces(place: Place) -> AsyncIterator[tuple[str, StagedConsole]]:
    """Each face of a place in turn, with the console that shows it."""
    runs = [list(place.scenes)] if place.is_one_run else [[face] for face in place.scenes]
    for run in runs:
        app = place.console(run[0], THEME)
        async with app.run_test(size=SIZE):
            await at_rest(app)
            await place.open(app)
            for face in run:
                await place.scenes[face].do(app)
                await behind_at_rest(app)
                assert isinstance(app.screen, place.shows), f"{face}: {app.screen}"
                assert faults_of(app) == [], face
                yield face, app


@pytest.mark.parametrize("place", DRAWN, ids=lambda place: place.name)
async def test_face(place: Place, kept: SnapshotAssertion) -> None:
    """It says what it knows and why it does not know the rest, whole at 80x24."""
    async for face, app in faces(place):
        assert frame_of(app) == kept(name=face)
