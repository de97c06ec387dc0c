"""A figure in a box: label, value with its unit and change, and the shape of the last minutes."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical

from console.widgets.charts import Sparkline
from console.widgets.palette import Role
from console.widgets.symbols import UNKNOWN
from console.widgets.themed import Themed

NOTHING_YET = "…"


class KpiText(Themed):
    """The two lines of text of a card."""

    DEFAULT_CSS = """
    KpiText { height: 2; width: 1fr; }
    """

    def __init__(self, label: str, role: Role, short: str) -> None:
        super().__init__()
        self._label = label
        self._short = short
        self._role = role
        self._parts: tuple[str, tuple[str, ...], str] = (NOTHING_YET, ("",), "")
        self._shown_role = Role.MUTED

    def show(self, value: str, units: tuple[str, ...], change: str, role: Role | None) -> None:
        """Show this figure, in another role than its own where one is given.

        Of the units, the longest first, it has the first that fits beside the change.
        """
        shown = (value, units, change), role or self._role
        if shown != (self._parts, self._shown_role):
            self._parts, self._shown_role = shown
            self.refresh()

    def render(self) -> Text:
        value, units, change = self._parts
        width = self.size.width
        taken = cell_len(value) + 1 + (cell_len(change) + 1 if change else 0)
        fitting = (each for each in units if taken + cell_len(each) <= width)
        unit = next(fitting, units[-1])
        label = self._label if len(self._label) <= width else self._short[:width]
        text = Text(label, self.palette.style(Role.MUTED), no_wrap=True)
        text.append("\n")
        line = Text(value, self.palette.style(self._shown_role, is_bold=True))
        line.append(f" {unit}", self.palette.style(Role.MUTED))
        room = width - line.cell_len - len(change)
        if change and room > 0:
            line.append(" " * room)
            line.append(change, self.palette.style(Role.FAINT))
        line.truncate(width, overflow="ellipsis")
        text.append_text(line)
        return text


class KpiCard(Vertical):
    """One card. Without room for it, the sparkline goes by the style sheet's class `-narrow`."""

    DEFAULT_CSS = """
    KpiCard { width: 1fr; height: 100%; border: round $line; padding: 0 1; background: $surface; }
    """

    def __init__(self, label: str, role: Role, *, short: str = "", id: str | None = None) -> None:
        """`short` stands in the place of a label that does not fit."""
        super().__init__(id=id)
        self._text = KpiText(label, role, short or label)
        self._sparkline = Sparkline(role)

    def compose(self) -> ComposeResult:
        yield self._text
        yield self._sparkline

    def show(
        self,
        value: str,
        unit: str,
        change: str,
        history: Sequence[float],
        *,
        role: Role | None = None,
        short_units: tuple[str, ...] = (),
    ) -> None:
        """Show a figure, its change as text, and its history, oldest first.

        `role` replaces the card's own as long as it is given. `short_units` stand in the place of a
        unit that does not fit.
        """
        self._text.show(value, (unit, *short_units), change, role)
        self._sparkline.show(history, role)

    def show_nothing(self, reason: str) -> None:
        """There is no figure: nothing was read yet, or for this reason."""
        self.show(UNKNOWN if reason else NOTHING_YET, reason, "", (), role=Role.MUTED)
