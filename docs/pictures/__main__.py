"""Draws pictures of the screens with the program itself, on the sample cluster of the tests.

    python -m docs.pictures                  the pictures that the documents show
    python -m docs.pictures --out FOLDER     every screen, at three sizes, in each theme

The pictures are SVG and ask no other machine for anything: they are drawn in Fira Code where that
is installed, and in another fixed font where it is not.
"""

import argparse
import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.console.test_frames import DIALOGS, FACES, SCREENS, SIZES, THEMES
from tests.support.console_stage import console, sample_acts
from tests.support.sample_snapshots import VARIANTS

FOLDER = Path(__file__).parent
_REMOTE_FONT = re.compile(r",\s*url\([^)]*\) format\([^)]*\)")


class Picture(NamedTuple):
    """A screen to draw: file name, keys that lead to it, size, and what it shows."""

    name: str
    keys: tuple[str, ...]
    size: tuple[int, int] = (120, 40)
    theme: str = "midnight"
    variant: str = "busy"


SHOWN = (
    Picture("overview", SCREENS["overview"]),
    Picture("overview-light", SCREENS["overview"], theme="paper"),
)
"""The pictures that the documents show."""


def every() -> Iterator[Picture]:
    """All that the frames of the tests hold."""
    for name, keys in {**SCREENS, **DIALOGS}.items():
        for size in SIZES.values():
            for theme in THEMES:
                yield Picture(f"{name}-{size[0]}x{size[1]}-{theme}", keys, size, theme)
    for name, keys in SCREENS.items():
        for face in (*FACES, "hosted"):
            yield Picture(f"{name}-{face}", keys, (100, 30), variant=face)


async def drawn(picture: Picture) -> str:
    """The picture as SVG."""
    app = console(VARIANTS["busy"](), theme=picture.theme)
    sample_acts(app.journal)
    async with app.run_test(size=picture.size) as pilot:
        await pilot.press(*picture.keys)
        app.feed.give(VARIANTS[picture.variant]())
        await pilot.pause()
        return _REMOTE_FONT.sub("", app.export_screenshot(title="kconsole"))


def main() -> None:
    """Write the pictures."""
    parser = argparse.ArgumentParser(prog="python -m docs.pictures")
    parser.add_argument("--out", type=Path, help="draw every screen into this folder")
    folder = parser.parse_args().out
    pictures = SHOWN if folder is None else every()
    folder = folder or FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for picture in pictures:
        (folder / f"{picture.name}.svg").write_text(asyncio.run(drawn(picture)) + "\n")


if __name__ == "__main__":
    main()
