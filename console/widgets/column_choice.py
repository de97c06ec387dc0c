"""Which columns of a table a person wants to see, and in which order. Pure.

Columns are named by their keys. A column that the choice does not know, such as one of a newer
version, stands behind those that it orders; a key that is no column is kept and means nothing. One
column at least is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from console.widgets.columns import Column


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """`order` has the keys that were moved and all around them; empty is as the table has them."""

    order: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()

    def ordered(self, columns: Sequence[Column]) -> tuple[Column, ...]:
        """All columns in their order, those that are hidden too."""
        places = {key: place for place, key in enumerate(self.order)}
        return tuple(sorted(columns, key=lambda column: places.get(column.key, len(places))))

    def shown(self, columns: Sequence[Column]) -> tuple[Column, ...]:
        """The columns to show, as far as there is room for them."""
        ordered = self.ordered(columns)
        return tuple(column for column in ordered if column.key not in self.hidden) or ordered

    def toggled(self, key: str, columns: Sequence[Column]) -> "ColumnChoice":
        """With this column hidden, or shown; the last one that is shown stays."""
        if key in self.hidden:
            return replace(self, hidden=self.hidden - {key})
        if [column.key for column in self.shown(columns)] == [key]:
            return self
        return replace(self, hidden=self.hidden | {key})

    def moved(self, key: str, steps: int, columns: Sequence[Column]) -> "ColumnChoice":
        """With this column so many places further to the right, or to the left."""
        keys = [column.key for column in self.ordered(columns)]
        at = keys.index(key)
        to = max(0, min(len(keys) - 1, at + steps))
        if to == at:
            return self
        keys.insert(to, keys.pop(at))
        return replace(self, order=tuple(keys))


AS_MADE = ColumnChoice()
"""Every column, as the table has them."""
