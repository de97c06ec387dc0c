"""A broker that dies is started again a bounded number of times."""

from hypothesis import given
from hypothesis import strategies as st

from console.adapters.supervision import DELAYS_S, RESTARTS_MAX, WINDOW_S, Restarts


def test_the_pauses_grow_and_there_is_an_end_to_them() -> None:
    restarts = Restarts()
    delays = [restarts.next_delay_s(float(second)) for second in range(RESTARTS_MAX + 1)]
    assert delays == [*DELAYS_S, None]
    assert restarts.made == RESTARTS_MAX


def test_a_broker_that_stayed_up_for_a_window_has_all_its_restarts_again() -> None:
    restarts = Restarts()
    for second in range(RESTARTS_MAX):
        restarts.next_delay_s(float(second))
    assert restarts.next_delay_s(RESTARTS_MAX + WINDOW_S) == DELAYS_S[0]
    assert restarts.made == 1


@given(st.lists(st.integers(0, 60), max_size=60))
def test_no_window_has_more_restarts_than_allowed(pauses: list[int]) -> None:
    restarts, now_s, made = Restarts(), 0.0, list[float]()
    for pause_s in pauses:
        now_s += pause_s
        if restarts.next_delay_s(now_s) is not None:
            made.append(now_s)
    for first in made:
        assert sum(first <= each < first + WINDOW_S for each in made) <= RESTARTS_MAX
