"""Lets a thread do long work in short slices, so that the loop is not kept from the interpreter.

Python runs one thread at a time: whoever computes without a pause makes every other thread wait for
its turn, five milliseconds each time. So work is cut where its generator yields, a slice lasts a
millisecond at most, and after each the thread sleeps for longer than it worked. The bytes that the
work has moved are held below a rate, too.
"""

import threading
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from engine.kernel.clock import Clock
from engine.kernel.errors import EngineError
from engine.storage.batch_filter import Steps

T = TypeVar("T")

SLICE_S: Final = 0.001
"""How long work goes on before it rests, if it yields in time."""

REST: Final = 2.0
"""How long it rests, as a multiple of how long it worked."""


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
        self, clock: Clock, bytes_per_second: Callable[[], float], alarm: Alarm | None = None
    ) -> None:
        """`bytes_per_second` tells the rate of the moment; any thread may ask it."""
        self._clock = clock
        self._bytes_per_second = bytes_per_second
        self._cancelled = alarm or threading.Event()

    def cancel(self) -> None:
        """Give up what is being driven, and whatever comes later."""
        self._cancelled.set()

    def drive(self, steps: Steps[T]) -> T:
        """Do all of some work. Blocks. Raises WorkCancelled and whatever the work raises."""
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
                self._cancelled.wait(max(worked_s * REST, ahead_s))
                slice_start_s = self._clock.monotonic_s()
