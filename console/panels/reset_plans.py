"""What a reset would do to several groups, one row for each."""

from collections.abc import Mapping

from console.model import units
from console.model.figures import Total
from console.model.severity import Severity
from console.panels import cells
from console.resets.drafting import Draft
from console.widgets.columns import Column
from console.widgets.measures import COUNT, RECORDS, worded
from console.widgets.palette import Role
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Cell, Row

COLUMNS = (
    Column("group", "GROUP", 14, is_flex=True, width_max=44),
    Column("moving", "MOVING", 9, COUNT, is_right=True, sort_first_down=True),
    Column("again", "RE-READ", 9, worded(RECORDS), is_right=True, priority=2, sort_first_down=True),
    Column(
        "skipped", "SKIPPED", 9, worded(RECORDS), is_right=True, priority=1, sort_first_down=True
    ),
    Column("remark", "REMARK", 20, is_flex=True, width_max=90, sort_first_down=True),
)


def plan_of(draft: Draft | str) -> Draft | None:
    """The draft, if it can be carried out and there is something to do."""
    if isinstance(draft, str) or draft.hindrance or not draft.plan.changes:
        return None
    return draft


def remark_of(draft: Draft | str) -> Cell:
    """Why a group stays, or what is to be known of its plan."""
    if isinstance(draft, str):
        return cells.state(Severity.ERROR, draft)
    if draft.hindrance:
        return cells.state(Severity.ERROR, draft.hindrance)
    plan, left_out = draft.plan, len(draft.left_out)
    if not plan.changes and not left_out:
        return cells.muted("is there already")
    said = [] if plan.changes else ["is there already"]
    if left_out:
        said.append(f"{left_out:,} without a position left out")
    if plan.clamped:
        said.append(f"{plan.clamped:,} at the edge of the log")
    if plan.left:
        said.append(f"{plan.left:,} unknown, left as they are")
    return cells.state(Severity.WARNING, ", ".join(said)) if said else Cell("")


def draft_row(name: str, draft: Draft | str) -> Row:
    """One group."""
    remark = remark_of(draft)
    if isinstance(draft, str):
        none = cells.UNKNOWN_CELL
        return Row(name, (cells.name(name), none, none, none, remark), (name, -1, -1, -1, 2))
    plan = draft.plan
    moving, rank = len(plan.changes), 2 if draft.hindrance else 1 if remark.text else 0
    return Row(
        name,
        (
            cells.name(name),
            Cell(units.grouped(moving), unit=f" of {len(plan.rows):,}"),
            _records(plan.again, Role.TEXT),
            _records(plan.skipped, Role.WARNING),
            remark,
        ),
        (name, moving, *map(cells.sort_total, (plan.again, plan.skipped)), rank),
    )


class ResetPlansPanel(TablePanel):
    """The groups with their plans."""

    def __init__(self) -> None:
        super().__init__("Preview", COLUMNS, noun="group")

    def show(self, drafts: Mapping[str, Draft | str]) -> None:
        """Draw the plans, and why there is none."""
        self.set_rows([draft_row(name, draft) for name, draft in drafts.items()])


def _records(total: Total, role: Role) -> Cell:
    if total == Total(0):
        return cells.muted("0")
    if total.known is None:
        return Cell(f"{total.unknown}?", role)
    return Cell(units.count(total.known), role, cells.missing(total.unknown))
