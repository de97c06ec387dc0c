"""The console never crashes at any size of terminal, however fast the sizes follow each other."""

import asyncio
from random import Random

import pytest

from tests.support.console_stage import console
from tests.support.hand import at_rest, press, resize, send_key, send_size
from tests.support.hostile import faults_of
from tests.support.sample_clusters import LOCAL
from tests.support.sample_snapshots import busy
from tests.support.stage import lines_of, shown

PLACES = {
    "overview": (),
    "topics-filtered": ("2", "/", "o"),
    "topic": ("2", "enter"),
    "groups": ("3",),
    "group": ("3", "enter"),
    "retention": ("4",),
    "brokers": ("5",),
    "clusters": ("C", "down", "t"),
    "help": ("?",),
    "prompt": (":", "t"),
    "delete": ("2", "D"),
    "create-topic": ("n", "/"),
    "publish": ("2", "p"),
}
TINY = [(width, height) for width in (1, 3, 9, 20) for height in (1, 2, 5, 10)]
SEEDS = (1, 2)


@pytest.mark.parametrize("place", PLACES)
async def test_tiny_terminals_are_survived(place: str) -> None:
    """From 1x1 to 20x10, opened there and left alive."""
    app = console(busy(), saved=LOCAL)
    async with app.run_test(size=(120, 40)):
        await press(app, *PLACES[place])
        for size in TINY:
            await resize(app, *size)
            assert len(lines_of(app)) == size[1]
            assert faults_of(app) == []
        await resize(app, 120, 40)
        await at_rest(app)
        assert faults_of(app) == []


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (9, 5), (20, 10)])
async def test_console_starts_in_a_tiny_terminal_and_grows(size: tuple[int, int]) -> None:
    app = console(busy())
    async with app.run_test(size=size):
        await press(app, "2", "enter")
        await resize(app, 100, 30)
        await at_rest(app)
        assert "Partitions, lag of billing" in shown(app)


@pytest.mark.parametrize("seed", SEEDS)
async def test_storm_of_sizes_snapshots_and_keys_is_survived(seed: int) -> None:
    """Sizes, snapshots and keys in random order without waiting for the screen in between."""
    chance = Random(seed)
    app = console(busy())
    keys = ("1", "2", "3", "4", "5", "enter", "escape", "j", "G", "z", "s", "i", "ctrl+t", "n")
    async with app.run_test(size=(80, 24)):
        for _ in range(40):
            app.feed.give(busy())
            send_size(app, chance.randint(1, 220), chance.randint(1, 70))
            send_key(app, chance.choice(keys))
            for _ in range(chance.randint(0, 9)):
                await asyncio.sleep(0)
        await resize(app, 80, 24)
        await at_rest(app)
        assert app.is_running, f"seed {seed}"
        assert faults_of(app) == [], f"seed {seed}"
