"""What becomes of a lag: caught up, holding, falling behind, stopped, losing records."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.model.figures import Figure, Known, Unknown
from console.model.history import History, Sample
from console.model.lag import Age, LossKind, LossOutlook, Outlook, OutlookKind
from console.model.outlook import (
    COMMITS_MIN,
    UNSETTLED,
    Speeds,
    added,
    loss_of,
    outlook_of,
    speeds_of,
)
from console.model.retention import RetentionPolicy


def behind_at(at_ms: int, committed: int, end: int) -> Sample:
    return Sample(at_ms, committed, end, max(0, end - committed))


def flow(produced_per_s: float, consumed_per_s: float, lag: int, *, samples: int = 60) -> History:
    """Polls once a second up to a lag, with a ripple that a robust slope has to see through."""
    history = History()
    ripple = (0, 3, -2, 4, -5, 1)
    end = 1_000_000
    for second in range(-samples + 1, 1):
        there = end + round(produced_per_s * second)
        done = end - lag + round(consumed_per_s * second)
        done += ripple[second % len(ripple)] if consumed_per_s and second else 0
        history = history.observed(behind_at(1_700_000_000_000 + second * 1000, done, there))
    return history


def seen(history: History, lag: int) -> Outlook:
    return outlook_of(speeds_of(history), lag)


def policy(retention_ms: int = 3_600_000, retention_bytes: int = -1) -> Figure[RetentionPolicy]:
    limits = {"retention_ms": retention_ms, "retention_bytes": retention_bytes}
    return Known(RetentionPolicy(is_deleted=True, is_compacted=False, **limits), 1)


def loss(
    outlook: Outlook,
    *,
    age_s: float = 600.0,
    kept: Figure[RetentionPolicy] | None = None,
    headroom: int = 1000,
    expired: int = 0,
    size_bytes: int = 0,
) -> LossOutlook:
    return loss_of(
        outlook,
        age=Known(Age(age_s), 1),
        policy=kept or policy(),
        headroom=headroom,
        expired_unread=expired,
        partition_bytes=Known(size_bytes, 1),
    )


def test_no_lag_is_caught_up() -> None:
    assert outlook_of(None, 0).kind is OutlookKind.CAUGHT_UP


def test_few_commits_give_no_estimate() -> None:
    outlook = seen(flow(100, 200, 500, samples=COMMITS_MIN), 500)
    assert outlook.kind is OutlookKind.UNKNOWN
    assert outlook.reason == "not enough commits seen yet"


def test_commits_every_ten_seconds_are_holding_when_speeds_are_equal() -> None:
    """Between commits the lag rises by ten seconds of production, which is no trend."""
    history, done = History(), 0
    for second in range(120):
        there = 5000 + 100 * second
        if second % 10 == 3:
            done = there - 50
        history = history.observed(behind_at(1_700_000_000_000 + second * 1000, done, there))
        outlook = seen(history, 500)
        assert outlook.kind in (OutlookKind.UNKNOWN, OutlookKind.HOLDING), second
    assert outlook.kind is OutlookKind.HOLDING


def test_the_speeds_of_a_group_are_those_of_its_partitions_together() -> None:
    one, two = Speeds(100, 150, 50, 40, 60), Speeds(100, 90, -10, -20, 0)
    assert added([one, two]) == Speeds(200, 240, 40, 20, 60)
    assert added([]) is None
    outlook = outlook_of(added([one, two]), 400)
    assert outlook.kind is OutlookKind.CATCHING_UP
    assert (outlook.eta_low_s, outlook.eta_s, outlook.eta_high_s) == (400 / 60, 10.0, 20.0)


def test_catching_up_says_when_with_a_band() -> None:
    outlook = seen(flow(100, 200, 5000), 5000)
    assert outlook.kind is OutlookKind.CATCHING_UP
    assert outlook.eta_s == pytest.approx(50, rel=0.05)
    assert outlook.eta_s is not None
    assert outlook.eta_low_s is not None
    assert outlook.eta_high_s is not None
    assert outlook.eta_low_s <= outlook.eta_s <= outlook.eta_high_s
    assert outlook.growth_per_s == pytest.approx(-100, rel=0.05)


@pytest.mark.parametrize(
    ("gain_low", "is_told"), [(-1, False), (0, False), (24, False), (25, True)]
)
def test_a_time_to_catch_up_is_told_once_the_speed_is_known_well_enough(
    gain_low: int, *, is_told: bool
) -> None:
    outlook = outlook_of(Speeds(100, 150, 50, gain_low, 100), 5000)
    assert outlook.kind is OutlookKind.CATCHING_UP
    assert (outlook.eta_s, outlook.eta_low_s) == ((100, 50) if is_told else (None, None))
    assert outlook.growth_per_s == -50


def test_a_replay_is_never_told_a_time_that_comes_from_before_it() -> None:
    """A reader at the end is set back to the first record and reads at 2,000 a second."""
    history, there, done = History(), 100_000, 100_000
    for second in range(40):
        there += 100
        done = there if second < 20 else 2_000 * (second - 20)
        history = history.observed(
            Sample(1_700_000_000_000 + second * 1000, done, there, there - done)
        )
        outlook = seen(history, there - done)
        if second >= 20 and outlook.eta_s is not None:
            assert outlook.eta_s == pytest.approx((there - done) / 1900, rel=0.05), second
    assert outlook.eta_s is not None


def test_equal_speeds_are_holding() -> None:
    assert seen(flow(1000, 1000, 5000), 5000).kind is OutlookKind.HOLDING


def test_slower_than_production_is_falling_behind() -> None:
    outlook = seen(flow(200, 100, 5000), 5000)
    assert outlook.kind is OutlookKind.FALLING_BEHIND
    assert outlook.eta_s is None
    assert outlook.growth_per_s == pytest.approx(100, rel=0.05)


def test_who_falls_behind_never_falls_by_a_negative_number() -> None:
    """The rate leaps: half of the window still shows a reader that was faster than production."""
    history, there, done = History(), 0, -8
    for second in range(30):
        there += 200 if second < 20 else 2000
        done = there - 8 if second < 20 else done + 1900
        history = history.observed(behind_at(1_700_000_000_000 + second * 1000, done, there))
        outlook = seen(history, there - done)
        if outlook.kind is OutlookKind.FALLING_BEHIND:
            assert outlook.growth_per_s is not None
            assert outlook.growth_per_s > 0


@given(
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), min_size=8, max_size=80),
    st.integers(0, 100_000),
)
def test_the_kind_and_the_growth_agree_whatever_the_history(
    steps: list[tuple[int, int]], behind: int
) -> None:
    history, there, done = History(), 1_000_000 + behind, 1_000_000
    for second, (written, read) in enumerate(steps):
        there += written
        done = min(there, done + read)
        history = history.observed(behind_at(1_700_000_000_000 + second * 1000, done, there))
    outlook = seen(history, there - done)
    growth = outlook.growth_per_s
    if outlook.kind is OutlookKind.FALLING_BEHIND:
        assert growth is not None
        assert growth > 0
    if outlook.kind is OutlookKind.CATCHING_UP:
        assert growth is not None
        assert growth < 0


@pytest.mark.parametrize("consumed_per_s", [900, 1100])
def test_a_reader_within_a_second_of_the_end_holds_whichever_way_its_lag_moves(
    consumed_per_s: int,
) -> None:
    history = flow(1000, consumed_per_s, 1000)
    assert seen(history, 999).kind is OutlookKind.HOLDING
    assert seen(history, 1100).kind is not OutlookKind.HOLDING


def test_more_than_a_week_is_not_printed() -> None:
    outlook = seen(flow(10, 12, 5_000_000), 5_000_000)
    assert outlook.kind is OutlookKind.NOT_AT_THIS_RATE
    assert outlook.eta_s is None


def test_no_progress_at_all_is_stopped() -> None:
    outlook = seen(flow(100, 0, 5000), 5000)
    assert outlook.kind is OutlookKind.STOPPED
    assert outlook.growth_per_s == pytest.approx(100, rel=0.05)


def silent_after(every_s: int, watched_s: int, silence_s: int) -> Outlook:
    """A reader that keeps up with 100 a second, commits so often, and then no more."""
    history, done = History(), 0
    for second in range(watched_s + silence_s + 1):
        there = 5000 + 100 * second
        if second <= watched_s and second % every_s == 0:
            done = there
        history = history.observed(behind_at(1_700_000_000_000 + second * 1000, done, there))
    return seen(history, there - done)


@pytest.mark.parametrize("watched_s", [40, 120, 290])
def test_a_reader_is_stopped_after_ten_seconds_whatever_was_watched(watched_s: int) -> None:
    assert silent_after(1, watched_s, 8).kind is not OutlookKind.STOPPED
    outlook = silent_after(1, watched_s, 11)
    assert outlook.kind is OutlookKind.STOPPED
    assert outlook.growth_per_s == pytest.approx(100, rel=0.05)


def test_who_had_nothing_to_read_was_not_silent_meanwhile() -> None:
    """A record each five seconds, then one after a minute: it is read a second later, as all."""
    history = History()
    for second in range(161):
        written, read = min(second, 100) // 5, max(0, min(second - 1, 100)) // 5
        history = history.observed(behind_at(second * 1000, read, written + (second == 160)))
    assert seen(history, 1).kind is not OutlookKind.STOPPED
    assert loss(seen(history, 1)).kind is not LossKind.IN_TIME


def test_who_had_nothing_to_read_and_then_does_not_read_is_stopped() -> None:
    history = History()
    for second in range(240):
        read = min(second, 100) // 15
        history = history.observed(behind_at(second * 1000, read, read + (second >= 180)))
        is_stopped = seen(history, history.samples[-1].lag).kind is OutlookKind.STOPPED
        assert is_stopped is (second >= 179 + 30)


def test_a_reader_that_commits_rarely_is_stopped_only_when_it_misses_its_turns() -> None:
    assert silent_after(40, 200, 60).kind is not OutlookKind.STOPPED
    assert silent_after(40, 200, 90).kind is OutlookKind.STOPPED


def turned(
    before_per_s: int, after_per_s: int, lag: int, *, watched_s: int, since_s: int
) -> Outlook:
    """1,000 a second are written; the reader's speed changed some seconds ago."""
    history, end, done = History(), 10_000_000, 10_000_000 - lag
    for second in range(watched_s + since_s + 1):
        end += 1000
        done += before_per_s if second <= watched_s else after_per_s
        history = history.observed(behind_at(1_700_000_000_000 + second * 1000, done, end))
    return seen(history, end - done)


