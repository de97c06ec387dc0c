"""The speed of a noisy quantity: the Theil-Sen estimator, which outliers and steps do not bend."""

from collections.abc import Sequence
from dataclasses import dataclass

POINTS_MAX = 24
"""Points that are compared with each other; more are thinned out evenly, for the work is square."""


@dataclass(frozen=True, slots=True)
class Slope:
    """Median of the slopes between all pairs of points, and its quartiles. Per second."""

    median: float
    low: float
    high: float


def theil_sen(times_s: Sequence[float], values: Sequence[float]) -> Slope | None:
    """The slope of values over time; None with fewer than two distinct times."""
    assert len(times_s) == len(values), "every value has a time"
    chosen = thinned(range(len(values)))
    slopes = sorted(
        (values[b] - values[a]) / (times_s[b] - times_s[a])
        for position, a in enumerate(chosen)
        for b in chosen[position + 1 :]
        if times_s[b] > times_s[a]
    )
    if not slopes:
        return None
    return Slope(_quantile(slopes, 0.5), _quantile(slopes, 0.25), _quantile(slopes, 0.75))


def thinned(positions: Sequence[int]) -> Sequence[int]:
    """At most `POINTS_MAX` of the positions, evenly spread, with the first and the last."""
    if len(positions) <= POINTS_MAX:
        return positions
    step = (len(positions) - 1) / (POINTS_MAX - 1)
    return [positions[round(step * number)] for number in range(POINTS_MAX)]


def _quantile(ordered: Sequence[float], share: float) -> float:
    at = share * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)
