"""A plot of some lines over two logarithmic axes, as SVG text. Pure; the same lines, the same text.

The pages are compared with their regeneration to the byte, which a plotting library changes with
each of its versions; what is needed of one is a page of arithmetic.
"""

import math
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 70, 150, 36, 50
FONT = 'font-family="sans-serif" font-size="12" role="img"'
COLOURS = ("#0b6e99", "#c2410c", "#4d7c0f", "#7e22ce")
DASHES = ("", "7 4", "2 3", "9 3 2 3")
"""A line is told from another without colour too."""

Point = tuple[float, float]


def plot(title: str, across: str, up: str, lines: Mapping[str, Sequence[Point]]) -> str:
    """Draw named lines of points; every coordinate is above zero."""
    xs = [x for points in lines.values() for x, _ in points]
    ys = [y for points in lines.values() for _, y in points]
    horizontal = _Axis(xs, LEFT, WIDTH - RIGHT)
    vertical = _Axis(ys, HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {FONT}>',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _text(LEFT, 20, title, weight="bold"),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, across, anchor="middle"),
        _text(LEFT, TOP - 4 + HEIGHT - TOP - BOTTOM + 34, up, anchor="start", turned=True),
    ]
    for value in horizontal.ticks():
        at = horizontal.place(value)
        parts.append(_rule(at, TOP, at, HEIGHT - BOTTOM))
        parts.append(_text(at, HEIGHT - BOTTOM + 16, _figure(value), anchor="middle"))
    for value in vertical.ticks():
        at = vertical.place(value)
        parts.append(_rule(LEFT, at, WIDTH - RIGHT, at))
        parts.append(_text(LEFT - 6, at + 4, _figure(value), anchor="end"))
    for number, (name, points) in enumerate(lines.items()):
        colour, dash = COLOURS[number % len(COLOURS)], DASHES[number % len(DASHES)]
        places = [(horizontal.place(x), vertical.place(y)) for x, y in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"'
            f' stroke-dasharray="{dash}"/>'
        )
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        last_x, last_y = places[-1]
        parts.append(_text(last_x + 8, last_y + 4, name, colour=colour))
    return "\n".join([*parts, "</svg>", ""])


class _Axis:
    """A logarithmic axis from whole decade to whole decade, between two pixels."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self._low = math.floor(math.log10(min(values)))
        self._high = max(self._low + 1, math.ceil(math.log10(max(values))))
        self._start, self._end = start, end

    def place(self, value: float) -> float:
        """The pixel of a value."""
        share = (math.log10(value) - self._low) / (self._high - self._low)
        return self._start + share * (self._end - self._start)

    def ticks(self) -> list[float]:
        """The decades."""
        return [10.0**power for power in range(self._low, self._high + 1)]


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#dddddd"/>'


def _text(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    weight: str = "normal",
    colour: str = "#222222",
    turned: bool = False,
) -> str:
    turn = f' transform="rotate(-90 16 {y:.1f})"' if turned else ""
    x = 16 if turned else x
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}"'
        f' font-weight="{weight}"{turn}>{escape(text)}</text>'
    )
