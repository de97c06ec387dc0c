"""Horizontal bars, one under the other: label, bar, figure. For histograms.

The longest bar fills the width. Where there are more bars than lines, the two neighbours that weigh
least become one, until all fit: the shape stays, and nothing is left out.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.segment import Segment

from console.widgets.charts import Drawn
from console.widgets.palette import Role

EIGHTHS = " ▏▎▍▌▋▊▉█"
BAR_MIN = 4
"""Cells without which a bar says nothing; then only the figures are shown."""


class Bar(NamedTuple):
    """One bar. The label is of its upper end; an open one has none, and stays by itself."""

    label: str
    value: float
    is_open: bool = False


class BarList(Drawn):
    """Bars that share one scale. `shown` makes the figure behind a bar, given its share of all."""

    DEFAULT_CSS = """
    BarList { height: 1fr; }
    """

    def __init__(self, shown: Callable[[float, float], str], *, role: Role = Role.S1) -> None:
        super().__init__()
        self._shown = shown
        self._role = role
        self._bars: tuple[Bar, ...] = ()

    def show(self, bars: Sequence[Bar]) -> None:
        """Draw these bars, the first at the top."""
        if tuple(bars) != self._bars:
            self._bars = tuple(bars)
            self.redraw()

    def draw(self, width: int, height: int) -> list[list[Segment]]:
        bars = fitted_bars(self._bars, height)
        if not bars:
            return []
        style = self.palette.style
        whole, longest = sum(bar.value for bar in bars), max(bar.value for bar in bars)
        figures = [self._shown(bar.value, bar.value / whole if whole else 0.0) for bar in bars]
        head, tail = max(len(bar.label) for bar in bars), max(map(len, figures))
        room = width - head - tail - 2
        lines = []
        for bar, figure in zip(bars, figures, strict=True):
            share = bar.value / longest if longest else 0.0
            drawn = bar_text(share, room) if room >= BAR_MIN else " " * max(0, room)
            lines.append(
                [
                    Segment(f"{bar.label:>{head}} ", style(Role.MUTED)),
                    Segment(drawn, style(self._role)),
                    Segment(f" {figure:>{tail}}", style(Role.TEXT if bar.value else Role.FAINT)),
                ]
            )
        return lines


def bar_text(share: float, width: int) -> str:
    """A bar of so much of the width, to an eighth of a cell; never nothing for more than 0."""
    eighths = round(share * width * 8)
    if share > 0:
        eighths = max(1, eighths)
    full, rest = divmod(eighths, 8)
    return (EIGHTHS[8] * full + EIGHTHS[rest].strip()).ljust(width)


def fitted_bars(bars: Sequence[Bar], lines: int) -> list[Bar]:
    """The bars in so many lines: neighbours that weigh least together are joined."""
    found = list(bars)
    while len(found) > max(1, lines):
        closed = len(found) - found[-1].is_open
        if closed < 2:
            return found[: max(1, lines)]
        at = min(range(closed - 1), key=lambda n: found[n].value + found[n + 1].value)
        found[at : at + 2] = [Bar(found[at + 1].label, found[at].value + found[at + 1].value)]
    return found
