"""The brokers at a glance: who is there, who leads, and how full they are."""

from collections.abc import Iterator

from rich.segment import Segment
from rich.text import Text
from textual.app import ComposeResult

from console.model.cluster import Broker
from console.model.figures import Known
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
        if room >= len(known) + 2:
            yield Text("", end="")

    def _head(self, broker: Broker, width: int) -> Text:
        style = self.palette.style
        sign, role = (symbols.OK, Role.OK) if broker.is_online else (symbols.ERROR, Role.ERROR)
        line = Text(no_wrap=True, end="")
        line.append(f"{sign} ", style(role))
        line.append(f"{broker.node_id} ", style(Role.STRONG))
        tail = f"{broker.leaders}L" if broker.is_online else "gone"
        if broker.is_controller:
            tail = f"{symbols.CONTROLLER} ctl {tail}"
        address = plain(broker.address if width >= ROOMY_WIDTH else broker.host)
        room = max(0, width - line.cell_len - len(tail) - 1)
        line.append(f"{fitted(address, room)} ", style(Role.MUTED))
        role = Role.ACCENT if broker.is_controller else Role.MUTED
        line.append(tail, style(role if broker.is_online else Role.ERROR))
        return line


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
        gone = [str(broker.node_id) for broker in cluster.brokers if not broker.is_online]
        parts = [age_remark(snapshot.cluster, snapshot.at_ms), f"{cluster.online} online"]
        if gone:
            parts.append(f"{'brokers' if len(gone) > 1 else 'broker'} {', '.join(gone)} gone")
        self.remark(" · ".join(filter(None, parts)), is_warning=bool(parts[0] or gone))
