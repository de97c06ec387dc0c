"""Tells when the configuration file has changed, and what it says then.

The folder is watched rather than the file: editors put another file in its place, and a file that
was not there can come. So can the folder: the nearest one above it that exists is watched until it
does. A file that says the same as before is no news, one that has gone or is wrong is: its problems
are told. Other files of the folder, such as a log, are nobody's business.
"""

import asyncio
import logging
import signal
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

from console.config_file import user_config_path
from engine.config.engine_config import EngineConfig
from engine.config.load import ConfigError
from engine.config.reload import ConfigNews, Wanted, waiting_for_restart

DEBOUNCE_MS: Final = 1_000
STEP_MS: Final = 500
LOOK_MS: Final = 30_000
"""Time between two looks at the file itself, where the system does not tell of changes."""

logging.getLogger("watchfiles").setLevel(logging.WARNING)
"""It tells of every change in words of its own; what a change means is told here."""

_Stamp: TypeAlias = tuple[int, int, int] | None
_Read = TypeVar("_Read")


async def config_news(
    named: Path | None, read: Callable[[], EngineConfig], started_with: EngineConfig
) -> AsyncGenerator[ConfigNews, None]:
    """Yield what `read` makes of the file for the engine whenever that is another than before.

    `named` is the file of `--config`, None for the user's own. `started_with` is what was read at
    the start.
    """
    async with aclosing(saved(named, read, started_with)) as news:
        async for each in news:
            if isinstance(each, ConfigError):
                yield each
            else:
                yield Wanted(each, waiting_for_restart(started_with, each))


async def saved(
    named: Path | None, read: Callable[[], _Read], started_with: _Read
) -> AsyncGenerator[_Read | ConfigError, None]:
    """Yield what `read` makes of the file whenever that is another than before, until cancelled."""
    path = (named or user_config_path()).absolute()
    before: _Read | str = started_with
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
                found = await loop.run_in_executor(thread, read)
            except ConfigError as error:
                if str(error) != before:
                    before = str(error)
                    yield error
            else:
                if found != before:
                    before = found
                    yield found
    finally:
        stop.set()
        await loop.run_in_executor(thread, changes.close)
        thread.shutdown(wait=False)


def _changes_of(path: Path, stop: threading.Event) -> Generator[object, None, None]:
    """Yield whenever a file may have changed, until `stop` is set. Blocks until then."""
    while not stop.is_set():
        folder = _nearest(path.parent)
        identity = _identity_of(folder)
        try:
            for changes in _changes_in(folder, path.relative_to(folder).parts[0], stop):
                yield changes
                if _nearest(path.parent) != folder or _identity_of(folder) != identity:
                    break
        except OSError as error:
            # The folder has gone since, or may not be looked into: the file is looked at instead.
            yield error
            stop.wait(LOOK_MS / 1000)
        yield folder


def _changes_in(folder: Path, name: str, stop: threading.Event) -> Generator[object, None, None]:
    """Yield when something of this name may have come, gone or changed in a folder."""
    from watchfiles import Change, watch

    def is_wanted(_: Change, changed: str) -> bool:
        return Path(changed).name == name

    return watch(
        folder,
        watch_filter=is_wanted,
        recursive=False,
        debounce=DEBOUNCE_MS,
        step=STEP_MS,
        rust_timeout=LOOK_MS,
        yield_on_timeout=True,
        stop_event=stop,
        raise_interrupt=False,
    )


def _nearest(folder: Path) -> Path:
    """A folder itself, or the nearest one above it that exists."""
    return next((each for each in (folder, *folder.parents) if each.is_dir()), Path(folder.anchor))


def _identity_of(folder: Path) -> tuple[int, int] | None:
    """What tells a folder from another one that takes its place."""
    try:
        facts = folder.stat()
    except OSError:
        return None
    return facts.st_dev, facts.st_ino


def _take_no_signals() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGHUP, signal.SIGINT, signal.SIGTERM))


def _stamp_of(path: Path) -> _Stamp:
    """What tells one state of a file from another without reading it; None where there is none."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_ino, facts.st_size, facts.st_mtime_ns
