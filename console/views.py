"""The numbered views of the console, in the order of their numbers.

All but the first are loaded when they are first opened: the first frame does not wait for them.
"""

from console.screens.base import ConsoleScreen
from console.screens.overview import OverviewScreen
from console.screens.routes import Host
from console.screens.view import View


def _topics(host: Host) -> ConsoleScreen:
    from console.screens.lists import TopicsScreen

    return TopicsScreen(host)


def _groups(host: Host) -> ConsoleScreen:
    from console.screens.lists import GroupsScreen

    return GroupsScreen(host)


def _retention(host: Host) -> ConsoleScreen:
    from console.screens.lists import RetentionScreen

    return RetentionScreen(host)


def _brokers(host: Host) -> ConsoleScreen:
    from console.screens.lists import BrokersScreen

    return BrokersScreen(host)


def _journal(host: Host) -> ConsoleScreen:
    from console.screens.journal import JournalScreen

    return JournalScreen(host)


def _engine(host: Host) -> ConsoleScreen:
    from console.screens.engine import EngineScreen

    return EngineScreen(host)


VIEWS: tuple[View, ...] = (
    View("overview", "Overview", OverviewScreen),
    View("topics", "Topics", _topics),
    View("groups", "Groups", _groups),
    View("retention", "Retention", _retention),
    View("brokers", "Brokers", _brokers),
    View("journal", "Journal", _journal),
    View("engine", "Engine", _engine),
)

DEMO_AT = len(VIEWS) - 1
"""The place among them of the demonstration's panel, which is there in the demonstration alone."""
