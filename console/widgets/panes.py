"""Panels side by side, as many as there is room for; the others come when they are gone to.

A panel that is put aside has no size, and yet keeps its place among those that tab leads to. With
the focus it comes into sight, and the panels before or after it give way. When the focus is
elsewhere again they stand as at first. A panel without a table takes the focus itself.

The last panel in sight says beside its title which key leads on, and to what; the first one which
leads back. Panels that a style sheet does not display are none of them.

A stack of such rows has its lines shared by what the panels in sight need.
"""

from collections.abc import Mapping, Sequence

from textual import events, on
from textual.containers import Horizontal, Vertical
from textual.layout import Layout
from textual.message import Message
from textual.widget import Widget

from console.keys.keymap import Keymap
from console.widgets.panel import Panel
from console.widgets.shares import ByNeed
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
        self._keys = ("", "")
        self._shown: tuple[Panel, ...] = ()
        self._by_need = ByNeed(self._needs_of)
        for panel in panels:
            panel.can_focus = not isinstance(panel, TablePanel)

    def lead_by(self, keymap: Keymap) -> None:
        """Say by which keys the panels that are aside come into sight."""
        keys = (keymap.first_key("app.previous-panel"), keymap.first_key("app.next-panel"))
        if keys != self._keys:
            self._keys = keys
            self._place()

    def is_in_sight(self, panel: Panel) -> bool:
        """Whether a panel stands, and is not aside."""
        return panel in self._shown

    @property
    def needs(self) -> list[int]:
        """The lines that each of the panels in sight needs, or the neediest of a row of them."""
        needs = [panel.lines_needed for panel in self._shown if panel.display]
        return needs if self._is_column or not needs else [max(needs)]

    @property
    def _is_column(self) -> bool:
        return super().layout.name == "vertical"

    @property
    def layout(self) -> Layout:
        is_shared = self._is_column and isinstance(self.parent, Stack)
        return self._by_need if is_shared else super().layout

    def _needs_of(self, panel: Widget) -> list[int]:
        """None where it is aside."""
        return [each.lines_needed for each in self._shown if each is panel]

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
        if shown:
            self._point(shown, before=panels[: self._first], after=panels[self._first + room :])

    def _point(self, shown: list[Panel], *, before: list[Panel], after: list[Panel]) -> None:
        """Say where the keys lead: those aside come in the order in which they are gone to."""
        back, on = self._keys
        said: dict[Panel, list[str]] = {panel: [] for panel in self._panels}
        if after and on:
            said[shown[-1]].append(f"{on}: {', '.join(panel.title for panel in after)}")
        if before and back:
            titles = ", ".join(panel.title for panel in reversed(before))
            said[shown[0]].append(f"{back}: {titles}")
        for panel, parts in said.items():
            panel.point_to(" · ".join(parts))


class Stack(Vertical):
    """Rows of panels, or of one, under each other, with the lines they need or a fair share."""

    def __init__(self, *rows: Panes | Panel) -> None:
        super().__init__(*rows)
        self._rows = rows
        self._by_need = ByNeed(self._needs_of)

    @property
    def layout(self) -> Layout:
        return self._by_need

    def _needs_of(self, row: Widget) -> list[int]:
        match row:
            case Panes():
                return row.needs
            case Panel():
                return [row.lines_needed]
            case _:
                return []

    @on(Panel.NeedChanged)
    @on(Panes.Placed)
    def share_anew(self) -> None:
        for row in self._rows:
            for node in (row, *row.children):
                node.refresh(repaint=False, layout=True)