@pytest.mark.parametrize("watched_s", [20, 60, 270])
def test_another_speed_is_told_after_a_quarter_of_a_minute_however_long_it_was_watched(
    watched_s: int,
) -> None:
    slowed = turned(1000, 100, 50, watched_s=watched_s, since_s=15)
    assert slowed.kind is OutlookKind.FALLING_BEHIND
    assert slowed.growth_per_s == pytest.approx(900)
    hurried = turned(100, 5000, 900_000, watched_s=watched_s, since_s=15)
    assert hurried.kind is OutlookKind.CATCHING_UP
    assert hurried.growth_per_s == pytest.approx(-4000)


def test_a_stopped_reader_loses_when_its_next_record_reaches_the_retention() -> None:
    stopped = Outlook(OutlookKind.STOPPED, produced_per_s=10.0, consumed_per_s=0.0)
    assert loss(stopped) == LossOutlook(LossKind.IN_TIME, 3000.0)


@pytest.mark.parametrize("seed", range(20))
def test_a_reader_that_has_just_paused_is_not_told_to_have_longer_than_retention(
    seed: int,
) -> None:
    """The speed of before says that it nearly keeps up: a loss that is days away where records
    live for an hour. Method: arrivals that vary from second to second, a pause, and each second
    after it until the reader is seen to stand."""
    chance = Random(seed)
    history, there, done = History(), 5_000, 5_000
    for second in range(72):
        there += chance.randrange(30, 70)
        if second < 60:
            done = there - chance.randrange(40)
        at_ms = 1_700_000_000_000 + second * 1000
        history = history.observed(Sample(at_ms, done, there, there - done))
        outlook = seen(history, there - done)
        if second >= 60:
            told = loss(outlook)
            assert (told.seconds or 0.0) <= 3_600.0, f"seed {seed}, second {second}: {told}"
    assert outlook.kind is OutlookKind.STOPPED
    assert told == LossOutlook(LossKind.IN_TIME, 3_000.0)


