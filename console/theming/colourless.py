"""A screen without any colour, as NO_COLOR wants it: text as the terminal has it.

Nothing but attributes says what colours say otherwise: what a theme draws quietly is dim, the line
under the cursor is reversed, and so is what is drawn in the colour of the ground, such as a cursor
in a text. Where both meet they are as they were without either, and can be told apart.

Differs from Textual's own filter, which sends greys; and a piece of a line without a style, such as
that of an empty line, is let pass.
"""

from functools import lru_cache

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.theme import Theme

_QUIET = ("muted", "faint", "line")
_STYLES_MAX = 4096
"""Styles whose counterparts are kept."""


class Colourless(LineFilter):
    """The attributes for the colours of one of our themes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._cursor = Color.parse(theme.variables["row-cursor"])
        self._quiet = {Color.parse(theme.variables[token]) for token in _QUIET}
        self._without = lru_cache(_STYLES_MAX)(self._made)

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        is_cursor = background == self._cursor
        return [
            Segment(text, None if style is None else self._without(style, is_cursor), control)
            for text, style, control in segments
        ]

    def _made(self, style: Style, is_on_cursor: bool) -> Style:
        """The counterpart of a style, on the ground of the line under the cursor or elsewhere."""
        text, ground = _known(style.color), _known(style.bgcolor)
        if style.reverse:
            text, ground = ground, text
        is_inverse = bool(style.reverse)
        if text is not None and ground is not None:
            lighter = text.brightness - ground.brightness
            is_inverse = lighter < 0 if self.theme.dark else lighter > 0
        is_reversed = is_inverse != (is_on_cursor or ground == self._cursor)
        is_dim = text in self._quiet and not is_reversed
        return style.without_color + Style(reverse=is_reversed, dim=is_dim or None)


def _known(color: RichColor | None) -> Color | None:
    """A colour; None for that which the terminal has anyway."""
    return None if color is None or color.is_default else Color.from_rich_color(color)
