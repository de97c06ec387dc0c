"""Counts of a running engine: cheap to add to, read at a scrape. Loop thread only; no locks.

A child (one combination of label values) is looked up once and kept by who counts. What already
lives elsewhere, such as the size of a log, is not counted twice but read through `watch`.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping

from engine.metrics.catalogue import Kind, Metric

CHILDREN_MAX = 2_000
"""Label combinations of one metric; further ones share a child whose labels are all `other`."""

Sample = tuple[tuple[str, ...], float]
"""Label values in the order of the metric's labels, and the value."""

Reader = Callable[[], Iterable[Sample]]


class Counter:
    """A number that only grows."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0

    def add(self, amount: int = 1) -> None:
        self.value += amount


class Histogram:
    """Counts of observations by size, and their sum."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        """Count one observation; a value equal to a bound belongs to that bound's bucket."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value


class Registry:
    """All children of all metrics that somebody counts."""

    def __init__(self) -> None:
        self._counters: dict[Metric, dict[tuple[str, ...], Counter]] = {}
        self._histograms: dict[Metric, dict[tuple[str, ...], Histogram]] = {}
        self._readers: dict[Metric, list[Reader]] = {}

    def counter(self, metric: Metric, *labels: str) -> Counter:
        """The child for these label values; the same one on every call."""
        assert metric.kind is Kind.COUNTER
        children = self._counters.setdefault(metric, {})
        labels = _bounded(metric, labels, children)
        return children.setdefault(labels, Counter())

    def histogram(self, metric: Metric, *labels: str) -> Histogram:
        """The child for these label values; the same one on every call."""
        assert metric.kind is Kind.HISTOGRAM
        children = self._histograms.setdefault(metric, {})
        labels = _bounded(metric, labels, children)
        return children.setdefault(labels, Histogram(metric.bounds))

    def watch(self, metric: Metric, read: Reader) -> None:
        """Read a gauge or counter from where it lives, at every scrape."""
        assert metric.kind is not Kind.HISTOGRAM
        self._readers.setdefault(metric, []).append(read)

    def samples(self, metric: Metric) -> list[Sample]:
        """The values of a counter or gauge, counted and watched."""
        counted = self._counters.get(metric, {})
        found: list[Sample] = [(labels, float(child.value)) for labels, child in counted.items()]
        for read in self._readers.get(metric, ()):
            found.extend(read())
        return found

    def histograms(self, metric: Metric) -> dict[tuple[str, ...], Histogram]:
        """The children of a histogram."""
        return self._histograms.get(metric, {})


def _bounded(
    metric: Metric, labels: tuple[str, ...], children: Mapping[tuple[str, ...], object]
) -> tuple[str, ...]:
    assert len(labels) == len(metric.labels), f"{metric.name} has labels {metric.labels}"
    if labels not in children and len(children) >= CHILDREN_MAX:
        return ("other",) * len(labels)
    return labels
