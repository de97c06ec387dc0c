"""One broker: how it stands, and its whole configuration, of which keys can be changed."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from console.forms.topic_config import BrokerConfigForm
from console.keys.actions import Scope
from console.model.section import content
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.panels.broker_configs import BrokerConfigsPanel
from console.panels.health import BrokerHealthPanel
from console.sampling.needs import Needs, View
from console.screens.base import ConsoleScreen
from console.screens.routes import Host
from console.widgets.vtable import VTable


class BrokerScreen(ConsoleScreen):
    """Enter on a key changes it for this broker alone; what only a restart changes says so."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.TABLE, Scope.BROKER)
    KIND: ClassVar[str] = "broker"
    DEFAULT_CSS = """
    BrokerScreen BrokerHealthPanel { height: 4; }
    BrokerScreen BrokerConfigsPanel { height: 1fr; }
    """

    def __init__(self, host: Host, name: str) -> None:
        """`name` is the id of a broker."""
        super().__init__(host)
        self._node_id = int(name)

    @property
    def detail(self) -> str:
        return str(self._node_id)

    @property
    def needs(self) -> Needs:
        return Needs(frozenset({View.BROKERS, View.HEALTH, View.TRAFFIC}), broker=self._node_id)

    def compose_body(self) -> ComposeResult:
        yield BrokerHealthPanel(only=self._node_id)
        yield BrokerConfigsPanel(self._node_id)

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(BrokerConfigsPanel).table.focus()

    def draw(self, snapshot: Snapshot) -> None:
        self.query_one(BrokerHealthPanel).show(snapshot)
        self.query_one(BrokerConfigsPanel).show(snapshot)

    def action_edit_broker_config(self) -> None:
        """Open the form of the key under the cursor."""
        table, snapshot = self.query_one(BrokerConfigsPanel).table, self.host.snapshot
        section = None if snapshot is None else snapshot.broker_configs.get(self._node_id)
        entries = None if section is None else content(section)
        entry = next((each for each in entries or () if each.name == table.cursor_key), None)
        if entry is None:
            return
        if entry.is_read_only:
            said = f"{plain(entry.name)} cannot be changed while the broker runs"
            self.notify(said, severity="warning", markup=False)
            return
        frame = self.host.frame()
        form = BrokerConfigForm(self.host.writes, self._node_id, entry, frame.keymap, frame.care)
        self.app.push_screen(form)

    @on(VTable.RowOpened)
    def open(self, message: VTable.RowOpened) -> None:
        is_a_key = message.table is self.query_one(BrokerConfigsPanel).table
        if is_a_key and self.check_action("edit_broker_config", ()):
            self.action_edit_broker_config()
