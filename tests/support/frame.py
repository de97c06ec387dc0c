"""A frame as text that a person can read: what stands on the screen, and in which colours.

First the characters. Then a line of colours for each line of them, as runs: a letter, and how many
cells have it unless it is one (`a11bc3`). Then what each letter means, once for
each theme that the frame was drawn in. Themes share the characters and the runs, so that a second
theme costs no more than its colours, and a theme that says anything else is a fault.

A change of the look shows as a diff of a few lines, in the terminal and in a review, and costs a
few kilobytes where an SVG picture costs a hundred. `python -m docs.pictures` makes the pictures.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from string import ascii_letters

from rich.cells import cell_len
from rich.color import Color
from rich.style import Style
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual.app import App

from console.app import ConsoleApp
from tests.support.hand import behind_at_rest
from tests.support.stage import segments_of

LETTERS = ascii_letters + "!#$%&*+=?@" + "αβγδεζηθικλμνξοπρστυφχψω" + "бгджзийклмнптфцчшщъыьэюя"
"""No digits, for these count."""
THEMES = ("midnight", "paper", "mono")
"""Dark, light, without colour."""


class FrameFile(SingleFileSnapshotExtension):
    """Keeps each frame in a text file of its own."""

    _write_mode = WriteMode.TEXT
    _file_extension = "txt"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What stands on the screen: its lines, and how each of their cells looks."""

    texts: tuple[str, ...]
    looks: tuple[tuple[str, ...], ...]


def drawn(app: App[None]) -> Drawn:
    """The present screen of an application."""
    texts, looks = [], []
    for line in segments_of(app):
        text, look = "", list[str]()
        for segment in line:
            if not segment.text:
                continue
            assert segment.style is not None, f"{segment.text!r} is drawn without any colour"
            for piece in _runs(segment.text):
                text += piece
                look += [look_of(segment.style, is_blank=piece.isspace())] * cell_len(piece)
        texts.append(text.rstrip())
        looks.append(tuple(look))
    return Drawn(tuple(texts), tuple(looks))


def frame_of(app: App[None]) -> str:
    """The present screen of an application, in its present theme."""
    return written({"": drawn(app)})


async def frame_in_themes(app: ConsoleApp) -> str:
    """The present screen in each of the themes, which have to say the same.

    The theme is switched while the screen is open, so nothing may keep the old one's colours.
    """
    frames = {}
    for theme in THEMES:
        app.choose_theme(theme)
        await behind_at_rest(app)
        frames[theme] = drawn(app)
    return written(frames)


def written(frames: Mapping[str, Drawn]) -> str:
    """One screen in several themes as text."""
    first, *others = frames.values()
    for other in others:
        assert other.texts == first.texts, "one theme says what another does not"
    letters: dict[tuple[str, ...], str] = {}
    lines = []
    for line in zip(*(each.looks for each in frames.values()), strict=True):
        cells = zip(*line, strict=True)
        lines.append(_in_runs([letters.setdefault(cell, LETTERS[len(letters)]) for cell in cells]))
    legends = []
    for at, theme in enumerate(frames):
        heading = [theme] if theme else []
        legends += ["", *heading, *(f"{letter} {look[at]}" for look, letter in letters.items())]
    return "\n".join([*first.texts, "", *lines, *legends, ""])


def _in_runs(letters: Sequence[str]) -> str:
    """`aaab` as `a3b`."""
    runs = ((letter, len(list(same))) for letter, same in groupby(letters))
    return "".join(letter if count == 1 else f"{letter}{count}" for letter, count in runs)


def look_of(style: Style, *, is_blank: bool) -> str:
    """`bold #d6deeb on #0f1629`; of a blank only the ground."""
    ground = f"on {_color(style.bgcolor)}"
    if is_blank and not style.underline and not style.reverse:
        return ground
    words = [name for name in ("bold", "italic", "underline", "reverse") if getattr(style, name)]
    return " ".join([*words, _color(style.color), ground])


def _runs(text: str) -> Iterator[str]:
    """The text in pieces of nothing but blanks, and of anything else."""
    for _, piece in groupby(text, str.isspace):
        yield "".join(piece)


def _color(color: Color | None) -> str:
    if color is None or color.is_default:
        return "default"
    return color.get_truecolor().hex
