"""Counts are found again by their labels, and labels are bounded."""

from engine.metrics import catalogue
from engine.metrics.registry import CHILDREN_MAX, Registry


def test_same_labels_are_the_same_child() -> None:
    registry = Registry()
    registry.counter(catalogue.REQUESTS, "Fetch", "17").add(2)

    registry.counter(catalogue.REQUESTS, "Fetch", "17").add()

    assert registry.samples(catalogue.REQUESTS) == [(("Fetch", "17"), 3.0)]


def test_labels_beyond_the_bound_share_one_child() -> None:
    registry = Registry()
    for number in range(CHILDREN_MAX + 5):
        registry.counter(catalogue.CONNECTIONS_CLOSED, f"reason-{number}").add()

    samples = dict(registry.samples(catalogue.CONNECTIONS_CLOSED))

    assert samples[("other",)] == 5.0
    assert len(samples) == CHILDREN_MAX + 1


def test_observation_at_a_bound_falls_into_its_bucket() -> None:
    histogram = Registry().histogram(catalogue.SYNC_PARTITIONS)

    histogram.observe(2)
    histogram.observe(3)
    histogram.observe(10_000)

    assert histogram.counts[1] == 1
    assert histogram.counts[2] == 1
    assert histogram.counts[-1] == 1
    assert histogram.total == 10_005


def test_watched_value_is_read_at_each_scrape() -> None:
    registry = Registry()
    values = [1.0]
    registry.watch(catalogue.FETCH_WAITERS, lambda: [((), values[0])])
    assert registry.samples(catalogue.FETCH_WAITERS) == [((), 1.0)]

    values[0] = 7.0

    assert registry.samples(catalogue.FETCH_WAITERS) == [((), 7.0)]


def test_names_follow_the_rules_of_prometheus() -> None:
    names = [metric.name for metric in catalogue.METRICS]
    assert len(set(names)) == len(names)
    for metric in catalogue.METRICS:
        is_counter = metric.kind is catalogue.Kind.COUNTER
        assert metric.name.endswith("_total") == is_counter, metric.name
        assert metric.help.endswith("."), metric.name
        assert (metric.kind is catalogue.Kind.HISTOGRAM) == bool(metric.bounds), metric.name
