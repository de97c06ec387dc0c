"""Draws pictures of the screens with the program itself, on the sample cluster of the tests.

    python -m docs.pictures                  the pictures that the documents show, and their page
    python -m docs.pictures --out FOLDER     every screen, at three sizes, in each theme

The pictures are SVG and ask no other machine for anything: they are drawn in Fira Code where that
is installed, and in another fixed font where it is not.
"""

import argparse
import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

from textual.worker import Worker

from docs.pictures.gallery import GALLERY, Picture, cluster, page
from tests.console.test_frames import DIALOGS, FACES, SCREENS, SIZES
from tests.support.frame import THEMES
from tests.support.hand import at_rest, press
from tests.support.sample_snapshots import VARIANTS
from tests.support.waiting import until

FOLDER = Path(__file__).parent
READING = ("messages", "form", "what-if")
"""Groups of workers that read something to be shown, and end."""
_REMOTE_FONT = re.compile(r",\s*url\([^)]*\) format\([^)]*\)")
_IDENTITY = re.compile(r"terminal-\d+-")
_CRISP = ' shape-rendering="crispEdges"'


def every() -> Iterator[Picture]:
    """All that the frames of the tests hold."""
    for name, keys in {**SCREENS, **DIALOGS}.items():
        for size in SIZES.values():
            for theme in THEMES:
                title = f"{name}-{size[0]}x{size[1]}-{theme}"
                yield Picture(title, title, "", cluster, keys, size, theme)
    for name, keys in SCREENS.items():
        for face in (*FACES, "hosted"):
            title = f"{name}-{face}"
            yield Picture(title, title, "", cluster, keys, face=face)


async def drawn(picture: Picture) -> str:
    """The picture as SVG."""
    app = picture.stage(picture.theme)
    async with app.run_test(size=picture.size):
        for key in picture.keys:
            await press(app, key)
            await until(lambda: not any(map(is_reading, app.workers)))
        if picture.face:
            app.feed.give(VARIANTS[picture.face]())
        await at_rest(app)
        return slim(app.export_screenshot(title="kconsole"))


def is_reading(worker: Worker[object]) -> bool:
    """Whether a worker has not yet read what it was to read."""
    return worker.group.startswith(READING) and not worker.is_finished


def slim(svg: str) -> str:
    """A picture without what another machine serves, and without what says the same again."""
    svg = _REMOTE_FONT.sub("", svg)
    svg = _IDENTITY.sub("", svg).replace(_CRISP, "")
    return svg.replace("<style>", "<style>\n    rect { shape-rendering: crispEdges; }", 1)


def main() -> None:
    """Write the pictures, and their page."""
    parser = argparse.ArgumentParser(prog="python -m docs.pictures")
    parser.add_argument("--out", type=Path, help="draw every screen into this folder")
    folder = parser.parse_args().out
    pictures = GALLERY if folder is None else every()
    if folder is None:
        (FOLDER / "README.md").write_text(page())
    folder = folder or FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for picture in pictures:
        (folder / f"{picture.name}.svg").write_text(asyncio.run(drawn(picture)) + "\n")


if __name__ == "__main__":
    main()
