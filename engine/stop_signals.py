"""What SIGTERM and SIGINT ask of a broker, and what a second one does.

| signal                           | what happens                                              |
|----------------------------------|-----------------------------------------------------------|
| the first SIGTERM or SIGINT      | a clean stop is wanted                                    |
| SIGTERM, `AGAIN_S` or more later | the stop saves no more than it has, and ends in order     |
| SIGTERM before that              | nothing: supervisors and `timeout` may send theirs twice, |
|                                  | to the process and to its group                           |
| SIGINT, once one was looked at   | the process ends at once                                  |
| any, once all has stopped        | nothing: a clean end is not to be killed                  |

A signal that was heard is ignored by the system until its next one means something. A sender that
does not pause would otherwise keep the loop from its work: the handlers of the loop wake it, and it
reads what wakes it until there is no more. Nor is there a descriptor that wakes the loop: once it
is full, the interpreter takes a lock in the handler that the interrupted thread may hold (seen in
CPython 3.11, `_PyEval_AddPendingCall`), and the process hangs for ever. So a signal that comes in
the very moment in which the loop falls asleep is looked at with the loop's next timer; a broker has
one every second.
"""

import asyncio
import signal
from collections.abc import Callable
from types import FrameType
from typing import Final

AGAIN_S: Final = 5.0
"""Time after the first signal from which on another one is taken for impatience."""

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


class StopSignals:
    """Listens from its making until `close`. Main thread and running loop only."""

    def __init__(self, hurry: Callable[[], object]) -> None:
        """`hurry` is called, perhaps more than once, when a stop takes somebody too long."""
        self._hurry = hurry
        self._wanted = asyncio.Event()
        self._is_late = False
        self._is_closed = False
        self._timer: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            signal.signal(number, self._heard)

    @property
    def is_wanted(self) -> bool:
        """Whether anybody has asked for a stop."""
        return self._wanted.is_set()

    async def wanted(self) -> None:
        """Wait until somebody asks for a stop."""
        await self._wanted.wait()

    def close(self) -> None:
        """Let all signals be ignored from now on, those that are on their way too."""
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_IGN)
        self._loop.call_soon_threadsafe(self._look_at, number)

    def _look_at(self, number: int) -> None:
        if self._is_closed:
            return
        if number == signal.SIGINT:
            signal.signal(number, signal.default_int_handler)
        if not self._wanted.is_set():
            self._wanted.set()
            self._timer = self._loop.call_later(AGAIN_S, self._become_late)
        elif self._is_late:
            self._hurry()

    def _become_late(self) -> None:
        self._is_late = True
        signal.signal(signal.SIGTERM, self._heard)
