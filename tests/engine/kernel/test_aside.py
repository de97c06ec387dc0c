"""Work on few things is done at once, work on many beside the loop."""

import threading

import pytest

from engine.kernel.aside import ASIDE_FROM, aside


def thread_of(_source: object) -> threading.Thread:
    return threading.current_thread()


async def test_few_things_are_worked_on_at_once_and_many_in_another_thread() -> None:
    here = threading.current_thread()
    assert await aside(thread_of, None, count=ASIDE_FROM - 1) is here
    assert await aside(thread_of, None, count=ASIDE_FROM) is not here


@pytest.mark.parametrize("count", [1, ASIDE_FROM])
async def test_the_result_is_that_of_the_work_and_so_is_its_error(count: int) -> None:
    assert await aside(sum, [1, 2, 3], count=count) == 6
    with pytest.raises(ValueError, match="invalid literal"):
        await aside(int, "x", count=count)
