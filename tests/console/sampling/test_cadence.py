"""When rounds are due: periods, back-off, no overlap, and what a hurry does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.sampling.cadence import (
    BACKOFF_S_MAX,
    PACES,
    PARTITIONS_PER_SECOND,
    Cadence,
    Round,
)


def asked(cadence: Cadence, what: Round, started_s: float, took_s: float, *, is_ok: bool) -> float:
    """Let a round run; returns when it ended."""
    cadence.began(what)
    cadence.ended(what, started_s=started_s, now_s=started_s + took_s, is_ok=is_ok)
    return started_s + took_s


def due_s(cadence: Cadence, what: Round, from_s: float) -> float:
    """The first of the next ten thousand tenths of a second at which a round is due."""
    for tenth in range(10_000):
        if cadence.is_due(what, from_s + tenth / 10):
            return from_s + tenth / 10
    raise AssertionError(f"{what} is never due again")


@pytest.mark.parametrize("each", Round)
def test_every_round_has_a_pace_and_is_due_at_first(each: Round) -> None:
    assert each in PACES
    assert Cadence(1.0).is_due(each, 0.0)


def test_a_round_under_way_is_not_due_however_long_it_takes() -> None:
    cadence = Cadence(1.0)
    cadence.began(Round.OFFSETS)
    assert not cadence.is_due(Round.OFFSETS, 1e9)


def test_the_period_counts_from_the_start_of_a_round() -> None:
    cadence = Cadence(5.0)
    asked(cadence, Round.OFFSETS, 100.0, 2.0, is_ok=True)
    assert not cadence.is_due(Round.OFFSETS, 104.9)
    assert cadence.is_due(Round.OFFSETS, 105.0)


def test_a_round_that_took_longer_than_its_period_is_due_once_and_not_made_up_for() -> None:
    cadence = Cadence(1.0)
    ended_s = asked(cadence, Round.OFFSETS, 100.0, 7.5, is_ok=True)
    assert cadence.is_due(Round.OFFSETS, ended_s)
    asked(cadence, Round.OFFSETS, ended_s, 0.1, is_ok=True)
    assert not cadence.is_due(Round.OFFSETS, ended_s + 0.9)


def test_failures_double_the_period_up_to_a_bound_and_a_success_restores_it() -> None:
    cadence = Cadence(1.0)
    waits: list[float] = []
    now_s = 100.0
    for _ in range(8):
        asked(cadence, Round.OFFSETS, now_s, 0.0, is_ok=False)
        next_s = due_s(cadence, Round.OFFSETS, now_s)
        waits.append(next_s - now_s)
        now_s = next_s
    assert waits[:4] == pytest.approx([1.0, 2.0, 4.0, 8.0])
    assert waits[4:] == pytest.approx([BACKOFF_S_MAX] * 4)
    asked(cadence, Round.OFFSETS, now_s, 0.0, is_ok=True)
    assert due_s(cadence, Round.OFFSETS, now_s) == pytest.approx(now_s + 1.0)


def test_backing_off_never_shortens_a_period() -> None:
    cadence = Cadence(60.0)
    asked(cadence, Round.OLDEST, 0.0, 0.0, is_ok=False)
    assert not cadence.is_due(Round.OLDEST, cadence.period_s(Round.OLDEST) - 1)


def test_one_round_that_fails_holds_back_no_other() -> None:
    cadence = Cadence(1.0)
    for started_s in range(5):
        asked(cadence, Round.GROUPS, 100.0 + started_s, 0.0, is_ok=False)
        asked(cadence, Round.OFFSETS, 100.0 + started_s, 0.0, is_ok=True)
    assert cadence.is_due(Round.OFFSETS, 105.0)
    assert not cadence.is_due(Round.GROUPS, 105.0)


def test_a_hurry_makes_a_round_due_now_even_while_it_backs_off() -> None:
    cadence = Cadence(1.0)
    asked(cadence, Round.LAYOUT, 100.0, 0.0, is_ok=False)
    asked(cadence, Round.CONFIGS, 100.0, 0.0, is_ok=True)
    cadence.hurry(Round.LAYOUT)
    assert cadence.is_due(Round.LAYOUT, 100.0)
    assert not cadence.is_due(Round.CONFIGS, 100.0)
    cadence.hurry()
    assert cadence.is_due(Round.CONFIGS, 100.0)


def test_a_hurry_during_a_round_asks_again_at_its_end() -> None:
    """The round under way was asked before the wish: its answer cannot hold what is wished for."""
    cadence = Cadence(1.0)
    cadence.began(Round.CONFIGS)
    cadence.hurry(Round.CONFIGS)
    assert not cadence.is_due(Round.CONFIGS, 100.0)
    cadence.ended(Round.CONFIGS, started_s=100.0, now_s=100.5, is_ok=True)
    assert cadence.is_due(Round.CONFIGS, 100.5)
    asked(cadence, Round.CONFIGS, 100.5, 0.1, is_ok=True)
    assert not cadence.is_due(Round.CONFIGS, 101.0)


def test_floors_hold_whatever_interval_is_chosen() -> None:
    cadence = Cadence(0.2)
    assert cadence.period_s(Round.OFFSETS) == pytest.approx(0.2)
    assert cadence.period_s(Round.LAYOUT) == 2.0
    assert cadence.period_s(Round.DISKS) == 5.0


def test_rounds_over_all_partitions_slow_down_with_their_number() -> None:
    cadence = Cadence(1.0)
    cadence.partition_count = 6 * PARTITIONS_PER_SECOND
    assert cadence.period_s(Round.OFFSETS) == pytest.approx(6.0)
    assert cadence.period_s(Round.GROUPS) == 3.0


@given(
    interval_s=st.floats(0.2, 60),
    partitions=st.integers(0, 1_000_000),
    outcomes=st.lists(st.tuples(st.booleans(), st.floats(0, 120)), max_size=30),
)
def test_a_round_comes_back_in_bounded_time_whatever_befalls_it(
    interval_s: float, partitions: int, outcomes: list[tuple[bool, float]]
) -> None:
    cadence = Cadence(interval_s)
    cadence.partition_count = partitions
    now_s = 0.0
    for is_ok, took_s in outcomes:
        now_s = asked(cadence, Round.OFFSETS, now_s, took_s, is_ok=is_ok)
        longest_s = max(cadence.period_s(Round.OFFSETS), BACKOFF_S_MAX)
        assert cadence.is_due(Round.OFFSETS, now_s + longest_s)
