"""Charts that draw their own lines: a filled area, several curves, a sparkline.

Area and curves stand over an axis of time: each sample has the place of its moment, the newest of
all at the right edge, and what was not known is left blank. A sparkline shows the shape alone.
Drawn once for each change of data, size or theme, then served from a cache.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from console.model.series import EMPTY_SERIES, Series, spread
from console.widgets.braille import Canvas, stretch
from console.widgets.fitting import shortened
from console.widgets.palette import Role
from console.widgets.scale import ticks
from console.widgets.themed import Themed

EIGHTHS = " ▁▂▃▄▅▆▇█"
AXIS_WIDTH = 7
GRADIENT = (0.28, 0.9)
DOT = "┈"
TIME_AXIS_FROM = 6
"""Charts of fewer lines spend none of them on the time axis."""
Format = Callable[[float], str]


class Drawn(Themed):
    """A widget whose lines are made all at once and kept until something changes."""

    _lines: list[Strip] | None = None

    def draw(self, width: int, height: int) -> list[list[Segment]]:
        """The lines of the widget at this size."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Forget the lines; they are made anew for the next frame."""
        self._lines = None
        self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._lines = None

    def on_resize(self) -> None:
        self.redraw()

    def render_line(self, y: int) -> Strip:
        width, height = self.size.width, self.size.height
        if self._lines is None or len(self._lines) != height:
            drawn = self.draw(width, height) if width > 0 and height > 0 else []
            blank = self.palette.style(Role.TEXT)
            self._lines = [Strip(line).adjust_cell_length(width, blank) for line in drawn[:height]]
            self._lines += [Strip([Segment(" " * width, blank)])] * (height - len(self._lines))
        return self._lines[y] if y < len(self._lines) else Strip.blank(width)


@dataclass(frozen=True, slots=True)
class Curve:
    """One series of a chart with its place in the legend."""

    label: str
    series: Series
    shown: str
    """The present value as text."""


LABEL_MIN, LEGEND_GAP = 8, 2
CURVE_ROLES = (Role.S4, Role.S2, Role.S1, Role.S3)


