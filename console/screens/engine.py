"""The inside of a broker of ours: flushes, waiters, clients, and the wire lens.

Only our own broker tells these, so another cluster gets one face that says why there is nothing.
"""

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from console.keys.actions import Scope
from console.model.section import Refused
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.panels.clients import ClientsPanel
from console.panels.engine_cards import EngineCards
from console.panels.flushing import FlushPanel, WaitingPanel
from console.panels.wire import WirePanel
from console.sampling.engine_section import METRICS_LINE, NOT_OURS, NOT_TOLD
from console.sampling.needs import Needs, View
from console.screens.base import ConsoleScreen
from console.screens.request import RequestScreen
from console.widgets.face import Face
from console.widgets.panes import Panes
from console.widgets.vtable import VTable

ADVICE: Mapping[str, str] = {
    NOT_OURS: "Kafka's protocol has no such figures. If it is a kconsole broker and you may not\n"
    "read its configuration, say where it tells its metrics in yours:\n\n"
    '[clusters.NAME]\nmetrics = "HOST:PORT"',
    NOT_TOLD: "Put this into the configuration of the broker, and start it again:\n\n"
    f"[engine]\n{METRICS_LINE}\n\n"
    "For a console on another machine: an address that can be reached from there,\n"
    "such as 0.0.0.0:9404. Who reaches it needs no password.",
}
"""What to do about each reason."""


class EngineScreen(ConsoleScreen):
    """Enter on a kind of request shows it from near."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.TABLE,)
    DEFAULT_CSS = """
    EngineScreen #inside { height: 1fr; }
    EngineScreen #middle { height: 1fr; }
    EngineScreen #middle WirePanel { width: 1fr; }
    EngineScreen #middle ClientsPanel { width: 40; }
    EngineScreen #bottom { height: 13; }
    EngineScreen #bottom FlushPanel, EngineScreen #bottom WaitingPanel { width: 1fr; }
    EngineScreen #bottom ClientsPanel { display: none; width: 1fr; }
    EngineScreen #mute { display: none; height: 1fr; }
    EngineScreen.mute #mute { display: block; }
    EngineScreen.mute #inside { display: none; }
    EngineScreen.-narrow EngineCards { height: 4; }
    EngineScreen.-narrow EngineCards Sparkline, EngineScreen.-narrow #sent { display: none; }
    EngineScreen.-narrow #middle ClientsPanel { display: none; }
    EngineScreen.-narrow #bottom { height: 8; }
    EngineScreen.-narrow #bottom ClientsPanel { display: block; }
    EngineScreen.-short #bottom { height: 8; }
    EngineScreen.-xwide #middle ClientsPanel { width: 56; }
    EngineScreen.-xwide #bottom { height: 18; }
    """

    @property
    def needs(self) -> Needs:
        return Needs(frozenset({View.ENGINE}))

    def compose_body(self) -> ComposeResult:
        with Vertical(id="inside"):
            yield EngineCards()
            with Horizontal(id="middle"):
                yield WirePanel()
                yield ClientsPanel()
            # Where there is no room for the connections above, they are here.
            parts = (FlushPanel(), ClientsPanel(), WaitingPanel())
            yield Panes(parts, room={0: 2}, id="bottom")
        yield Face(id="mute")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(WirePanel).table.focus()

    def draw(self, snapshot: Snapshot) -> None:
        section = snapshot.engine
        self.set_class(isinstance(section, Refused), "mute")
        if isinstance(section, Refused):
            reason, advice = plain(section.reason), ADVICE.get(section.reason, "")
            self.query_one("#mute", Face).refused(
                "The inside of this cluster cannot be shown", f"{reason}\n\n{advice}".rstrip()
            )
            return
        self.query_one(EngineCards).show(snapshot)
        self.query_one(WirePanel).show(snapshot)
        for panel in self.query(ClientsPanel):
            panel.show(snapshot)
        self.query_one(FlushPanel).show(snapshot)
        self.query_one(WaitingPanel).show(snapshot)
        self.query_one(Panes).lead_by(self.host.frame().keymap)

    @on(VTable.RowOpened)
    def open(self, message: VTable.RowOpened) -> None:
        if message.table is self.query_one(WirePanel).table:
            self.app.push_screen(RequestScreen(self.host, message.key))
