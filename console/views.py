"""The numbered views of the console, in the order of their numbers."""

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
)
