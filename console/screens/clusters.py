"""The saved clusters: try some beside the one in use, or open one in its place.

Several can be marked, to be tried at once; only one is open at a time.
"""

from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.message import Message

from console.keys.actions import Scope
from console.model.snapshot import Snapshot
from console.panels.clusters import ClustersPanel, TrialPanel
from console.port.clusters import Clusters, SavedCluster, Trial
from console.screens.base import ConsoleScreen
from console.screens.routes import Host
from console.widgets.vtable import VTable


class ClustersScreen(ConsoleScreen):
    """Enter opens a cluster, `t` tries it or all that are marked."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.TABLE, Scope.MARKS, Scope.CLUSTERS)
    KIND: ClassVar[str] = "clusters"
    DEFAULT_CSS = """
    ClustersScreen ClustersPanel { height: 1fr; }
    ClustersScreen TrialPanel { height: 8; }
    """

    @dataclass
    class Tried(Message):
        """A trial came to its end."""

        name: str
        trial: Trial

    def __init__(self, host: Host, clusters: Clusters) -> None:
        super().__init__(host)
        self._clusters = clusters
        self._trials: dict[str, Trial | None] = {}

    @property
    def detail(self) -> str:
        return "clusters"

    def compose_body(self) -> ComposeResult:
        yield ClustersPanel()
        yield TrialPanel()

    def on_mount(self) -> None:
        super().on_mount()
        table = self.query_one(VTable)
        table.focus()
        table.move_to(self._clusters.current.name)

    def draw(self, snapshot: Snapshot) -> None:
        saved, current = self._clusters.saved, self._clusters.current
        self.query_one(ClustersPanel).show(saved, current, self._trials, snapshot)
        self._draw_trial()

    def _draw_trial(self) -> None:
        key = self.host.frame().keymap.first_key("clusters.try")
        self.query_one(TrialPanel).show(self._chosen(), self._trials, key)

    def _chosen(self) -> SavedCluster | None:
        name = self.query_one(VTable).cursor_key
        return next((each for each in self._clusters.saved if each.name == name), None)

    def action_try_cluster(self) -> None:
        """Try what is chosen, but for what is being tried."""
        table = self.query_one(VTable)
        names = table.marked or tuple(filter(None, (table.cursor_key,)))
        for name in names:
            if self._trials.get(name, Trial()) is not None:
                self._trials[name] = None
                self.try_cluster(name)
        self.unmark(names)
        self.redraw()

    # Not exclusive: several clusters may be tried at once, each with its own answer.
    @work(group="trial", exit_on_error=False)
    async def try_cluster(self, name: str) -> None:
        """Try a cluster and say how that went."""
        self.post_message(self.Tried(name, await self._clusters.tried(name)))

    @on(Tried)
    def take_trial(self, message: Tried) -> None:
        self._trials[message.name] = message.trial
        self.redraw()

    @on(VTable.CursorMoved)
    def follow_cursor(self) -> None:
        self._draw_trial()

    @on(VTable.RowOpened)
    def open(self, message: VTable.RowOpened) -> None:
        self.post_message(self.ClusterWanted(message.key))
