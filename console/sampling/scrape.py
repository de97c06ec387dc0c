"""One reading of an engine's metrics, to be asked by name and label. Pure.

Samples that differ in other labels than those asked for are added up. A metric that is missing has
no value: that is not zero.
"""

from collections import defaultdict
from collections.abc import Iterable

from console.model.distribution import Distribution
from console.port.readings import MetricSample

Labels = tuple[str, ...]
"""Values of labels, in the order in which they were asked for."""

_INFINITE = float("inf")


class Scrape:
    """The samples of one moment."""

    def __init__(self, samples: Iterable[MetricSample]) -> None:
        self._by_name: defaultdict[str, list[MetricSample]] = defaultdict(list)
        for sample in samples:
            self._by_name[sample.name].append(sample)

    def total(self, name: str) -> float | None:
        """All samples of a metric together; None when there is none."""
        samples = self._by_name.get(name)
        return sum(sample.value for sample in samples) if samples else None

    def values(self, name: str, *labels: str) -> dict[Labels, float]:
        """A counter or gauge by the values of some of its labels."""
        found: defaultdict[Labels, float] = defaultdict(float)
        for sample in self._by_name.get(name, ()):
            found[_key(sample, labels)] += sample.value
        return dict(found)

    def distributions(self, name: str, *labels: str) -> dict[Labels, Distribution]:
        """A histogram by the values of some of its labels."""
        reached: defaultdict[Labels, defaultdict[float, float]] = defaultdict(
            lambda: defaultdict(float)
        )
        for sample in self._by_name.get(f"{name}_bucket", ()):
            bound = float(sample.labels.get("le", _INFINITE))
            reached[_key(sample, labels)][bound] += sample.value
        sums = self.values(f"{name}_sum", *labels)
        return {key: _distribution(counts, sums.get(key, 0.0)) for key, counts in reached.items()}


def _key(sample: MetricSample, labels: tuple[str, ...]) -> Labels:
    return tuple(sample.labels.get(label, "") for label in labels)


def _distribution(reached: dict[float, float], total: float) -> Distribution:
    """The distribution of which each bucket tells how many values it and those before it have."""
    bounds = sorted(bound for bound in reached if bound != _INFINITE)
    counts, before = [], 0
    for bound in (*bounds, _INFINITE):
        count = max(before, round(reached.get(bound, before)))
        counts.append(count - before)
        before = count
    return Distribution(tuple(bounds), tuple(counts), total)
