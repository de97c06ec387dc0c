"""Model values as table cells: the one place that says how a figure, a severity or a time looks."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from console.model import units
from console.model.cluster import Usage
from console.model.figures import Figure, Known, Total
from console.model.severity import Severity
from console.model.text import plain
from console.widgets import symbols
from console.widgets.palette import Role
from console.widgets.table_rows import Cell

T = TypeVar("T")

SIGNS: Mapping[Severity, str] = {
    Severity.UNKNOWN: symbols.UNKNOWN,
    Severity.INFO: symbols.INFO,
    Severity.OK: symbols.OK,
    Severity.WARNING: symbols.WARNING,
    Severity.ERROR: symbols.ERROR,
}
ROLES: Mapping[Severity, Role] = {
    Severity.UNKNOWN: Role.MUTED,
    Severity.INFO: Role.MUTED,
    Severity.OK: Role.OK,
    Severity.WARNING: Role.WARNING,
    Severity.ERROR: Role.ERROR,
}
LAG_WARNING, LAG_ERROR = 5_000, 50_000
"""Records of lag from which the figure is drawn as a warning and as an error."""

UNKNOWN_CELL = Cell(units.UNKNOWN, Role.MUTED)


def name(text: str) -> Cell:
    """A name from outside."""
    return Cell(plain(text))


def muted(text: str) -> Cell:
    return Cell(text, Role.MUTED)


def state(severity: Severity, text: str) -> Cell:
    """A state: sign, words and colour together."""
    return Cell(f"{SIGNS[severity]} {text}", ROLES[severity])


def figure(value: Figure[T], shown: Callable[[T], str], role: Role = Role.TEXT) -> Cell:
    """A figure, or `–` while it is unknown."""
    return Cell(shown(value.value), role) if isinstance(value, Known) else UNKNOWN_CELL


def size(value: Figure[int] | Figure[float]) -> Cell:
    """Bytes with their unit muted, the numbers of a column one under the other."""
    if not isinstance(value, Known):
        return UNKNOWN_CELL
    number, unit = units.size_parts(value.value)
    return Cell(number, Role.TEXT, f" {unit:>2}")


def sort_value(value: Figure[int] | Figure[float]) -> float:
    """A figure for sorting: unknown ones below all others."""
    return float(value.value) if isinstance(value, Known) else -1.0


def sort_total(value: Total) -> int:
    """A sum for sorting: one of which nothing is known below all others."""
    return -1 if value.known is None else value.known


def rate(value: Figure[float], *, is_partial: bool) -> Cell:
    """Records a second; with `+` where some parts are not known."""
    if not isinstance(value, Known):
        return UNKNOWN_CELL
    return Cell(units.count(value.value), Role.TEXT, "+" if is_partial else "")


def lag(value: Figure[int], *, is_partial: bool = False) -> Cell:
    """Lag in records, coloured by how much it is; with `+` where some parts are not known."""
    if not isinstance(value, Known):
        return UNKNOWN_CELL
    unit = "+" if is_partial else ""
    return Cell(units.count(value.value), lag_role(value.value), unit)


def lag_total(value: Total, *, is_read: bool, clamps: int = 0) -> Cell:
    """A sum of lag: `12.8K`, with `+3?` for the partitions where it is not known.

    `±` marks a sum in which `clamps` partitions came out negative and count as 0.
    """
    if not is_read:
        return UNKNOWN_CELL
    mark = "±" if clamps else ""
    if value.known is None:
        return Cell(f"{value.unknown}?", Role.MUTED, mark)
    return Cell(units.count(value.amount), lag_role(value.amount), missing(value.unknown) + mark)


def missing(parts: int) -> str:
    """What stands behind a sum for the parts that are not in it: ` +3?`."""
    return f" +{parts}?" if parts else ""


def lag_role(records: int) -> Role:
    if records >= LAG_ERROR:
        return Role.ALARM
    return Role.WARNING if records >= LAG_WARNING else Role.OK


def usage_percent(value: Figure[Usage]) -> float | None:
    """A usage as per cent; None while it is unknown."""
    return 100 * value.value.ratio if isinstance(value, Known) else None
