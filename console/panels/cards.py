"""Figures as cards: how a rate and an amount of bytes look in one."""

from console.model import units
from console.model.figures import Figure, Known
from console.model.series import Series
from console.panels import cells
from console.widgets.kpi_card import KpiCard

TIMES_FROM = 3.0
TIMES_MAX = 100.0
"""From so many times the oldest value on a change is told in times, and beyond so many not at all:
it began from next to nothing."""


def change_of(series: Series) -> str:
    """How the newest value stands to the oldest: `▲ 4.1%`, `▲ ×12`."""
    ratio = series.change_ratio()
    if ratio is None or ratio + 1 >= TIMES_MAX:
        return ""
    if abs(ratio) < 0.0005:
        return "━"
    if ratio + 1 >= TIMES_FROM:
        return f"▲ ×{units.count(round(ratio + 1, 1))}"
    return f"{'▲' if ratio > 0 else '▼'} {units.percent(abs(100 * ratio))}"


def moved(series: Series) -> str:
    """By how many the newest value stands above the oldest: `▲ 1`; for counts that may be 0."""
    if len(series) < 2 or series.values[-1] == series.values[0]:
        return ""
    change = series.values[-1] - series.values[0]
    return f"{'▲' if change > 0 else '▼'} {units.count(abs(change))}"


def show_rate(card: KpiCard, value: Figure[float], history: Series, *, lacking: int = 0) -> None:
    """Something that happens so many times a second; `lacking` parts are not in it."""
    shown = units.count(value.value) if isinstance(value, Known) else units.UNKNOWN
    missing = cells.missing(lacking) if isinstance(value, Known) else ""
    card.show(shown, f"/s{missing}", change_of(history), history.values)


def show_byte_rate(
    card: KpiCard,
    value: Figure[float],
    history: Series,
    *,
    lacking: int = 0,
    is_estimate: bool = False,
) -> None:
    """Bytes a second; `lacking` parts are not in them."""
    number, unit, missing = units.UNKNOWN, "B", ""
    if isinstance(value, Known):
        number, unit = units.size_parts(value.value)
        missing = cells.missing(lacking)
        if is_estimate and value.value:
            number = f"≈{number}"
    card.show(number, f"{unit}/s{missing}", change_of(history), history.values)


def show_count(card: KpiCard, value: Figure[int], history: Series, unit: str) -> None:
    """How many there are at the moment."""
    shown = units.count(value.value) if isinstance(value, Known) else units.UNKNOWN
    card.show(shown, unit, moved(history), history.values)
