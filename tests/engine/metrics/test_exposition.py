"""The Prometheus text: golden lines, and hostile label values stay within their quotes."""

from engine.metrics import catalogue
from engine.metrics.exposition import expose
from engine.metrics.registry import Registry


def test_counter_has_help_type_and_labels() -> None:
    registry = Registry()
    registry.counter(catalogue.REQUESTS, "Fetch", "17").add(3)

    assert expose(registry) == (
        "# HELP kconsole_requests_total Requests handled.\n"
        "# TYPE kconsole_requests_total counter\n"
        'kconsole_requests_total{api="Fetch",version="17"} 3\n'
    )


def test_histogram_buckets_are_cumulative() -> None:
    registry = Registry()
    histogram = registry.histogram(catalogue.SYNC_PARTITIONS)
    for value in (1, 2, 3, 1000):
        histogram.observe(value)

    lines = expose(registry).splitlines()

    assert 'kconsole_sync_partitions_bucket{le="1"} 1' in lines
    assert 'kconsole_sync_partitions_bucket{le="4"} 3' in lines
    assert 'kconsole_sync_partitions_bucket{le="+Inf"} 4' in lines
    assert "kconsole_sync_partitions_sum 1006" in lines
    assert "kconsole_sync_partitions_count 4" in lines


def test_label_value_cannot_leave_its_quotes() -> None:
    registry = Registry()
    registry.watch(catalogue.CONNECTIONS, lambda: [(('a"b\\c\nd', "1"), 1.0)])

    lines = expose(registry).splitlines()

    assert lines[-1] == 'kconsole_connections{software="a\\"b\\\\c\\nd",version="1"} 1'


def test_metric_without_samples_is_left_out() -> None:
    assert expose(Registry()) == ""
