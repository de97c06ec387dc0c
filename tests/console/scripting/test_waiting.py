"""Whoever waits for a cluster is told for whom and for how long; soon served, nobody is."""

import asyncio

import pytest

from console.port.errors import Unreachable
from console.scripting.waiting import SILENT_S, Waiting
from tests.support.waiting import until


class Seconds:
    """Pauses that end when the test lets a second go by."""

    def __init__(self) -> None:
        self._begun = 0
        self._due = asyncio.Semaphore(0)

    async def pause(self, seconds: float) -> None:
        assert seconds == 1.0
        self._begun += 1
        await self._due.acquire()

    async def go_by(self, count: int) -> None:
        """Let so many seconds go by, and what is said at their ends be said."""
        await until(lambda: self._begun)
        for _ in range(count):
            begun = self._begun
            self._due.release()
            await until(lambda begun=begun: self._begun > begun)


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def waiting(seconds: Seconds) -> Waiting:
    waiting = Waiting(seconds.pause)
    waiting.whom = "kafka-1:9092"
    return waiting


async def test_an_answer_that_comes_soon_is_not_worth_a_line(
    waiting: Waiting, seconds: Seconds, capsys: pytest.CaptureFixture[str]
) -> None:
    async with waiting.told():
        await seconds.go_by(SILENT_S - 1)
    assert capsys.readouterr() == ("", "")


async def test_whoever_does_not_answer_is_named_each_second(
    waiting: Waiting, seconds: Seconds, capsys: pytest.CaptureFixture[str]
) -> None:
    async with waiting.told():
        await seconds.go_by(SILENT_S + 1)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "kconsole: kafka-1:9092 has not answered for 3 s; waiting",
        "kconsole: kafka-1:9092 has not answered for 4 s; waiting",
    ]


async def test_what_went_wrong_is_told_from_the_first_second(
    waiting: Waiting, seconds: Seconds, capsys: pytest.CaptureFixture[str]
) -> None:
    async with waiting.told():
        waiting.note(Unreachable("kafka-1:9092 cannot be reached: \x1b[31mrefused"))
        await seconds.go_by(2)
    told = capsys.readouterr().err
    assert "\x1b" not in told
    assert [line.rpartition("; ")[2] for line in told.splitlines()] == [
        "trying again, for 1 s by now",
        "trying again, for 2 s by now",
    ]
    assert told.startswith("kconsole: kafka-1:9092 cannot be reached: ")


async def test_trouble_that_is_over_is_not_told_of_what_comes_next(
    waiting: Waiting, seconds: Seconds, capsys: pytest.CaptureFixture[str]
) -> None:
    async with waiting.told():
        waiting.note(Unreachable("refused"))
    async with waiting.told():
        await seconds.go_by(1)
    assert capsys.readouterr().err == ""
