"""One act on several things: in turn, stopped, failed, and closed when all went well."""

import asyncio

from console.acts.job import Job, NotDone
from console.keys.keymap import DEFAULT_KEYMAP
from console.port.errors import Refused, TimedOut
from console.screens.job_run import JobRun
from tests.support.console_stage import StagedConsole, console
from tests.support.hand import at_rest, press
from tests.support.sample_snapshots import busy
from tests.support.stage import shown

SIZE = (100, 30)


class Acting:
    """Does it to each when it is let, or fails as it was told."""

    def __init__(self, failures: dict[str, Exception] | None = None) -> None:
        self.failures = failures or {}
        self.begun: list[str] = []
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def __call__(self, name: str) -> None:
        self.begun.append(name)
        await self.goes_on.wait()
        if name in self.failures:
            raise self.failures[name]


async def opened(app: StagedConsole, acting: Acting, names: str) -> list[frozenset[str] | None]:
    answers: list[frozenset[str] | None] = []
    job = Job("Delete topics", "topic", "deleted", tuple(names), acting)
    app.push_screen(JobRun(job, DEFAULT_KEYMAP), answers.append)
    await at_rest(app)
    return answers


async def test_it_closes_when_all_went_well_and_says_how_many() -> None:
    app, acting = console(busy()), Acting()
    async with app.run_test(size=SIZE, notifications=True):
        assert await opened(app, acting, "abc") == [frozenset("abc")]
        assert "3 topics: deleted" in shown(app)
    assert acting.begun == ["a", "b", "c"]


async def test_each_failure_is_told_with_its_reason() -> None:
    failures: dict[str, Exception] = {
        "a": Refused("no right\x1b to"),
        "b": TimedOut("no answer in 15 s"),
        "c": NotDone("half of it"),
    }
    app, acting = console(busy()), Acting(failures)
    async with app.run_test(size=SIZE):
        answers = await opened(app, acting, "abcd")
        text = shown(app)
        assert "1 of 4 topics deleted · ■ 3 failed" in text
        assert "■ no right␛ to" in text
        assert "■ no answer in 15 s; it may have been done" in text
        assert "■ half of it" in text
        assert answers == []
        await press(app, "slash", "a", "escape", "escape")
        assert answers == [frozenset("d")]


async def test_esc_stops_before_the_next_one() -> None:
    app, acting = console(busy()), Acting()
    acting.goes_on.clear()
    async with app.run_test(size=SIZE):
        answers = await opened(app, acting, "abc")
        assert "0 of 3 topics deleted" in shown(app)
        assert "esc stops" in shown(app)
        await press(app, "escape")
        assert "stopping" in shown(app)
        acting.goes_on.set()
        await at_rest(app)
        assert acting.begun == ["a"]
        text = shown(app)
        assert "1 of 3 topics deleted · 2 left as they were" in text
        assert text.count("not done") == 2
        await press(app, "escape")
        assert answers == [frozenset("a")]


async def test_a_fault_of_the_console_is_told_and_it_can_be_closed() -> None:
    app, acting = console(busy()), Acting({"a": ZeroDivisionError("nobody expects this")})
    async with app.run_test(size=SIZE):
        answers = await opened(app, acting, "ab")
        assert "The console failed over" in shown(app)
        await press(app, "escape")
        assert answers == [frozenset()]
        assert app.fault_count == 1
