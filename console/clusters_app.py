"""An application that shows one of several clusters and can put another in its place."""

from textual import on

from console.acts.journal import Journal
from console.editor_app import EditorApp
from console.memory import Memory
from console.model.care import USUAL, Care
from console.model.cluster import ConnectionState
from console.model.list_state import ListState
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.port.cluster import Reads, Writes
from console.port.clusters import Clusters
from console.port.source import Source
from console.screens.routes import Frame, RoutedScreen

CLUSTERS = "clusters"
"""The kind of the screen that shows the saved clusters."""

_START = (
    "The broker at {address} has stopped. This console can serve the data itself, until it is "
    "left. Whoever starts that broker again meanwhile finds the data in use."
)


class ClustersApp(EditorApp):
    """The clusters that can be opened, where there are any; else one, which stays.

    After a switch every screen is made anew: nothing of the old cluster is shown, filtered by or
    gone back to.
    """

    snapshot: Snapshot | None = None
    clusters: Clusters | None = None
    journal: Journal
    lone_reads: Reads | None = None
    """The way to ask the cluster where there is one only."""
    lone_writes: Writes | None = None
    """The way to change the cluster where there is one only."""
    lone_source: Source | None = None
    """The way to read its records."""
    memory: Memory
    """What is remembered of each cluster."""

    def frame(self) -> Frame:
        """What screens draw around their panels."""
        raise NotImplementedError

    async def begin_anew(self) -> None:
        """Make every screen anew, and be at the first view."""
        raise NotImplementedError

    def use_theme(self, name: str) -> None:
        """Take a theme, or for an empty name that of the settings."""
        raise NotImplementedError

    @property
    def reads(self) -> Reads:
        """The way to ask the cluster in use what no snapshot holds."""
        if self.clusters is not None:
            return self.clusters.reads
        assert self.lone_reads is not None, "without clusters there is one"
        return self.lone_reads

    @property
    def writes(self) -> Writes:
        """The way to change the cluster in use."""
        if self.clusters is not None:
            return self.clusters.writes
        assert self.lone_writes is not None, "without clusters there is one"
        return self.lone_writes

    @property
    def source(self) -> Source:
        """The way to read records of the cluster in use."""
        if self.clusters is not None:
            return self.clusters.source
        assert self.lone_source is not None, "without clusters there is one"
        return self.lone_source

    @property
    def care(self) -> Care:
        """How careful to be with the cluster in use."""
        return USUAL if self.clusters is None else self.clusters.current.care

    @property
    def cluster_name(self) -> str:
        """The cluster in use, by the name under which things are remembered of it."""
        return "" if self.clusters is None else self.clusters.current.name

    @property
    def address(self) -> str:
        """Where the cluster in use is: one of its addresses, and how many there are besides.

        Empty of our own broker, whose connection tells it, and where the name says it.
        """
        current = None if self.clusters is None else self.clusters.current
        if current is None or current.is_hosted or current.name == current.address:
            return ""
        first, *others = current.address.split(",")
        return f"{first} +{len(others)}" if others else first

    def recalled(self, name: str) -> ListState:
        """How a list was left on the cluster in use."""
        return self.memory.list_state(self.cluster_name, name)

    def keep(self, name: str, state: ListState) -> None:
        """Remember how a list is."""
        self.memory.keep_list(self.cluster_name, name, state)

    @property
    def cluster_names(self) -> tuple[str, ...]:
        """The clusters that can be opened by name."""
        return () if self.clusters is None else tuple(each.name for each in self.clusters.saved)

    @property
    def has_stopped(self) -> bool:
        """Whether the broker of another process, to which this console was attached, has stopped.

        One of its own can be started then.
        """
        snapshot = self.snapshot
        return snapshot is not None and snapshot.connection.state is ConnectionState.STOPPED

    async def action_start_broker(self) -> None:
        """Ask whether to start a broker of this console's own, where one has stopped."""
        clusters, snapshot = self.clusters, self.snapshot
        if clusters is None or snapshot is None or not self.has_stopped:
            return
        from console.widgets.confirm import ConfirmDialog

        def answered(is_agreed: bool | None) -> None:
            if is_agreed:
                clusters.start_broker()

        text = _START.format(address=plain(snapshot.connection.address))
        keymap = self.frame().keymap
        await self.push_screen(ConfirmDialog("Start a broker", text, keymap=keymap), answered)

    async def action_clusters(self) -> None:
        """Show the saved clusters."""
        if self.clusters is None:
            self.notify("No cluster is saved in the configuration", severity="warning")
            return
        from console.screens.clusters import ClustersScreen

        if not isinstance(self.screen, ClustersScreen):
            await self.push_screen(ClustersScreen(self, self.clusters))

    @on(RoutedScreen.ClusterWanted)
    async def open_cluster(self, message: RoutedScreen.ClusterWanted) -> None:
        await self.switch_cluster(message.name)

    async def switch_cluster(self, name: str) -> None:
        """Show another cluster; the one in use stays as it is."""
        if self.clusters is None or name == self.clusters.current.name:
            return
        self.clusters.switch(name)
        self.snapshot = None
        self.use_theme(self.clusters.current.theme)
        await self.begin_anew()
