"""One topic: partitions, segments, the groups that read it, its configuration, who writes to it."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from console.keys.actions import Scope
from console.model.section import content
from console.model.snapshot import Snapshot
from console.panels.groups import GroupsPanel
from console.panels.partitions import PartitionsPanel
from console.panels.producers import ProducersPanel
from console.panels.segments import SegmentsPanel
from console.panels.topic_configs import TopicConfigsPanel
from console.sampling.needs import Needs, View
from console.screens.base import ConsoleScreen
from console.screens.gone import Gone
from console.screens.routes import Host, TopicPart
from console.widgets.breakpoints import XWIDE
from console.widgets.panes import Panes, Stack
from console.widgets.table_panel import TablePanel
from console.widgets.vtable import VTable


class TopicScreen(ConsoleScreen):
    """Partitions and segments above; groups, configuration and producers beneath: as many beside
    each other as there is room for.

    The partitions have the lag of one group, which stays until `c` goes to the next or it is gone:
    that another falls further behind changes nothing.

    Enter on a partition or segment reads its messages, on a group opens it.

    `e` gives the configuration the whole screen to choose a key; there, `e` and Enter change it.
    """

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.TABLE, Scope.TOPIC)
    KIND: ClassVar[str] = "topic"
    DEFAULT_CSS = """
    TopicScreen PartitionsPanel { width: 8fr; }
    TopicScreen SegmentsPanel { width: 7fr; }
    TopicScreen GroupsPanel { width: 3fr; }
    TopicScreen TopicConfigsPanel, TopicScreen ProducersPanel { width: 2fr; }
    TopicScreen TopicConfigsPanel { min-width: 48; }
    TopicScreen.-xwide GroupsPanel { width: 79fr; }
    TopicScreen.-xwide TopicConfigsPanel { width: 71fr; }
    TopicScreen.-xwide ProducersPanel { min-width: 50; }
    TopicScreen.configs #logs, TopicScreen.configs GroupsPanel,
    TopicScreen.configs ProducersPanel { display: none; }
    TopicScreen.-narrow #more { layout: vertical; }
    TopicScreen.-narrow GroupsPanel, TopicScreen.-narrow TopicConfigsPanel,
    TopicScreen.-narrow ProducersPanel { width: 1fr; min-width: 0; }
    TopicScreen.-short.-guided TopicConfigsPanel,
    TopicScreen.-short.-guided ProducersPanel { display: none; }
    TopicScreen.-short.-guided.configs TopicConfigsPanel { display: block; }
    """

    def __init__(self, host: Host, name: str, part: TopicPart = TopicPart.PARTITIONS) -> None:
        super().__init__(host)
        self._part = part
        self._topic = name
        self._lag_group: str | None = None
        self._segments = SegmentsPanel(name)
        self._logs = Panes((PartitionsPanel(name), self._segments), room={0: 1, 180: 2}, id="logs")

    @property
    def detail(self) -> str:
        return self._topic

    @property
    def subject(self) -> str | None:
        return None if self.is_gone else self._topic

    @property
    def needs(self) -> Needs:
        views = {View.TOPICS, View.PRODUCERS}
        return Needs(
            frozenset(views | {View.SEGMENTS} if self._has_segments else views),
            topics=frozenset({self._topic}),
            lag_group=self._lag_group,
        )

    @property
    def _has_segments(self) -> bool:
        """Whether segments are in sight."""
        return self._logs.is_in_sight(self._segments) and not self.has_class("configs")

    def compose_body(self) -> ComposeResult:
        more = (
            GroupsPanel("Groups that read it", topic=self._topic),
            TopicConfigsPanel(self._topic),
            ProducersPanel(self._topic),
        )
        yield Stack(self._logs, Panes(more, room={0: 2, XWIDE: 3}, id="more"))

    def on_mount(self) -> None:
        super().on_mount()
        panels: dict[TopicPart, type[TablePanel]] = {
            TopicPart.PARTITIONS: PartitionsPanel,
            TopicPart.GROUPS: GroupsPanel,
            TopicPart.CONFIGS: TopicConfigsPanel,
        }
        table = self.query_one(panels[self._part]).table
        table.focus()
        self.set_class(self._part is TopicPart.CONFIGS, "configs")

    @on(Panes.Placed)
    def ask_for_what_is_in_sight(self, message: Panes.Placed) -> None:
        """Segments are read while they are in sight."""
        message.stop()
        self.post_message(self.Shown(self))
        self.redraw()

    def missing(self, snapshot: Snapshot) -> Gone | None:
        return self.missing_topic(snapshot, self._topic)

    def draw(self, snapshot: Snapshot) -> None:
        self.query_one(PartitionsPanel).show(snapshot)
        self.query_one(GroupsPanel).show(snapshot)
        self.query_one(TopicConfigsPanel).show(snapshot)
        frame = self.host.frame()
        self.query_one(ProducersPanel).show(snapshot, frame.times)
        if self._has_segments:
            self._segments.show(snapshot, frame.times)
        for panes in self.query(Panes):
            panes.lead_by(frame.keymap)
        self._hold_on_to_group(snapshot)

    def close_one(self) -> bool:
        """Close one thing; if there is only the configuration, show all panels again."""
        if super().close_one():
            return True
        was_alone = self.has_class("configs")
        self.remove_class("configs")
        return was_alone

    def action_edit_configs(self, topic: str = "") -> None:
        """Edit the key under the cursor; go to the keys first, if the cursor is elsewhere."""
        table = self.query_one(TopicConfigsPanel).table
        if self.is_gone or topic not in ("", self._topic):
            super().action_edit_configs(topic)
        elif self.focused is table:
            self._edit(table.cursor_key)
        else:
            self.add_class("configs")
            table.focus()

    def _edit(self, key: str | None) -> None:
        snapshot = self.host.snapshot
        detail = None if snapshot is None else snapshot.topic_details.get(self._topic)
        entries = None if detail is None else content(detail.configs)
        for entry in entries or ():
            if entry.name == key:
                self.edit_config(self._topic, entry)

    def action_next_group(self) -> None:
        """Show the partitions' lag for the next group that reads the topic."""
        names = self._readers(self.host.snapshot)
        if names:
            at = names.index(self._lag_group) if self._lag_group in names else -1
            self._show_lag_of(names[(at + 1) % len(names)])

    def _hold_on_to_group(self, snapshot: Snapshot) -> None:
        """Have the lag of the group that is shown, once there is one, from now on."""
        detail, names = snapshot.topic_details.get(self._topic), self._readers(snapshot)
        if detail is not None and self._lag_group not in names and detail.lag_group in names:
            self._show_lag_of(detail.lag_group)

    def _readers(self, snapshot: Snapshot | None) -> list[str]:
        """The groups that read the topic, in the order in which `c` goes through them."""
        groups = content(snapshot.groups) if snapshot is not None else None
        return sorted(group.name for group in groups or () if self._topic in group.topics)

    def _show_lag_of(self, group: str) -> None:
        self._lag_group = group
        self.post_message(self.Shown(self))

    @on(VTable.RowOpened)
    def open(self, message: VTable.RowOpened) -> None:
        if message.table is self.query_one(PartitionsPanel).table:
            self.post_message(self.MessagesWanted(self._topic, f"p{message.key}:end"))
        elif message.table is self._segments.table:
            self.post_message(self.MessagesWanted(self._topic, message.key))
        elif message.table in self.query_one(GroupsPanel).query(VTable):
            self.post_message(self.GroupWanted(message.key))
        elif message.table is self.query_one(TopicConfigsPanel).table and self.check_action(
            "edit_configs", ()
        ):
            self._edit(message.key)
