"""The faces of the screens. Most show what a snapshot tells, so that each face is one."""

from functools import partial

from console.demo.screen import DemoScreen
from console.screens.alerts import AlertsScreen
from console.screens.broker import BrokerScreen
from console.screens.clusters import ClustersScreen
from console.screens.diff import DiffScreen
from console.screens.engine import EngineScreen
from console.screens.group import GroupScreen
from console.screens.journal import JournalScreen
from console.screens.lists import BrokersScreen, GroupsScreen, RetentionScreen, TopicsScreen
from console.screens.overview import OverviewScreen
from console.screens.request import RequestScreen
from console.screens.topic import TopicScreen
from console.views import VIEWS
from tests.console.faces.place import Place, Scene, fed, given, typed
from tests.support.console_stage import StagedConsole, console, sample_acts
from tests.support.fake_workflow import FakeWorkflow, demo_view
from tests.support.hand import at_rest
from tests.support.sample_alerts import sample_alerting
from tests.support.sample_clusters import LOCAL
from tests.support.sample_engine import ENGINE_FACES, busy_engine, with_engine
from tests.support.sample_snapshots import busy, loading

FED = ("loading", "empty", "stale", "partial", "refused", "shut_out", "one_broker_down")
"""Nothing read yet, nothing there, old, partly unknown, partly and wholly not allowed, one broker
gone."""
USUAL = Scene(given("busy"))


def _alerts(theme: str) -> StagedConsole:
    return console(loading(), theme=theme, alerting=sample_alerting())


def _journal(theme: str) -> StagedConsole:
    app = console(busy(), theme=theme)
    sample_acts(app.journal)
    return app


def _demo(theme: str) -> StagedConsole:
    return console(busy(), theme=theme, views=(demo_view(FakeWorkflow("fraud-1")), *VIEWS))


def _told_of_the_engine(face: str) -> Scene:
    async def tell(app: StagedConsole) -> None:
        app.feed.give(with_engine(ENGINE_FACES[face]))
        await at_rest(app)

    return Scene(tell)


fed_place = partial(Place, scenes=fed(FED), is_one_run=True)
bare_place = partial(Place, scenes={"usual": USUAL, **fed(FED)}, is_one_run=True)
engine_place = partial(
    Place,
    scenes={face: _told_of_the_engine(face) for face in ENGINE_FACES},
    make=lambda theme: console(busy_engine(), theme=theme),
    is_one_run=True,
)

SCREENS = (
    fed_place("overview", OverviewScreen, open=typed("1")),
    fed_place("topics", TopicsScreen, open=typed("2")),
    fed_place("topic", TopicScreen, open=typed("2", "enter")),
    Place("segments", TopicScreen, scenes=fed(FED), open=typed("2", "enter", "tab")),
    fed_place("groups", GroupsScreen, open=typed("3")),
    fed_place("group", GroupScreen, open=typed("3", "down", "down", "enter")),
    fed_place("retention", RetentionScreen, open=typed("4")),
    fed_place("brokers", BrokersScreen, open=typed("5")),
    bare_place("broker", BrokerScreen, open=typed("5", "enter")),
    fed_place("journal", JournalScreen, open=typed("6"), make=_journal),
    fed_place("diff", DiffScreen, open=typed("2", "=", *"orders.f", "tab", "enter")),
    bare_place("alerts", AlertsScreen, open=typed("B"), make=_alerts),
    bare_place(
        "clusters",
        ClustersScreen,
        open=typed("C"),
        make=lambda theme: console(busy(), theme=theme, saved=LOCAL),
    ),
    bare_place("demo", DemoScreen, open=typed("1"), make=_demo),
    engine_place("engine", EngineScreen, open=typed("7")),
    engine_place("request", RequestScreen, open=typed("7", "enter")),
)
"""Every screen but those of messages."""
