"""How long flushes take and what waits, over time."""

from textual.app import ComposeResult

from console.model import units
from console.model.engine import EngineState, Flushing, Waiting
from console.model.figures import Figure, Known
from console.model.series import Series
from console.model.snapshot import Snapshot
from console.panels.engine_cells import quantile_of, quantile_text
from console.panels.faces import age_remark, shown_value
from console.panels.lag_chart import span_of
from console.widgets.charts import Curve, LineChart
from console.widgets.face import Face
from console.widgets.panel import Panel


def _axis_latency(seconds: float) -> str:
    """A latency in the few cells of an axis: `2.5ms`."""
    return units.latency(seconds).replace(" ", "") if seconds else "0"


class CurvesPanel(Panel):
    """Curves in a box, or why there are none."""

    def __init__(self, title: str, chart: LineChart, *, what: str) -> None:
        super().__init__(title, classes="chart")
        self._what = what
        self._chart = chart
        self._face = Face()

    def compose(self) -> ComposeResult:
        yield self._chart
        yield self._face

    def state_of(self, snapshot: Snapshot) -> EngineState | None:
        """The broker's inside, if there is something to draw; else the face says why not."""
        state = shown_value(
            snapshot.engine, what=self._what, face=self._face, banner=None, now_ms=snapshot.at_ms
        )
        self._chart.display = state is not None
        if state is None:
            self.remark("")
        return state

    def draw_curves(self, curves: list[Curve], snapshot: Snapshot, *words: str) -> None:
        """Draw curves, with words in the border."""
        age = age_remark(snapshot.engine, snapshot.at_ms)
        self._chart.show(curves, span_of(*(curve.series for curve in curves)))
        self.remark(age, *words, is_warning=bool(age))

    def say_reading(self, why: str) -> None:
        """There is nothing to draw before the next reading."""
        self._chart.display = False
        self.remark("")
        self._face.reading(self._what, why)

    def say_nothing_yet(self, what: str, advice: str) -> None:
        """There is nothing to draw, and that is known."""
        self._chart.display = False
        self.remark("")
        self._face.empty(what, advice)


class FlushPanel(CurvesPanel):
    """Flush times: each reading as a point, the last minute in the legend."""

    def __init__(self) -> None:
        super().__init__("Flush", LineChart(_axis_latency), what="flush times")

    def show(self, snapshot: Snapshot) -> None:
        """Draw the flushes of a snapshot."""
        state = self.state_of(snapshot)
        if state is None:
            return
        flushing = state.flushing
        if flushing.last is None:
            self.say_reading("two readings make a distribution")
            return
        if not flushing.p99_history.values:
            self.say_nothing_yet("Nothing was flushed yet", "since this console looks")
            return
        self.draw_curves(flush_curves(flushing), snapshot, *flush_words(flushing))


class WaitingPanel(CurvesPanel):
    """What waits: requests without a reply, those for records, those for the disk; and memory."""

    def __init__(self) -> None:
        super().__init__("Waiting", LineChart(units.count), what="waiters")

    def show(self, snapshot: Snapshot) -> None:
        """Draw the waiters of a snapshot."""
        state = self.state_of(snapshot)
        if state is None:
            return
        waiting = state.waiting
        if not waiting.for_records_history.values:
            self.say_nothing_yet("The broker does not tell", "what waits in it")
            return
        self.draw_curves(waiting_curves(waiting), snapshot, *waiting_words(waiting))


def flush_curves(flushing: Flushing) -> list[Curve]:
    """The quantiles over time, each with its value of the last minute."""
    last = flushing.last
    most = quantile_text(None if last is None else last.most)
    return [
        Curve("p99", flushing.p99_history, quantile_text(quantile_of(last, 0.99))),
        Curve("p50", flushing.p50_history, quantile_text(quantile_of(last, 0.5))),
        Curve("max", flushing.most_history, f"≤ {most}" if most[0].isdigit() else most),
    ]


def flush_words(flushing: Flushing) -> list[str]:
    """`132/s · 1.8 partitions each`."""
    rate, partitions = flushing.per_s, flushing.partitions
    return [
        f"{units.count(rate.value)}/s" if isinstance(rate, Known) else "",
        f"{partitions.value:.1f} partitions each" if isinstance(partitions, Known) else "",
    ]


def waiting_curves(waiting: Waiting) -> list[Curve]:
    """Requests that wait over time; those without a figure are left out."""
    rows: tuple[tuple[str, Series, Figure[int]], ...] = (
        ("in flight", waiting.in_flight_history, waiting.in_flight),
        ("for records", waiting.for_records_history, waiting.for_records),
        ("for disk", waiting.for_disk_history, waiting.for_disk),
    )
    return [
        Curve(label, history, units.count(figure.value))
        for label, history, figure in rows
        if isinstance(figure, Known)
    ]


def waiting_words(waiting: Waiting) -> list[str]:
    """`receiving 1.0 MB · unsent 210 KB`."""
    rows = (("receiving", waiting.incoming_bytes), ("unsent", waiting.unsent_bytes))
    return [
        f"{label} {units.size(figure.value)}" for label, figure in rows if isinstance(figure, Known)
    ]
