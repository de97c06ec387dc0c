"""Kafka's two measures of speed: windows of a second, and a bucket of tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.broker.quota_rates import QuotaWindows, TokenBucket, WindowedRate

WINDOWS = QuotaWindows(11, 1000)


def test_first_amount_counts_over_the_full_ten_seconds_before() -> None:
    """Windows that have not begun count as empty ones: a burst is forgiven."""
    rate = WindowedRate(WINDOWS)

    rate.record(10_000, 0)

    assert rate.per_second(0) == pytest.approx(1_000)
    assert rate.throttle_ms(1_000, 0) == 0


def test_wait_brings_the_rate_down_to_the_limit() -> None:
    rate = WindowedRate(WINDOWS)
    rate.record(20_000, 0)

    assert rate.per_second(0) == pytest.approx(2_000)
    assert rate.throttle_ms(1_000, 0) == 10_000


def test_steady_rate_is_told_as_it_is() -> None:
    rate = WindowedRate(WINDOWS)
    for second in range(60):
        rate.record(500, second * 1000)

    assert rate.per_second(59_999) == pytest.approx(500, rel=0.01)


def test_windows_older_than_all_are_forgotten() -> None:
    rate = WindowedRate(WINDOWS)
    rate.record(1_000_000, 0)

    assert rate.per_second(10_999) > 0
    assert rate.per_second(11_000) == 0
    assert rate.throttle_ms(1, 11_000) == 0


def test_amount_that_is_taken_back_was_never_there() -> None:
    rate = WindowedRate(WINDOWS)
    rate.record(50_000, 500)
    rate.record(-50_000, 500)

    assert rate.per_second(500) == 0


@given(st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 10**9)), max_size=50))
def test_rate_is_never_more_than_all_of_it_in_the_least_time(
    steps: list[tuple[int, int]],
) -> None:
    rate = WindowedRate(WINDOWS)
    now_ms = total = 0
    for pause_ms, amount in steps:
        now_ms += pause_ms
        total += amount
        rate.record(amount, now_ms)

    assert 0 <= rate.per_second(now_ms) <= total / 10 + 1e-6


def test_bucket_begins_full_and_may_be_overdrawn_once() -> None:
    bucket = TokenBucket(WINDOWS, 2.0, 0)

    bucket.take(22, 2.0, 0)
    assert bucket.has_any(2.0, 0)
    assert bucket.throttle_ms(2.0, 0) == 0
    bucket.take(10, 2.0, 0)
    assert not bucket.has_any(2.0, 0)
    assert bucket.throttle_ms(2.0, 0) == 5_000
    assert bucket.has_any(2.0, 5_000)


def test_bucket_holds_no_more_than_its_windows() -> None:
    bucket = TokenBucket(WINDOWS, 2.0, 0)

    bucket.take(23, 2.0, 1_000_000)

    assert bucket.throttle_ms(2.0, 1_000_000) == 500
