"""A frame as text that a person can read: what stands on the screen, and in which colours.

First the characters, then one letter for each cell, then what each letter means. A change of the
look shows as a diff of a few lines, in the terminal and in a review, and costs a few kilobytes
where an SVG picture costs a hundred. `python -m docs.pictures` makes the pictures.
"""

from string import ascii_letters, digits

from rich.cells import cell_len
from rich.color import Color
from rich.style import Style
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual.app import App

from tests.support.stage import segments_of

LETTERS = ascii_letters + digits + "!#$%&*+=?@" + "αβγδεζηθικλμνξοπρστυφχψω"


class FrameFile(SingleFileSnapshotExtension):
    """Keeps each frame in a text file of its own."""

    _write_mode = WriteMode.TEXT
    _file_extension = "txt"


def frame_of(app: App[None]) -> str:
    """The present screen of an application."""
    letters: dict[str, str] = {}
    texts, looks = [], []
    for line in segments_of(app):
        text, look = "", ""
        for segment in line:
            if not segment.text:
                continue
            assert segment.style is not None, f"{segment.text!r} is drawn without any colour"
            for piece in _runs(segment.text):
                said = look_of(segment.style, is_blank=piece.isspace())
                letter = letters.setdefault(said, LETTERS[len(letters)])
                text += piece
                look += letter * cell_len(piece)
        texts.append(text.rstrip())
        looks.append(look)
    legend = [f"{letter} {said}" for said, letter in letters.items()]
    return "\n".join([*texts, "", *looks, "", *legend, ""])


def look_of(style: Style, *, is_blank: bool) -> str:
    """`bold #d6deeb on #0f1629`; of a blank only the ground."""
    ground = f"on {_color(style.bgcolor)}"
    if is_blank and not style.underline and not style.reverse:
        return ground
    words = [name for name in ("bold", "italic", "underline", "reverse") if getattr(style, name)]
    return " ".join([*words, _color(style.color), ground])


def _runs(text: str) -> list[str]:
    """The text in pieces of nothing but blanks, and of anything else."""
    pieces: list[str] = []
    for character in text:
        if pieces and pieces[-1][-1].isspace() == character.isspace():
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _color(color: Color | None) -> str:
    if color is None or color.is_default:
        return "default"
    return color.get_truecolor().hex
