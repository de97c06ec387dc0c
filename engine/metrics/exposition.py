"""The Prometheus text format (version 0.0.4) of a registry."""

from collections.abc import Iterator

from engine.metrics.catalogue import METRICS, Kind, Metric
from engine.metrics.registry import Histogram, Registry

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def expose(registry: Registry) -> str:
    """All metrics that have at least one sample, in the order of the catalogue."""
    return "".join(f"{line}\n" for metric in METRICS for line in _lines(metric, registry))


def _lines(metric: Metric, registry: Registry) -> Iterator[str]:
    if metric.kind is Kind.HISTOGRAM:
        body = [
            line
            for labels, child in registry.histograms(metric).items()
            for line in _histogram_lines(metric, labels, child)
        ]
    else:
        body = [
            f"{metric.name}{_labels(metric.labels, labels)} {_number(value)}"
            for labels, value in registry.samples(metric)
        ]
    if body:
        yield f"# HELP {metric.name} {metric.help}"
        yield f"# TYPE {metric.name} {metric.kind.value}"
        yield from body


def _histogram_lines(metric: Metric, labels: tuple[str, ...], child: Histogram) -> Iterator[str]:
    names = (*metric.labels, "le")
    below = 0
    for bound, count in zip((*child.bounds, float("inf")), child.counts, strict=True):
        below += count
        edge = "+Inf" if bound == float("inf") else _number(bound)
        yield f"{metric.name}_bucket{_labels(names, (*labels, edge))} {below}"
    plain = _labels(metric.labels, labels)
    yield f"{metric.name}_sum{plain} {_number(child.total)}"
    yield f"{metric.name}_count{plain} {below}"


def _labels(names: tuple[str, ...], values: tuple[str, ...]) -> str:
    if not names:
        return ""
    pairs = (f'{name}="{_escape(value)}"' for name, value in zip(names, values, strict=True))
    return "{" + ",".join(pairs) + "}"


def _escape(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
