"""A text of any length to scroll in: only the lines on the screen are drawn.

Lines longer than the view are wrapped, or cut when wrapping is off. JSON is drawn with its names
and values apart. The text is clean already.
"""

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from textual.binding import BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from console.keys.actions import Scope
from console.keys.keymap import DEFAULT_KEYMAP
from console.widgets.fitting import fitted
from console.widgets.palette import Role
from console.widgets.themed import Themed

_NAMED = re.compile(r'(\s*)("(?:[^"\\]|\\.)*")(: ?)(.*)')
_NUMBER = re.compile(r"-?[0-9]")


def json_pieces(line: str) -> Iterator[tuple[str, Role]]:
    """A line of JSON that was laid out, in pieces with what each is."""
    named = _NAMED.fullmatch(line)
    if named is not None:
        blank, name, colon, line = named.groups()
        yield blank, Role.TEXT
        yield name, Role.S1
        yield colon, Role.MUTED
    else:
        content = line.lstrip(" ")
        yield line[: len(line) - len(content)], Role.TEXT
        line = content
    comma = "," if line.endswith(",") else ""
    yield line.removesuffix(","), _role_of(line)
    yield comma, Role.MUTED


def _role_of(value: str) -> Role:
    if value.startswith('"'):
        return Role.S3
    if value.startswith(("true", "false", "null")):
        return Role.S2
    return Role.S4 if _NUMBER.match(value) else Role.MUTED


def wrapped(lines: Sequence[str], width: int) -> list[str]:
    """The lines, the long ones in pieces of at most `width` cells."""
    if width <= 0:
        return list(lines)
    pieces: list[str] = []
    for line in lines:
        if not line.isascii():
            pieces.extend(chop_cells(line, width) or [""])
        elif len(line) <= width:
            pieces.append(line)
        else:
            pieces.extend(line[at : at + width] for at in range(0, len(line), width))
    return pieces


class TextView(Themed, ScrollView, can_focus=True, inherit_bindings=False):
    """A text to read."""

    DEFAULT_CSS = """
    TextView { height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1;
               scrollbar-gutter: stable; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*DEFAULT_KEYMAP.bindings([Scope.TEXT])]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.is_wrapped = True
        self._lines: tuple[str, ...] = ()
        self._drawn: list[str] = []
        self._is_json = False
        self._arranged_for = (-1, True)

    @property
    def line_count(self) -> int:
        """Lines of the text as it came."""
        return len(self._lines)

    def show(self, lines: Sequence[str], *, is_json: bool = False) -> None:
        """Show other lines from the first on."""
        self._lines, self._is_json = tuple(lines), is_json
        self._arranged_for = (-1, self.is_wrapped)
        self._arrange()
        self.scroll_to(y=0, animate=False, force=True)

    def on_resize(self) -> None:
        self._arrange()

    def _arrange(self) -> None:
        width = self.scrollable_content_region.width - 2
        if (width, self.is_wrapped) == self._arranged_for:
            return
        self._arranged_for = (width, self.is_wrapped)
        self._drawn = wrapped(self._lines, width) if self.is_wrapped else list(self._lines)
        self.virtual_size = Size(0, len(self._drawn))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        number = y + int(self.scroll_offset.y)
        style = self.palette.style
        if number >= len(self._drawn):
            return Strip([Segment(" " * width, style(Role.TEXT))], width)
        line = fitted(self._drawn[number], max(0, width - 2))
        segments = [Segment(" ", style(Role.TEXT))]
        if self._is_json:
            pieces = json_pieces(line.rstrip(" "))
            segments += [Segment(text, style(role)) for text, role in pieces if text]
        else:
            segments.append(Segment(line, style(Role.TEXT)))
        blank = width - sum(cell_len(segment.text) for segment in segments)
        segments.append(Segment(" " * max(0, blank), style(Role.TEXT)))
        return Strip(segments).crop(0, width)

    def action_move(self, steps: int) -> None:
        self.scroll_relative(y=steps, animate=False, force=True)

    def action_page(self, pages: int) -> None:
        self.action_move(pages * max(1, self.size.height - 1))

    def action_edge(self, side: int) -> None:
        y = 0 if side < 0 else self.max_scroll_y
        self.scroll_to(y=y, animate=False, force=True)

    def action_wrap(self) -> None:
        self.is_wrapped = not self.is_wrapped
        self._arrange()
