"""Panels side by side, as many as there is room for; the others come when they are gone to.

A panel that is put aside has no size, and yet keeps its place among those that tab leads to. With
the focus it comes into sight, and the panels before or after it give way. When the focus is
elsewhere again they stand as at first. A panel without a table takes the focus itself.

The last panel in sight says beside its title which key leads on, and to what. Panels that a style
sheet does not display are none of them.
"""

from collections.abc import Mapping, Sequence

from textual import events
from textual.containers import Horizontal
from textual.message import Message

from console.widgets.panel import Panel
from console.widgets.table_panel import TablePanel


class Panes(Horizontal):
    """A row of panels, or a column where a style sheet lays them out so."""

    DEFAULT_CSS = """
    Panes > .aside {
        width: 0 !important; height: 0 !important; border: none !important; padding: 0 !important;
    }
    """

    class Placed(Message):
        """Other panels stand in the row than before."""

    def __init__(
        self, panels: Sequence[Panel], *, room: Mapping[int, int], id: str | None = None
    ) -> None:
        """`room` is how many panels stand, by the columns of the terminal from which on so many
        do; one of its keys is 0. Those are known before anything is laid out."""
        super().__init__(*panels, id=id)
        self._panels = tuple(panels)
        self._room = dict(room)
        self._first = 0
        self._key = ""
        self._shown: tuple[Panel, ...] = ()
        for panel in panels:
            panel.can_focus = not isinstance(panel, TablePanel)

    def lead_by(self, key: str) -> None:
        """Say that this key leads to the panels that are aside; empty when none does."""
        if key != self._key:
            self._key = key
            self._place()

    def is_in_sight(self, panel: Panel) -> bool:
        """Whether a panel stands, and is not aside."""
        return panel in self._shown

    def on_mount(self) -> None:
        self._place()

    def on_resize(self) -> None:
        self._place()
        # A style sheet may display other panels at another size, and has not been asked yet.
        self.call_after_refresh(self._place)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self._place()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        # Without any focus the terminal itself has lost it: nobody went elsewhere.
        if self.screen.focused is not None:
            self._place()

    def _place(self) -> None:
        """Have the panel with the focus in sight, or the first ones where none has it."""
        panels = [panel for panel in self._panels if panel.display]
        columns = self.app.size.width
        room = self._room[max(least for least in self._room if least <= columns)]
        at = next((n for n, panel in enumerate(panels) if panel.has_focus_within), None)
        if at is None or room >= len(panels):
            self._first = 0
        else:
            self._first = max(min(self._first, at), at - room + 1)
        shown = panels[self._first : self._first + room]
        if self._shown != (placed := tuple(shown)):
            self._shown = placed
            self.post_message(self.Placed())
        aside = [panel for panel in panels if panel not in shown]
        for panel in panels:
            panel.set_class(panel in aside, "aside")
            panel.point_to("")
        if aside and self._key and shown:
            after = panels[self._first + room :]
            others = [*after, *(panel for panel in aside if panel not in after)]
            shown[-1].point_to(f"{self._key}: {', '.join(panel.title for panel in others)}")
