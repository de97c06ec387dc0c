"""Lets a thread do long work in short slices, so that the loop is not kept from the interpreter.

Python runs one thread at a time: whoever computes without a pause makes every other thread wait for
its turn, five milliseconds each time. So work is cut where its generator yields, a slice lasts a
millisecond at most, and after each the thread sleeps: for longer than it worked while others are
busy, since each of them loses its turn several times in one request, and only to let go of the
interpreter while nobody is. Others are busy as soon as they run, and for a while after that.
The bytes that the work has moved are held below a rate, too.
"""

import math
import threading
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from engine.kernel.clock import ThreadClock
from engine.kernel.errors import EngineError
from engine.storage.batch_filter import Steps

T = TypeVar("T")

SLICE_S: Final = 0.001
"""How long work goes on before it rests, if it yields in time."""

REST: Final = 2.0
"""How long it rests while others are busy, as a multiple of how long it worked."""

REST_S_MIN: Final = 0.000_05
"""How long it rests in any case: enough for who waits for the interpreter to get it."""

BUSY_SHARE: Final = 0.05
"""The share of time from which on others are busy. With less, rests are shorter in proportion: the
loop of a broker without clients takes some thousandths."""

FADES_S: Final = 0.25
"""The time in which what is known of others fades to a third: who sends some requests a second is
not taken for nobody between two of them, however slow the machine makes both."""


class WorkCancelled(EngineError):
    """The work is to be given up."""


class Alarm(Protocol):
    """What a thread sleeps on, and is woken by: a `threading.Event`."""

    def set(self) -> None:
        """Wake it, now and for ever."""
        ...

    def is_set(self) -> bool:
        """Whether it is to wake."""
        ...

    def wait(self, timeout: float) -> bool:
        """Sleep for so many seconds at most; whether it was woken."""
        ...


class Pace:
    """Drives generators in a thread; `cancel` may be called by any other."""

    def __init__(
        self, clock: ThreadClock, bytes_per_second: Callable[[], float], alarm: Alarm | None = None
    ) -> None:
        """`bytes_per_second` tells the rate of the moment; any thread may ask it."""
        self._clock = clock
        self._bytes_per_second = bytes_per_second
        self._others = _Others(clock)
        self._cancelled = alarm or threading.Event()

    def cancel(self) -> None:
        """Give up what is being driven, and whatever comes later."""
        self._cancelled.set()

    def drive(self, steps: Steps[T]) -> T:
        """Do all of some work. Blocks. Raises WorkCancelled and whatever the work raises."""
        self._others.look()
        slice_start_s = began_s = self._clock.monotonic_s()
        moved_bytes = 0
        while True:
            if self._cancelled.is_set():
                steps.close()
                raise WorkCancelled
            try:
                moved_bytes += next(steps)
            except StopIteration as stop:
                result: T = stop.value
                return result
            now_s = self._clock.monotonic_s()
            ahead_s = moved_bytes / self._bytes_per_second() - (now_s - began_s)
            worked_s = now_s - slice_start_s
            if worked_s >= SLICE_S or ahead_s > SLICE_S:
                rest_s = worked_s * REST * min(1.0, self._others.share / BUSY_SHARE)
                self._cancelled.wait(max(REST_S_MIN, rest_s, ahead_s))
                self._others.look()
                slice_start_s = self._clock.monotonic_s()


class _Others:
    """How busy the other threads are: more is known at once, less by and by."""

    def __init__(self, clock: ThreadClock) -> None:
        self._clock = clock
        self._seen_s = clock.monotonic_s()
        self._busy_s = clock.others_busy_s()
        self.share = 0.0
        """Of the time: more than 1 where several run at once, outside the interpreter."""

    def look(self) -> None:
        """Take in what they did since the last look. In the thread that does the work."""
        now_s, busy_s = self._clock.monotonic_s(), self._clock.others_busy_s()
        passed_s = now_s - self._seen_s
        if passed_s > 0:
            fading = self.share * math.exp(-passed_s / FADES_S)
            self.share = max(fading, (busy_s - self._busy_s) / passed_s)
            self._seen_s, self._busy_s = now_s, busy_s
