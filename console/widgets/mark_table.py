"""A table whose rows can be marked, so that one act is done to all of them.

Marks belong to keys: they stay through new rows, another order and a filter, which may hide what is
marked. A row that is gone is no longer marked. While anything is marked the signs stand in a column
of their own before the first.
"""

from collections.abc import Collection, Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType

from console.keys.actions import Scope
from console.keys.keymap import DEFAULT_KEYMAP
from console.widgets import symbols
from console.widgets.marks import Marks
from console.widgets.palette import Role
from console.widgets.table_rows import TableRow
from console.widgets.vtable import VTable

MARK, NO_MARK = f"{symbols.MARK} ", "  "


class MarkTable(VTable):
    """A virtual table with marks. ctrl+click marks a row, shift+click a range."""

    BINDINGS: ClassVar[list[BindingType]] = [*DEFAULT_KEYMAP.bindings([Scope.MARKS])]

    _marks = Marks()

    @property
    def marked(self) -> tuple[str, ...]:
        shown = [row.key for row in self._shown if row.key in self._marks.keys]
        return (*shown, *sorted(self._marks.keys.difference(shown)))

    @property
    def marked_unseen(self) -> int:
        return len(self._marks.keys.difference(self._index))

    @property
    def lead(self) -> int:
        return super().lead + (len(NO_MARK) if self._marks.keys else 0)

    def set_rows(self, rows: Sequence[TableRow]) -> None:
        super().set_rows(rows)
        if self._marks.keys:
            self._mark(self._marks.among({row.key for row in rows}))

    def unmark(self, keys: Collection[str]) -> None:
        self._mark(self._marks.without(keys))

    def action_mark(self) -> None:
        if self.cursor_key is not None:
            self._mark(self._marks.toggled(self.cursor_key))
            self.action_move(1)

    def action_mark_range(self) -> None:
        if self.cursor_key is not None:
            self._mark(self._marks.through(self.cursor_key, self.shown_keys))

    def action_copy(self) -> None:
        if self.marked:
            self.copy_names(self.marked)
        else:
            super().action_copy()

    @property
    def meant_rows(self) -> Sequence[TableRow]:
        if not self._marks.keys:
            return super().meant_rows
        rows = {row.key: row for row in self._all}
        return [rows[key] for key in self.marked]

    def signs(self, key: str, ground: str, *, is_cursor: bool) -> list[Segment]:
        signs = super().signs(key, ground, is_cursor=is_cursor)
        if self._marks.keys:
            sign = MARK if key in self._marks.keys else NO_MARK
            signs.append(Segment(sign, self.palette.style(Role.PRIMARY, ground)))
        return signs

    def choose(self, number: int, event: events.Click) -> None:
        if not (event.ctrl or event.shift):
            super().choose(number, event)
            return
        self._move(number)
        key = self._shown[number].key
        self._mark(
            self._marks.toggled(key) if event.ctrl else self._marks.through(key, self.shown_keys)
        )

    def _mark(self, marks: Marks) -> None:
        if marks == self._marks:
            return
        self._marks = marks
        self._strips.clear()
        self.refresh()
        self.post_message(self.Arranged(self))
