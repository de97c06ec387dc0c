"""Headless mode: one engine in this process, until a signal ends it.

Standard output gets exactly one line, when clients are accepted:
`ready HOST:PORT data=DIR pid=N in 0.31s`. Everything else goes to standard error. Exit codes: 0
after SIGTERM or SIGINT and a clean stop, 1 if the engine could not start or failed, 2 if the
configuration is wrong. Flags are `console.cli`'s business; this takes their outcome.
"""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from types import FrameType
from typing import TextIO

from engine.config.engine_config import EngineConfig
from engine.config.reload import ConfigNews
from engine.failures import EXIT_FAILED, failure_of
from engine.host import LOGGER_NAME, Engine
from engine.kernel import allocator, collector
from engine.kernel.errors import EngineError
from engine.kernel.tasks import Tasks
from engine.log_output import LogFormat, configure_log

_STOPPING = (signal.SIGTERM, signal.SIGINT)

AGAIN_S = 5.0
"""Time after a signal from which on another one is taken for impatience."""

NewsSource = Callable[[], AsyncGenerator[ConfigNews, None]]
"""Tells, for as long as it is listened to, when the configuration has changed."""


def serve(
    config: EngineConfig,
    *,
    news: NewsSource | None = None,
    started_s: float | None = None,
) -> int:
    """Run an engine until SIGTERM or SIGINT; returns the exit code.

    `started_s` is when the program began, by the system's monotonic clock; the time that the start
    took is counted from there, in the ready line as in the log.
    """
    allocator.keep_heap_small()
    configure_log(sys.stderr, LogFormat(config.logging_format))
    warn_of_exposure(config, sys.stderr)
    try:
        asyncio.run(_serve(config, news, started_s))
    except (EngineError, OSError) as error:
        failure = failure_of(error, config.data)
        sys.stderr.write(f"kconsole: {failure.message}\n")
        return failure.exit_code
    except KeyboardInterrupt:
        return EXIT_FAILED
    return 0


async def _serve(config: EngineConfig, news: NewsSource | None, began_s: float | None) -> None:
    try:
        await _serve_until_stopped(config, news, began_s)
    finally:
        for number in _STOPPING:  # Nothing is left to stop, and a clean end is not to be killed.
            signal.signal(number, signal.SIG_IGN)


async def _serve_until_stopped(
    config: EngineConfig, news: NewsSource | None, began_s: float | None
) -> None:
    engine = Engine(config, began_s=began_s)
    stop = _Stop(engine)
    async with engine:
        collector.settle()
        if stop.is_wanted:
            return
        took = f"{engine.start_seconds:.2f}s"
        _tell(f"ready {engine.address} data={config.data} pid={os.getpid()} in {took}")
        tasks = Tasks(_tell_unwatched)
        if news is not None:
            tasks.spawn(_follow(engine, news()), name="configuration")
        await stop.wanted()
        await tasks.close()


async def _follow(engine: Engine, news: AsyncGenerator[ConfigNews, None]) -> None:
    async with aclosing(news):
        async for each in news:
            engine.take(each)


def _tell_unwatched(_name: str, error: BaseException) -> None:
    sys.stderr.write(f"kconsole: the configuration file is not watched any more: {error}\n")


def _tell(line: str) -> None:
    """Write the one line of standard output; clients are served even where nobody can read it."""
    if sys.stdout is None:
        return
    try:
        os.write(sys.stdout.fileno(), f"{line}\n".encode())
    except OSError as error:
        sys.stderr.write(f"kconsole: cannot write to standard output: {error.strerror}: {line}\n")


class _Stop:
    """What the signals ask for. Loop thread only.

    | signal                           | what happens                                              |
    |----------------------------------|-----------------------------------------------------------|
    | the first SIGTERM or SIGINT      | a clean stop begins                                       |
    | SIGTERM, `AGAIN_S` or more later | the stop saves no more than it has, and ends in order     |
    | SIGTERM before that              | nothing: supervisors and `timeout` may send theirs twice, |
    |                                  | to the process and to its group                           |
    | SIGINT, once there was one       | the process ends at once                                  |

    A signal that was heard is ignored by the system until its next one means something. A sender
    that does not pause would otherwise keep the loop from its work: the handlers of the loop wake
    it, and it reads what wakes it until there is no more.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._event = asyncio.Event()
        self._since_s = 0.0
        self._loop = asyncio.get_running_loop()
        for number in _STOPPING:
            signal.signal(number, self._heard)

    @property
    def is_wanted(self) -> bool:
        """Whether anybody has asked for a stop."""
        return self._event.is_set()

    async def wanted(self) -> None:
        """Wait until somebody asks for a stop."""
        await self._event.wait()

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_IGN)
        self._loop.call_soon_threadsafe(self._asked, number)

    def _asked(self, number: int) -> None:
        now_s = self._loop.time()
        if not self._event.is_set():
            self._event.set()
            self._since_s = now_s
        elif number == signal.SIGTERM and now_s - self._since_s >= AGAIN_S:
            self._engine.hurry()
        if number == signal.SIGINT:
            signal.signal(number, signal.default_int_handler)
        else:
            self._loop.call_later(AGAIN_S, signal.signal, number, self._heard)


def warn_of_exposure(config: EngineConfig, stream: TextIO) -> None:
    """Say loudly which addresses beyond this machine are served without authentication."""
    for listener in config.all_listeners:
        if not listener.address.is_loopback:
            warning = (
                f"{listener.address} is not a loopback address and clients need no "
                "authentication: whoever can reach it can read, change and delete everything."
            )
            if LogFormat(config.logging_format) is LogFormat.JSON:
                logging.getLogger(LOGGER_NAME).warning(warning)
            else:
                stream.write(f"WARNING: {warning}\n")
    stream.flush()
