"""Headless mode: one engine in this process, until a signal ends it.

Standard output gets exactly one line, when clients are accepted:
`ready HOST:PORT data=DIR pid=N in 0.31s`. Everything else goes to standard error. Exit codes: 0
after SIGTERM or SIGINT and a clean stop, 1 if the engine could not start or failed, 2 if the
configuration is wrong. Flags are `console.cli`'s business; this takes their outcome.
"""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, closing
from typing import TextIO

from engine.config.engine_config import EngineConfig
from engine.config.reload import ConfigNews
from engine.failures import EXIT_FAILED, failure_of
from engine.host import LOGGER_NAME, Engine
from engine.kernel import allocator, collector
from engine.kernel.errors import EngineError
from engine.kernel.tasks import Tasks
from engine.log_output import LogFormat, configure_log
from engine.stop_signals import StopSignals

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
    engine = Engine(config, began_s=began_s)
    with closing(StopSignals(engine.hurry)) as stop:
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
