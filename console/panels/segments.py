"""The segments of one topic: from when, until when, how large, and when each goes and by what."""

from collections.abc import Callable, Mapping
from functools import partial

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from console.model import units
from console.model.retention import RetentionPolicy, exact_size, exact_time
from console.model.segments import SegmentKind, SegmentRow, Stamp, TopicSegments
from console.model.severity import Severity
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.panels import cells
from console.panels.faces import table_value
from console.panels.times import Times
from console.widgets.columns import Column
from console.widgets.measures import BYTES, COUNT, FIRST_IN_ORDER, MOMENT, in_order, worded
from console.widgets.palette import Role
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Cell, LateRow, Order, SortValue

COLUMNS = (
    Column("partition", "PART", 4, FIRST_IN_ORDER, is_right=True),
    Column("base", "BASE OFFSET", 11, COUNT, is_right=True),
    Column("offsets", "OFFSETS", 9, COUNT, is_right=True, priority=5, sort_first_down=True),
    Column("first", "FIRST RECORD", 12, worded(MOMENT), is_right=True, priority=4),
    Column("last", "LAST RECORD", 12, worded(MOMENT), is_right=True, priority=2),
    Column("size", "SIZE", 8, BYTES, is_right=True, priority=1, sort_first_down=True),
    Column("state", "STATE", 9, priority=3),
    Column("goes", "GOES", 17, worded(MOMENT), is_flex=True, width_max=30),
)
WHOLE_LOGS = (
    "Kafka tells a log's size, not its segments: a row is a whole log and when its oldest goes"
)
LOW = 7
"""Lines below which a panel has none to spare for words beside what is the matter."""
NO_SIGHT = float("inf")
"""What is not in sight goes last."""


def policy_line(found: TopicSegments) -> str:
    """What is kept, and when the broker begins another segment."""
    size, age = exact_size(found.rolling.segment_bytes), exact_time(found.rolling.segment_ms)
    return f"{kept_words(found.policy)} · a segment ends at {size} or after {age}"


def kept_words(policy: RetentionPolicy) -> str:
    """The retention in force, in words: `Kept for 7d, up to 1GiB a partition`."""
    limits = []
    if policy.is_deleted and policy.retention_ms >= 0:
        limits.append(f"for {exact_time(policy.retention_ms)}")
    if policy.is_deleted and policy.retention_bytes >= 0:
        limits.append(f"up to {exact_size(policy.retention_bytes)} a partition")
    if policy.is_compacted:
        return ", ".join(("Compacted: the last record of each key is kept", *limits))
    return f"Kept {', '.join(limits) or 'for ever'}"


def untold_line(found: TopicSegments) -> str:
    """Why there is a row for a whole log; empty where every segment is told."""
    count = found.whole_logs
    if not count:
        return ""
    if count == len(found.rows):
        return WHOLE_LOGS
    return f"{count:,} partition{'s do' if count > 1 else ' does'} not tell: a row is a whole log"


def goes_cell(row: SegmentRow, policy: RetentionPolicy, now_ms: int) -> Cell:
    """When a segment goes, and by what."""
    if row.goes_ms is not None and row.cause is not None:
        by = f"by {row.cause.value}"
        if row.goes_ms <= now_ms:
            return cells.state(Severity.INFO, f"due {by}")
        return Cell(f"~{units.ago(row.goes_ms, now_ms)}", Role.TEXT, f" {by}")
    if row.kind is SegmentKind.ACTIVE:
        is_kept = not policy.expires and not policy.is_compacted
        return cells.muted("never" if is_kept else "once it is closed")
    if policy.is_compacted:
        return cells.muted("by compaction")
    return cells.muted("not in sight" if policy.expires else "never")


def stamp_cell(stamp: Stamp | None, times: Times, now_ms: int) -> Cell:
    """A time of a record; `~` before one that was not told."""
    if stamp is None:
        return cells.UNKNOWN_CELL
    return Cell(f"{'' if stamp.is_told else '~'}{times.near(stamp.at_ms, now_ms)}")


