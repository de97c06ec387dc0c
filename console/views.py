"""The numbered views of the console, in the order of their numbers."""

from console.screens.engine import EngineScreen
from console.screens.journal import JournalScreen
from console.screens.lists import BrokersScreen, GroupsScreen, RetentionScreen, TopicsScreen
from console.screens.overview import OverviewScreen
from console.screens.view import View

VIEWS: tuple[View, ...] = (
    View("overview", "Overview", OverviewScreen),
    View("topics", "Topics", TopicsScreen),
    View("groups", "Groups", GroupsScreen),
    View("retention", "Retention", RetentionScreen),
    View("brokers", "Brokers", BrokersScreen),
    View("journal", "Journal", JournalScreen),
    View("engine", "Engine", EngineScreen),
)

DEMO_AT = len(VIEWS) - 1
"""The place among them of the demonstration's panel, which is there in the demonstration alone."""
