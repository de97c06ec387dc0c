"""Shows the faces of a place, one after the other."""

from collections.abc import AsyncIterator

from tests.console.faces.place import Place
from tests.support.console_stage import StagedConsole
from tests.support.frame import THEMES
from tests.support.hand import at_rest, behind_at_rest
from tests.support.hostile import faults_of


async def faces(place: Place, size: tuple[int, int]) -> AsyncIterator[tuple[str, StagedConsole]]:
    """Each face in a terminal of this size, with the console that shows it."""
    runs = [list(place.scenes)] if place.is_one_run else [[face] for face in place.scenes]
    for run in runs:
        app = place.console(run[0], THEMES[0])
        async with app.run_test(size=size):
            await at_rest(app)
            await place.open(app)
            for face in run:
                await place.scenes[face].do(app)
                await behind_at_rest(app)
                assert isinstance(app.screen, place.shows), f"{face}: {app.screen}"
                assert faults_of(app) == [], face
                yield face, app
