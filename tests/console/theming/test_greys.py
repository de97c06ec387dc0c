"""With NO_COLOR every screen, form and dialog is drawn, and in nothing but greys."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.app import App

from tests.console.faces.place import Place
from tests.console.faces.showing import faces
from tests.console.faces.table import PLACES
from tests.support.hand import behind_at_rest, resize
from tests.support.stage import segments_of

SIZES = ((80, 24), (120, 40))
FULLEST = ("usual", "stale")
"""The faces that show the most, where a place has them."""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms that read and write files name them without a folder."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _without_color(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual reads it as an application is made."""
    monkeypatch.setenv("NO_COLOR", "1")


def coloured(app: App[None]) -> set[str]:
    """What stands on the screen in a colour that is no grey."""
    return {
        segment.text
        for line in segments_of(app)
        for segment in line
        if segment.style is not None
        for color in (segment.style.color, segment.style.bgcolor)
        if color is not None and len(set(color.get_truecolor())) > 1
    }


async def drawn(place: Place, *sizes: tuple[int, int]) -> AsyncIterator[tuple[str, set[str]]]:
    """Each face of a place at each size, and what of it has a colour."""
    async for face, app in faces(place, SIZES[0]):
        for size in sizes:
            await resize(app, *size)
            await behind_at_rest(app)
            yield face, coloured(app)
        await resize(app, *SIZES[0])


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
async def test_every_place_is_drawn_in_greys(place: Place) -> None:
    face = next(face for face in (*FULLEST, *place.scenes) if face in place.scenes)
    async for _, found in drawn(replace(place, scenes={face: place.scenes[face]}), SIZES[0]):
        assert found == set()


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
async def test_every_face_is_drawn_in_greys(place: Place) -> None:
    async for face, found in drawn(place, *SIZES):
        assert found == set(), face
