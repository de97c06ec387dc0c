"""A reading of metrics, asked by name and label."""

from console.model.distribution import Distribution
from console.port.readings import MetricSample
from console.sampling.scrape import Scrape


def sample(name: str, value: float, **labels: str) -> MetricSample:
    return MetricSample(name, labels, value)


def bucket(le: str, value: float, **labels: str) -> MetricSample:
    return sample("h_bucket", value, **labels, le=le)


def test_what_is_missing_has_no_value() -> None:
    scrape = Scrape([])
    assert scrape.total("a") is None
    assert scrape.values("a", "x") == {}
    assert scrape.distributions("h") == {}


def test_labels_that_are_not_asked_for_are_added_up() -> None:
    scrape = Scrape([sample("a", 1, x="1", y="1"), sample("a", 2, x="1", y="2"), sample("a", 4)])
    assert scrape.total("a") == 7
    assert scrape.values("a", "x") == {("1",): 3, ("",): 4}
    assert scrape.values("a", "y", "x") == {("1", "1"): 1, ("2", "1"): 2, ("", ""): 4}


def test_a_distribution_has_what_lies_between_its_bounds() -> None:
    scrape = Scrape(
        [
            bucket("+Inf", 9, api="F"),
            bucket("10", 8, api="F"),
            bucket("1", 5, api="F"),
            sample("h_sum", 33.5, api="F"),
            sample("h_count", 9, api="F"),
        ]
    )
    assert scrape.distributions("h", "api") == {("F",): Distribution((1, 10), (5, 3, 1), 33.5)}


def test_distributions_that_differ_in_other_labels_are_added_up() -> None:
    scrape = Scrape(
        [
            *(bucket("1", 2, version=version) for version in "34"),
            *(bucket("+Inf", 3, version=version) for version in "34"),
            *(sample("h_sum", 5, version=version) for version in "34"),
        ]
    )
    assert scrape.distributions("h") == {(): Distribution((1,), (4, 2), 10)}


def test_buckets_that_contradict_each_other_count_nothing_twice() -> None:
    """Not ours, or torn: a bucket cannot hold fewer than those before it."""
    scrape = Scrape([bucket("1", 5), bucket("2", 3), bucket("+Inf", 6)])
    assert scrape.distributions("h") == {(): Distribution((1, 2), (5, 0, 1))}
