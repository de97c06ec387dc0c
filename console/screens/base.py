"""What every screen has: header, views, trouble line, footer; snapshots in, routes out.

A screen draws the newest snapshot when it comes to the front and whenever a newer one arrives
while it is there; behind others it costs nothing. Below 60x20 it says that the terminal is too
small.
"""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from console.keys.actions import Scope
from console.model.snapshot import Snapshot
from console.screens.header import header_facts, trouble_of
from console.screens.topic_acts import TopicActs
from console.widgets import symbols
from console.widgets.chrome import HeaderBar, KeyFooter, ViewTabs

MINIMUM = (60, 20)


class ConsoleScreen(TopicActs):
    """A screen of the console. Subclasses say their scopes, compose a body and draw."""

    DEFAULT_CSS = """
    ConsoleScreen { background: $background; layers: base cover; }
    ConsoleScreen > #body { height: 1fr; }
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
    ConsoleScreen.-narrow ViewTabs { display: none; }
    ConsoleScreen.-guided ToastRack { margin-bottom: 9; }
    ConsoleScreen.-production Panel, ConsoleScreen.-production KpiCard { border: round $error; }
    """

    def compose(self) -> ComposeResult:
        yield HeaderBar()
        yield ViewTabs(self.host.frame().views)
        yield Static(id="trouble")
        with Vertical(id="body"):
            yield from self.compose_body()
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

    def on_mount(self) -> None:
        self.redraw()

    def on_screen_resume(self) -> None:
        self.post_message(self.Shown(self))
        self.redraw()

    def redraw(self) -> None:
        """Draw frame and panels from the newest snapshot, if this screen is in front."""
        if not self.is_mounted or not self.is_active:
            return
        frame, snapshot = self.host.frame(), self.host.snapshot
        self.query_one(HeaderBar).show(header_facts(snapshot, frame, self.detail))
        self.query_one(ViewTabs).show(frame.view)
        self.set_class(frame.care.is_production, "-production")
        scopes = (Scope.APP, *self.SCOPES)
        keys = frame.keymap.footer(scopes, frame.possible)
        self.query_one(KeyFooter).show(keys)
        if snapshot is None:
            return
        trouble = trouble_of(snapshot)
        line = self.query_one("#trouble", Static)
        line.set_class(bool(trouble), "shown")
        if trouble:
            line.update(Text(f"{symbols.WARNING} {trouble}"))
        self.draw(snapshot)
        self.clone_when_read(snapshot)
