"""Lines drawn with braille dots, two by four to a cell. Pure."""

from collections.abc import Sequence

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
BLANK = "⠀"


class Canvas:
    """A grid of cells on which dots are set; (0, 0) is the top left dot."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._cells = [[0] * width for _ in range(height)]

    def set(self, x: int, y: int) -> None:
        """Set a dot; one outside is left out."""
        column, row = x // 2, y // 4
        if 0 <= column < self.width and 0 <= row < self.height:
            self._cells[row][column] |= _DOTS[y % 4][x % 2]

    def line(self, heights: Sequence[float | None]) -> None:
        """Draw a curve over the whole width: one height from 0 (bottom) to 1 for each dot column.

        None leaves a gap. Neighbouring dots are joined by a vertical run.
        """
        top = self.height * 4 - 1
        before: int | None = None
        for x, height in enumerate(heights):
            if height is None:
                before = None
                continue
            y = top - round(max(0.0, min(1.0, height)) * top)
            for joined in range(min(y, before), max(y, before) + 1) if before is not None else (y,):
                self.set(x, joined)
            before = y

    def rows(self) -> list[list[str]]:
        """The cells as characters; a cell without a dot is a space."""
        return [[chr(0x2800 + bits) if bits else " " for bits in row] for row in self._cells]


def resample(values: Sequence[float], width: int) -> list[float | None]:
    """The newest `width` values, or fewer with gaps before them."""
    newest = list(values[-width:])
    return [None] * (width - len(newest)) + [float(value) for value in newest]


def stretch(values: Sequence[float], width: int) -> list[float | None]:
    """Values spread evenly over `width` places, the nearest sample at each."""
    if not values or width <= 0:
        return [None] * max(0, width)
    if len(values) == 1 or width == 1:
        return [float(values[-1])] * width
    step = (len(values) - 1) / (width - 1)
    return [float(values[round(place * step)]) for place in range(width)]


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
            canvas.set(x, top - round(height * top))
    return "".join(canvas.rows()[0])
