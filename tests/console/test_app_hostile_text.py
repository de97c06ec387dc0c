"""Text from outside never reaches the terminal as more than text, on any screen.

Every place that shows a name, a reason, an address, a value or a message is given one of the
hostile texts; the screen is then looked at cell by cell.
"""

from dataclasses import replace

import pytest

from console.model.care import Care
from console.port.clusters import Trial
from console.port.errors import Rejected
from console.screens.broker import BrokerScreen
from console.screens.group import GroupScreen
from console.screens.request import RequestScreen
from console.screens.topic import TopicScreen
from console.views import VIEWS
from tests.support.console_stage import StagedConsole, console
from tests.support.hand import at_rest, paste, press
from tests.support.hostile import HOSTILE, faults_of, hostile, refusing
from tests.support.sample_clusters import LOCAL, PRODUCTION
from tests.support.sample_snapshots import busy

BREAKS_LAYOUTS = ("wide", "emoji", "combining", "long", "lines")
LOOKS_LIKE_SOMETHING = ("colour", "markup", "broken-markup", "right-to-left", "surrogate")


async def faults_of_every_screen(app: StagedConsole, text: str) -> dict[str, list[str]]:
    faults: dict[str, list[str]] = {}
    for view in VIEWS:
        await app.action_view(view.name)
        await at_rest(app)
        faults[view.name] = faults_of(app)
    opened = (
        TopicScreen(app, text),
        GroupScreen(app, text),
        BrokerScreen(app, "1"),
        RequestScreen(app, f"{text} {text}"),
    )
    for screen in opened:
        await app.push_screen(screen)
        await at_rest(app)
        faults[screen.KIND] = faults_of(app)
    return faults


OPENED = (TopicScreen.KIND, GroupScreen.KIND, BrokerScreen.KIND, RequestScreen.KIND)
SCREENS = (*(view.name for view in VIEWS), *OPENED)
WHOLE: dict[str, list[str]] = {name: [] for name in SCREENS}
"""No faults on any of the screens."""


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_no_screen_lets_hostile_text_through(text: str) -> None:
    app = console(hostile(text))
    async with app.run_test(size=(120, 40)):
        assert await faults_of_every_screen(app, text) == WHOLE


@pytest.mark.parametrize("name", BREAKS_LAYOUTS)
async def test_no_narrow_screen_is_broken_by_hostile_text(name: str) -> None:
    app = console(hostile(HOSTILE[name]))
    async with app.run_test(size=(64, 20)):
        assert await faults_of_every_screen(app, HOSTILE[name]) == WHOLE


DIALOGS = {
    "delete": ("D",),
    "publish": ("p",),
    "copied": ("y",),
    "prompt": (":", *"topic ", "tab"),
    "filter": ("/", "x"),
}


@pytest.mark.parametrize("keys", DIALOGS.values(), ids=DIALOGS)
async def test_no_dialog_lets_hostile_text_through(keys: tuple[str, ...]) -> None:
    app = console(busy())
    async with app.run_test(size=(80, 24), notifications=True):
        await press(app, "2")
        for name in LOOKS_LIKE_SOMETHING:
            app.feed.give(hostile(HOSTILE[name]))
            await press(app, *keys)
            await at_rest(app)
            assert faults_of(app) == [], name
            await press(app, "escape")


@pytest.mark.parametrize("view", [view.name for view in VIEWS])
async def test_no_refusal_lets_hostile_text_through(view: str) -> None:
    app = console(busy())
    async with app.run_test(size=(100, 30)):
        await app.action_view(view)
        for text in HOSTILE.values():
            app.feed.give(refusing(text))
            await at_rest(app)
            assert faults_of(app) == []


async def test_no_answer_of_a_broker_lets_hostile_text_through() -> None:
    app = console(busy())
    async with app.run_test(size=(80, 24), notifications=True):
        for name in LOOKS_LIKE_SOMETHING:
            for operation in ("create_topic", "delete_topic", "publish"):
                app.cluster.fail(operation, Rejected("POLICY_VIOLATION", HOSTILE[name]))
            for keys in (("n", "o", "ctrl+s"), ("2", "p", "v", "ctrl+s")):
                await press(app, *keys)
                await at_rest(app)
                assert faults_of(app) == [], name
                await press(app, "escape")
            await press(app, "D", *"orders.placed", "enter")
            await at_rest(app)
            assert faults_of(app) == [], name


FIELDS = {
    "filter": ("2", "/"),
    "prompt": (":",),
    "create-topic": ("n",),
    "publish": ("2", "p"),
    "delete": ("2", "D"),
}


@pytest.mark.parametrize("keys", FIELDS.values(), ids=FIELDS)
async def test_no_field_lets_pasted_text_through(keys: tuple[str, ...]) -> None:
    app = console(busy())
    async with app.run_test(size=(80, 24), notifications=True):
        await press(app, *keys)
        for name, text in HOSTILE.items():
            await paste(app, text)
            assert faults_of(app) == [], name
            await press(app, "ctrl+u")
        await paste(app, "".join(HOSTILE.values()))
        await press(app, "enter")
        assert faults_of(app) == []


@pytest.mark.parametrize("text", [text for text in HOSTILE.values() if text.strip()])
async def test_no_saved_cluster_lets_hostile_text_through(text: str) -> None:
    """Method: a cluster of that name, tried in vain with that reason, then opened."""
    app = console(busy(), saved=LOCAL)
    assert app.chosen is not None
    hostile_one = replace(PRODUCTION, name=text, address=text, care=Care(text, is_production=True))
    app.chosen.saved = (LOCAL, hostile_one)
    app.chosen.trials = {text: Trial(failure=text)}
    async with app.run_test(size=(120, 40)):
        await press(app, "C", "G", "t")
        await at_rest(app)
        assert faults_of(app) == []
        await press(app, "enter", "n", *"shipments", "ctrl+s")
        await at_rest(app)
        assert app.chosen.switched == [text]
        assert faults_of(app) == []
