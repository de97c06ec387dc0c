"""What is said of records that readers of committed transactions do not see."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from console.port.readings import Standing
from console.widgets import symbols
from console.widgets.palette import Role


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign with a word for a row, a role for both, and a sentence for the record itself."""

    sign: str
    word: str
    role: Role
    sentence: str

    @property
    def short(self) -> str:
        """The sign and the word."""
        return f"{self.sign} {self.word}"


MARKS: Final[Mapping[Standing, Mark]] = {
    Standing.ABORTED: Mark(
        symbols.ERROR,
        "aborted",
        Role.ERROR,
        "its transaction was aborted: readers of committed messages never see it",
    ),
    Standing.OPEN: Mark(
        symbols.WARNING,
        "open",
        Role.WARNING,
        "its transaction is not settled: readers of committed messages wait for it",
    ),
    Standing.HELD_BACK: Mark(
        symbols.WARNING,
        "held back",
        Role.WARNING,
        "behind an open transaction: readers of committed messages do not see it yet",
    ),
}
"""Settled records have no mark."""
