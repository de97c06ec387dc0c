"""Long work leaves nothing out and lets others have their turns."""

import asyncio

from console.sampling.turns import TOPICS_PER_TURN, in_turns, parts


def test_parts_hold_everything_once_and_in_order() -> None:
    assert parts(range(7), 3) == [[0, 1, 2], [3, 4, 5], [6]]
    assert parts([], 3) == []


async def test_others_run_between_two_turns() -> None:
    seen: list[str] = []

    async def other() -> None:
        seen.append("other")

    waiting = asyncio.ensure_future(other())
    async for turn in in_turns(range(TOPICS_PER_TURN + 1)):
        seen += [f"{len(turn)} things"]
    await waiting
    assert seen == [f"{TOPICS_PER_TURN} things", "other", "1 things"]


async def test_little_work_is_one_turn_and_none_is_none() -> None:
    assert [turn async for turn in in_turns("ab")] == [["a", "b"]]
    assert [turn async for turn in in_turns("")] == []
