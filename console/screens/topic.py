"""One topic: its partitions, the groups that read it, its configuration."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from console.keys.actions import Scope
from console.model.section import content
from console.model.snapshot import Snapshot
from console.panels.groups import GroupsPanel
from console.panels.partitions import PartitionsPanel
from console.panels.topic_configs import TopicConfigsPanel
from console.sampling.needs import Needs, View
from console.screens.base import ConsoleScreen
from console.screens.routes import Host
from console.widgets.vtable import VTable


class TopicScreen(ConsoleScreen):
    """Partitions above, groups and configuration beneath. `c` shows another group's lag."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.TABLE, Scope.TOPIC)
    KIND: ClassVar[str] = "topic"
    DEFAULT_CSS = """
    TopicScreen PartitionsPanel { height: 3fr; }
    TopicScreen #more { height: 2fr; }
    TopicScreen GroupsPanel { width: 3fr; }
    TopicScreen TopicConfigsPanel { width: 2fr; }
    TopicScreen.-narrow PartitionsPanel { height: 1fr; }
    TopicScreen.-narrow #more { layout: vertical; }
    TopicScreen.-narrow GroupsPanel, TopicScreen.-narrow TopicConfigsPanel {
        width: 1fr; height: 1fr;
    }
    """

    def __init__(self, host: Host, name: str, *, at_groups: bool = False) -> None:
        super().__init__(host)
        self._is_at_groups = at_groups
        self._topic = name
        self._lag_group: str | None = None

    @property
    def detail(self) -> str:
        return self._topic

    @property
    def subject(self) -> str | None:
        return self._topic

    @property
    def needs(self) -> Needs:
        return Needs(
            frozenset({View.TOPICS}), topics=frozenset({self._topic}), lag_group=self._lag_group
        )

    def compose_body(self) -> ComposeResult:
        yield PartitionsPanel(self._topic)
        with Horizontal(id="more"):
            yield GroupsPanel("Groups that read it", topic=self._topic)
            yield TopicConfigsPanel(self._topic)

    def on_mount(self) -> None:
        super().on_mount()
        first = GroupsPanel if self._is_at_groups else PartitionsPanel
        self.query_one(first).query_one(VTable).focus()

    def draw(self, snapshot: Snapshot) -> None:
        self.query_one(PartitionsPanel).show(snapshot)
        self.query_one(GroupsPanel).show(snapshot)
        self.query_one(TopicConfigsPanel).show(snapshot)

    def action_next_group(self) -> None:
        """Show the partitions' lag for the next group that reads the topic."""
        snapshot = self.host.snapshot
        groups = content(snapshot.groups) if snapshot is not None else None
        names = sorted(group.name for group in groups or () if self._topic in group.topics)
        if names:
            at = names.index(self._lag_group) if self._lag_group in names else -1
            self._lag_group = names[(at + 1) % len(names)]
            self.post_message(self.Shown(self))

    @on(VTable.RowOpened)
    def open(self, message: VTable.RowOpened) -> None:
        if message.table in self.query_one(GroupsPanel).query(VTable):
            self.post_message(self.GroupWanted(message.key))