def row_cells(
    row: SegmentRow, policy: RetentionPolicy, times: Times, now_ms: int
) -> tuple[Cell, ...]:
    """The cells of one segment."""
    is_active = row.kind is SegmentKind.ACTIVE
    number, unit = ("", "") if row.size_bytes is None else units.size_parts(row.size_bytes)
    return (
        Cell(str(row.partition), Role.STRONG),
        Cell(units.grouped(row.base_offset)),
        cells.muted(units.grouped(row.records)),
        stamp_cell(row.first, times, now_ms),
        stamp_cell(row.last, times, now_ms),
        Cell(number, Role.TEXT, f" {unit:>2}") if number else cells.UNKNOWN_CELL,
        cells.state(Severity.OK, row.kind.value) if is_active else cells.muted(row.kind.value),
        goes_cell(row, policy, now_ms),
    )


_SORTS: Mapping[str, Callable[[SegmentRow], SortValue]] = {
    "partition": lambda row: in_order(row.partition, row.base_offset),
    "base": lambda row: row.base_offset,
    "offsets": lambda row: row.records,
    "first": lambda row: -1 if row.first is None else row.first.at_ms,
    "last": lambda row: -1 if row.last is None else row.last.at_ms,
    "size": lambda row: -1 if row.size_bytes is None else row.size_bytes,
    "state": lambda row: row.kind.value,
    "goes": lambda row: NO_SIGHT if row.goes_ms is None else row.goes_ms,
}


def sort_value(row: SegmentRow, column: int) -> SortValue:
    """What stands for a segment in a column."""
    return _SORTS[COLUMNS[column].key](row)


class SegmentsPanel(TablePanel):
    """Every segment of one topic, under the retention that is in force.

    The key of a row is where its records begin, as the message browser is told it: `p3:1000`.
    """

    DEFAULT_CSS = """
    SegmentsPanel > .words {
        display: none; height: 1; padding: 0 1; color: $muted; background: $surface;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    SegmentsPanel > .words.shown { display: block; }
    """

    def __init__(self, topic: str, *, id: str | None = None) -> None:
        super().__init__("Segments", COLUMNS, noun="segment", order=Order(), id=id)
        self._topic = topic
        self._policy = Static(classes="words")
        self._untold = Static(classes="words")
        self._is_told = self._has_whole_logs = False

    def compose(self) -> ComposeResult:
        yield self._policy
        yield self._untold
        yield from super().compose()

    def show(self, snapshot: Snapshot, times: Times) -> None:
        """Draw the segments of the topic in a snapshot."""
        now_ms, detail = snapshot.at_ms, snapshot.topic_details.get(self._topic)
        found = None
        if detail is None:
            self.show_face().reading("segments")
        else:
            found = table_value(self, detail.segments, what="segments", now_ms=now_ms)
        self._policy.update(Content("" if found is None else policy_line(found)))
        self._untold.update(Content("" if found is None else untold_line(found)))
        self._is_told, self._has_whole_logs = found is not None, bool(found and found.whole_logs)
        if found is not None and found.untold:
            self.banner.complain(_unknown(found.untold))
        self._fit_words()
        if found is not None:
            self.set_rows([_row(each, found.policy, times, now_ms) for each in found.rows])

    @property
    def lines_needed(self) -> int:
        return super().lines_needed + self._is_told + self._has_whole_logs

    def on_resize(self) -> None:
        self._fit_words()

    def _fit_words(self) -> None:
        """Where there is next to no room, what is the matter stands alone above the rows."""
        has_room, is_well = self.size.height >= LOW, not self.banner.has_class("shown")
        self._untold.set_class(self._has_whole_logs and (has_room or is_well), "shown")
        is_well = is_well and not self._has_whole_logs
        self._policy.set_class(self._is_told and (has_room or is_well), "shown")


def _row(row: SegmentRow, policy: RetentionPolicy, times: Times, now_ms: int) -> LateRow:
    return LateRow(
        f"p{row.partition}:{row.base_offset}",
        partial(row_cells, row, policy, times, now_ms),
        partial(sort_value, row),
    )


def _unknown(untold: Mapping[int, str]) -> str:
    """`2 partitions are not known: no leader`."""
    partition, reason = next(iter(untold.items()))
    many = f"p{partition} is" if len(untold) == 1 else f"{len(untold):,} partitions are"
    return f"{many} not known: {plain(reason)}"
