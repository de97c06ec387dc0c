"""How every face of every screen and dialog looks, cell by cell, at each size and in each theme.

`test_frames` and the frames beside the screens hold the usual ones on every change. A frame that
changed is to be looked at; when it is right, `--snapshot-update` accepts it.
"""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.console.faces.place import Place
from tests.console.faces.showing import faces
from tests.console.faces.table import PLACES
from tests.support.frame import FrameFile, frame_in_themes

SIZES = {"least": (60, 20), "narrow": (80, 24), "normal": (120, 40), "wide": (200, 60)}

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


@pytest.fixture
def kept(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(FrameFile)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms that read and write files name them without a folder."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
async def test_face(place: Place, size: str, kept: SnapshotAssertion) -> None:
    """It says what it knows and why it does not know the rest, whole, in every theme the same."""
    async for face, app in faces(place, SIZES[size]):
        assert await frame_in_themes(app) == kept(name=face)
