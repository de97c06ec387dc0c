"""Steps of a coroutine: told one by one, whatever ends them."""

import asyncio

import pytest

from engine.server.metered_job import MeteredJob


class Told:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.marks: list[str] = []

    def begin_step(self) -> None:
        self.marks.append("begin")

    def end_step(self) -> None:
        self.marks.append("end")


async def test_every_step_is_told_until_the_coroutine_ends() -> None:
    told, waited_for = Told(), asyncio.get_running_loop().create_future()

    async def job() -> None:
        told.marks.append("first")
        await waited_for
        told.marks.append("second")

    asyncio.get_running_loop().call_soon(waited_for.set_result, None)
    await MeteredJob(job(), told)

    assert told.marks == ["begin", "first", "end", "begin", "second", "end"]


async def test_error_that_is_waited_for_reaches_the_coroutine() -> None:
    told, waited_for = Told(), asyncio.get_running_loop().create_future()

    async def job() -> None:
        with pytest.raises(ValueError):
            await waited_for
        raise KeyError("its own")

    asyncio.get_running_loop().call_soon(waited_for.set_exception, ValueError())
    with pytest.raises(KeyError):
        await MeteredJob(job(), told)

    assert told.marks == ["begin", "end"] * 2


async def test_cancellation_reaches_the_coroutine() -> None:
    told, loop = Told(), asyncio.get_running_loop()
    ended: list[str] = []

    async def job() -> None:
        try:
            await loop.create_future()
        finally:
            ended.append("cleaned up")

    async def outer() -> None:
        await MeteredJob(job(), told)

    async with asyncio.TaskGroup() as group:
        task = group.create_task(outer())
        loop.call_soon(loop.call_soon, task.cancel)

    assert task.cancelled()
    assert ended == ["cleaned up"]
