"""One group: how it stands, its lag over time, by partition and by member, what happened to it."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from console.acts.act import ActKind
from console.keys.actions import Scope
from console.model.snapshot import Snapshot
from console.panels.group_events import GroupEventsPanel
from console.panels.group_head import GroupCards, GroupLine
from console.panels.group_parts import GroupLagPanel, MembersPanel, group_of
from console.panels.lag_chart import LagChartPanel
from console.sampling.needs import Needs, View
from console.screens.gone import Gone, gone, is_missing
from console.screens.group_acts import GroupActsScreen
from console.screens.routes import Host
from console.widgets.breakpoints import WIDE
from console.widgets.panes import Panes, Stack
from console.widgets.vtable import VTable


class GroupScreen(GroupActsScreen):
    """Enter on a partition opens its topic."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.TABLE, Scope.GROUP)
    KIND: ClassVar[str] = "group"
    DEFAULT_CSS = """
    GroupScreen LagChartPanel, GroupScreen MembersPanel, GroupScreen GroupEventsPanel {
        width: 1fr;
    }
    GroupScreen.-short.-guided #more { display: none; }
    GroupScreen.-short GroupCards, GroupScreen.-narrow GroupCards { display: none; }
    GroupScreen.-short GroupLine, GroupScreen.-narrow GroupLine { height: 2; }
    """

    def __init__(self, host: Host, name: str) -> None:
        super().__init__(host)
        self._group = name

    @property
    def detail(self) -> str:
        return self._group

    @property
    def group_name(self) -> str | None:
        return None if self.is_gone else self._group

    @property
    def topic_of_group(self) -> str | None:
        key = self.query_one(GroupLagPanel).table.cursor_key
        return key.rpartition("-")[0] if key is not None else None

    @property
    def needs(self) -> Needs:
        return Needs(frozenset({View.GROUPS}), groups=frozenset({self._group}))

    def compose_body(self) -> ComposeResult:
        yield GroupLine()
        yield GroupCards()
        more = (
            LagChartPanel("Lag", names=(self._group,)),
            MembersPanel(self._group),
            GroupEventsPanel(self._group),
        )
        yield Stack(GroupLagPanel(self._group), Panes(more, room={0: 2, WIDE: 3}, id="more"))

    def on_mount(self) -> None:
        super().on_mount()
        self.query(VTable).first().focus()

    def missing(self, snapshot: Snapshot) -> Gone | None:
        if not is_missing(snapshot.groups, self._group):
            return None
        acts = self.host.journal.acts
        return gone("group", self._group, ActKind.DELETE_GROUP, acts, snapshot.at_ms)

    def draw(self, snapshot: Snapshot) -> None:
        group = group_of(snapshot, self._group)
        self.query_one(GroupLine).show(group)
        self.query_one(GroupCards).show(group)
        self.query_one(GroupLagPanel).show(snapshot)
        self.query_one(LagChartPanel).show(snapshot)
        self.query_one(MembersPanel).show(snapshot)
        frame = self.host.frame()
        self.query_one(GroupEventsPanel).show(snapshot, frame.times)
        self.query_one(Panes).lead_by(frame.keymap)

    @on(VTable.RowOpened)
    def open(self, message: VTable.RowOpened) -> None:
        topic, separator, _ = message.key.rpartition("-")
        if separator and message.table in self.query_one(GroupLagPanel).query(VTable):
            self.post_message(self.TopicWanted(topic))
