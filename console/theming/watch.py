"""Tells when theme files change, so that a running console can take them up."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

from textual.theme import Theme

from console.theming.loader import InvalidTheme, load_theme

DEBOUNCE_MS = 100
STEP_MS = 20


async def changed_themes(
    folders: Iterable[Path],
) -> AsyncIterator[Theme | InvalidTheme]:
    """Yield each theme file that was saved, read anew, or why it was refused, until cancelled.

    Folders that do not exist are not watched.
    """
    from watchfiles import Change, awatch

    watched = [folder for folder in folders if folder.is_dir()]
    if not watched:
        return
    changes = awatch(*watched, debounce=DEBOUNCE_MS, step=STEP_MS)
    async for batch in changes:
        for change, name in sorted(batch):
            if change is not Change.deleted and name.endswith(".toml"):
                yield await asyncio.to_thread(_read, Path(name))


def _read(path: Path) -> Theme | InvalidTheme:
    """Blocking."""
    try:
        return load_theme(path)
    except InvalidTheme as error:
        return error
