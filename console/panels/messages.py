"""The messages of one topic: newest first, one to a line, with what the reading of them says."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.message import Message

from console.keys.keymap import Keymap
from console.messages.browser import Browser, Name
from console.messages.formats import Part, content_of
from console.messages.lane import Hit, size_of
from console.messages.rendering import NOTHING, one_line
from console.messages.structure import Decode
from console.model import units
from console.model.list_state import ListState
from console.model.names import TopicPartition
from console.model.text import plain
from console.panels import cells
from console.panels.ask_line import AskLine
from console.panels.scan_line import ScanLine
from console.panels.standings import MARKS
from console.panels.times import Times
from console.port.errors import ClusterError, Refused
from console.settings import TimeStyle
from console.widgets.columns import Column
from console.widgets.palette import Role
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Cell, LateRow, Order, RowCache, SortValue, TableRow
from console.widgets.vtable import VTable

COLUMNS = (
    Column("date", "DATE", 10, priority=3, appears_from=100, sort_first_down=True),
    Column("time", "TIME", 12, sort_first_down=True),
    Column("partition", "PART", 4, is_right=True),
    Column("offset", "OFFSET", 10, is_right=True, sort_first_down=True),
    Column("key", "KEY", 10, is_flex=True, width_max=20, priority=1),
    Column("value", "VALUE", 26, is_flex=True),
    Column("size", "SIZE", 8, is_right=True, priority=4, appears_from=120, sort_first_down=True),
)
ORDER = Order([column.key for column in COLUMNS].index("time"), is_down=True)
VALUE_CHARACTERS, KEY_CHARACTERS = 240, 64
SORTED_BYTES = 64
"""Bytes of keys and values that rows are sorted by."""


def row_key(name: Name) -> str:
    """The key of a record's row."""
    return f"{name[0]}:{name[1]}"


def name_of_row(key: str) -> Name:
    """Which record a row is of."""
    partition, _, offset = key.partition(":")
    return int(partition), int(offset)


def record_row(hit: Hit, times: Times, now_ms: int, schemas: Decode | None = None) -> LateRow:
    """One record as a row, made when it comes into sight."""
    record = hit.record
    at_ms = record.timestamp_ms
    # Records of one millisecond stand in the order of their offsets.
    moment = f"{max(0, at_ms):020d}{record.offset:020d}"
    sorts: tuple[SortValue, ...] = (
        moment,
        moment,
        hit.partition,
        record.offset,
        _sorted_by(record.key),
        _sorted_by(record.value),
        size_of(record),
    )

    def cells_of() -> tuple[Cell, ...]:
        number, unit = units.size_parts(size_of(record))
        return (
            cells.muted(times.day(at_ms)),
            cells.muted(times.moment(at_ms, now_ms)),
            Cell(str(hit.partition), Role.STRONG),
            Cell(units.grouped(record.offset)),
            _content_cell(hit, Part.KEY, KEY_CHARACTERS, Role.S1, schemas),
            _marked(hit, _content_cell(hit, Part.VALUE, VALUE_CHARACTERS, Role.TEXT, schemas)),
            Cell(number, Role.MUTED, f" {unit:>2}"),
        )

    return LateRow(row_key((hit.partition, record.offset)), cells_of, sorts.__getitem__)


def _marked(hit: Hit, cell: Cell) -> Cell:
    """The cell of a value, behind the mark of a record that not every reader sees."""
    mark = MARKS.get(hit.record.standing)
    return cell if mark is None else Cell(f"{mark.short}  {cell.text}", mark.role)


def _content_cell(
    hit: Hit, part: Part, characters: int, role: Role, schemas: Decode | None
) -> Cell:
    if content_of(hit, part) is None:
        return Cell(NOTHING, Role.FAINT)
    return Cell(one_line(hit, part, characters, schemas=schemas), role)


def _sorted_by(content: bytes | None) -> str:
    return (content or b"")[:SORTED_BYTES].decode("utf-8", "replace")


class RecordTable(VTable):
    """A table that says when a step would lead beyond its first or last row.

    Of a record there is more to show and to copy than its row.
    """

    GIVES_UP: ClassVar[frozenset[str]] = frozenset({"copy_row"})

    @dataclass
    class BeyondEdge(Message):
        """More rows are wanted beneath the last, or above the first."""

        is_below: bool

    @dataclass
    class CopyWanted(Message):
        """The record under the cursor should be copied."""

    def action_copy(self) -> None:
        self.post_message(self.CopyWanted())

    def action_describe(self) -> None:
        self.action_open_row()

    def action_move(self, steps: int) -> None:
        self._step(steps)

    def action_page(self, pages: int) -> None:
        self._step(pages * max(1, self.size.height - 2))

    def action_first(self) -> None:
        self._step(-max(1, self._cursor))

    def action_last(self) -> None:
        self._step(max(1, self.shown_count - 1 - self._cursor))

    def reveal(self) -> None:
        """Have the row under the cursor in sight, wherever rows came."""
        self._move(self._cursor)

    def to_first(self) -> None:
        """Stand on the first row."""
        self._move(0)

    @property
    def is_at_first(self) -> bool:
        """The cursor stands on the first row, or there is none."""
        return self._cursor == 0

    def _step(self, steps: int) -> None:
        to = self._cursor + steps
        self._move(to)
        if not 0 <= to < self.shown_count:
            self.post_message(self.BeyondEdge(steps > 0))


