"""Tells when the configuration file has changed, and what it says then about the engine.

The folder is watched rather than the file: editors put another file in its place, and a file that
was not there can come. A file that says the same as before is no news, one that has gone or is
wrong is: its problems are told. Other files of the folder, such as a log, are nobody's business.
"""

import asyncio
import signal
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeAlias

from console.config_file import user_config_path
from engine.config.engine_config import EngineConfig
from engine.config.load import ConfigError
from engine.config.reload import ConfigNews, Wanted, waiting_for_restart

DEBOUNCE_MS: Final = 400
STEP_MS: Final = 200
LOOK_MS: Final = 30_000
"""Time between two looks at the file itself, where the system does not tell of changes."""

_Stamp: TypeAlias = tuple[int, int, int] | None


async def config_news(
    named: Path | None, read: Callable[[], EngineConfig], started_with: EngineConfig
) -> AsyncGenerator[ConfigNews, None]:
    """Yield what `read` makes of the file whenever that is another than before, until cancelled.

    `named` is the file of `--config`, None for the user's own. `started_with` is what was read at
    the start. A folder that does not exist is not watched.
    """
    path = (named or user_config_path()).absolute()
    if not path.parent.is_dir():
        return
    before: EngineConfig | str = started_with
    stamp: _Stamp = (0, 0, 0)  # of no file: what was saved since the start counts
    # Neither this thread nor the one that the watch starts takes signals: at the end of a program,
    # when its main thread takes none any more, they would be killed by one, and the program too.
    thread = ThreadPoolExecutor(1, "kconsole-config-watch", initializer=_take_no_signals)
    loop, stop = asyncio.get_running_loop(), threading.Event()
    changes = _changes_of(path, stop)
    try:
        while await loop.run_in_executor(thread, next, changes, None) is not None:
            stamp, seen = _stamp_of(path), stamp
            if stamp == seen:
                continue
            try:
                config = await loop.run_in_executor(thread, read)
            except ConfigError as error:
                if str(error) != before:
                    before = str(error)
                    yield error
            else:
                if config != before:
                    before = config
                    yield Wanted(config, waiting_for_restart(started_with, config))
    finally:
        stop.set()
        await loop.run_in_executor(thread, changes.close)
        thread.shutdown(wait=False)


def _changes_of(path: Path, stop: threading.Event) -> Generator[object, None, None]:
    """Yield whenever a file may have changed, until `stop` is set. Blocks until then.

    Other files of its folder are nobody's business: the broker's log may be one of them.
    """
    from watchfiles import Change, watch

    def is_of_the_file(_: Change, changed: str) -> bool:
        return Path(changed).name == path.name

    return watch(
        path.parent,
        watch_filter=is_of_the_file,
        recursive=False,
        debounce=DEBOUNCE_MS,
        step=STEP_MS,
        rust_timeout=LOOK_MS,
        yield_on_timeout=True,
        stop_event=stop,
        raise_interrupt=False,
    )


def _take_no_signals() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGHUP, signal.SIGINT, signal.SIGTERM))


def _stamp_of(path: Path) -> _Stamp:
    """What tells one state of a file from another without reading it; None where there is none."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_ino, facts.st_size, facts.st_mtime_ns
