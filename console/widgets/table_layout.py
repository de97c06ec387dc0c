"""Where the columns of a table stand: which are wanted, how wide each is, how far it is moved."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from console.widgets import symbols
from console.widgets.column_choice import AS_MADE, ColumnChoice
from console.widgets.columns import Column, Placed, as_wide_as, place
from console.widgets.sideways import Stretch, stretch
from console.widgets.table_rows import TableRow


@dataclass(frozen=True, slots=True)
class Window:
    """The columns of a line, and which of its cells are seen: the first `held`, and behind them
    those from `start` cells later on, `width` in all."""

    placed: tuple[Placed, ...] = ()
    width: int = 0
    held: int = 0
    start: int = 0
    end: int = 0
    """Where the last column ends; 0 where nothing is moved."""

    def seen(self, line: Strip) -> Strip:
        """What is seen of a line."""
        if not self.start:
            return line.crop(0, self.width)
        rest = line.crop(self.held + self.start, self.start + self.width)
        return Strip.join([line.crop(0, self.held), rest])

    def seen_head(self, line: Strip, style: Style) -> Strip:
        """What is seen of the head, with a sign at each end that has more beyond it."""
        strip = self.seen(line)
        if self.start:
            at = max(0, self.held - 1)
            before = Strip([Segment(symbols.MORE_LEFT, style)])
            strip = Strip.join([strip.crop(0, at), before, strip.crop(at + 1)])
        if self.start + self.width < self.end:
            more = Strip([Segment(symbols.MORE_RIGHT, style)])
            strip = Strip.join([strip.adjust_cell_length(self.width, style), more])
        return strip

    def column_at(self, cell: int) -> Column | None:
        """The column that is seen at a cell."""
        if not 0 <= cell < self.width:
            return None
        at = cell if cell < self.held else cell + self.start
        return next((e.column for e in self.placed if e.at <= at < e.at + e.width), None)


class TableLayout:
    """The layout of one table, made anew when anything that it follows from is another."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = tuple(columns)
        self.choice = AS_MADE
        self._fitted: dict[str, Column] = {}
        """The columns that fit, as wide as their longest cells."""
        self._steps = 0
        self._longest: dict[str, int] = {}
        """Of the cells that were in sight since the table was moved sideways."""
        self._usual: tuple[Placed, ...] = ()
        self._usual_for: tuple[object, ...] = ()
        self._window = Window()
        self._window_for: tuple[object, ...] = ()

    def choose(self, choice: ColumnChoice) -> None:
        """Have other columns, or in another order."""
        self.choice = choice
        self._stay()

    def fit(self, rows: Iterable[TableRow]) -> None:
        """Measure what stands in the columns that are as wide as that."""
        rows = tuple(rows)
        for number, column in enumerate(self._columns):
            if column.fits:
                longest = max((cell_len(row.cells[number].text) for row in rows), default=0)
                self._fitted[column.key] = as_wide_as(column, longest)
        self._usual_for = ()

    def usual(self, width: int, sorted_by: Column) -> tuple[Placed, ...]:
        """Where the columns stand for which there is room, while nothing is moved."""
        wanted = (width, sorted_by, self.choice)
        if wanted != self._usual_for:
            shown = self.choice.shown(self._columns)
            at = shown.index(sorted_by) if sorted_by in shown else None
            measured = [self._fitted.get(each.key, each) for each in shown]
            self._usual = place(measured, width, sorted_by=at)
            self._usual_for = wanted
            self._window_for = ()
        return self._usual

    def window(
        self, width: int, sorted_by: Column, in_sight: Callable[[], Sequence[TableRow]]
    ) -> Window:
        """What is seen of the columns; `in_sight` has the rows that are on the screen."""
        usual = self.usual(width, sorted_by)
        if not self._steps:
            if self._window.placed is not usual or self._window.width != width:
                self._window = Window(usual, width)
            return self._window
        rows = in_sight()
        wanted = (usual, rows)
        if wanted != self._window_for:
            self._window = self._moved(width, self._stretch(width, usual, sorted_by, rows))
            self._window_for = wanted
        return self._window

    def step(
        self,
        steps: int,
        width: int,
        sorted_by: Column,
        in_sight: Callable[[], Sequence[TableRow]],
    ) -> bool:
        """Move so many stops further; says whether there are such."""
        stretched = self._stretch(width, self.usual(width, sorted_by), sorted_by, in_sight())
        before = min(self._steps, len(stretched.stops))
        self._steps = max(0, min(len(stretched.stops), before + steps))
        if not self._steps:
            self._stay()
        self._window_for = ()
        return self._steps != before

    def _stay(self) -> None:
        self._steps, self._longest = 0, {}
        self._window_for = ()

    def _moved(self, width: int, stretched: Stretch) -> Window:
        if not stretched.stops:
            return Window(self._usual, width)
        stop = stretched.stops[min(self._steps, len(stretched.stops)) - 1]
        placed = stretched.in_sight(stop, width)
        return Window(placed, width, stretched.held, stop, stretched.end)

    def _stretch(
        self,
        width: int,
        usual: Sequence[Placed],
        sorted_by: Column,
        rows: Sequence[TableRow],
    ) -> Stretch:
        shown = self.choice.shown(self._columns)
        for row in rows:
            for column, cell in zip(self._columns, row.cells, strict=True):
                cells = cell_len(cell.text) + cell_len(cell.unit)
                if cells > self._longest.get(column.key, 0):
                    self._longest[column.key] = cells
        longest = dict(self._longest)
        if sorted_by in shown:
            marked = len(sorted_by.label) + 2
            longest[sorted_by.key] = max(longest.get(sorted_by.key, 0), marked)
        return stretch(shown, longest, width, usual)
