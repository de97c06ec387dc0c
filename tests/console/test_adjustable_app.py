"""Settings that are saved while the console runs: taken over, or told and left."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

from console.acts.journal import Journal
from console.alerts.rules import Telling, ToldRule
from console.app import ConsoleApp
from console.look import look_of
from console.model.alerts import AlertRule
from console.port.source import Source
from console.screens.view import Look, Refused, Saved
from console.settings import Settings, TimeStyle
from console.views import VIEWS
from engine.config.load import parse
from tests.support.clock import FakeClock
from tests.support.console_stage import KeptAudit, console
from tests.support.fake_cluster import FakeCluster
from tests.support.sample_snapshots import busy, stale
from tests.support.stage import shown
from tests.support.still_feed import StillFeed

SIZE = (120, 40)


def said(text: str) -> tuple[Settings, Look]:
    return look_of(parse(text, file="config.toml"), None)


async def test_what_is_saved_holds_at_once() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE) as pilot:
        app.take_settings(
            *said(
                """
                [console]
                theme = "paper"
                theme_light = "midnight"
                interval = "5s"
                times = "relative"
                show_internal_topics = true
                [console.keys]
                app.pause = "f9"
                """
            )
        )
        await pilot.pause()
        assert app.theme == "paper"
        assert app.feed.interval_s == 5.0
        frame = app.frame()
        assert (frame.times.style, frame.are_internal_shown) == (TimeStyle.RELATIVE, True)
        await pilot.press("f9")
        assert app.frame().is_paused
        await pilot.press("ctrl+t")
        assert app.theme == "midnight"


async def test_keys_that_are_no_longer_set_are_those_of_the_table_again() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE) as pilot:
        app.take_settings(*said('[console.keys]\napp.pause = "f9"\n'))
        app.take_settings(*said(""))
        await pilot.press("f9")
        assert not app.frame().is_paused
        await pilot.press("P")
        assert app.frame().is_paused


async def test_a_file_with_a_fault_leaves_everything_and_says_why() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        app.take_settings(*said('[console]\ntheme = "paper"\ninterval = "never"\n'))
        await pilot.pause()
        assert app.theme == "midnight"
        screen = shown(app)
        assert "The settings stay as they were" in screen
        assert "console.interval" in screen


async def test_what_is_wrong_stays_in_sight_until_it_is_mended() -> None:
    """A toast is gone in ten seconds, and what is wrong keeps its default for days."""
    app = console(busy(), problems=("k.toml:2: console.interval: never is no time", "k.toml:3: x"))
    lasting = "▲ The configuration is wrong: k.toml:2: console.interval: never is no time"
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert f"{lasting}; and 1 more" in shown(app)
        app.take_settings(*said('[console]\ntimes = "sundial"\n'))
        await pilot.pause()
        assert "The configuration is wrong: config.toml:2: console.times" in shown(app)
        app.take_settings(*said('[console]\ntimes = "utc"\n'))
        await pilot.pause()
        assert "The configuration is wrong" not in shown(app)


async def test_what_is_only_told_at_the_start_does_not_stay() -> None:
    app = console(busy(), notes=("what lists look like is not remembered",))
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await pilot.pause()
        assert "lists look like" in shown(app)
        assert "The configuration is wrong" not in shown(app)


async def test_a_cluster_that_is_lost_is_told_before_what_is_wrong_in_a_file() -> None:
    app = console(stale(), problems=("k.toml:3: x",))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert "The configuration is wrong" not in shown(app)


async def test_what_was_changed_by_key_stays_while_its_entry_stays() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE) as pilot:
        app.choose_theme("paper")
        app.take_settings(replace(Settings(), times=TimeStyle.LOCAL), said("")[1])
        await pilot.pause()
        assert app.theme == "paper"


async def test_saved_files_are_followed() -> None:
    news: asyncio.Queue[Saved | Refused] = asyncio.Queue()

    async def looks() -> AsyncGenerator[Saved | Refused, None]:
        while True:
            yield await news.get()

    settings, look = said("")
    cluster, journal = FakeCluster(FakeClock()), Journal(KeptAudit(), "ann", FakeClock())
    source = Source(cluster, cluster, FakeClock())
    feed = StillFeed(busy())
    app = ConsoleApp(feed, cluster, cluster, source, journal, VIEWS, look, settings, looks)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await news.put(Refused(("config.toml:3: Expected '=' after a key",)))
        rule = ToldRule(AlertRule("slow", lag_over=7), Telling())
        await news.put(Saved(*said('[console]\ntheme = "paper"\n'), rules=(rule,)))
        await pilot.pause()
        assert app.theme == "paper"
        assert app.alerting.book.rules == (rule.rule,)
        assert "config.toml:3" in shown(app)
        assert "The configuration is wrong" not in shown(app)
