"""Deadlines: a model of sorting, and the moves that a heap makes hard."""

from hypothesis import given
from hypothesis import strategies as st

from engine.coordinator.deadlines import Deadlines

_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("set"), st.integers(0, 4), st.integers(0, 30)),
        st.tuples(st.just("cancel"), st.integers(0, 4), st.just(0)),
        st.tuples(st.just("pop"), st.just(0), st.integers(0, 30)),
    )
)


def test_moved_deadline_passes_at_its_new_time_only() -> None:
    deadlines: Deadlines[str] = Deadlines()
    deadlines.set("a", 10)
    deadlines.set("a", 20)
    assert deadlines.pop_due(19) is None
    assert deadlines.pop_due(20) == "a"
    assert deadlines.next_ms() is None


def test_deadline_moved_forward_passes_early() -> None:
    deadlines: Deadlines[str] = Deadlines()
    deadlines.set("a", 20)
    deadlines.set("a", 10)
    assert deadlines.next_ms() == 10
    assert deadlines.pop_due(10) == "a"
    assert deadlines.pop_due(20) is None


def test_many_moves_leave_few_entries() -> None:
    deadlines: Deadlines[str] = Deadlines()
    for at_ms in range(10_000):
        deadlines.set("a", at_ms)
        deadlines.next_ms()
    assert len(deadlines._heap) == 1


@given(_STEPS)
def test_waking_at_the_time_told_misses_no_deadline(steps: list[tuple[str, int, int]]) -> None:
    """It may be too early, since it is told without looking; once looked at, it is exact."""
    deadlines: Deadlines[int] = Deadlines()
    model: dict[int, int] = {}
    for action, key, at_ms in steps:
        if action == "set":
            deadlines.set(key, at_ms)
            model[key] = at_ms
        elif action == "cancel":
            deadlines.cancel(key)
            model.pop(key, None)
        elif (popped := deadlines.pop_due(at_ms)) is not None:
            del model[popped]
        else:
            assert deadlines.wake_ms() == min(model.values(), default=None)
        wake_ms = deadlines.wake_ms()
        if model:
            assert wake_ms is not None
            assert wake_ms <= min(model.values())


@given(_STEPS)
def test_deadlines_pass_in_order(steps: list[tuple[str, int, int]]) -> None:
    """Against a dictionary that is searched for its smallest value."""
    deadlines: Deadlines[int] = Deadlines()
    model: dict[int, int] = {}
    for action, key, at_ms in steps:
        if action == "set":
            deadlines.set(key, at_ms)
            model[key] = at_ms
        elif action == "cancel":
            deadlines.cancel(key)
            model.pop(key, None)
        else:
            popped = deadlines.pop_due(at_ms)
            due = [value for value in model.values() if value <= at_ms]
            if popped is None:
                assert not due
            else:
                assert model.pop(popped) == min(due)
        assert deadlines.next_ms() == min(model.values(), default=None)
        assert len(deadlines) == len(model)


def test_nothing_is_left_after_clearing() -> None:
    deadlines: Deadlines[str] = Deadlines()
    deadlines.set("a", 10)
    deadlines.clear()
    assert (len(deadlines), deadlines.next_ms(), deadlines.wake_ms()) == (0, None, None)
    deadlines.set("a", 20)
    assert deadlines.pop_due(20) == "a"
