"""Two topics beside each other: differing keys by default, every key when wanted."""

from dataclasses import replace

import pytest

from console.model.section import Loading, Refused, content
from console.model.snapshot import Snapshot
from console.model.topic import TopicDetail
from console.port.errors import ClusterError, Unreachable
from console.port.errors import Refused as RefusedByCluster
from console.port.readings import ConfigReading
from console.screens.diff import ELSEWHERE_MS, DiffScreen
from tests.support.console_stage import StagedConsole, console
from tests.support.hand import at_rest, press
from tests.support.sample_clusters import LOCAL
from tests.support.sample_snapshots import busy, gone
from tests.support.sample_topics import topic_detail
from tests.support.stage import lines_of, shown

SIZE = (120, 40)
NAMES = ("orders.placed", "orders.fulfilled")
ELSEWHERE = f"staging/{NAMES[0]}"
AS_HERE = tuple(
    ConfigReading(each.name, each.value, each.source)
    for each in content(topic_detail(NAMES[0]).configs) or ()
)
SHORTER = tuple(
    replace(each, value="3600000") if each.name == "retention.ms" else each for each in AS_HERE
)


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


def elsewhere(*configs: ConfigReading | ClusterError) -> StagedConsole:
    """The console on one of several clusters; a topic of another one has this configuration."""
    app = console(busy(), saved=LOCAL)
    assert app.chosen is not None
    found = tuple(each for each in configs if isinstance(each, ConfigReading))
    faults = [each for each in configs if isinstance(each, ClusterError)]
    app.chosen.configs[ELSEWHERE] = faults[0] if faults else found
    return app


async def opened_elsewhere(app: StagedConsole) -> None:
    await press(app, ":", *f"diff {NAMES[0]} staging/", "enter")
    await at_rest(app)
    assert isinstance(app.screen, DiffScreen)
    assert app.screen.detail == f"{NAMES[0]} {ELSEWHERE}"


async def test_a_topic_is_compared_with_its_namesake_on_another_cluster() -> None:
    app = elsewhere(*SHORTER)
    async with app.run_test(size=SIZE):
        await opened_elsewhere(app)
        text = shown(app)
        assert ELSEWHERE in text
        assert "3600000" in text
        assert "1 key" in text
        assert app.feed.needs[-1].topics == {NAMES[0]}


async def test_what_another_cluster_says_is_read_anew_and_a_failure_keeps_it() -> None:
    app = elsewhere(*SHORTER)
    async with app.run_test(size=SIZE):
        await opened_elsewhere(app)
        assert app.chosen is not None
        app.chosen.configs[ELSEWHERE] = AS_HERE
        later = replace(busy(), at_ms=busy().at_ms + ELSEWHERE_MS)
        app.feed.give(later)
        await at_rest(app)
        assert "Both have the same configuration" in shown(app)
        app.chosen.configs[ELSEWHERE] = Unreachable("staging is away")
        app.feed.give(replace(later, at_ms=later.at_ms + ELSEWHERE_MS))
        await at_rest(app)
        assert "staging is away" in shown(app)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Unreachable("staging is away"), "Reading configuration of"),
        (RefusedByCluster("no right"), "cannot be shown"),
    ],
)
async def test_another_cluster_that_does_not_tell_is_named(error: ClusterError, said: str) -> None:
    app = elsewhere(error)
    async with app.run_test(size=SIZE):
        await opened_elsewhere(app)
        text = shown(app)
        assert said in text
        assert ELSEWHERE in text
        assert error.reason in text
