"""Each rule of the verdict, and each of the three amendments to Burrow's rules."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.model.history import History, Sample
from console.model.severity import Severity
from console.model.verdict import (
    COMMITS_MIN,
    Allowance,
    Reader,
    Verdict,
    completeness,
    judge,
    worst,
)

START_MS = 1_700_000_000_000


def watched(
    committed: list[int], end: list[int], *, every_s: int = 5
) -> tuple[History, Reader, int]:
    """A history of polls with a reader as of the last one, and the time of that."""
    history = History()
    for number, (done, there) in enumerate(zip(committed, end, strict=True)):
        lag = max(0, there - done)
        at_ms = START_MS + number * every_s * 1000
        history = history.observed(Sample(at_ms, done, there, lag))
    last = history.samples[-1]
    return history, Reader(last.lag), last.at_ms


def verdict(committed: list[int], end: list[int], **reader: bool | float) -> Verdict:
    history, seen, now_ms = watched(committed, end)
    return judge(history, Reader(seen.lag, **reader), now_ms)  # type: ignore[arg-type]


def rising(start: int, step: int, count: int = 12) -> list[int]:
    return [start + step * number for number in range(count)]


def test_a_commit_beyond_the_end_is_ahead_before_all_else() -> None:
    assert judge(History(), Reader(lag=0, ahead=5), START_MS) is Verdict.AHEAD


def test_no_lag_is_ok_even_without_history() -> None:
    assert judge(History(), Reader(lag=0), START_MS) is Verdict.OK


def test_few_commits_cannot_be_judged() -> None:
    """The first offset that is seen is no commit: when it was made is not known."""
    history, reader, now_ms = watched(rising(0, 10, COMMITS_MIN), rising(100, 20, COMMITS_MIN))
    assert judge(history, reader, now_ms) is Verdict.UNKNOWN
    assert completeness([history]) == 0.0


def test_a_partition_without_lag_needs_no_trend() -> None:
    history, _, _ = watched([100], [100])
    assert completeness([history, History()]) == 0.5


def test_no_commits_and_no_members_is_a_stop() -> None:
    assert verdict([50] * 12, rising(100, 10)) is Verdict.STOP


def test_no_commits_though_there_are_members_is_a_stall() -> None:
    assert verdict([50] * 26, rising(100, 10, 26), has_members=True) is Verdict.STALL


def test_a_reader_that_stood_still_before_the_watching_began_is_stalled_after_a_minute() -> None:
    """A poll each five seconds: the last of thirteen is a minute after the first."""
    stalled = {
        polls: verdict([50] * polls, rising(100, 10, polls), has_members=True)
        for polls in (5, 13, 14)
    }
    assert stalled == {5: Verdict.UNKNOWN, 13: Verdict.UNKNOWN, 14: Verdict.STALL}


def test_new_data_on_an_idle_topic_is_no_stop() -> None:
    """The reader had read everything until the last poll: its silence was not idleness."""
    assert verdict([100] * 12, [100] * 11 + [160]) is Verdict.OK


def test_a_rewind_that_is_not_regained() -> None:
    assert verdict([*rising(500, 50, 6), *rising(100, 5, 6)], rising(1000, 10)) is Verdict.REWIND


def test_a_rewind_that_was_regained_is_forgiven() -> None:
    committed = [500, 550, 600, 100, 400, 650, 700, 750, 800, 850, 900, 950]
    assert verdict(committed, [1500] * 12) is Verdict.OK


def test_a_reader_that_caught_up_within_the_window_is_ok() -> None:
    end = rising(100, 10)
    committed = [offset - 60 for offset in end]
    committed[8] = end[8]
    committed[9:] = [end[8]] * 3
    assert verdict(committed, end) is Verdict.OK


def test_growing_lag_is_a_warning() -> None:
    assert verdict(rising(0, 80), rising(100, 100)) is Verdict.WARN


def test_growing_lag_of_records_that_were_just_written_is_ok() -> None:
    """The rate rose, and with it what lies between two commits: 200 of 2,000 a second."""
    committed, end = rising(0, 100), rising(100, 120)
    assert verdict(committed, end, age_s=1.9) is Verdict.OK
    assert verdict(committed, end, age_s=2.1) is Verdict.WARN


def test_shrinking_lag_is_ok() -> None:
    assert verdict(rising(0, 120), rising(10_000, 100)) is Verdict.OK


def test_lag_that_falls_once_by_one_while_it_grows_is_still_a_warning() -> None:
    """Burrow holds a group for ok as soon as its lag fell once, however far behind it is."""
    committed = rising(0, 50)
    committed[6] = committed[5] + 101
    assert verdict(committed, rising(200_000, 100)) is Verdict.WARN


def test_growth_within_the_dead_band_is_noise() -> None:
    """A lag of 500 that grows by less than one percent of what is produced is in step."""
    assert verdict(rising(0, 9_950), rising(500, 10_000)) is Verdict.OK


def test_a_group_that_commits_rarely_and_catches_up_is_ok_at_once() -> None:
    """Burrow keeps the lag of the last commit; what counts is the lag of this poll."""
    committed = [10] * 4 + [400] * 4 + [800] * 3 + [12_000]
    assert verdict(committed, rising(1000, 1000)) is Verdict.OK


def test_lag_that_grows_from_commit_to_commit_is_seen_through_rare_commits() -> None:
    committed = [step for step in rising(0, 1500, 6) for _ in range(4)]
    assert verdict(committed, rising(1000, 1000, 24)) is Verdict.WARN


@pytest.mark.parametrize("every_s", [1, 2, 5, 15, 60])
@settings(max_examples=15)
@given(phase=st.integers(0, 59), behind=st.integers(1, 5_000))
def test_a_reader_that_keeps_up_is_never_accused_whatever_its_commit_interval(
    every_s: int, phase: int, behind: int
) -> None:
    """Between two commits the lag of a healthy reader rises like a saw's tooth."""
    history, done = History(), 0
    for second in range(200):
        there = 10_000 + 1000 * second
        if not second or (second + phase) % every_s == 0:
            done = there - behind
        now_ms = START_MS + second * 1000
        history = history.observed(Sample(now_ms, done, there, there - done))
        seen = judge(history, Reader(there - done, has_members=True), now_ms)
        assert seen in (Verdict.OK, Verdict.UNKNOWN), second


