"""What every screen has: header, views, trouble line, footer; snapshots in, routes out.

A screen draws the newest snapshot when it comes to the front and whenever a newer one arrives
while it is there; behind others it costs nothing. Where what is open was deleted, it says so in the
place of the body until it is there again. Below 60x20 it says that the terminal is too
small.
"""

from dataclasses import replace

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from console.acts.act import ActKind
from console.keys.actions import WIDGET_SCOPES, Scope
from console.model.list_state import ListState
from console.model.snapshot import Snapshot
from console.screens.gone import Gone, gone, is_missing
from console.screens.header import header_facts, trouble_of
from console.screens.marked_topics import MarkedTopics
from console.widgets import symbols
from console.widgets.breakpoints import NARROW, SHORT
from console.widgets.chrome import HeaderBar, KeyFooter
from console.widgets.face import Face
from console.widgets.table_panel import TablePanel
from console.widgets.view_tabs import ViewTabs
from console.widgets.vtable import VTable

MINIMUM = (NARROW, SHORT)


class ConsoleScreen(MarkedTopics):
    """A screen of the console. Subclasses say their scopes, compose a body and draw."""

    DEFAULT_CSS = """
    ConsoleScreen { background: $background; layers: base cover; }
    ConsoleScreen > #body { height: 1fr; }
    ConsoleScreen.gone > #body { display: none; }
    ConsoleScreen > #trouble {
        display: none; height: 1; background: $surface; color: $warning; padding: 0 1;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    ConsoleScreen > #trouble.shown { display: block; }
    ConsoleScreen > #too-small {
        display: none; layer: cover; dock: top; width: 100%; height: 100%;
        content-align: center middle; text-align: center; background: $background;
    }
    ConsoleScreen.-tiny > #too-small, ConsoleScreen.-flat > #too-small { display: block; }
    ConsoleScreen.-guided ToastRack { margin-bottom: 9; }
    ConsoleScreen.-production Panel, ConsoleScreen.-production KpiCard { border: round $error; }
    """

    def compose(self) -> ComposeResult:
        yield HeaderBar()
        yield ViewTabs(self.host.frame().views)
        yield Static(id="trouble")
        with Vertical(id="body"):
            yield from self.compose_body()
        yield Face(id="gone")
        yield KeyFooter()
        columns, lines = MINIMUM
        yield Static(
            f"This terminal is too small.\n{columns}x{lines} is the least.", id="too-small"
        )

    def compose_body(self) -> ComposeResult:
        """The panels of the screen."""
        return ()

    def draw(self, snapshot: Snapshot) -> None:
        """Hand the snapshot to the panels."""

    def missing(self, snapshot: Snapshot) -> Gone | None:
        """What to say if what is open here is not there any more."""
        return None

    def missing_topic(self, snapshot: Snapshot, name: str) -> Gone | None:
        """What to say if a topic is not there any more."""
        if not is_missing(snapshot.topics, name):
            return None
        return gone("topic", name, ActKind.DELETE_TOPIC, self.host.journal.acts, snapshot.at_ms)

    @property
    def is_gone(self) -> bool:
        return self.has_class("gone")

    def come_back(self) -> None:
        """What was gone is there again."""
        tables = self.query(VTable)
        if tables:
            tables.first().focus()

    def on_mount(self) -> None:
        for panel in self.query(TablePanel):
            panel.recall(self._kept(self.host.recalled(self._name_of(panel))))
        self.redraw()

    @on(TablePanel.Changed)
    def keep_list(self, message: TablePanel.Changed) -> None:
        """Remember how a list is, for the next one of its kind."""
        message.stop()
        self.host.keep(self._name_of(message.panel), self._kept(message.panel.state))

    def _name_of(self, panel: TablePanel) -> str:
        own = next((scope for scope in self.SCOPES if scope not in WIDGET_SCOPES), Scope.APP)
        return f"{own}/{panel.name_in_memory}"

    def _kept(self, state: ListState) -> ListState:
        """What of a list is remembered: a filter is meant for the one thing that is open."""
        return replace(state, filter="") if self.KIND else state

    def on_screen_resume(self) -> None:
        self.post_message(self.Shown(self))
        self.redraw()

    def redraw(self) -> None:
        """Draw frame and panels from the newest snapshot, if this screen can be seen: it is in
        front, or a dialog is in front of it that leaves its edges in sight."""
        if not self.is_mounted or not self.is_current:
            return
        frame, snapshot = self.host.frame(), self.host.snapshot
        self.query_one(HeaderBar).show(header_facts(snapshot, frame, self.detail))
        self.query_one(ViewTabs).show(frame.view)
        self.set_class(frame.care.is_production, "-production")
        if snapshot is None:
            self.show_keys()
            return
        trouble = trouble_of(snapshot) or frame.notice
        line = self.query_one("#trouble", Static)
        line.set_class(bool(trouble), "shown")
        if trouble:
            line.update(Text(f"{symbols.WARNING} {trouble}"))
        if not self._say_gone(snapshot):
            self.draw(snapshot)
        self.show_keys()
        self.clone_when_read(snapshot)

    @property
    def has_rows(self) -> bool:
        """Whether there is anything that the keys of a list can be about."""
        return True

    def show_keys(self) -> None:
        """Tell in the footer which keys do something here."""
        frame = self.host.frame()
        scopes = (Scope.APP, *self.SCOPES)
        keys = frame.keymap.footer(scopes, frame.possible, has_rows=self.has_rows)
        self.query_one(KeyFooter).show(keys)

    def _say_gone(self, snapshot: Snapshot) -> bool:
        """Say in the place of the body that what it is about is gone, if it is."""
        missing, was_gone = self.missing(snapshot), self.is_gone
        self.set_class(missing is not None, "gone")
        face = self.query_one("#gone", Face)
        if missing is None:
            face.hide()
            if was_gone:
                self.come_back()
            return False
        if self.maximized is not None:
            self.minimize()
        key = self.host.frame().keymap.first_key("app.back")
        way_back = f" · {key} goes back" if key and self.is_deep else ""
        face.empty(missing.head, f"{missing.detail}{way_back}")
        return True
