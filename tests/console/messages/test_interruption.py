"""Waiting that somebody else can end."""

import asyncio

import pytest

from console.messages.interruption import Interruptible


async def soon(result: str) -> str:
    """Work that takes a turn of the loop."""
    await asyncio.sleep(0)
    return result


async def test_what_comes_of_the_work_is_given() -> None:
    assert await Interruptible().result_of(soon("done")) == "done"


async def test_work_is_cancelled_when_it_is_interrupted() -> None:
    waiting, has_begun, was_cancelled = Interruptible(), asyncio.Event(), False

    async def forever() -> str:
        nonlocal was_cancelled
        has_begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            was_cancelled = True
            raise
        return "never"

    async with asyncio.TaskGroup() as group:
        task = group.create_task(waiting.result_of(forever()))
        await has_begun.wait()
        waiting.interrupt()
        waiting.interrupt()
    assert task.result() is None
    assert was_cancelled


async def test_an_error_of_the_work_is_raised_and_it_may_wait_again() -> None:
    waiting = Interruptible()

    async def broken() -> None:
        raise LookupError

    waiting.interrupt()
    with pytest.raises(LookupError):
        await waiting.result_of(broken())
    assert await waiting.result_of(soon("again")) == "again"
