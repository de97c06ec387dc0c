"""The screens of one thing, by their kinds."""

from console.details import DETAILS
from console.screens.broker import BrokerScreen
from console.screens.diff import DiffScreen
from console.screens.group import GroupScreen
from console.screens.messages import MessagesScreen
from console.screens.request import RequestScreen
from console.screens.topic import TopicScreen


def test_each_is_found_by_the_kind_of_its_screen() -> None:
    screens = (
        TopicScreen,
        GroupScreen,
        BrokerScreen,
        MessagesScreen,
        RequestScreen,
        DiffScreen,
    )
    assert list(DETAILS) == [screen.KIND for screen in screens]
