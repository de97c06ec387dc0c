"""A figure is known, with the moment it was read, or unknown, with the reason. Never a false zero.

Sums over figures say how many parts they lack: `Total(records=40, unknown=3)` means at least 40.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")
U = TypeVar("U")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Known(Generic[T_co]):
    """A value and the wall time in milliseconds at which it was read.

    The same value read later is equal: a row of it need not be made and drawn again.
    """

    value: T_co
    at_ms: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Why there is no value, in words for people; ends without a full stop."""

    reason: str


Figure: TypeAlias = Known[T] | Unknown


@dataclass(frozen=True, slots=True)
class Total:
    """A sum over figures: at least `amount`, with `unknown` parts that could not be added."""

    amount: int
    unknown: int = 0

    @property
    def is_complete(self) -> bool:
        return self.unknown == 0

    @property
    def known(self) -> int | None:
        """What the sum is at least; None where that says nothing."""
        return self.amount if self.amount or self.is_complete else None


NOTHING = Total(0)


def value_or(figure: Figure[T], otherwise: U) -> T | U:
    """The value if it is known, else `otherwise`."""
    return figure.value if isinstance(figure, Known) else otherwise


def map_figure(figure: Figure[T], change: Callable[[T], U]) -> Figure[U]:
    """The figure of the changed value, read at the same moment."""
    return Known(change(figure.value), figure.at_ms) if isinstance(figure, Known) else figure


def total(figures: Iterable[Figure[int]]) -> Total:
    """Add the known, count the unknown."""
    amount = unknown = 0
    for figure in figures:
        if isinstance(figure, Known):
            amount += figure.value
        else:
            unknown += 1
    return Total(amount, unknown)


def greatest(figures: Iterable[Figure[int]]) -> Figure[int]:
    """The greatest known figure; unknown when none is known."""
    best: Known[int] | None = None
    reason = "nothing to compare"
    for figure in figures:
        if isinstance(figure, Unknown):
            reason = figure.reason
        elif best is None or figure.value > best.value:
            best = figure
    return best if best is not None else Unknown(reason)