class LineChart(Drawn):
    """Several curves in braille, legend in the first line, dotted lines at the ticks.

    Only curves that the legend has room to name are drawn: a colour alone says nothing.
    """

    DEFAULT_CSS = """
    LineChart { height: 1fr; }
    """

    def __init__(self, form: Format, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._format = form
        self._curves: tuple[Curve, ...] = ()
        self._span = ""

    def show(self, curves: Sequence[Curve], span: str = "") -> None:
        """Draw these curves; `span` is the age of the oldest sample as text."""
        if (tuple(curves), span) != (self._curves, self._span):
            self._curves, self._span = tuple(curves), span
            self.redraw()

    def draw(self, width: int, height: int) -> list[list[Segment]]:
        indent, labels = legend_layout(self._curves, width)
        curves = self._curves[: max(1, len(labels))]
        legend = self._legend(indent, labels)
        rows = height - 1 - bool(self._span and height > TIME_AXIS_FROM)
        plot = width - AXIS_WIDTH - 1
        if rows < 1 or plot < 4:
            return [legend]
        high = max((max(curve.series.values, default=0.0) for curve in curves), default=0.0)
        marks = ticks(high, tick_count(rows))
        top = marks[-1] or 1.0
        grid = self._grid(curves, plot, rows, marks)
        lines = [legend]
        ticked = {self._row_of(mark / top, rows): mark for mark in marks}
        faint = self.palette.style(Role.FAINT)
        for number, cells in enumerate(grid):
            label = self._format(ticked[number]) if number in ticked else ""
            axis = "┤" if number in ticked else "│"
            lines.append([Segment(label.rjust(AXIS_WIDTH - 1) + " " + axis, faint), *cells])
        if len(lines) < height:
            lines.append(time_axis(width, AXIS_WIDTH, self._span, faint))
        return lines

    def _legend(self, indent: int, labels: Sequence[str]) -> list[Segment]:
        """Sign, name and present value of each curve."""
        blank = self.palette.style(Role.TEXT)
        segments = [Segment(" " * indent, blank)]
        for curve, label, role in zip(self._curves, labels, CURVE_ROLES, strict=False):
            segments += [
                Segment("━", self.palette.style(role)),
                Segment(f" {label} ", self.palette.style(Role.MUTED)),
                Segment(curve.shown, self.palette.style(Role.STRONG)),
                Segment(" " * LEGEND_GAP, blank),
            ]
        return segments

    def _grid(
        self, curves: Sequence[Curve], plot: int, rows: int, marks: Sequence[float]
    ) -> list[list[Segment]]:
        """The cells of the plot. Where curves meet, the dots of all stand in the first's colour."""
        top = marks[-1] or 1.0
        line = self.palette.style(Role.LINE)
        dotted = {self._row_of(mark / top, rows) for mark in marks}
        cells = [
            [(DOT if number in dotted else " ", line) for _ in range(plot)]
            for number in range(rows)
        ]
        from_ms, to_ms = bounds(curve.series for curve in curves)
        canvas = Canvas(plot, rows)
        for curve, role in reversed(list(zip(curves, CURVE_ROLES, strict=False))):
            heights = spread(curve.series, from_ms, to_ms, plot * 2)
            touched = canvas.line([None if value is None else value / top for value in heights])
            style = self.palette.style(role)
            for column, number in touched:
                cells[number][column] = (" ", style)
        for number, row in enumerate(canvas.rows()):
            for column, character in enumerate(row):
                if character != " ":
                    cells[number][column] = (character, cells[number][column][1])
        return [_joined(row) for row in cells]

    def _row_of(self, share: float, rows: int) -> int:
        return (rows * 4 - 1 - round(share * (rows * 4 - 1))) // 4


class AreaChart(Drawn):
    """One series as a filled area of eighth blocks, darker towards the bottom."""

    DEFAULT_CSS = """
    AreaChart { height: 1fr; }
    """

    def __init__(self, form: Format, *, role: Role = Role.S1, id: str | None = None) -> None:
        super().__init__(id=id)
        self._format = form
        self._role = role
        self._series = EMPTY_SERIES
        self._span = ""

    def show(self, series: Series, span: str = "") -> None:
        """Draw these samples; `span` is the age of the oldest as text."""
        if (series, span) != (self._series, self._span):
            self._series, self._span = series, span
            self.redraw()

    def draw(self, width: int, height: int) -> list[list[Segment]]:
        faint = self.palette.style(Role.FAINT)
        rows = height - bool(self._span and height > TIME_AXIS_FROM)
        plot = width - AXIS_WIDTH - 1
        if rows < 1 or plot < 2:
            return []
        marks = ticks(max(self._series.values, default=0.0), tick_count(rows))
        top = marks[-1] or 1.0
        labels = {min(rows - 1, rows - round(mark / top * rows)): mark for mark in marks[1:]}
        heights = [
            None if value is None else value / top * rows * 8
            for value in spread(self._series, *bounds([self._series]), plot)
        ]
        lines = []
        for number in range(rows):
            below = (rows - 1 - number) * 8
            label = self._format(labels[number]) if number in labels else ""
            axis = "┤" if number in labels else "│"
            style = self._shade(number, rows)
            body = "".join(
                " " if tall is None else EIGHTHS[max(0, min(8, round(tall - below)))]
                for tall in heights
            )
            head = label.rjust(AXIS_WIDTH - 1) + " " + axis
            lines.append([Segment(head, faint), Segment(body, style)])
        if len(lines) < height:
            lines.append(time_axis(width, AXIS_WIDTH, self._span, faint))
        return lines

    def _shade(self, number: int, rows: int) -> Style:
        ground = self.palette.grounds["surface"]
        low, high = GRADIENT
        share = high - (high - low) * (number / max(1, rows - 1))
        color = ground.blend(self.palette.color(self._role), share)
        return Style(color=color.rich_color, bgcolor=ground.rich_color)


class Sparkline(Drawn):
    """The shape of a series in one line of blocks, scaled from least to most."""

    DEFAULT_CSS = """
    Sparkline { height: 1; }
    """

    def __init__(self, role: Role, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._role = self._shown_role = role
        self._values: tuple[float, ...] = ()

    def show(self, values: Sequence[float], role: Role | None = None) -> None:
        """Draw these values, in another role than its own where one is given."""
        shown = tuple(values), role or self._role
        if shown != (self._values, self._shown_role):
            self._values, self._shown_role = shown
            self.redraw()

    def draw(self, width: int, height: int) -> list[list[Segment]]:
        values = [value for value in stretch(self._values, width) if value is not None]
        if not values:
            return []
        low, high = min(values), max(values)
        span = high - low
        blocks = "".join(
            EIGHTHS[1 + round(7 * (value - low) / span)] if span else EIGHTHS[1] for value in values
        )
        return [[Segment(blocks, self.palette.style(self._shown_role))]]


def bounds(several: Iterable[Series]) -> tuple[int, int]:
    """The first and the last moment of some series together; 0 and 0 when all are empty."""
    times = [series.times_ms for series in several if series.times_ms]
    return min((each[0] for each in times), default=0), max((each[-1] for each in times), default=0)


def legend_layout(curves: Sequence[Curve], width: int) -> tuple[int, list[str]]:
    """Where the legend begins and the names in it: those of the first curves that find room."""
    for count in range(len(curves), 0, -1):
        shown = curves[:count]
        lengths = [cell_len(curve.label) for curve in shown]
        fixed = sum(cell_len(curve.shown) + 3 for curve in shown) + LEGEND_GAP * (count - 1)
        is_roomy = AXIS_WIDTH + 1 + fixed + sum(lengths) <= width
        indent = AXIS_WIDTH + 1 if is_roomy else 1
        room, longest = width - indent - fixed, max(lengths)
        while longest > LABEL_MIN and sum(min(each, longest) for each in lengths) > room:
            longest -= 1
        if sum(min(each, longest) for each in lengths) <= room:
            return indent, [shortened(curve.label, longest) for curve in shown]
    return 0, []


def tick_count(rows: int) -> int:
    """About how many ticks above zero a plot of this height bears."""
    return max(1, min(4, rows // 3 if rows > 6 else rows // 2))


def time_axis(width: int, indent: int, span: str, style: Style) -> list[Segment]:
    """`└-51s ... now` under a chart."""
    left = " " * indent + f"└-{span}"
    return [Segment(left + "now".rjust(max(0, width - len(left))), style)]


def _joined(cells: Sequence[tuple[str, Style]]) -> list[Segment]:
    """Neighbouring cells of one style as one segment."""
    segments: list[Segment] = []
    text, style = "", None
    for character, each in cells:
        if each is not style and text:
            segments.append(Segment(text, style))
            text = ""
        text, style = text + character, each
    segments.append(Segment(text, style))
    return segments
