"""The screens of one thing - a topic, a group, messages - by their kinds.

Each is loaded when it is first opened: the first frame does not wait for them.
"""

from collections.abc import Callable, Mapping

from console.screens.base import ConsoleScreen
from console.screens.host import TopicPart
from console.screens.routes import Host


def topic_screen(host: Host, name: str, part: TopicPart = TopicPart.PARTITIONS) -> ConsoleScreen:
    """A topic, with the cursor in one of its parts."""
    from console.screens.topic import TopicScreen

    return TopicScreen(host, name, part)


def group_screen(host: Host, name: str) -> ConsoleScreen:
    """A group."""
    from console.screens.group import GroupScreen

    return GroupScreen(host, name)


def broker_screen(host: Host, name: str) -> ConsoleScreen:
    """A broker, by its id."""
    from console.screens.broker import BrokerScreen

    return BrokerScreen(host, name)


def messages_screen(host: Host, topic: str, place: str = "") -> ConsoleScreen:
    """The messages of a topic, at a place as one types it behind `@`."""
    from console.screens.messages import MessagesScreen

    return MessagesScreen(host, topic, place)


def request_screen(host: Host, name: str) -> ConsoleScreen:
    """One kind of request that our broker answers."""
    from console.screens.request import RequestScreen

    return RequestScreen(host, name)


def diff_screen(host: Host, first: str, second: str) -> ConsoleScreen:
    """Two topics side by side."""
    from console.screens.diff import DiffScreen

    return DiffScreen(host, first, second)


DETAILS: Mapping[str, Callable[[Host, str], ConsoleScreen]] = {
    "topic": topic_screen,
    "group": group_screen,
    "broker": broker_screen,
    "messages": messages_screen,
    "request": request_screen,
    "diff": lambda host, topics: diff_screen(host, *topics.split(" ")),
}
"""Each kind is the `KIND` of its screen."""
