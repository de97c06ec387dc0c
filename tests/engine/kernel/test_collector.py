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
    yield
    gc.unfreeze()
    gc.enable()


def test_nothing_is_collected_between_pause_and_settle() -> None:
    collector.pause()
    assert not gc.isenabled()
    collector.settle()
    assert gc.isenabled()


def test_what_is_there_when_the_start_is_over_is_not_walked_over() -> None:
    made = _Cycle()
    collector.settle()
    assert all(each is not made for each in gc.get_objects())


def test_cycles_made_later_are_collected() -> None:
    collector.pause()
    collector.settle()
    gone = weakref.ref(_Cycle())
    gc.collect()
    assert gone() is None
