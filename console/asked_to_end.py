"""Ends the console when the system asks for it, as if a person had left it.

Of SIGTERM and of SIGHUP, which a terminal sends that goes away, a program dies where it stands: the
terminal stays in the state that screens need, and what is remembered at the end is lost. Here the
first of them leaves the console in the usual way. A terminal that is there and takes no more bytes
may hold that up, so the console has only so long for it.
"""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LEAVE_S = 30
"""Seconds until the system ends a console that cannot end itself."""

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def leaving_when_asked(leave: Callable[[int], object]) -> Iterator[None]:
    """Call `leave` with an exit code, as a shell tells it, when a signal asks for the end.

    For the main thread, inside a running loop.
    """
    loop = asyncio.get_running_loop()

    def asked(number: int) -> None:
        signal.alarm(LEAVE_S)
        leave(128 + number)

    for number in _SIGNALS:
        loop.add_signal_handler(number, asked, number)
    try:
        yield
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
