"""No face of a screen or dialog crashes at any size, however fast the sizes follow each other."""

import asyncio
from pathlib import Path
from random import Random

import pytest

from tests.console.faces.place import Place
from tests.console.faces.showing import faces
from tests.console.faces.table import PLACES
from tests.support.hand import behind_at_rest, resize, send_size
from tests.support.hostile import faults_of
from tests.support.stage import lines_of

SIZE = (120, 40)
TINY = [(1, 1), (1, 10), (3, 2), (9, 5), (20, 1), (20, 10)]
STORM = 25
SEED = 7

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms that read and write files name them without a folder."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
async def test_tiny_terminals_and_a_storm_of_sizes_are_survived(place: Place) -> None:
    """Each face from 1x1 to 20x10, then through sizes of any kind without waiting in between."""
    chance = Random(SEED)
    async for face, app in faces(place, SIZE):
        before = lines_of(app)
        for size in TINY:
            await resize(app, *size)
            assert len(lines_of(app)) == size[1], face
            assert faults_of(app) == [], face
        for _ in range(STORM):
            send_size(app, chance.randint(1, 220), chance.randint(1, 70))
            for _ in range(chance.randint(0, 5)):
                await asyncio.sleep(0)
        await resize(app, *SIZE)
        await behind_at_rest(app)
        assert lines_of(app) == before, f"{face}, seed {SEED}"
