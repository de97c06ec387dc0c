"""The smaller panels of the overview: the cards, throughput, events."""

from collections.abc import Sequence

from rich.segment import Segment
from textual.app import ComposeResult
from textual.containers import Horizontal

from console.model import units
from console.model.cluster import Totals
from console.model.events import Event
from console.model.figures import Known
from console.model.section import Refused, Stale, content
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.panels import cells
from console.panels.cards import change_of, moved, show_byte_rate, show_rate
from console.panels.faces import age_remark, shown_value
from console.panels.lag_chart import span_of
from console.panels.times import Times
from console.widgets.charts import AreaChart, Drawn
from console.widgets.face import Face
from console.widgets.kpi_card import KpiCard
from console.widgets.palette import Role
from console.widgets.panel import Panel


class CardsRow(Horizontal):
    """Five figures of the whole cluster; four when it is narrow."""

    DEFAULT_CSS = """
    CardsRow { height: 5; }
    CardsRow.stale KpiCard { border: round $warning 50%; }
    """

    def compose(self) -> ComposeResult:
        yield KpiCard("Messages in", Role.S1, id="messages")
        yield KpiCard("Bytes in", Role.S3, id="bytes")
        yield KpiCard("Total lag", Role.S4, id="lag")
        yield KpiCard("Under-replicated", Role.ERROR, short="Under-rep", id="under-replicated")
        yield KpiCard("Groups", Role.S2, id="groups")

    def show(self, snapshot: Snapshot) -> None:
        """Draw the totals of a snapshot."""
        self.set_class(isinstance(snapshot.totals, Stale), "stale")
        totals = content(snapshot.totals)
        if totals is None:
            is_refused = isinstance(snapshot.totals, Refused)
            for card in self.query(KpiCard):
                card.show_nothing("not allowed" if is_refused else "")
            return
        messages, bytes_in = self._card("messages"), self._card("bytes")
        lacking = totals.messages_unknown
        show_rate(messages, totals.messages_per_s, totals.messages_history, lacking=lacking)
        # Estimated from the mean size of the records that are kept.
        lacking = totals.bytes_unknown
        show_byte_rate(
            bytes_in, totals.bytes_per_s, totals.bytes_history, lacking=lacking, is_estimate=True
        )
        lag = cells.lag_total(totals.lag, is_read=totals.is_lag_read)
        history = totals.lag_history
        self._card("lag").show(lag.text, f"msgs{lag.unit}", change_of(history), history.values)
        self._replication(totals)
        active = totals.groups_active
        shown = str(active.value) if isinstance(active, Known) else units.UNKNOWN
        history = totals.groups_history
        self._card("groups").show(shown, "active", change_of(history), history.values)

    def _replication(self, totals: Totals) -> None:
        history = totals.under_replicated_history
        change = f"{totals.offline} offline" if totals.offline else moved(history)
        is_bad = totals.under_replicated or totals.offline
        of_all = f"of {units.grouped(totals.partition_count)}"
        self._card("under-replicated").show(
            str(totals.under_replicated),
            f"{of_all} partitions",
            change,
            history.values,
            role=Role.ERROR if is_bad else Role.OK,
            short_units=(f"{of_all} parts", of_all),
        )

    def _card(self, name: str) -> KpiCard:
        return self.query_one(f"#{name}", KpiCard)


class ThroughputPanel(Panel):
    """Records written each second, over time."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("Throughput", id=id, classes="chart")
        self._chart = AreaChart(units.count)
        self._face = Face()

    def compose(self) -> ComposeResult:
        yield self._chart
        yield self._face

    def show(self, snapshot: Snapshot) -> None:
        """Draw the history of a snapshot."""
        totals = shown_value(
            snapshot.totals, what="rates", face=self._face, banner=None, now_ms=snapshot.at_ms
        )
        self._chart.display = totals is not None
        if totals is None:
            self.remark("")
            return
        history = totals.messages_history
        self._chart.display = len(history) > 1
        age = age_remark(snapshot.totals, snapshot.at_ms)
        self.remark(age, "msg/s in", is_warning=bool(age))
        if len(history) > 1:
            self._face.hide()
            self._chart.show(history, span_of(history))
        elif totals.topic_count:
            self._face.reading("rates", "two samples make a rate")
        else:
            self._face.empty("Nothing is written yet", "rates appear with the first records")


class EventList(Drawn):
    """Events, newest first: time, sign, text."""

    DEFAULT_CSS = """
    EventList { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[tuple[str, Event], ...] = ()

    def show(self, rows: Sequence[tuple[str, Event]]) -> None:
        """Show these events, each with its time as text."""
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self.redraw()

    def draw(self, width: int, height: int) -> list[list[Segment]]:
        style = self.palette.style
        return [
            [
                Segment(f"{when} ", style(Role.FAINT)),
                Segment(f"{cells.SIGNS[event.severity]} ", style(cells.ROLES[event.severity])),
                Segment(plain(event.text, limit=max(4, width - 11)), style(Role.TEXT)),
            ]
            for when, event in self._rows[:height]
        ]


class EventsPanel(Panel):
    """What has changed in the cluster, in a box."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("Events", id=id)
        self._list = EventList()
        self._face = Face()

    def compose(self) -> ComposeResult:
        yield self._list
        yield self._face

    def show(self, snapshot: Snapshot, times: Times) -> None:
        """Draw the events of a snapshot."""
        self._list.display = bool(snapshot.events)
        if snapshot.events:
            self._face.hide()
            now_ms = snapshot.at_ms
            self._list.show(
                [(times.event(event.at_ms, now_ms), event) for event in snapshot.events]
            )
        else:
            self._face.empty("Nothing has changed", "since this console was opened")
