"""Tells when the configuration file has changed, and what it says then about the engine.

The folder is watched rather than the file: editors put another file in its place, and a file that
was not there can come. A file that says the same as before is no news, one that has gone or is
wrong is: its problems are told. Other files of the folder, such as a log, are nobody's business.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Final

from console.config_file import user_config_path
from engine.config.engine_config import EngineConfig
from engine.config.load import ConfigError
from engine.config.reload import ConfigNews, Wanted, waiting_for_restart

DEBOUNCE_MS: Final = 200
STEP_MS: Final = 50
LOOK_MS: Final = 5_000
"""Time between two looks at the file itself, where the system does not tell of changes."""


async def config_news(
    named: Path | None, read: Callable[[], EngineConfig], started_with: EngineConfig
) -> AsyncGenerator[ConfigNews, None]:
    """Yield what `read` makes of the file whenever that is another than before, until cancelled.

    `named` is the file of `--config`, None for the user's own. `started_with` is what was read at
    the start. A folder that does not exist is not watched.
    """
    from watchfiles import Change, awatch

    path = (named or user_config_path()).absolute()
    folder = path.parent

    def is_of_the_file(_: Change, changed: str) -> bool:
        return Path(changed).name == path.name

    if not folder.is_dir():
        return
    before: EngineConfig | str = started_with
    async for _ in awatch(
        folder,
        watch_filter=is_of_the_file,
        recursive=False,
        debounce=DEBOUNCE_MS,
        step=STEP_MS,
        rust_timeout=LOOK_MS,
        yield_on_timeout=True,
    ):
        try:
            config = await asyncio.to_thread(read)
        except ConfigError as error:
            if str(error) != before:
                before = str(error)
                yield error
        else:
            if config != before:
                before = config
                yield Wanted(config, waiting_for_restart(started_with, config))