def test_a_loss_is_told_once_it_is_known_how_fast_the_reader_falls_behind() -> None:
    steady = outlook_of(Speeds(200, 100, -100, -150, -80), 5_000)
    assert loss(steady) == LossOutlook(LossKind.IN_TIME, 6_000.0)
    silent = Speeds(200, 100, -100, -150, -80, is_current=False)
    for speeds in (silent, Speeds(200, 190, -10, -50, -5), Speeds(200, 190, -10, -50, 30)):
        outlook = outlook_of(speeds, 5_000)
        assert outlook.kind is OutlookKind.FALLING_BEHIND
        assert loss(outlook) == LossOutlook(LossKind.UNKNOWN, reason=UNSETTLED)


def test_whoever_falls_behind_is_not_safe_by_the_medians_of_its_speeds() -> None:
    """The lag grows by what it was seen to grow, whatever its two speeds seem to be."""
    outlook = outlook_of(Speeds(200, 201, -20, -25, -15), 5_000)
    assert loss(outlook) == LossOutlook(LossKind.IN_TIME, 30_000.0)


def test_a_reader_at_half_speed_loses_half_as_fast() -> None:
    slow = Outlook(OutlookKind.FALLING_BEHIND, produced_per_s=200.0, consumed_per_s=100.0)
    assert loss(slow) == LossOutlook(LossKind.IN_TIME, 6000.0)


