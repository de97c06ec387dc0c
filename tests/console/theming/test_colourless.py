"""With NO_COLOR every screen, form and dialog is drawn, and no colour is sent."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color

from console.theming.colourless import Colourless
from tests.console.faces.place import Place
from tests.console.faces.showing import faces
from tests.console.faces.table import PLACES
from tests.support.bundled_themes import bundled_themes
from tests.support.console_program import console_on
from tests.support.hand import behind_at_rest, resize
from tests.support.stage import segments_of
from tests.support.terminal import Terminal

SIZES = ((80, 24), (120, 40))
FULLEST = ("usual", "stale")
"""The faces that show the most, where a place has them."""

THEMES = bundled_themes()
SGR = re.compile(r"\x1b\[([\d;:]*)m")
ATTRIBUTES = {"", "0", "1", "2", "3", "4", "7", "39", "49"}
"""Nothing, all as it was, bold, dim, italic, underlined, reversed; and what tmux itself writes
for text and ground as they are, where an attribute ends."""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms that read and write files name them without a folder."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _without_color(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual reads it as an application is made."""
    monkeypatch.setenv("NO_COLOR", "1")


def coloured(app: App[None]) -> set[str]:
    """What stands on the screen in a colour."""
    return {
        segment.text
        for line in segments_of(app)
        for segment in line
        if segment.style is not None and (segment.style.color or segment.style.bgcolor)
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
async def test_every_place_is_drawn_without_colours(place: Place) -> None:
    face = next(face for face in (*FULLEST, *place.scenes) if face in place.scenes)
    async for _, found in drawn(replace(place, scenes={face: place.scenes[face]}), SIZES[0]):
        assert found == set()


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
async def test_every_face_is_drawn_without_colours(place: Place) -> None:
    async for face, found in drawn(place, *SIZES):
        assert found == set(), face


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(
    ("text", "ground", "base", "attributes"),
    [
        ("foreground", "surface", "surface", ""),
        ("foreground", "panel", "panel", ""),
        ("success", "row-alt", "surface", ""),
        ("muted", "surface", "surface", "dim"),
        ("line", "surface", "surface", "dim"),
        ("primary", "surface", "surface", ""),
        ("foreground", "row-cursor", "surface", "reverse"),
        ("muted", "row-cursor", "surface", "reverse"),
        ("background", "primary", "panel", "reverse"),
        ("foreground", "row-cursor", "row-cursor", "reverse"),
        ("background", "primary", "row-cursor", ""),
    ],
)
def test_attributes_say_what_colours_said(
    name: str, text: str, ground: str, base: str, attributes: str
) -> None:
    """The last two are a text that is typed, and the cursor in it."""
    theme = THEMES[name]
    tokens = {
        "foreground": theme.foreground,
        "background": theme.background,
        "surface": theme.surface,
        "panel": theme.panel,
        "primary": theme.primary,
        "success": theme.success,
        **theme.variables,
    }

    def color(token: str) -> Color:
        return Color.parse(tokens[token] or "")

    style = Style(color=color(text).rich_color, bgcolor=color(ground).rich_color, bold=True)
    (found,) = Colourless(theme).apply([Segment("text", style)], color(base))
    assert found.style is not None
    assert (found.style.color, found.style.bgcolor) == (None, None)
    said = [word for word in ("dim", "reverse") if getattr(found.style, word)]
    assert (" ".join(said), found.style.bold) == (attributes, True)


def test_what_is_reversed_without_a_colour_stays_so_and_what_has_no_style_passes() -> None:
    """The handle of a scroll bar, and an empty line."""
    thumb = Segment(" ", Style(color="#2A3656", reverse=True))
    found = Colourless(THEMES["midnight"]).apply([thumb, Segment("")], Color.parse("#0F1629"))
    assert found == [Segment(" ", Style(reverse=True)), Segment("")]


@pytest.mark.needs("tmux")
def test_the_program_sends_no_colour(tmp_path: Path) -> None:
    command = console_on(tmp_path / "data")
    with Terminal(command, environment={"NO_COLOR": "1"}) as terminal:
        terminal.wait_for("1 Overview")
        painted = terminal.painted()
        codes = {code for found in SGR.findall(painted) for code in re.split("[;:]", found)}
        assert codes <= ATTRIBUTES
        assert "7" in codes
        terminal.press("C-q")
        terminal.wait_for("exited with 0")
