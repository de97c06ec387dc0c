"""What is remembered of a partition: commits that outlive samples, all of it bounded."""

from hypothesis import given
from hypothesis import strategies as st

from console.model.history import (
    COMMITS_MAX,
    RECENT_SAMPLES,
    SAMPLES_MAX,
    WINDOW_MS,
    History,
    Sample,
)


def polled(count: int, every_ms: int, step: int = 1) -> History:
    history = History()
    for number in range(count):
        history = history.observed(Sample(number * every_ms, number * step, 10_000, 5))
    return history


def test_an_unchanged_commit_is_noted_once() -> None:
    assert len(polled(20, 1000, step=0).commits) == 1


def test_commits_are_bounded_and_the_newest_stay() -> None:
    commits = polled(50, 1000).commits
    assert [commit.offset for commit in commits] == list(range(50 - COMMITS_MAX, 50))
    assert all(commit.was_made_then for commit in commits)


def test_when_the_first_commit_was_made_is_not_known() -> None:
    history = polled(3, 1000)
    assert [commit.was_made_then for commit in history.commits] == [False, True, True]
    assert [sample.is_commit for sample in history.samples] == [False, True, True]


def test_rare_commits_outlive_the_samples_between_them() -> None:
    history = History()
    for second in range(290):
        history = history.observed(Sample(second * 1000, second // 50, 10_000, 5))
    assert [sample.at_ms for sample in history.at_commits] == [
        50_000,
        100_000,
        150_000,
        200_000,
        250_000,
    ]


def test_a_poll_that_is_not_later_is_ignored() -> None:
    history = polled(3, 1000)
    assert history.observed(Sample(2000, 9, 9, 0)) is history


def test_frequent_polls_still_cover_the_window() -> None:
    history = polled(600, 1000)
    assert len(history.samples) <= SAMPLES_MAX
    assert history.span_ms > WINDOW_MS / 2
    assert history.samples[-1].at_ms == 599_000


def test_the_last_minute_or_ten_samples_are_recent() -> None:
    assert len(polled(40, 30_000).recent) == RECENT_SAMPLES
    quick = polled(55, 2_000)
    assert quick.recent[0].at_ms == quick.samples[-1].at_ms - 60_000


@given(st.lists(st.tuples(st.integers(1, 90_000), st.integers(0, 50)), max_size=200))
def test_samples_stay_in_order_and_within_bounds(polls: list[tuple[int, int]]) -> None:
    history, now_ms = History(), 0
    for later_ms, committed in polls:
        now_ms += later_ms
        history = history.observed(Sample(now_ms, committed, 100, 100 - committed))
        times = [sample.at_ms for sample in history.samples]
        assert times == sorted(set(times))
        assert times[-1] == now_ms
        assert len(times) <= SAMPLES_MAX
        assert len(history.commits) <= COMMITS_MAX
        assert history.span_ms <= WINDOW_MS
        assert history.recent[-1] == history.samples[-1]
        assert history.at_commits == tuple(each for each in history.samples if each.is_commit)
