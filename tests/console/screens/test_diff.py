"""Two topics beside each other: differing keys by default, every key when wanted."""

from dataclasses import replace

from console.model.section import Loading, Refused
from console.model.snapshot import Snapshot
from console.model.topic import TopicDetail
from console.screens.diff import DiffScreen
from tests.support.console_stage import StagedConsole, console
from tests.support.hand import at_rest, press
from tests.support.sample_snapshots import busy, gone
from tests.support.sample_topics import topic_detail
from tests.support.stage import lines_of, shown

SIZE = (120, 40)
NAMES = ("orders.placed", "orders.fulfilled")


def with_second(detail: TopicDetail) -> Snapshot:
    return replace(busy(), topic_details={NAMES[0]: topic_detail(NAMES[0]), NAMES[1]: detail})


async def opened(app: StagedConsole) -> None:
    await press(app, ":", *f"diff {NAMES[0]} {NAMES[1]}", "enter")
    assert isinstance(app.screen, DiffScreen)


async def test_only_what_differs_is_shown_until_every_key_is_wanted() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await opened(app)
        text = shown(app)
        assert "2592000000 (30d)" in text
        assert "259200000 (3d)" in text
        assert "segment.bytes" not in text
        await press(app, "a")
        assert "segment.bytes" in shown(app)
        assert len([line for line in lines_of(app) if "≠" in line]) == 2
        await press(app, "a")
        assert "segment.bytes" not in shown(app)


async def test_both_topics_are_asked_for() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await opened(app)
        assert app.feed.needs[-1].topics == set(NAMES)


async def test_equal_configurations_say_so() -> None:
    app = console(with_second(topic_detail(NAMES[0])))
    async with app.run_test(size=SIZE):
        await opened(app)
        assert "Both have the same configuration" in shown(app)
        assert "a shows all 7 keys" in shown(app)


async def test_what_cannot_be_read_is_named() -> None:
    app = console(with_second(replace(topic_detail(NAMES[1]), configs=Refused("no right"))))
    async with app.run_test(size=SIZE):
        await opened(app)
        assert "Configuration of orders.fulfilled cannot be shown" in shown(app)
        app.feed.give(with_second(replace(topic_detail(NAMES[1]), configs=Loading("it is slow"))))
        await at_rest(app)
        assert "Reading configuration of orders.fulfilled" in shown(app)
        assert "it is slow" in shown(app)


async def test_a_topic_that_is_gone_is_named() -> None:
    app = console(with_second(gone(NAMES[1])))
    async with app.run_test(size=SIZE):
        await opened(app)
        assert "there is no topic orders.fulfilled" in shown(app)


async def test_history_leads_back_to_it() -> None:
    app = console(busy())
    async with app.run_test(size=SIZE):
        await opened(app)
        await press(app, "3", "[")
        assert isinstance(app.screen, DiffScreen)
        assert app.screen.detail == " ".join(NAMES)
        await press(app, "escape")
        assert not isinstance(app.screen, DiffScreen)


async def test_it_is_of_use_at_the_least_size() -> None:
    app = console(busy())
    async with app.run_test(size=(60, 20)):
        await opened(app)
        assert "retention.ms" in shown(app)
        assert "259200000" in shown(app)
