"""Which rows of a list are marked, by their keys. Pure.

| event               | marked                              | where a range begins           |
|---------------------|-------------------------------------|--------------------------------|
| `toggled(key)`      | the key too, or no longer           | the key, or nowhere            |
| `through(key, ...)` | all from where a range begins to it | the key                        |
| `among(keys)`       | those that are there still          | as before, while that is there |
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Marks:
    """The marked keys, and the one that was marked last."""

    keys: frozenset[str] = frozenset()
    last: str | None = None

    def toggled(self, key: str) -> "Marks":
        """With this key marked, or no longer marked."""
        if key in self.keys:
            return Marks(self.keys - {key})
        return Marks(self.keys | {key}, key)

    def through(self, key: str, shown: Sequence[str]) -> "Marks":
        """With every key marked that stands from the last mark to this one, both included.

        `shown` has the keys as they stand; without a last mark among them it is this key alone.
        """
        here = shown.index(key)
        there = shown.index(self.last) if self.last in shown else here
        first, end = min(here, there), max(here, there) + 1
        return Marks(self.keys | set(shown[first:end]), key)

    def without(self, keys: Collection[str]) -> "Marks":
        """With these keys no longer marked."""
        return Marks(self.keys.difference(keys), None if self.last in keys else self.last)

    def among(self, keys: Collection[str]) -> "Marks":
        """With those marked only that are still there."""
        return Marks(self.keys.intersection(keys), self.last if self.last in keys else None)
