"""A group of tasks: ended with the group, failures told."""

import asyncio

from engine.kernel.tasks import Tasks


async def test_closing_the_group_cancels_what_still_runs() -> None:
    group = Tasks(on_failure=lambda name, error: None)
    task = group.spawn(_wait(), name="waiter")
    await group.close()
    assert task.cancelled()
    assert len(group) == 0


async def test_a_failure_is_told_with_the_name_of_the_task() -> None:
    told: list[tuple[str, str]] = []
    group = Tasks(on_failure=lambda name, error: told.append((name, str(error))))
    task = group.spawn(_fail(), name="doomed")
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert told == [("doomed", "broken")]


async def _wait() -> None:
    await asyncio.Event().wait()


async def _fail() -> None:
    raise RuntimeError("broken")
