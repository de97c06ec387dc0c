"""Broker health: every broker in figures, what is wrong, and the vital signs of our own engine."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from rich.segment import Segment
from rich.text import Text
from textual.app import ComposeResult

from console.model import units
from console.model.cluster import Broker, ClusterState
from console.model.figures import Figure, Known, map_figure
from console.model.health import ApiLatency, EngineVitals, Finding
from console.model.section import content
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.panels import cells
from console.panels.faces import age_remark, old_remark, shown_value, table_value
from console.panels.lag_chart import CHART_LINES, span_of
from console.widgets import symbols
from console.widgets.charts import AreaChart, Drawn
from console.widgets.columns import Column
from console.widgets.face import Face
from console.widgets.gauge import gauge_role
from console.widgets.measures import (
    BYTES,
    BYTES_PER_S,
    COUNT,
    DURATION,
    DURATION_MS,
    PER_S,
    PERCENT,
    SHARE,
)
from console.widgets.palette import Role
from console.widgets.panel import BORDER_LINES, FACE_LINES, Panel
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Cell, Order, Row

T = TypeVar("T")

BROKER_COLUMNS = (
    Column("broker", "BROKER", 6, COUNT, is_right=True),
    Column("address", "ADDRESS", 18, is_flex=True, width_max=40),
    Column("state", "STATE", 10, sort_first_down=True),
    Column("role", "ROLE", 6, priority=6),
    Column("leaders", "LEADERS", 7, COUNT, is_right=True, priority=4, sort_first_down=True),
    Column("replicas", "REPLICAS", 8, COUNT, is_right=True, priority=7, sort_first_down=True),
    Column("messages", "MSG/S", 7, PER_S, is_right=True, priority=1, sort_first_down=True),
    Column("in", "IN/S", 7, BYTES_PER_S, is_right=True, priority=5, sort_first_down=True),
    Column(
        "round_trip", "ROUND TRIP", 10, DURATION, is_right=True, priority=2, sort_first_down=True
    ),
    Column("worst", "WORST", 7, DURATION, is_right=True, priority=8, sort_first_down=True),
    Column("log", "LOG SIZE", 8, BYTES, is_right=True, priority=3, sort_first_down=True),
    Column("disk", "DISK", 6, PERCENT, is_right=True, sort_first_down=True),
    Column("cpu", "CPU", 6, SHARE, is_right=True, priority=9, sort_first_down=True),
    Column("memory", "MEMORY", 9, BYTES, is_right=True, priority=9, sort_first_down=True),
    Column("rack", "RACK", 10, priority=10, appears_from=120),
)
BROKER_LEGEND = "round trip: of this console's own requests, in the last minute"
API_LINES = 14
API_COLUMNS = (
    Column("api", "REQUEST", 16, is_flex=True, width_max=30),
    Column("rate", "PER S", 8, PER_S, is_right=True, sort_first_down=True),
    Column("mean", "MEAN", 9, DURATION_MS, is_right=True, sort_first_down=True),
    Column("p99", "P99", 9, DURATION_MS, is_right=True, priority=1, sort_first_down=True),
)


def percent_cell(percent: float | None) -> Cell:
    """A share, coloured as a gauge is."""
    if percent is None:
        return cells.UNKNOWN_CELL
    return Cell(units.percent(percent), gauge_role(percent))


def broker_row(broker: Broker) -> Row:
    """One broker as a row."""
    disk = cells.usage_percent(broker.disk)
    cpu = broker.cpu_ratio
    used = map_figure(broker.memory, lambda usage: usage.used)
    median_s = map_figure(broker.round_trip, lambda trip: trip.median_s)
    worst_s = map_figure(broker.round_trip, lambda trip: trip.worst_s)
    return Row(
        str(broker.node_id),
        (
            Cell(str(broker.node_id), Role.STRONG),
            cells.name(broker.address),
            cells.state(broker.severity, broker.state),
            Cell(f"{symbols.CONTROLLER} ctl", Role.ACCENT)
            if broker.is_controller
            else cells.muted("broker"),
            Cell(units.grouped(broker.leaders)),
            cells.muted(units.grouped(broker.replicas)),
            cells.figure(broker.messages_per_s, units.count),
            cells.size(broker.bytes_per_s),
            cells.figure(median_s, units.latency),
            cells.figure(worst_s, units.latency),
            cells.size(broker.log_bytes),
            percent_cell(disk),
            percent_cell(100 * cpu.value if isinstance(cpu, Known) else None),
            cells.size(used),
            cells.muted(plain(broker.rack or units.UNKNOWN)),
        ),
        (
            broker.node_id,
            broker.address,
            float(broker.severity),
            float(broker.is_controller),
            broker.leaders,
            broker.replicas,
            cells.sort_value(broker.messages_per_s),
            cells.sort_value(broker.bytes_per_s),
            cells.sort_value(median_s),
            cells.sort_value(worst_s),
            cells.sort_value(broker.log_bytes),
            -1.0 if disk is None else disk,
            cells.sort_value(cpu),
            cells.sort_value(used),
            broker.rack or "",
        ),
    )


def api_row(api: ApiLatency) -> Row:
    """One request type of our engine as a row."""
    p99 = cells.UNKNOWN_CELL if api.p99_ms is None else Cell(units.latency(api.p99_ms / 1000))
    return Row(
        api.api,
        (
            cells.name(api.api),
            Cell(units.count(api.requests_per_s)),
            Cell(units.latency(api.mean_ms / 1000)),
            p99,
        ),
        (api.api, api.requests_per_s, api.mean_ms, -1.0 if api.p99_ms is None else api.p99_ms),
    )


class BrokerHealthPanel(TablePanel):
    """Every broker in figures, or only the one that is open."""

    def __init__(self, *, only: int | None = None, id: str | None = None) -> None:
        title = "Brokers" if only is None else f"Broker {only}"
        super().__init__(title, BROKER_COLUMNS, noun="broker", id=id)
        self._only = only
        self.legend = BROKER_LEGEND

    def show(self, snapshot: Snapshot) -> None:
        """Draw the brokers of a snapshot."""
        cluster: ClusterState | None = table_value(
            self, snapshot.cluster, what="brokers", now_ms=snapshot.at_ms
        )
        if cluster is None:
            return
        brokers = [each for each in cluster.brokers if self._only in (None, each.node_id)]
        if brokers:
            self.set_rows([broker_row(broker) for broker in brokers])
        else:
            self.show_face().empty(f"There is no broker {self._only}", "the cluster lists no such")


class FindingLines(Drawn):
    """Findings: sign, subject, what; beneath, what to do."""

    DEFAULT_CSS = """
    FindingLines { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._findings: tuple[Finding, ...] = ()
        self._now_ms = 0

    def show(self, findings: Sequence[Finding], now_ms: int) -> None:
        """Show these findings."""
        now_ms = now_ms // 1000 * 1000
        if (tuple(findings), now_ms) != (self._findings, self._now_ms):
            self._findings, self._now_ms = tuple(findings), now_ms
            self.redraw()

    @property
    def lines_wanted(self) -> int:
        """The lines with which no finding is cut, at the width that there is."""
        blocks = self._blocks(self.size.width or self.app.size.width)
        return sum(map(len, blocks)) + max(0, len(blocks) - 1)

    def _blocks(self, width: int) -> list[list[list[Segment]]]:
        return [list(self._lines_of(finding, width)) for finding in self._findings]

    def draw(self, width: int, height: int) -> list[list[Segment]]:
        blocks = self._blocks(width)
        is_roomy = sum(len(block) + 1 for block in blocks) - 1 <= height
        lines: list[list[Segment]] = []
        whole = 0
        for block in blocks:
            if lines and is_roomy:
                lines.append([])
            lines += block
            whole += len(lines) < height
        if len(lines) <= height:
            return lines
        cut = f"… {len(blocks) - whole} of {len(blocks)} are cut for want of room"
        return [*lines[: height - 1], [Segment(cut, self.palette.style(Role.MUTED))]]

    def _lines_of(self, finding: Finding, width: int) -> Iterator[list[Segment]]:
        """What is wrong since when, and what to do; long sentences go on under their beginning."""
        style, sign = self.palette.style, f"{cells.SIGNS[finding.severity]} "
        head, advice = Text(), Text()
        head.append(f"{plain(finding.subject, limit=40)}  ", style(Role.STRONG))
        head.append(plain(finding.text), style(Role.TEXT))
        head.append(f"  {units.ago(finding.since_ms, self._now_ms)}", style(Role.FAINT))
        advice.append(plain(finding.advice), style(Role.MUTED))
        for text in (head, advice):
            for line in text.wrap(self.app.console, max(1, width - len(sign))):
                line.rstrip()
                line.end = ""
                mark = Segment(sign, style(cells.ROLES[finding.severity]))
                yield [mark, *line.render(self.app.console)]
                sign = " " * len(sign)


class FindingsPanel(Panel):
    """What is wrong now, since when, what to do."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("What is wrong", id=id)
        self._lines = FindingLines()
        self._face = Face()

    @property
    def lines_needed(self) -> int:
        wanted = self._lines.lines_wanted if self._lines.display else 0
        return max(FACE_LINES, wanted + BORDER_LINES)

    def on_resize(self) -> None:
        super().on_resize()
        self.tell_need()

    def compose(self) -> ComposeResult:
        yield self._lines
        yield self._face

    def show(self, snapshot: Snapshot) -> None:
        """Draw the findings of a snapshot."""
        health = shown_value(
            snapshot.health, what="health", face=self._face, banner=None, now_ms=snapshot.at_ms
        )
        self._lines.display = bool(health and health.findings)
        age = age_remark(snapshot.health, snapshot.at_ms)
        if health is None or not health.findings:
            self.remark(age, is_warning=bool(age))
        if health is None:
            return
        if not health.findings:
            self._face.fine("Nothing is wrong", "everything that could be read is well")
            self.tell_need()
            return
        self._lines.show(health.findings, snapshot.at_ms)
        self.tell_need()
        count = len(health.findings)
        self.remark(age, f"{count} findings" if count > 1 else "1 finding", is_warning=bool(age))


def vitals_of(snapshot: Snapshot) -> EngineVitals | None:
    """The vital signs in a snapshot, if the cluster is our engine."""
    health = content(snapshot.health)
    return health.vitals if health is not None else None


class ApiPanel(TablePanel):
    """Requests of our engine: how many and how fast. Elsewhere it says that the cluster is mute."""

    def __init__(self, *, id: str | None = None) -> None:
        order = Order(1, is_down=True)
        super().__init__("Requests", API_COLUMNS, noun="request", order=order, id=id)

    @property
    def lines_needed(self) -> int:
        """Its rows come and go from second to second: no other box moves for that."""
        return API_LINES

    def show(self, snapshot: Snapshot) -> None:
        """Draw the request figures of a snapshot."""
        vitals = vitals_of(snapshot)
        if vitals is None:
            self.show_face().empty(
                "This cluster does not tell", "the Kafka protocol has no request figures"
            )
            return
        if vitals.apis:
            self.set_rows([api_row(api) for api in vitals.apis])
        elif isinstance(vitals.requests_per_s, Known):
            said = "each kind of request stands here with its rate and times while clients ask it"
            self.show_face().empty("Nothing was asked since the last reading", said)
        else:
            self.show_face().reading("requests", "two readings make a rate")
        if vitals.problem:
            self.banner.warn(units.ago(vitals.read_ms, snapshot.at_ms), plain(vitals.problem))
        else:
            self.banner.hide()


class VitalsPanel(Panel):
    """Flush times of our engine over time, with connections, CPU and memory in the border."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("Flush times", id=id)
        self._chart = AreaChart(lambda ms: units.latency(ms / 1000), role=Role.S2)
        self._face = Face()

    @property
    def lines_needed(self) -> int:
        return CHART_LINES

    def compose(self) -> ComposeResult:
        yield self._chart
        yield self._face

    def show(self, snapshot: Snapshot) -> None:
        """Draw the vital signs of a snapshot."""
        vitals = vitals_of(snapshot)
        self._chart.display = bool(vitals and vitals.flush_history.values)
        if vitals is None:
            self._face.empty("This cluster does not tell", "flush times come from our engine only")
            self.remark("")
            return
        if vitals.flush_history.values:
            self._face.hide()
            self._chart.show(vitals.flush_history, span_of(vitals.flush_history))
        elif isinstance(vitals.requests_per_s, Known):
            said = "the time of each flush is drawn here from the first record that is written on"
            self._face.empty("Nothing was flushed since this console looks", said)
        else:
            self._face.reading("flush times", "two readings make a mean")
        age = old_remark(vitals.read_ms, snapshot.at_ms) if vitals.problem else ""
        words = (
            age,
            _word(vitals.flush_mean_ms, lambda ms: f"mean {units.latency(ms / 1000)}"),
            _word(vitals.cpu_ratio, lambda ratio: f"cpu {units.percent(100 * ratio)}"),
            _word(vitals.memory_bytes, lambda used: f"mem {units.size(used)}"),
            _word(
                vitals.connections, lambda count: f"{count} connection{'s' if count != 1 else ''}"
            ),
            _word(vitals.flush_p99_ms, lambda ms: f"p99 {units.latency(ms / 1000)}"),
            _word(vitals.bytes_in_per_s, lambda rate: f"in {units.size(rate)}/s"),
            _word(vitals.bytes_out_per_s, lambda rate: f"out {units.size(rate)}/s"),
        )
        self.remark(*words, is_warning=bool(age))


def _word(value: Figure[T], shown: Callable[[T], str]) -> str:
    return shown(value.value) if isinstance(value, Known) else ""
