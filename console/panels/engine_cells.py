"""What of a broker's inside looks like: quantiles, rates of bytes, errors, kinds of clients."""

from collections.abc import Callable
from math import inf, nextafter

from console.model import units
from console.model.distribution import Distribution, Quantile
from console.model.engine import RequestKind
from console.model.figures import Known
from console.model.text import plain
from console.panels import cells
from console.widgets import symbols
from console.widgets.bars import Bar
from console.widgets.palette import Role
from console.widgets.table_rows import Cell

UNKNOWN_SOFTWARE = "unknown"


def quantile_text(found: Quantile | None) -> str:
    """A quantile of times: `1.2 ms`, `>10.0 s`, or `–` where there were none."""
    if found is None:
        return units.UNKNOWN
    return f"{'>' if found.is_beyond else ''}{units.latency(found.value)}"


def quantile_of(times: Distribution | None, share: float) -> Quantile | None:
    """A quantile of what was read; None where nothing was."""
    return None if times is None else times.quantile(share)


def quantile_cell(found: Quantile | None) -> Cell:
    return cells.UNKNOWN_CELL if found is None else Cell(quantile_text(found))


def quantile_sort(found: Quantile | None) -> float:
    """Beyond the last bound above all others, unknown below them."""
    if found is None:
        return -1.0
    return nextafter(found.value, inf) if found.is_beyond else found.value


def errors_cell(kind: RequestKind) -> Cell:
    """How many errors were told: marked while there are more of them."""
    if not kind.error_count:
        return cells.muted("0")
    rate = kind.errors_per_s
    shown = units.count(kind.error_count)
    if isinstance(rate, Known) and rate.value > 0:
        return Cell(f"{symbols.WARNING} {shown}", Role.WARNING)
    return Cell(shown)


def software_cell(name: str) -> Cell:
    """What a client calls itself; muted where it has not said."""
    shown = plain(name, limit=64)
    return cells.muted(shown) if name == UNKNOWN_SOFTWARE else Cell(shown)


def bars_of(spread: Distribution, shown: Callable[[float], str]) -> list[Bar]:
    """The buckets from the first to the last that has a value. Nothing for no values."""
    filled = [number for number, count in enumerate(spread.counts) if count]
    bars = []
    for number in range(filled[0], filled[-1] + 1) if filled else ():
        is_open = number == len(spread.bounds)
        if is_open:
            label = f"> {shown(spread.bounds[-1])}" if spread.bounds else "all"
        else:
            label = f"≤ {shown(spread.bounds[number])}"
        bars.append(Bar(label, float(spread.counts[number]), is_open))
    return bars
