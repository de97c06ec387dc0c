"""A screen without colours, as NO_COLOR wants it.

Differs from Textual's own filter: a piece of a line that has no style is left as it is. Such a
piece is usual, an empty line's for one, and the other filters of Textual let it pass.
"""

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import Monochrome


class Greys(Monochrome):
    """Every colour as the grey of its brightness."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        styled = [Segment(text, style or Style.null()) for text, style, _ in segments]
        return super().apply(styled, background)
