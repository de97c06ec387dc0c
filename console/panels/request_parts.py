"""The parts of one kind of request: its head, how long it takes, how large it is, its errors."""

from collections.abc import Callable, Iterator

from rich.segment import Segment
from textual.app import ComposeResult

from console.model import units
from console.model.distribution import Distribution
from console.model.engine import RequestKind
from console.model.figures import Figure, Known
from console.model.text import plain
from console.panels import cells
from console.panels.engine_cells import bars_of, quantile_cell, quantile_of
from console.widgets.bars import BarList
from console.widgets.charts import Drawn
from console.widgets.columns import Column
from console.widgets.face import Face
from console.widgets.measures import COUNT
from console.widgets.palette import Role
from console.widgets.panel import Panel
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Cell, Order, Row

ERROR_COLUMNS = (
    Column("error", "ERROR", 12, is_flex=True, width_max=48),
    Column("count", "COUNT", 7, COUNT, is_right=True, sort_first_down=True),
)


def words_of(kind: RequestKind, room: int) -> str:
    """`version 17 · 3 in flight · 12,345 requests since the start`, as much as finds room."""
    words = [
        f"version {plain(kind.version, limit=8)}",
        f"{kind.in_flight} in flight",
        f"{units.grouped(kind.requests)} requests since the start",
    ]
    while len(words) > 1 and len(" · ".join(words)) > room:
        words.pop()
    return " · ".join(words)


def figures_of(kind: RequestKind) -> Iterator[tuple[str, Cell]]:
    """The figures of the last seconds, each with its label."""
    yield "rate", cells.figure(kind.requests_per_s, lambda rate: f"{units.count(rate)}/s", Role.S1)
    yield "p50", quantile_cell(quantile_of(kind.latency, 0.5))
    yield "p99", quantile_cell(quantile_of(kind.latency, 0.99))
    yield "work p99", quantile_cell(quantile_of(kind.local, 0.99))
    yield "in", _per_s(kind.bytes_in_per_s)
    yield "out", _per_s(kind.bytes_out_per_s)
    yield "each asks", _mean_size(kind.request_sizes)
    yield "each gets", _mean_size(kind.reply_sizes)


class RequestLine(Drawn):
    """Two lines: what the request is, and its figures."""

    DEFAULT_CSS = """
    RequestLine { height: 2; padding: 0 2; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._kind: RequestKind | None = None

    def show(self, kind: RequestKind | None) -> None:
        """Show this kind of request; nothing while it is not known."""
        if kind != self._kind:
            self._kind = kind
            self.redraw()

    def draw(self, width: int, height: int) -> list[list[Segment]]:
        kind, style = self._kind, self.palette.style
        if kind is None:
            return []
        api = plain(kind.api, limit=48)
        first = [
            Segment(api, style(Role.STRONG)),
            Segment(f"   {words_of(kind, width - len(api) - 3)}", style(Role.MUTED)),
        ]
        second, used = [], 0
        for label, cell in figures_of(kind):
            used += len(label) + len(cell.text) + len(cell.unit) + 4
            if used - 3 > width:
                break
            second += [
                Segment(f"{label} ", style(Role.MUTED)),
                Segment(cell.text, style(cell.role, is_bold=True)),
                Segment(f"{cell.unit}   ", style(Role.MUTED)),
            ]
        return [first, second]


class SpreadPanel(Panel):
    """A distribution as bars."""

    def __init__(
        self,
        title: str,
        shown: Callable[[float], str],
        *,
        nothing: str,
        role: Role,
        classes: str | None = None,
    ) -> None:
        """`nothing` is said when there was no value; `shown` writes a bound."""
        super().__init__(title, classes=classes)
        self._shown = shown
        self._nothing = nothing
        self._bars = BarList(_share, role=role)
        self._face = Face()

    def compose(self) -> ComposeResult:
        yield self._bars
        yield self._face

    def show(self, spread: Distribution | None, *words: str, is_old: bool = False) -> None:
        """Draw a distribution, with words in the border; None has not been read twice yet."""
        bars = [] if spread is None else bars_of(spread, self._shown)
        self._bars.display = bool(bars)
        self.remark(*words, is_warning=is_old)
        if bars:
            self._face.hide()
            self._bars.show(bars)
        elif spread is None:
            self._face.reading("times and sizes", "two readings make a distribution")
        else:
            self._face.empty(self._nothing, "in the last minute")


class ErrorsPanel(TablePanel):
    """The errors that replies told, by name."""

    def __init__(self, *, id: str | None = None) -> None:
        order = Order(1, is_down=True)
        super().__init__("Errors", ERROR_COLUMNS, noun="error", order=order, id=id)

    def show(self, kind: RequestKind) -> None:
        """Draw the errors of a kind of request."""
        if not kind.errors:
            self.show_face().fine("No error", "since the broker started")
            return
        self.set_rows([error_row(name, count) for name, count in kind.errors])


def error_row(name: str, count: int) -> Row:
    """One error and how often it was told."""
    shown = Cell(plain(name, limit=64), Role.WARNING)
    return Row(name, (shown, Cell(units.grouped(count))), (name, count))


def _share(count: float, share: float) -> str:
    return f"{units.count(count)} {units.percent(100 * share):>5}"


def _per_s(rate: Figure[float]) -> Cell:
    if not isinstance(rate, Known):
        return cells.UNKNOWN_CELL
    number, unit = units.size_parts(rate.value)
    return Cell(number, Role.TEXT, f" {unit}/s")


def _mean_size(sizes: Distribution | None) -> Cell:
    mean = None if sizes is None else sizes.mean
    if mean is None:
        return cells.UNKNOWN_CELL
    number, unit = units.size_parts(mean)
    return Cell(number, Role.TEXT, f" {unit}")
