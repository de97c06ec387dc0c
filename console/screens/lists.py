"""The screens that are one list: topics, groups, retention; and the brokers with their health."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from console.keys.actions import Scope
from console.model.snapshot import Snapshot
from console.panels.groups import GroupsPanel
from console.panels.health import (
    ApiPanel,
    BrokerHealthPanel,
    FindingsPanel,
    VitalsPanel,
    vitals_of,
)
from console.panels.lag_chart import LagChartPanel
from console.panels.retention import RetentionPanel
from console.panels.topics import TopicsPanel
from console.sampling.needs import Needs, View
from console.screens.base import ConsoleScreen
from console.screens.marked_groups import MarkedGroups
from console.screens.routes import Host
from console.widgets.panes import Panes, Stack
from console.widgets.vtable import VTable


class ListScreen(ConsoleScreen):
    """A screen whose first table has the focus."""

    @property
    def has_rows(self) -> bool:
        return any(table.row_count for table in self.query(VTable))

    def on_mount(self) -> None:
        super().on_mount()
        self.query(VTable).first().focus()


class TopicsScreen(ListScreen):
    """Every topic; Enter opens one."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.TABLE, Scope.MARKS, Scope.TOPICS)

    @property
    def needs(self) -> Needs:
        return Needs(frozenset({View.TOPICS}))

    @property
    def subject(self) -> str | None:
        return self.query_one(VTable).cursor_key

    def compose_body(self) -> ComposeResult:
        yield TopicsPanel()

    def draw(self, snapshot: Snapshot) -> None:
        are_internal_shown = self.host.frame().are_internal_shown
        self.query_one(TopicsPanel).show(snapshot, are_internal_shown=are_internal_shown)

    @property
    def marked_topics(self) -> tuple[str, ...]:
        return self.query_one(TopicsPanel).table.marked

    @on(VTable.RowOpened)
    def open(self, message: VTable.RowOpened) -> None:
        self.post_message(self.TopicWanted(message.key))


class GroupsScreen(ListScreen, MarkedGroups):
    """Every group with its verdict; Enter opens one."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.TABLE, Scope.MARKS, Scope.GROUPS)
    DEFAULT_CSS = """
    GroupsScreen LagChartPanel { height: 14; }
    GroupsScreen.-short LagChartPanel { height: 8; }
    GroupsScreen.-short.-guided LagChartPanel { height: 6; }
    """

    @property
    def group_name(self) -> str | None:
        return self.query_one(GroupsPanel).table.cursor_key

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._in_sight = frozenset[str]()

    @property
    def marked_groups(self) -> tuple[str, ...]:
        return self.query_one(GroupsPanel).table.marked

    @property
    def needs(self) -> Needs:
        """Of very many groups only those in sight are read."""
        return Needs(frozenset({View.GROUPS}), groups=self._in_sight)

    def compose_body(self) -> ComposeResult:
        yield GroupsPanel()
        yield LagChartPanel()

    def draw(self, snapshot: Snapshot) -> None:
        self.query_one(GroupsPanel).show(snapshot)
        self.query_one(LagChartPanel).show(snapshot)
        self.call_after_refresh(self._tell_sight)

    def _tell_sight(self) -> None:
        in_sight = frozenset(self.query_one(GroupsPanel).table.keys_in_sight)
        if in_sight != self._in_sight and self.is_active:
            self._in_sight = in_sight
            self.post_message(self.Shown(self))

    @on(VTable.CursorMoved)
    def move_sight(self) -> None:
        self.call_after_refresh(self._tell_sight)

    @on(VTable.RowOpened)
    def open(self, message: VTable.RowOpened) -> None:
        self.post_message(self.GroupWanted(message.key))


class RetentionScreen(ListScreen):
    """What retention does to every topic; Enter opens one.

    What can be done to topics is done to those that are marked, as in their own list: `e` gives one
    key of all of them a value. What another retention would delete is asked of one topic at a time.
    """

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.TABLE, Scope.MARKS, Scope.RETENTION)

    @property
    def needs(self) -> Needs:
        return Needs(frozenset({View.RETENTION}))

    @property
    def subject(self) -> str | None:
        return self.query_one(VTable).cursor_key

    @property
    def marked_topics(self) -> tuple[str, ...]:
        return self.query_one(RetentionPanel).table.marked

    def compose_body(self) -> ComposeResult:
        yield RetentionPanel()

    def draw(self, snapshot: Snapshot) -> None:
        are_internal_shown = self.host.frame().are_internal_shown
        self.query_one(RetentionPanel).show(snapshot, are_internal_shown=are_internal_shown)

    @on(VTable.RowOpened)
    def open(self, message: VTable.RowOpened) -> None:
        self.post_message(self.TopicWanted(message.key))


class BrokersScreen(ListScreen):
    """Every broker, what is wrong, and what our engine tells of itself; Enter opens a broker."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.TABLE, Scope.BROKERS)
    DEFAULT_CSS = """
    BrokersScreen ApiPanel, BrokersScreen VitalsPanel { width: 1fr; }
    BrokersScreen.mute #engine { display: none; }
    """

    @property
    def needs(self) -> Needs:
        return Needs(frozenset({View.BROKERS, View.HEALTH, View.TRAFFIC}))

    def compose_body(self) -> ComposeResult:
        engine = Panes((ApiPanel(), VitalsPanel()), room={0: 2}, id="engine")
        yield Stack(BrokerHealthPanel(), FindingsPanel(), engine)

    def draw(self, snapshot: Snapshot) -> None:
        self.set_class(vitals_of(snapshot) is None, "mute")
        self.query_one(BrokerHealthPanel).show(snapshot)
        self.query_one(FindingsPanel).show(snapshot)
        self.query_one(ApiPanel).show(snapshot)
        self.query_one(VitalsPanel).show(snapshot)

    @on(VTable.RowOpened)
    def open(self, message: VTable.RowOpened) -> None:
        if message.table is self.query_one(BrokerHealthPanel).table:
            self.post_message(self.BrokerWanted(message.key))
