"""The first screen: cards, topics, brokers, lag, throughput; on wide terminals also events."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from console.keys.actions import Scope
from console.model.snapshot import Snapshot
from console.panels.brokers import BrokersPanel
from console.panels.lag_chart import LagChartPanel
from console.panels.overview_parts import CardsRow, EventsPanel, ThroughputPanel
from console.panels.topics import TopicsPanel
from console.screens.base import ConsoleScreen
from console.widgets.vtable import VTable


class OverviewScreen(ConsoleScreen):
    """Everything at a glance."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.TABLE, Scope.MARKS, Scope.OVERVIEW)

    DEFAULT_CSS = """
    OverviewScreen #middle { height: 1fr; }
    OverviewScreen #side { width: 36; }
    OverviewScreen #side EventsPanel { display: none; }
    OverviewScreen #bottom { height: 13; }
    OverviewScreen #bottom BrokersPanel { display: none; width: 32; }
    OverviewScreen TopicsPanel, OverviewScreen LagChartPanel,
    OverviewScreen ThroughputPanel { width: 1fr; }
    OverviewScreen.-narrow CardsRow { height: 4; }
    OverviewScreen.-narrow Sparkline, OverviewScreen.-narrow #groups { display: none; }
    OverviewScreen.-narrow #side, OverviewScreen.-narrow ThroughputPanel { display: none; }
    OverviewScreen.-narrow #bottom { height: 8; }
    OverviewScreen.-narrow #bottom BrokersPanel { display: block; }
    OverviewScreen.-short #bottom { height: 8; }
    OverviewScreen.-short.-guided #bottom { display: none; }
    OverviewScreen.-xwide #side { width: 56; }
    OverviewScreen.-xwide #side BrokersPanel { height: 17; }
    OverviewScreen.-xwide #side EventsPanel { display: block; }
    OverviewScreen.-xwide #bottom { height: 18; }
    """

    def compose_body(self) -> ComposeResult:
        yield CardsRow()
        with Horizontal(id="middle"):
            yield TopicsPanel()
            with Vertical(id="side"):
                yield BrokersPanel()
                yield EventsPanel()
        with Horizontal(id="bottom"):
            yield LagChartPanel()
            yield ThroughputPanel()
            yield BrokersPanel()

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
        self.query_one(EventsPanel).show(snapshot, frame.times)
        self.query_one(LagChartPanel).show(snapshot)
        self.query_one(ThroughputPanel).show(snapshot)

    @on(VTable.RowOpened)
    def open(self, message: VTable.RowOpened) -> None:
        self.post_message(self.TopicWanted(message.key))
