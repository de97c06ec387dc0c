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


async def test_waiting_for_the_group_ends_with_its_last_task() -> None:
    group = Tasks(on_failure=lambda name, error: None)
    go_on = asyncio.Event()
    tasks = [group.spawn(_until(go_on), name="waiter") for _ in range(2)]
    waiting = asyncio.ensure_future(group.ended(60))
    await asyncio.sleep(0)
    assert not waiting.done()
    go_on.set()
    await waiting
    assert all(task.done() for task in tasks)


async def test_waiting_for_a_group_without_tasks_is_over_at_once() -> None:
    waiting = asyncio.ensure_future(Tasks(on_failure=lambda name, error: None).ended(60))
    await asyncio.sleep(0)
    assert waiting.done()


async def test_waiting_for_the_group_has_an_end_and_cancels_nothing() -> None:
    group = Tasks(on_failure=lambda name, error: None)
    task = group.spawn(_wait(), name="waiter")
    await group.ended(0)
    assert not task.done()
    await group.close()


async def _wait() -> None:
    await asyncio.Event().wait()


async def _until(event: asyncio.Event) -> None:
    await event.wait()


async def _fail() -> None:
    raise RuntimeError("broken")
