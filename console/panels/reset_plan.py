"""What a reset would do, partition by partition, and afterwards what it did."""

from collections.abc import Sequence

from console.model import units
from console.model.figures import Total, Unknown
from console.model.names import TopicPartition
from console.model.severity import Severity
from console.model.text import plain
from console.panels import cells
from console.port.errors import ClusterError
from console.resets.carrying import Outcome
from console.resets.plan import Clamp, Plan, PlanRow
from console.widgets import symbols
from console.widgets.columns import Column
from console.widgets.measures import COUNT, SIGNED
from console.widgets.palette import Role
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Cell, Row

NAMED_MAX = 3
"""Partitions that are named where many are left out."""

COLUMNS = (
    Column("topic", "TOPIC", 8, is_flex=True, width_max=28),
    Column("partition", "PART", 4, COUNT, is_right=True),
    Column("old", "OLD", 13, COUNT, is_right=True, priority=1, sort_first_down=True),
    Column("new", "NEW", 13, COUNT, is_right=True, sort_first_down=True),
    Column("difference", "MOVES", 11, SIGNED, is_right=True, priority=3, sort_first_down=True),
    Column("effect", "RECORDS", 15, sort_first_down=True),
    Column("remark", "REMARK", 12, is_flex=True, width_max=80, priority=2, sort_first_down=True),
)


def effect_cell(row: PlanRow) -> Cell:
    """What becomes of records: read again, skipped, neither. In 15 cells."""
    if not row.is_change:
        return cells.muted("stays")
    again, skipped = row.again, row.skipped
    if isinstance(again, Unknown) or isinstance(skipped, Unknown):
        return cells.state(Severity.WARNING, "may skip")
    if skipped:
        return cells.state(Severity.WARNING, f"{units.count(skipped)} skipped")
    if again:
        return Cell(f"{units.count(again)} re-read")
    return cells.muted("none between")


def remark_cell(row: PlanRow) -> Cell:
    """Why the partition stays, or does not go where it was wanted."""
    if isinstance(row.new, Unknown):
        return cells.state(Severity.WARNING, plain(row.new.reason))
    if isinstance(row.old, Unknown):
        return cells.state(Severity.WARNING, f"its position is unknown: {plain(row.old.reason)}")
    if row.clamp is Clamp.NONE:
        return cells.muted("has no position yet" if row.old is None else "")
    asked = "" if row.asked is None else f"{row.asked:,} is "
    return cells.state(Severity.WARNING, f"{asked}{row.clamp.value}")


def result_cell(row: PlanRow, outcome: Outcome) -> Cell:
    """How it ended for one partition."""
    if not row.is_change:
        return remark_cell(row) if isinstance(row.new, Unknown) else cells.muted("was there")
    error = outcome.get(row.key, ClusterError("the cluster said nothing of it"))
    if error is None:
        return cells.state(Severity.OK, "done")
    return cells.state(Severity.ERROR, plain(error.reason))


def plan_row(row: PlanRow, outcome: Outcome | None) -> Row:
    """One partition as a row; with an outcome, how it ended."""
    difference = row.difference
    moved = Cell(units.UNKNOWN, Role.MUTED) if difference is None else Cell(f"{difference:+,}")
    remark = remark_cell(row) if outcome is None else result_cell(row, outcome)
    skipped, again = (0 if isinstance(n, Unknown) else n for n in (row.skipped, row.again))
    return Row(
        str(row.key),
        (
            cells.name(row.key.topic),
            cells.muted(str(row.key.partition)),
            _position(row.old),
            _position(row.new),
            cells.muted("0") if difference == 0 else moved,
            effect_cell(row),
            remark,
        ),
        (
            f"{row.key.topic} {row.key.partition:010}",
            row.key.partition,
            _sort(row.old),
            _sort(row.new),
            difference or 0,
            float(skipped or -again),
            remark.text,
        ),
    )


def summary_of(plan: Plan) -> str:
    """`11 of 12 partitions move · 52.0K records read again · 1.2K skipped · 2 at the edge`."""
    count, moving = len(plan.rows), len(plan.changes)
    noun, verb = "partitions" if count != 1 else "partition", "moves" if moving == 1 else "move"
    words = [f"{moving:,} of {count:,} {noun} {verb}"]
    words += records_said(plan.again, "read again")
    words += records_said(plan.skipped, "skipped")
    if plan.clamped:
        words.append(f"{symbols.WARNING} {plan.clamped:,} at the edge of the log")
    if plan.left:
        stay = "stays" if plan.left == 1 else "stay"
        words.append(f"{symbols.WARNING} {plan.left:,} unknown, {stay}")
    return " · ".join(words)


def left_out_said(keys: Sequence[TopicPartition]) -> str:
    """Which partitions a reset of all positions does not touch, and what to do about that; or
    nothing."""
    if not keys:
        return ""
    names = ", ".join(f"{plain(key.topic, limit=30)}:{key.partition}" for key in keys[:NAMED_MAX])
    more = ", …" if len(keys) > NAMED_MAX else ""
    count, (noun, verb) = (
        len(keys),
        ("partition", "is") if len(keys) == 1 else ("partitions", "are"),
    )
    said = f"{count:,} {noun} without a position {verb} left out ({names}{more})"
    return f"{symbols.WARNING} {said}: name the topic to reset all of it"


def records_said(records: Total, verb: str) -> list[str]:
    """`52.0K records read again`, with a sign for what is skipped; nothing when there are none."""
    if records == Total(0):
        return []
    sign = f"{symbols.WARNING} " if verb == "skipped" else ""
    unknown = f" +{records.unknown}?" if records.unknown else ""
    noun = "record" if records == Total(1) else "records"
    return [f"{sign}{units.count(records.amount)}{unknown} {noun} {verb}"]


def outcome_of(plan: Plan, outcome: Outcome, *, undo: str) -> tuple[str, bool]:
    """How it ended in one line, and whether it ended well. `undo` is the key for that, if any."""
    wanted = len(plan.changes)
    failed = [each for each in outcome.values() if each is not None]
    done = sum(outcome.get(key, failed) is None for key in plan.changes)
    if done == wanted:
        back = f"; {undo} undoes it, once this is closed" if undo else ""
        return f"{symbols.OK} {done:,} of {wanted:,} done{back}", True
    reason = f": {plain(failed[0].reason)}" if failed else ""
    return f"{symbols.ERROR} {done:,} of {wanted:,} done, the others stay{reason}", False


class PlanPanel(TablePanel):
    """The rows of a plan."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("Preview", COLUMNS, noun="partition", id=id)

    def show(self, plan: Plan, outcome: Outcome | None = None) -> None:
        """Draw a plan; with an outcome, what became of it."""
        self.retitle("Preview" if outcome is None else "Result")
        self.set_rows([plan_row(row, outcome) for row in plan.rows])


def _position(position: int | Unknown | None) -> Cell:
    if isinstance(position, int):
        return Cell(units.grouped(position))
    return cells.UNKNOWN_CELL


def _sort(position: int | Unknown | None) -> float:
    return float(position) if isinstance(position, int) else -1.0