def test_lag_within_the_allowed_records_is_ok() -> None:
    history, reader, now_ms = watched(rising(0, 80), rising(100, 100))
    allowance = Allowance(records=reader.lag)
    assert judge(history, reader, now_ms, allowance) is Verdict.OK


def test_an_unread_record_that_is_young_enough_is_ok() -> None:
    history, seen, now_ms = watched(rising(0, 80), rising(100, 100))
    allowance = Allowance(seconds=30.0)
    assert judge(history, Reader(seen.lag, age_s=29.0), now_ms, allowance) is Verdict.OK
    assert judge(history, Reader(seen.lag, age_s=31.0), now_ms, allowance) is Verdict.WARN


def test_steady_lag_beyond_a_set_limit_is_a_warning() -> None:
    history, reader, now_ms = watched(rising(0, 100), rising(5000, 100))
    assert judge(history, reader, now_ms) is Verdict.OK
    assert judge(history, reader, now_ms, Allowance(records=100)) is Verdict.WARN


def test_a_group_without_members_is_stopped_sooner() -> None:
    committed = [10, 20, 30, *[40] * 5]
    assert verdict(committed, rising(1000, 10, 8)) is Verdict.STOP
    assert verdict(committed, rising(1000, 10, 8), has_members=True) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("polls", "reader", "expected"),
    [
        (3, {"age_s": 3_600.0}, Verdict.STOP),
        (2, {"age_s": 3_600.0}, Verdict.UNKNOWN),
        (3, {"age_s": 20.0}, Verdict.UNKNOWN),
        (3, {}, Verdict.UNKNOWN),
        (3, {"age_s": 3_600.0, "has_members": True}, Verdict.UNKNOWN),
    ],
)
def test_who_left_before_the_watching_began_is_stopped_as_soon_as_it_stands_still(
    polls: int, reader: dict[str, float], expected: Verdict
) -> None:
    """What has waited for an hour says more than ten seconds of watching."""
    assert verdict([50] * polls, rising(100, 10, polls), **reader) is expected


def test_a_short_silence_is_never_a_stop() -> None:
    """Two commits a second apart, then six seconds of nothing."""
    history = History()
    for second, done in enumerate([10, 20, 20, 20, 20, 20, 20, 20]):
        at_ms = START_MS + second * 1000
        history = history.observed(Sample(at_ms, done, 1000 + second, 1000 + second - done))
    assert judge(history, Reader(987), START_MS + 7000) is not Verdict.STOP


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([], Verdict.UNKNOWN),
        ([Verdict.UNKNOWN, Verdict.UNKNOWN], Verdict.UNKNOWN),
        ([Verdict.OK, Verdict.UNKNOWN, Verdict.OK], Verdict.UNKNOWN),
        ([Verdict.UNKNOWN, Verdict.WARN], Verdict.WARN),
        ([Verdict.OK, Verdict.WARN, Verdict.OK], Verdict.WARN),
        ([Verdict.WARN, Verdict.STALL, Verdict.OK], Verdict.STALL),
    ],
)
def test_a_group_is_as_badly_off_as_its_worst_partition(
    verdicts: list[Verdict], expected: Verdict
) -> None:
    assert worst(verdicts) is expected


@pytest.mark.parametrize("kind", [Verdict.STOP, Verdict.STALL, Verdict.REWIND, Verdict.AHEAD])
def test_a_reader_that_does_not_read_is_an_error(kind: Verdict) -> None:
    assert kind.severity is Severity.ERROR
