"""The console never crashes at any size of terminal, however fast the sizes follow each other."""

import asyncio
from random import Random

import pytest

from tests.console.test_frames import DIALOGS, SCREENS
from tests.support.console_stage import StagedConsole, console, sample_acts
from tests.support.hand import at_rest, press, resize, send_key, send_size
from tests.support.hostile import faults_of
from tests.support.sample_alerts import sample_alerting
from tests.support.sample_clusters import LOCAL
from tests.support.sample_records import sample_records
from tests.support.sample_snapshots import busy
from tests.support.stage import lines_of, shown

PLACES = {
    **SCREENS,
    **DIALOGS,
    "topics-filtered": ("2", "/", "o"),
    "clusters": ("C", "down", "t"),
    "alerts": ("B",),
    "messages": ("2", "m"),
    "message": ("2", "m", "enter"),
    "resend": ("2", "m", "R"),
    "export": ("2", "m", "x"),
    "seek": ("2", "m", "@"),
    "reset-preview": (*":group billing", "enter", "R", *"latest", "ctrl+s"),
    "reset-confirm": (*":group billing", "enter", "R", *"latest", "ctrl+s", "ctrl+s"),
}
TINY = [(1, 1), (1, 10), (3, 2), (9, 5), (20, 1), (20, 10)]
SEEDS = (1, 2)


def staged() -> StagedConsole:
    """The console with something behind every key."""
    app = console(busy(), saved=LOCAL, alerting=sample_alerting())
    sample_acts(app.journal)
    sample_records(app.cluster)
    app.cluster.world.add_group("billing", "orders.placed", committed=3, members=0)
    return app


@pytest.mark.parametrize("place", PLACES)
async def test_tiny_terminals_are_survived(place: str) -> None:
    """From 1x1 to 20x10, opened there and left alive."""
    app = staged()
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
    app = staged()
    keys = (*"123456jGzsi?:/mBCwReDAxp=", "enter", "escape", "ctrl+t", "n", "ctrl+s", "tab")
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
