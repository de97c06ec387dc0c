"""What lives as long as the process is not collected over and over."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from engine.kernel import collector


class _Cycle:
    def __init__(self) -> None:
        self.myself = self


@pytest.fixture(autouse=True)
def _collecting() -> Iterator[None]:
    """As in a program that has started; the tests after these go on as they were."""
    ours, had_frozen = gc.get_threshold(), gc.get_freeze_count()
    collector.settle()
    yield
    gc.unfreeze()
    gc.collect()
    if had_frozen:
        gc.freeze()
    gc.set_threshold(*ours)


def test_less_is_collected_between_rest_and_settle() -> None:
    usual = gc.get_threshold()
    collector.rest()
    assert gc.get_threshold()[0] > usual[0]
    collector.settle()
    assert gc.get_threshold() == usual
    assert usual[2] == collector.LOOKS


def test_what_is_there_when_the_start_is_over_is_not_walked_over() -> None:
    made = _Cycle()
    collector.settle()
    assert all(each is not made for each in gc.get_objects())


def test_what_is_spared_is_not_walked_over_and_nothing_is_collected_more_often() -> None:
    collector.rest()
    rested = gc.get_threshold()
    made = _Cycle()
    collector.spare()
    assert all(each is not made for each in gc.get_objects())
    assert gc.get_threshold() == rested


def test_cycles_made_later_are_collected() -> None:
    collector.rest()
    collector.settle()
    gone = weakref.ref(_Cycle())
    gc.collect()
    assert gone() is None


def test_a_large_start_does_not_put_off_what_is_collected_later() -> None:
    start = [[each] for each in range(200_000)]
    gc.collect()
    collector.settle()
    ring = _Cycle()
    gone = weakref.ref(ring)
    while any(each is ring for each in gc.get_objects(0) + gc.get_objects(1)):
        gc.collect(1)
    del ring
    for _ in range(gc.get_threshold()[2] + 1):
        gc.collect(1)
    made = [[each] for each in range(2 * gc.get_threshold()[0])]
    assert gone() is None
    assert start
    assert made
