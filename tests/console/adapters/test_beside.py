"""Blocking calls that nobody has to wait for."""

import asyncio
import threading

import pytest

from console.adapters.beside import beside


async def test_what_a_call_gives_or_raises_comes_back() -> None:
    def refuse() -> int:
        raise ValueError("no")

    assert await beside(lambda: 7, "call", expected=ValueError) == 7
    with pytest.raises(ValueError, match="no"):
        await beside(refuse, "call", expected=ValueError)


async def test_an_answer_that_is_not_wanted_any_more_is_let_go() -> None:
    began, wanted = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def slow() -> None:
        loop.call_soon_threadsafe(began.set)
        wanted.wait()

    task = asyncio.create_task(beside(slow, "slow call", expected=ValueError))
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (thread,) = [each for each in threading.enumerate() if each.name == "slow call"]
    wanted.set()
    await asyncio.to_thread(thread.join)


def test_an_answer_after_the_loop_has_ended_is_let_go() -> None:
    began, wanted = threading.Event(), threading.Event()

    def slow() -> None:
        began.set()
        wanted.wait()

    async def leave() -> None:
        task = asyncio.create_task(beside(slow, "late call", expected=ValueError))
        await asyncio.to_thread(began.wait)
        task.cancel()

    asyncio.run(leave())
    (thread,) = [each for each in threading.enumerate() if each.name == "late call"]
    wanted.set()
    thread.join()
    assert not thread.is_alive()