def test_a_reader_that_keeps_up_is_safe() -> None:
    for kind in (OutlookKind.HOLDING, OutlookKind.CATCHING_UP, OutlookKind.CAUGHT_UP):
        assert loss(Outlook(kind)).kind is LossKind.SAFE


def test_records_that_never_expire_are_safe() -> None:
    stopped = Outlook(OutlookKind.STOPPED, produced_per_s=10.0, consumed_per_s=0.0)
    assert loss(stopped, kept=policy(retention_ms=-1)).kind is LossKind.SAFE


def test_loss_that_has_happened_is_now() -> None:
    assert loss(Outlook(OutlookKind.HOLDING), expired=1).kind is LossKind.NOW


def test_a_full_log_loses_as_fast_as_the_lag_grows() -> None:
    slow = Outlook(OutlookKind.FALLING_BEHIND, produced_per_s=200.0, consumed_per_s=100.0)
    kept = policy(retention_ms=-1, retention_bytes=1_000_000)
    assert loss(slow, kept=kept, size_bytes=950_000) == LossOutlook(LossKind.IN_TIME, 10.0)
    assert loss(slow, kept=kept, size_bytes=100_000).kind is LossKind.SAFE


def test_whoever_falls_behind_in_a_log_of_unknown_size_is_not_called_safe() -> None:
    slow = Outlook(OutlookKind.FALLING_BEHIND, produced_per_s=200.0, consumed_per_s=100.0)
    found = loss_of(
        slow,
        age=Known(Age(600.0), 1),
        policy=policy(retention_ms=-1, retention_bytes=1_000_000),
        headroom=1000,
        expired_unread=0,
        partition_bytes=Unknown("refused"),
    )
    assert found == LossOutlook(LossKind.UNKNOWN, reason="refused")


@pytest.mark.parametrize(
    ("produced_per_s", "age_s", "expected"),
    [
        (200.0, 600.0, LossOutlook(LossKind.UNKNOWN, reason="not asked")),
        (200.0, 5000.0, LossOutlook(LossKind.IN_TIME, 0.0)),
        (0.0, 600.0, LossOutlook(LossKind.IN_TIME, 3000.0)),
    ],
    ids=["size may come first", "age is over", "nothing is written"],
)
def test_no_time_is_told_by_age_where_a_limit_of_size_may_come_first(
    produced_per_s: float, age_s: float, expected: LossOutlook
) -> None:
    stopped = Outlook(OutlookKind.STOPPED, produced_per_s=produced_per_s, consumed_per_s=0.0)
    found = loss_of(
        stopped,
        age=Known(Age(age_s), 1),
        policy=policy(retention_ms=3_600_000, retention_bytes=1_000_000),
        headroom=1000,
        expired_unread=0,
        partition_bytes=Unknown("not asked"),
    )
    assert found == expected


def test_the_earlier_of_two_limits_counts() -> None:
    slow = Outlook(OutlookKind.FALLING_BEHIND, produced_per_s=200.0, consumed_per_s=100.0)
    kept = policy(retention_bytes=1_000_000)
    assert loss(slow, kept=kept, size_bytes=950_000) == LossOutlook(LossKind.IN_TIME, 10.0)


def test_an_unknown_policy_or_age_is_said() -> None:
    stopped = Outlook(OutlookKind.STOPPED, produced_per_s=10.0, consumed_per_s=0.0)
    assert loss(stopped, kept=Unknown("refused")) == LossOutlook(LossKind.UNKNOWN, reason="refused")
    unread = loss_of(
        stopped,
        age=Unknown("no time stamp"),
        policy=policy(),
        headroom=0,
        expired_unread=0,
        partition_bytes=Unknown("no size"),
    )
    assert unread == LossOutlook(LossKind.UNKNOWN, reason="no time stamp")
