"""One test for each kind of wrong lag that other consoles were reported for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.model.figures import Known, Total, Unknown, greatest, total
from console.model.lag import NO_COMMIT, Lag, Offsets, lag_of


def reading(
    committed: int | None,
    end: int | None,
    *,
    start: int | None = 0,
    stable: int | None = None,
    control_only: bool = False,
) -> Lag:
    def figure(value: int | None) -> Known[int] | Unknown:
        return Unknown("broker down") if value is None else Known(value, 1)

    return lag_of(
        Offsets(
            committed=NO_COMMIT if committed is None else Known(committed, 1),
            log_start=figure(start),
            high_watermark=figure(end),
            last_stable=figure(stable),
            is_remainder_control_only=control_only,
        )
    )


def test_lag_is_the_distance_from_the_commit_to_the_end() -> None:
    assert reading(40, 100).records == Known(60, 1)


def test_an_end_read_too_early_is_clamped_to_zero_and_marked() -> None:
    lag = reading(101, 100)
    assert lag.records == Known(0, 1)
    assert lag.is_clamped


def test_records_that_expired_unread_are_told_apart_and_not_added() -> None:
    lag = reading(10, 100, start=70)
    assert lag.records == Known(30, 1)
    assert lag.expired_unread == 60
    assert lag.position == Known(70, 1)


def test_nothing_committed_is_neither_zero_nor_the_whole_log() -> None:
    assert reading(None, 100).records == Unknown("nothing committed")


@pytest.mark.parametrize("offset", [0, 7])
def test_without_a_commit_there_is_nothing_to_read_in_an_empty_log(offset: int) -> None:
    """Wherever the group would begin. Retention may have taken what was there."""
    found = reading(None, offset, start=offset)
    assert found == Lag(Known(0, 1), NO_COMMIT)


def test_a_log_of_which_not_both_ends_are_known_is_not_called_empty() -> None:
    unread, end = Unknown("not read yet"), Known(7, 1)
    for log_start, high_watermark in ((unread, end), (end, unread)):
        offsets = Offsets(NO_COMMIT, log_start, high_watermark)
        assert lag_of(offsets).records == NO_COMMIT


def test_a_log_start_that_is_newer_than_the_end_does_not_make_a_log_empty() -> None:
    assert lag_of(Offsets(NO_COMMIT, Known(7, 2), Known(7, 1))).records == NO_COMMIT
    assert lag_of(Offsets(NO_COMMIT, Known(7, 1), Known(7, 2))).records == Known(0, 2)


def test_positions_that_cannot_be_read_leave_the_lag_of_an_empty_log_unknown() -> None:
    refused = Unknown("no right")
    assert lag_of(Offsets(refused, Known(0, 1), Known(0, 1))).records == refused


def test_a_commit_beyond_the_end_is_ahead() -> None:
    lag = reading(500, 100)
    assert lag.ahead == 400
    assert lag.records == Known(0, 1)


def test_an_open_transaction_holds_records_back_beside_the_lag() -> None:
    lag = reading(40, 100, stable=60)
    assert lag.records == Known(20, 1)
    assert lag.held_back == 40


def test_a_reader_of_uncommitted_records_is_measured_to_the_high_watermark() -> None:
    lag = reading(80, 100, stable=60)
    assert lag.records == Known(20, 1)
    assert lag.held_back == 0
    assert not lag.is_clamped


def test_a_remainder_of_control_batches_alone_is_no_lag() -> None:
    assert reading(99, 100, control_only=True).records == Known(0, 1)


def test_an_end_that_could_not_be_read_is_unknown_and_keeps_the_loss() -> None:
    lag = reading(10, None, start=70)
    assert lag.records == Unknown("broker down")
    assert lag.expired_unread == 60


def test_a_total_says_how_many_parts_it_lacks() -> None:
    lags = [reading(40, 100), reading(None, 100), reading(90, 100), reading(1, None)]
    assert total(each.records for each in lags) == Total(70, 2)
    assert greatest(each.records for each in lags) == Known(60, 1)


def test_the_greatest_of_unknown_figures_is_unknown() -> None:
    assert greatest([Unknown("a"), Unknown("b")]) == Unknown("b")


offsets = st.none() | st.integers(0, 1 << 62)


@given(offsets, offsets, offsets, offsets, st.booleans())
def test_no_reading_gives_a_negative_figure(
    committed: int | None, end: int | None, start: int | None, stable: int | None, control: bool
) -> None:
    lag = reading(committed, end, start=start, stable=stable, control_only=control)
    assert min(lag.expired_unread, lag.ahead, lag.held_back) >= 0
    if isinstance(lag.records, Known):
        assert lag.records.value >= 0
        assert committed is not None or (end is not None and end == start)
        assert end is not None or stable is not None


@given(st.integers(0, 1 << 40), st.integers(0, 1 << 40), st.integers(0, 1 << 40))
def test_position_and_lag_meet_at_the_end(committed: int, ahead: int, start: int) -> None:
    end = committed + ahead
    lag = reading(committed, end, start=min(start, end))
    assert isinstance(lag.records, Known)
    assert isinstance(lag.position, Known)
    assert lag.position.value + lag.records.value == end
    assert lag.position.value - lag.expired_unread == committed
