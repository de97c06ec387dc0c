"""Every screen and dialog of the console has all its faces in the table, or a reason why not."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from textual.screen import Screen

import console
from tests.console.faces.place import FACES, Place
from tests.console.faces.table import PLACES

SHOWN = {place.shows for place in PLACES}


def _below(kind: type[Screen[object]]) -> Iterator[type[Screen[object]]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def screens() -> set[type[Screen[object]]]:
    """What the console shows: every screen that no other is made of, or that is shown itself."""
    for module in pkgutil.walk_packages(console.__path__, "console."):
        importlib.import_module(module.name)
    ours = {kind for kind in _below(Screen) if kind.__module__.startswith("console.")}
    return {kind for kind in ours if not ours & set(kind.__subclasses__()) or kind in SHOWN}


def test_every_screen_and_dialog_is_a_place() -> None:
    assert len(screens()) > 30
    assert sorted(kind.__name__ for kind in screens() ^ SHOWN) == []
    assert len({place.name for place in PLACES}) == len(PLACES)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_every_face_is_drawn_or_cannot_be(place: Place) -> None:
    assert set(FACES) - set(place.scenes) == set(place.never)
    assert all(place.never.values())