class MessagesPanel(TablePanel):
    """The records that a browser holds, the line that asks, and how far the reading is."""

    DEFAULT_CSS = """
    MessagesPanel ScanLine { height: 1; }
    """

    def __init__(self, topic: str, schemas: Decode | None = None) -> None:
        """`schemas` decodes contents that name a schema, as far as it can at the moment."""
        super().__init__(f"Messages of {plain(topic, limit=80)}", COLUMNS, noun="message")
        self.records = RecordTable(COLUMNS, order=ORDER)
        self.table = self.records
        self.ask = AskLine()
        self.scan_line = ScanLine()
        self._topic = topic
        self._schemas = schemas
        self._times = Times()
        self._now_ms = 0
        self._rows = RowCache[Hit](self._row)
        self._landed: object = None
        self._terms: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield self.ask
        yield self.scan_line

    @property
    def is_filtered(self) -> bool:
        """Only those of the records that were read are shown that pass what was typed."""
        return bool(self.filter_line.value.strip())

    @property
    def shown_names(self) -> list[Name]:
        """The records that are shown, in the order of their rows."""
        return [name_of_row(key) for key in self.records.shown_keys]

    def show(
        self,
        browser: Browser,
        times: Times,
        now_ms: int,
        keymap: Keymap,
        terms: tuple[str, ...] = (),
        remark: str = "",
    ) -> None:
        """Draw what a browser holds; `terms` say how it was narrowed, and `remark` what there is to
        say of that while nothing passes. Both are safe to show."""
        if times != self._times or times.style is TimeStyle.RELATIVE:
            self.forget_rows()
        self._times, self._now_ms, self._terms = times, now_ms, terms
        self._complain(browser)
        self.scan_line.show(browser, times, keymap, now_ms)
        hits = browser.hits
        if not hits:
            self.records.set_rows(())
            self._say_why_empty(browser, remark)
            return
        follows = browser.is_live and self.records.is_at_first
        is_hidden = not self.records.display
        self.set_rows(self._rows.rows(hits))
        if follows:
            self.records.to_first()
        elif browser.landing is not None and self._landed is not browser:
            self._landed = browser
            self.call_after_refresh(self.records.move_to, row_key(browser.landing))
        else:
            # Only once it is laid out it is known what is in sight.
            self.call_after_refresh(self.records.reveal)
        if is_hidden and self.screen.focused is None:
            self.records.focus()

    def forget_rows(self) -> None:
        """Make every row anew when it is shown next."""
        self._rows = RowCache[Hit](self._row)

    def say_count(self) -> None:
        """Say in the border what is shown: how it was narrowed, and how many there are."""
        shown, count = self.table.shown_count, self.table.row_count
        number = f"{count:,}" if shown == count else f"{shown:,}/{count:,}"
        noun = "message" if count == 1 else "messages"
        filtered = self._problem or (f"filter {self.filter_line.shown}" if shown != count else "")
        label = self.table.columns[self.table.order.column].label.lower()
        is_usual = self.table.order == ORDER
        order = "newest first" if is_usual else f"sorted by {label}"
        self.remark(f"{number} {noun}", *self._terms, filtered, order)

    @property
    def state(self) -> ListState:
        """Another order is meant for the messages that are in sight."""
        return replace(super().state, sorted_by="", is_down=False)

    def filtered_text(self, row: TableRow) -> str:
        """Unlike a list of names, messages are looked at in whole."""
        return " ".join(cell.text for cell in row.cells)

    def _row(self, hit: Hit) -> LateRow:
        return record_row(hit, self._times, self._now_ms, self._schemas)

    def _complain(self, browser: Browser) -> None:
        """Say above the table what could not be read while the rest was."""
        said = failures_said(browser.failures)
        if browser.problem is not None:
            said = plain(browser.problem.reason)
        is_partly = browser.problem is None and len(browser.failures) < browser.partition_count
        if said and (browser.hits or is_partly):
            self.banner.complain(said)
        else:
            self.banner.hide()

    def _say_why_empty(self, browser: Browser, remark: str) -> None:
        face = self.show_face()
        self.remark(*self._terms)
        problem, named = browser.problem, ""
        if problem is None and len(browser.failures) >= browser.partition_count > 0:
            first, problem = min(browser.failures.items())
            named = f"partition {first.partition}: "
        if isinstance(problem, Refused):
            face.refused("Messages cannot be shown", plain(problem.reason))
        elif problem is not None:
            face.refused("No partition can be read", named + plain(problem.reason))
        elif browser.is_live:
            face.empty("Nothing was written yet", "what is written appears here")
        elif browser.is_reading:
            face.reading(awaited(browser), remark)
        elif browser.keep is not None:
            head = "Nothing was found yet" if browser.goes_on else "Nothing passes the filter"
            advice = "space goes on" if browser.goes_on else "esc clears it"
            face.empty(head, f"{advice} · {remark}" if remark else advice)
        elif browser.place is not None:
            face.empty("There is nothing here", "esc goes back, @ chooses another place")
        else:
            face.empty("There are no messages", "p publishes one, t waits for them")


def awaited(browser: Browser) -> str:
    """What is read while nothing can be shown. What was found is held back until it is known what
    comes before it."""
    if browser.keep is None:
        return "messages"
    found = browser.progress.hits if browser.progress is not None else 0
    return f"on: {found:,} found, order unknown yet" if found else "on: nothing was found yet"


def failures_said(failures: Mapping[TopicPartition, ClusterError]) -> str:
    """Which partitions are not read, and why the first is not; empty when all are."""
    if not failures:
        return ""
    keys = sorted(failures)
    reason = plain(failures[keys[0]].reason)
    if len(keys) == 1:
        return f"without partition {keys[0].partition}: {reason}"
    shown = ", ".join(str(key.partition) for key in keys[:8])
    more = f" and {len(keys) - 8} more" if len(keys) > 8 else ""
    return f"without partitions {shown}{more}: {reason}"
