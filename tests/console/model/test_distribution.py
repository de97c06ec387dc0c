"""Histograms of an engine: what came between two readings, and what can be said of it."""

from collections.abc import Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from console.model.distribution import Distribution, Quantile, joined

BOUNDS = (1.0, 2.0, 5.0, 10.0)


def of(values: Sequence[float], bounds: tuple[float, ...] = BOUNDS) -> Distribution:
    """The distribution of some values, counted one by one."""
    counts = [0] * (len(bounds) + 1)
    for value in values:
        counts[next((n for n, bound in enumerate(bounds) if value <= bound), len(bounds))] += 1
    return Distribution(bounds, tuple(counts), sum(values))


def test_without_values_nothing_is_known() -> None:
    empty = of([])
    assert (empty.count, empty.mean, empty.most) == (0, None, None)
    assert empty.quantile(0.5) is None


def test_a_value_on_a_bound_belongs_to_the_bucket_below_it() -> None:
    assert of([1.0, 2.0]).counts == (1, 1, 0, 0, 0)


@pytest.mark.parametrize(
    ("share", "value"), [(0.25, 1.25), (0.5, 1.5), (1.0, 2.0)], ids=("quarter", "half", "all")
)
def test_a_quantile_lies_on_a_line_through_its_bucket(share: float, value: float) -> None:
    assert of([1.5] * 8).quantile(share) == Quantile(value)


def test_a_quantile_beyond_the_last_bound_is_more_than_that() -> None:
    slow = of([1.5] * 9 + [60.0])
    assert slow.quantile(0.9) == Quantile(2.0)
    assert slow.quantile(0.99) == Quantile(10.0, is_beyond=True)
    assert slow.most == Quantile(10.0, is_beyond=True)


def test_the_most_is_the_bound_of_the_last_bucket_with_a_value() -> None:
    assert of([0.1, 3.0]).most == Quantile(5.0)


def test_one_bucket_without_bounds_tells_only_how_many() -> None:
    everything = Distribution((), (3,), 9.0)
    assert everything.mean == 3.0
    assert everything.quantile(0.5) == everything.most == Quantile(0.0, is_beyond=True)


def test_what_came_between_two_readings_is_their_difference() -> None:
    assert of([0.5, 3.0, 3.0, 99.0]).since(of([0.5])) == of([3.0, 3.0, 99.0])
    assert of([0.5]).since(of([0.5])) == of([])


def test_a_histogram_that_was_made_anew_has_no_difference_to_the_old_one() -> None:
    assert of([0.5]).since(of([0.5, 3.0])) is None
    assert of([3.0, 3.0]).since(of([0.5])) is None
    assert of([0.5]).since(of([], (1.0, 3.0))) is None
    assert of([0.5]).since(None) is None


def test_distributions_over_the_same_buckets_are_joined() -> None:
    assert joined([]) is None
    assert joined([of([0.5]), of([3.0])]) == of([0.5, 3.0])
    assert joined([of([0.5]), of([3.0], (1.0, 3.0))]) == of([0.5])


@given(st.lists(st.floats(0, 12), min_size=1, max_size=60), st.floats(0.01, 1))
def test_a_quantile_is_in_the_bucket_of_the_value_itself(values: list[float], share: float) -> None:
    """The estimate is never further off than the bucket is wide."""
    found = of(values).quantile(share)
    assert found is not None
    exact = sorted(values)[max(0, -int(-share * len(values) // 1) - 1)]
    if exact > BOUNDS[-1]:
        assert found == Quantile(BOUNDS[-1], is_beyond=True)
        return
    upper = next(bound for bound in BOUNDS if exact <= bound)
    lower = max((bound for bound in BOUNDS if bound < exact), default=0.0)
    assert lower - 1e-9 <= found.value <= upper + 1e-9


@given(st.lists(st.floats(0, 12), max_size=30), st.lists(st.floats(0, 12), max_size=30), st.data())
def test_joining_undoes_a_difference(
    before: list[float], later: list[float], data: st.DataObject
) -> None:
    old, new = of(before), of(before + later)
    gained = new.since(old)
    assert gained is not None
    assert gained.counts == of(later).counts
    back = joined([old, gained])
    assert back is not None
    assert back.counts == new.counts
    assume(later)
    share = data.draw(st.floats(0.01, 1))
    assert gained.quantile(share) == of(later).quantile(share)
