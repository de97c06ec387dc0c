"""What the numbers of a column are, and how they stand where programs read them. Pure.

Rows are sorted by numbers that are exact where their cells are rounded: `13.9 GB` is sorted by its
bytes. A column says what these are by a measure, and a file has them as plain numbers under a name
that ends in their unit. What is sorted below every number, or beyond all times, is not known.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import isfinite

Written = str | int | float | None
"""What stands for a cell in a file; None where nothing is known."""

FAR_S = 1e12
"""Seconds by which is sorted what does not happen."""


@dataclass(frozen=True, slots=True)
class Measure:
    """`unit` is what names of columns end in, such as `_bytes`, and empty for mere numbers.
    `written` makes what stands in a file of what a row is sorted by. Of one that `is_worded` cells
    say more than a number can: that a sum has gaps, or words where there is no number."""

    unit: str
    written: Callable[[float], Written]
    is_worded: bool = False


def worded(measure: Measure) -> Measure:
    """The measure for cells that say more than a number, so that files have both."""
    assert measure.unit, "the number and the words have different names"
    return replace(measure, is_worded=True)


def _whole(value: float) -> Written:
    return round(value) if value >= 0 else None


def _signed(value: float) -> Written:
    return round(value)


def _decimal(value: float) -> Written:
    return round(value, 3) if value >= 0 else None


def _moment(at_ms: float) -> Written:
    """ISO 8601 to the millisecond, in UTC."""
    if not isfinite(at_ms) or at_ms <= 0:
        return None
    try:
        at = datetime.fromtimestamp(at_ms // 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return f"{at:%Y-%m-%dT%H:%M:%S}.{int(at_ms % 1000):03d}Z"


def _milliseconds(seconds: float) -> Written:
    return _decimal(seconds * 1000) if seconds < FAR_S else None


COUNT = Measure("", _whole)
SIGNED = Measure("", _signed)
RECORDS = Measure("_records", _whole)
PER_S = Measure("_per_s", _decimal)
BYTES = Measure("_bytes", _whole)
BYTES_PER_S = Measure("_bytes_per_s", _decimal)
PERCENT = Measure("_percent", _decimal)
SHARE = Measure("_percent", lambda share: _decimal(100 * share))
DURATION = Measure("_ms", _milliseconds)
"""Of rows that are sorted by seconds."""

DURATION_MS = Measure("_ms", _decimal)
MOMENT = Measure("_at", _moment)
BACK_TO = Measure("_at", lambda below: _moment(-below))
"""Of rows that are sorted by how long ago something was: by the moment below zero."""

MOMENT_IN_ORDER = Measure("_at", lambda packed: _moment(moment_of(int(packed))))
"""Of rows that are sorted by `in_order`."""

_ORDER_BITS = 64


def in_order(first: int, second: int) -> int:
    """A number by which rows are sorted by a first number, and those alike by a second, which is
    not negative."""
    return first << _ORDER_BITS | second


def moment_of(packed: int) -> int:
    """The first number of those that rows are sorted by."""
    return packed >> _ORDER_BITS


FIRST_IN_ORDER = Measure("", lambda packed: _whole(moment_of(int(packed))))
