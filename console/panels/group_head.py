"""The head of one group's screen: what the group is, how it stands, and its figures."""

from collections.abc import Iterator

from rich.cells import cell_len
from rich.segment import Segment
from textual.app import ComposeResult
from textual.containers import Horizontal

from console.model import units
from console.model.figures import Known
from console.model.group import Group
from console.model.text import plain
from console.panels import cells
from console.panels.cards import change_of
from console.panels.groups import age_text, loss_cell, outlook_cell, verdict_cell
from console.widgets.charts import Drawn
from console.widgets.fitting import shortened
from console.widgets.kpi_card import KpiCard
from console.widgets.palette import Role
from console.widgets.table_rows import Cell


def words_of(group: Group) -> str:
    """`classic · range · 6 members · coordinator 1`."""
    members, node = group.members, group.coordinator
    count = "members unknown"
    if isinstance(members, Known):
        count = f"{len(members.value)} member{'s' if len(members.value) != 1 else ''}"
    coordinator = f"coordinator {node.value}" if isinstance(node, Known) else ""
    words = (group.group_type, group.protocol, count, coordinator)
    return plain(" · ".join(word for word in words if word))


def figures_of(group: Group) -> Iterator[tuple[str, Cell]]:
    """The figures of a group, each with its label."""
    total, clamps = group.lag_total, group.clamps
    yield "Lag", cells.lag_total(total, is_read=group.is_enriched, clamps=clamps)
    yield "Next unread", Cell(age_text(group.age))
    yield "Outlook", outlook_cell(group.outlook)
    yield "Time to loss", loss_cell(group.loss)


class GroupLine(Drawn):
    """How the group stands and what it is, in a line; where there are two, its figures too."""

    DEFAULT_CSS = """
    GroupLine { height: 1; padding: 0 2; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._group: Group | None = None

    def show(self, group: Group | None) -> None:
        """Show this group; nothing while it is not known."""
        if group != self._group:
            self._group = group
            self.redraw()

    def draw(self, width: int, height: int) -> list[list[Segment]]:
        group, style = self._group, self.palette.style
        if group is None:
            return []
        state = cells.state(group.state.severity, group.state.value)
        verdict = verdict_cell(group)
        known = f"{state.text}   {verdict.text}   "
        first = [
            Segment(f"{state.text}   ", style(state.role)),
            Segment(f"{verdict.text}   ", style(verdict.role)),
            Segment(shortened(words_of(group), width - cell_len(known)), style(Role.MUTED)),
        ]
        return [first, list(self._figures(group, width))]

    def _figures(self, group: Group, width: int) -> Iterator[Segment]:
        """As many figures as there is room for, each whole."""
        style = self.palette.style
        for label, cell in figures_of(group):
            width -= cell_len(f"{label} {cell.text}{cell.unit}")
            if width < 0:
                return
            yield Segment(f"{label.lower()} ", style(Role.MUTED))
            yield Segment(cell.text, style(cell.role, is_bold=True))
            yield Segment(f"{cell.unit}   ", style(Role.MUTED))
            width -= 3


class GroupCards(Horizontal):
    """The figures of a group as cards."""

    DEFAULT_CSS = """
    GroupCards { height: 4; }
    GroupCards Sparkline { display: none; }
    """

    def compose(self) -> ComposeResult:
        yield KpiCard("Lag", Role.OK, id="lag")
        yield KpiCard("Consumed", Role.S1, id="consumed")
        yield KpiCard("Next unread", Role.STRONG, id="next-unread")
        yield KpiCard("Outlook", Role.MUTED, id="outlook")
        yield KpiCard("Time to loss", Role.MUTED, id="time-to-loss")

    def show(self, group: Group | None) -> None:
        """Show the figures of this group; nothing while it is not known."""
        if group is None:
            for card in self.query(KpiCard):
                card.show_nothing("")
            return
        rate = group.consumed_history.last if group.is_enriched else None
        shown = (
            Cell(units.UNKNOWN, Role.MUTED) if rate is None else Cell(units.count(rate), Role.S1)
        )
        changes = {
            "Lag": change_of(group.lag_history),
            "Consumed": change_of(group.consumed_history),
        }
        ends = {"Lag": "msgs", "Consumed": "/s", "Next unread": "old"}
        for label, cell in (*figures_of(group), ("Consumed", shown)):
            is_known = cell.text != units.UNKNOWN
            unit = " ".join(
                filter(None, (ends.get(label, "") if is_known else "", cell.unit.strip()))
            )
            card = self.query_one(f"#{label.lower().replace(' ', '-')}", KpiCard)
            card.show(cell.text, unit, changes.get(label, ""), (), role=cell.role)
