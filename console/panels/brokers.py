"""The brokers at a glance: who is there, who leads, and how full they are."""

from collections.abc import Iterator, Sequence

from rich.segment import Segment
from rich.text import Text
from textual.app import ComposeResult

from console.model import units
from console.model.cluster import Broker
from console.model.figures import Known
from console.model.severity import Severity
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.panels import cells
from console.panels.faces import age_remark, shown_value
from console.widgets import symbols
from console.widgets.charts import Drawn
from console.widgets.face import Face
from console.widgets.fitting import fitted
from console.widgets.gauge import gauge_line
from console.widgets.palette import Role
from console.widgets.panel import Panel

ROOMY_WIDTH = 32


class BrokerList(Drawn):
    """The lines of the panel: a head line and gauges for each broker."""

    DEFAULT_CSS = """
    BrokerList { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._brokers: tuple[Broker, ...] = ()

    def show(self, brokers: tuple[Broker, ...]) -> None:
        """Show these brokers."""
        if brokers != self._brokers:
            self._brokers = brokers
            self.redraw()

    def draw(self, width: int, height: int) -> list[list[Segment]]:
        per_broker = height // max(1, len(self._brokers))
        lines: list[list[Segment]] = []
        for broker in self._brokers:
            drawn = self._lines_of(broker, width, per_broker)
            lines.extend(list(line.render(self.app.console)) for line in drawn)
        return lines

    def _lines_of(self, broker: Broker, width: int, room: int) -> Iterator[Text]:
        yield self._head(broker, width)
        gauges = [("disk", cells.usage_percent(broker.disk))]
        if room >= 4 and width >= ROOMY_WIDTH:
            cpu = broker.cpu_ratio
            gauges.append(("cpu", 100 * cpu.value if isinstance(cpu, Known) else None))
            gauges.append(("mem", cells.usage_percent(broker.memory)))
        known = [gauge for gauge in gauges if gauge[1] is not None] or gauges[:1]
        if room >= 2:
            for label, percent in known:
                yield gauge_line(label, percent, width, self.palette)
        said = facts_of(broker) if width >= ROOMY_WIDTH else []
        room -= 1 + len(known)
        for words in said[: max(0, room - 1)]:
            line = Text(no_wrap=True, end="")
            line.append(words, self.palette.style(Role.MUTED))
            yield line
            room -= 1
        if room >= 1:
            yield Text("", end="")

    def _head(self, broker: Broker, width: int) -> Text:
        style = self.palette.style
        sign, role = cells.SIGNS[broker.severity], cells.ROLES[broker.severity]
        line = Text(no_wrap=True, end="")
        line.append(f"{sign} ", style(role))
        line.append(f"{broker.node_id} ", style(Role.STRONG))
        is_well = broker.severity is Severity.OK
        tail = f"{broker.leaders}L" if is_well else broker.state
        if broker.is_controller:
            tail = f"{symbols.CONTROLLER} ctl {tail}"
        address = plain(broker.address if width >= ROOMY_WIDTH else broker.host)
        room = max(0, width - line.cell_len - len(tail) - 1)
        line.append(f"{fitted(address, room)} ", style(Role.MUTED))
        if is_well:
            role = Role.ACCENT if broker.is_controller else Role.MUTED
        line.append(tail, style(role))
        return line


def facts_of(broker: Broker) -> list[str]:
    """What is known of a broker's work, a line each: what is written to it, how fast it answers."""
    lines: list[str] = []
    messages, in_bytes, trip = broker.messages_per_s, broker.bytes_per_s, broker.round_trip
    if isinstance(messages, Known):
        size = f" · {units.size(in_bytes.value)}/s" if isinstance(in_bytes, Known) else ""
        lines.append(f"in {units.count(messages.value)} msg/s{size}")
    if isinstance(trip, Known):
        median, worst = units.latency(trip.value.median_s), units.latency(trip.value.worst_s)
        lines.append(f"round trip {median}, worst {worst}")
    return lines


class BrokersPanel(Panel):
    """The brokers of the cluster in a box."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("Brokers", id=id)
        self._list = BrokerList()
        self._face = Face()

    def compose(self) -> ComposeResult:
        yield self._list
        yield self._face

    def show(self, snapshot: Snapshot) -> None:
        """Draw the brokers of a snapshot."""
        cluster = shown_value(
            snapshot.cluster, what="brokers", face=self._face, banner=None, now_ms=snapshot.at_ms
        )
        self._list.display = cluster is not None
        if cluster is None:
            self.remark("")
            return
        self._list.show(cluster.brokers)
        age = age_remark(snapshot.cluster, snapshot.at_ms)
        missing = [*_named(cluster.brokers, "gone"), *_named(cluster.brokers, "silent")]
        parts = (age, f"{cluster.online} online", *missing)
        self.remark(*parts, is_warning=bool(age or missing))


def _named(brokers: Sequence[Broker], state: str) -> Iterator[str]:
    """`brokers 2, 3 gone`, if there are such."""
    ids = [str(broker.node_id) for broker in brokers if broker.state == state]
    if ids:
        yield f"{'brokers' if len(ids) > 1 else 'broker'} {', '.join(ids)} {state}"
