"""One node that hangs holds up no other, and a slow one is given the time that it takes."""

import asyncio

import pytest

from engine.client.errors import ClientError, NotAnswering, TimedOut, Unreachable
from engine.client.patience import Patience
from tests.support.clock import FakeClock
from tests.support.waiting import until

SHORT_S = 0.01
LONG_S = 3600.0


class Node:
    """A node that answers when it is let."""

    def __init__(self, answer: str | Exception = "answer") -> None:
        self.answer = answer
        self.calls = 0
        self.may_answer = asyncio.Event()

    async def ask(self) -> str:
        self.calls += 1
        await self.may_answer.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def quick(answer: str | Exception = "answer") -> Node:
    node = Node(answer)
    node.may_answer.set()
    return node


def anything_passes(_: ClientError) -> bool:
    return True


async def test_a_node_that_hangs_holds_up_no_other() -> None:
    patience = Patience(FakeClock(), first_s=SHORT_S)
    answers = await patience.gathered({"near": quick().ask(), "far": Node().ask()})
    assert answers["near"] == "answer"
    assert isinstance(answers["far"], NotAnswering)
    assert "far" in str(answers["far"])


async def test_a_node_that_owes_an_answer_is_not_asked_again() -> None:
    patience = Patience(FakeClock(), first_s=SHORT_S)
    far = Node()
    await patience.gathered({"far": far.ask()})
    answers = await patience.gathered({"far": far.ask(), "near": quick().ask()})
    assert isinstance(answers["far"], NotAnswering)
    assert answers["near"] == "answer"
    assert far.calls == 1


async def test_a_late_answer_lets_the_node_be_asked_again_and_waited_for_longer() -> None:
    clock = FakeClock()
    patience = Patience(clock, first_s=SHORT_S)
    far = Node()
    await patience.gathered({"far": far.ask()})
    clock.advance(30)
    far.may_answer.set()
    await until(lambda: not patience.owes("far"))
    assert patience.limit_s("far") == 60
    assert (await patience.gathered({"far": quick().ask()}))["far"] == "answer"
    assert patience.limit_s("far") == SHORT_S


async def test_a_node_that_failed_is_sent_one_call_to_see_whether_it_is_back() -> None:
    patience = Patience(FakeClock(), first_s=LONG_S)
    gone = TimedOut("h", 1, "Fetch", 15.0)
    first = await patience.gathered({"far": quick(gone).ask()})
    assert first["far"] is gone
    hanging = Node()
    probe = await patience.gathered({"far": hanging.ask()})
    assert isinstance(probe["far"], NotAnswering)
    hanging.may_answer.set()
    await until(lambda: not patience.owes("far"))
    assert (await patience.gathered({"far": quick().ask()}))["far"] == "answer"


async def test_a_patient_call_waits_even_for_a_node_that_owes_an_answer() -> None:
    patience = Patience(FakeClock(), first_s=SHORT_S)
    await patience.gathered({"only": Node().ask()})
    answers = await patience.gathered({"only": quick().ask()}, is_patient=True)
    assert answers["only"] == "answer"


async def test_a_fault_is_raised_by_who_waits_for_it_or_by_the_next() -> None:
    patience = Patience(FakeClock(), first_s=SHORT_S)
    with pytest.raises(ZeroDivisionError):
        await patience.gathered({"near": quick(ZeroDivisionError()).ask()})
    late = Node(ZeroDivisionError())
    await patience.gathered({"far": late.ask()})
    late.may_answer.set()
    await until(lambda: not patience.owes("far"))
    with pytest.raises(ZeroDivisionError):
        await patience.gathered({"near": quick().ask()})
    assert (await patience.gathered({"near": quick().ask()}))["near"] == "answer"


async def test_the_next_node_is_asked_when_one_takes_long_and_the_first_answer_counts() -> None:
    patience = Patience(FakeClock(), first_s=SHORT_S)
    slow, other = Node(), quick("other")
    asked = [("slow", slow.ask), ("other", other.ask)]
    assert await patience.first(asked, may_others_answer=anything_passes) == "other"
    assert slow.calls == 1


async def test_a_node_that_has_not_answered_a_late_call_is_asked_behind_the_others() -> None:
    patience = Patience(FakeClock(), first_s=SHORT_S)
    slow, other = Node(), quick("other")
    asked = [("slow", slow.ask), ("other", other.ask)]
    for _ in range(3):
        assert await patience.first(asked, may_others_answer=anything_passes) == "other"
    assert slow.calls == 1
    patience.close()
    await until(lambda: not patience.owes("slow"))


async def test_the_last_node_is_waited_for_as_long_as_it_takes() -> None:
    patience = Patience(FakeClock(), first_s=SHORT_S)
    slow, dead = Node("slow"), quick(Unreachable("h", 1, "down"))
    asked = [("slow", slow.ask), ("dead", dead.ask)]
    waiting = asyncio.ensure_future(patience.first(asked, may_others_answer=anything_passes))
    await until(lambda: dead.calls)
    slow.may_answer.set()
    assert await waiting == "slow"


async def test_when_every_node_fails_the_last_error_is_raised() -> None:
    patience = Patience(FakeClock(), first_s=LONG_S)
    asked = [(name, quick(Unreachable(name, 1, "down")).ask) for name in ("a", "b")]
    with pytest.raises(Unreachable, match="b:1"):
        await patience.first(asked, may_others_answer=anything_passes)


async def test_an_error_that_no_other_node_can_mend_is_raised_at_once() -> None:
    patience = Patience(FakeClock(), first_s=LONG_S)
    other = quick()
    asked = [("a", quick(Unreachable("a", 1, "down")).ask), ("b", other.ask)]
    with pytest.raises(Unreachable):
        await patience.first(asked, may_others_answer=lambda error: False)
    assert other.calls == 0
