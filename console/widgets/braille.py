"""Lines drawn with braille dots, two by four to a cell. Pure."""

from collections.abc import Sequence
from itertools import pairwise

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


class Canvas:
    """A grid of cells on which dots are set; (0, 0) is the top left dot."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._cells = [[0] * width for _ in range(height)]

    def dot(self, x: int, y: int) -> None:
        """Set a dot; one outside is left out."""
        column, row = x // 2, y // 4
        if 0 <= column < self.width and 0 <= row < self.height:
            self._cells[row][column] |= _DOTS[y % 4][x % 2]

    def line(self, heights: Sequence[float | None]) -> set[tuple[int, int]]:
        """Draw a curve over the whole width: one height from 0 (bottom) to 1 for each dot column.

        None leaves a gap. Neighbouring dots are joined by a vertical run. Says which cells the
        curve touches, as (column, row).
        """
        top = self.height * 4 - 1
        touched: set[tuple[int, int]] = set()
        before: int | None = None
        for x, height in enumerate(heights):
            if height is None:
                before = None
                continue
            y = top - round(max(0.0, min(1.0, height)) * top)
            for joined in range(min(y, before), max(y, before) + 1) if before is not None else (y,):
                self.dot(x, joined)
                touched.add((x // 2, joined // 4))
            before = y
        return touched

    def rows(self) -> list[list[str]]:
        """The cells as characters; a cell without a dot is a space."""
        return [[chr(0x2800 + bits) if bits else " " for bits in row] for row in self._cells]


def stretch(values: Sequence[float], width: int) -> list[float | None]:
    """Values spread evenly over `width` places; the last place holds the newest value itself.

    Fewer values than places are joined by straight lines. Of more, each place holds the mean of its
    share: a chart that picked single samples would dance as the history moves on.
    """
    if not values or width <= 0:
        return [None] * max(0, width)
    last = len(values) - 1
    if not last or width == 1:
        return [float(values[-1])] * width
    if len(values) > width:
        return [*_means(values, width)[:-1], float(values[-1])]
    places: list[float | None] = []
    for number in range(width):
        at = number * last / (width - 1)
        before = min(int(at), last - 1)
        share = at - before
        places.append(values[before] * (1 - share) + values[before + 1] * share)
    return places


def _means(values: Sequence[float], width: int) -> list[float | None]:
    """The mean of each of `width` shares, none of them empty."""
    edges = [number * len(values) // width for number in range(width + 1)]
    shares = (values[first:end] for first, end in pairwise(edges))
    return [sum(share) / len(share) for share in shares]


def trend(values: Sequence[float], width: int) -> str:
    """A one-line curve of `width` cells, scaled from least to most; flat runs in the middle."""
    if not values:
        return " " * width
    low, high = min(values), max(values)
    span = high - low
    canvas = Canvas(width, 1)
    top = 3
    for x, value in enumerate(stretch(values, width * 2)):
        if value is not None:
            height = (value - low) / span if span else 0.5
            canvas.dot(x, top - round(height * top))
    return "".join(canvas.rows()[0])
