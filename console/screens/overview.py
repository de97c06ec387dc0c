"""The first screen: cards, topics, brokers, lag, throughput, events; without room for all of them
some are aside, and `tab` leads to them."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from console.keys.actions import Scope
from console.model.snapshot import Snapshot
from console.panels.brokers import BrokersPanel
from console.panels.lag_chart import LagChartPanel
from console.panels.overview_parts import CardsRow, EventsPanel, ThroughputPanel
from console.panels.topics import TopicsPanel
from console.screens.base import ConsoleScreen
from console.widgets.breakpoints import XWIDE
from console.widgets.panes import Panes
from console.widgets.vtable import VTable


class OverviewScreen(ConsoleScreen):
    """Everything at a glance."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.TABLE, Scope.MARKS, Scope.OVERVIEW)

    DEFAULT_CSS = """
    OverviewScreen #middle { height: 1fr; }
    OverviewScreen #side { width: 36; layout: vertical; }
    OverviewScreen #side EventsPanel { height: 1fr; }
    OverviewScreen #bottom { height: 13; }
    OverviewScreen #bottom BrokersPanel, OverviewScreen #bottom EventsPanel { display: none; }
    OverviewScreen #bottom BrokersPanel { width: 32; }
    OverviewScreen TopicsPanel, OverviewScreen LagChartPanel, OverviewScreen ThroughputPanel,
    OverviewScreen #bottom EventsPanel { width: 1fr; }
    OverviewScreen.-narrow CardsRow { height: 4; }
    OverviewScreen.-narrow Sparkline, OverviewScreen.-narrow #groups { display: none; }
    OverviewScreen.-narrow #side { display: none; }
    OverviewScreen.-narrow #bottom { height: 8; }
    OverviewScreen.-narrow #bottom BrokersPanel,
    OverviewScreen.-narrow #bottom EventsPanel { display: block; }
    OverviewScreen.-short #bottom { height: 8; }
    OverviewScreen.-short.-guided #bottom { display: none; }
    OverviewScreen.-xwide #side { width: 56; }
    OverviewScreen.-xwide #side BrokersPanel { height: 17; }
    OverviewScreen.-xwide #bottom { height: 18; }
    """

    def compose_body(self) -> ComposeResult:
        yield CardsRow()
        with Horizontal(id="middle"):
            yield TopicsPanel()
            yield Panes((BrokersPanel(), EventsPanel()), room={0: 1, XWIDE: 2}, id="side")
        # Where there is no side, these have its panels as well.
        parts = (LagChartPanel(), BrokersPanel(), ThroughputPanel(), EventsPanel())
        yield Panes(parts, room={0: 2}, id="bottom")

    @property
    def has_rows(self) -> bool:
        return any(table.row_count for table in self.query(VTable))

    @property
    def subject(self) -> str | None:
        return self.query_one(TopicsPanel).table.cursor_key

    @property
    def marked_topics(self) -> tuple[str, ...]:
        return self.query_one(TopicsPanel).table.marked

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(VTable).focus()

    def draw(self, snapshot: Snapshot) -> None:
        self.query_one(CardsRow).show(snapshot)
        frame = self.host.frame()
        self.query_one(TopicsPanel).show(snapshot, are_internal_shown=frame.are_internal_shown)
        for panel in self.query(BrokersPanel):
            panel.show(snapshot)
        for events in self.query(EventsPanel):
            events.show(snapshot, frame.times)
        self.query_one(LagChartPanel).show(snapshot)
        self.query_one(ThroughputPanel).show(snapshot)
        for panes in self.query(Panes):
            panes.lead_by(frame.keymap)

    @on(VTable.RowOpened)
    def open(self, message: VTable.RowOpened) -> None:
        self.post_message(self.TopicWanted(message.key))
