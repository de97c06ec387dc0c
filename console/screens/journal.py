"""The journal: every change that this console made, and the way back where there is one.

Acts cannot be marked. An undo overwrites what was changed since, and one of an older act also what
a newer one made: each is shown and agreed to by itself.
"""

from typing import ClassVar

from textual.app import ComposeResult

from console.acts.act import Act
from console.keys.actions import Scope
from console.panels.journal import JournalPanel
from console.screens.lists import ListScreen
from console.widgets.vtable import VTable


class JournalScreen(ListScreen):
    """Every act; `u` undoes the one under the cursor."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.TABLE, Scope.JOURNAL)

    @property
    def act_to_undo(self) -> Act | None:
        chosen = self.query_one(VTable).cursor_key
        for act in self.host.journal.acts:
            if str(act.number) == chosen:
                return act if act.can_be_undone else None
        return None

    def compose_body(self) -> ComposeResult:
        yield JournalPanel()

    def redraw(self) -> None:
        super().redraw()
        if not self.is_mounted or not self.is_active:
            return
        journal, snapshot = self.host.journal, self.host.snapshot
        now_ms = snapshot.at_ms if snapshot is not None else 0
        panel = self.query_one(JournalPanel)
        frame = self.host.frame()
        undo = frame.keymap.first_key("app.undo")
        panel.show(journal.acts, journal.problem, frame.times, now_ms, undo=undo)
        self.show_keys()
