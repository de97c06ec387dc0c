"""A theme file that is saved is taken up; one with a fault is told."""

import asyncio
from pathlib import Path

from textual.theme import Theme

from console.bundled import bundled
from console.theming.loader import InvalidTheme
from console.theming.watch import changed_themes


def save(path: Path, text: str) -> None:
    path.write_text(text)


async def first_change(path: Path, text: str) -> Theme | InvalidTheme:
    """What the watch says once the file was saved. Saves anew until the watch is listening."""
    heard: list[Theme | InvalidTheme] = []
    done = asyncio.Event()

    async def listen() -> None:
        async for change in changed_themes([path.parent]):
            heard.append(change)
            done.set()
            return

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(listen())
        while not done.is_set():
            save(path, text)
            try:
                await asyncio.wait_for(done.wait(), 0.3)
            except TimeoutError:
                continue
    return heard[0]


async def test_saved_theme_is_read_anew(tmp_path: Path) -> None:
    text = (bundled("themes") / "midnight.toml").read_text().replace("#4CC2FF", "#5CD2FF")
    change = await first_change(tmp_path / "midnight.toml", text)
    assert isinstance(change, Theme)
    assert change.primary == "#5CD2FF"


async def test_saved_fault_is_told_with_its_file(tmp_path: Path) -> None:
    change = await first_change(tmp_path / "mine.toml", 'name = "mine"\n')
    assert isinstance(change, InvalidTheme)
    assert change.path.name == "mine.toml"


async def test_folders_that_do_not_exist_end_the_watch(tmp_path: Path) -> None:
    assert [change async for change in changed_themes([tmp_path / "nowhere"])] == []
