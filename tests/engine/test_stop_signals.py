"""The table of `engine.stop_signals`, with signals that this process sends to itself."""

import asyncio
import signal
from collections.abc import Callable, Iterator

import pytest

from engine.stop_signals import AGAIN_S, StopSignals


class Later:
    """What the loop was to call, and after how many seconds."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.planned: list[tuple[float, Callable[[], object]]] = []
        monkeypatch.setattr(asyncio.get_running_loop(), "call_later", self._call_later)

    def _call_later(self, seconds: float, call: Callable[[], object]) -> "Later":
        self.planned.append((seconds, call))
        return self

    def cancel(self) -> None:
        self.planned.clear()

    def pass_(self) -> None:
        """Let the time that was waited for be over."""
        ((seconds, call),) = self.planned
        assert seconds == AGAIN_S
        self.planned.clear()
        call()


@pytest.fixture(autouse=True)
def _handlers_given_back() -> Iterator[None]:
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


async def sent(*numbers: signal.Signals) -> None:
    """Signals, each of which the loop has had time to look at."""
    for number in numbers:
        signal.raise_signal(number)
        await asyncio.sleep(0)
        await asyncio.sleep(0)


@pytest.mark.parametrize("first", [signal.SIGTERM, signal.SIGINT])
async def test_the_first_signal_wants_a_stop_and_nothing_more(first: signal.Signals) -> None:
    hurried: list[None] = []
    stop = StopSignals(lambda: hurried.append(None))
    assert not stop.is_wanted

    await sent(first, signal.SIGTERM, signal.SIGTERM)

    await stop.wanted()
    assert stop.is_wanted
    assert not hurried


@pytest.mark.parametrize("first", [signal.SIGTERM, signal.SIGINT])
async def test_a_sigterm_long_after_the_first_signal_hurries_whatever_came_between(
    first: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurried: list[None] = []
    later = Later(monkeypatch)
    StopSignals(lambda: hurried.append(None))
    await sent(first, signal.SIGTERM)

    later.pass_()
    await sent(signal.SIGTERM)

    assert hurried == [None]
    assert not later.planned


async def test_a_second_sigint_ends_the_process_at_once() -> None:
    StopSignals(lambda: None)
    await sent(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


async def test_two_sigints_sent_at_once_are_one() -> None:
    stop = StopSignals(lambda: None)
    signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGINT)

    await stop.wanted()
    assert stop.is_wanted


async def test_once_closed_no_signal_does_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even one that was heard before, nor one of which the time would have come."""
    later = Later(monkeypatch)
    stop = StopSignals(lambda: None)
    await sent(signal.SIGTERM)
    signal.raise_signal(signal.SIGINT)
    stop.close()

    await sent(signal.SIGTERM, signal.SIGINT)

    assert not later.planned
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
