"""What is on the screen, and so what has to be asked for. Nothing hidden is read."""

from dataclasses import dataclass
from enum import Enum


class View(Enum):
    """A screen or panel with needs of its own."""

    OVERVIEW = "overview"
    TOPICS = "topics"
    GROUPS = "groups"
    BROKERS = "brokers"
    TRAFFIC = "traffic"
    """How much is written to each broker, and how fast it answers."""
    RETENTION = "retention"
    HEALTH = "health"
    ENGINE = "engine"
    LOSSES = "losses"
    """When retention takes what groups have not read, where no screen before has asked for it."""
    PRODUCERS = "producers"
    """Who writes to the topics that are open."""
    SEGMENTS = "segments"
    """The segments of the topics that are open: dear, so only while they are in sight."""


@dataclass(frozen=True, slots=True)
class Needs:
    """`topics` are those whose detail is open; `groups` those that are open, in sight or pinned.

    `lag_group` is the group whose lag the partitions of an open topic show; None: the one that is
    furthest behind. `broker` is the one whose configuration is open. `is_whole`: one picture is to
    tell everything of the groups, of all where none is named, however long that takes; otherwise
    figures come by and by, those of what is in sight first.
    """

    views: frozenset[View] = frozenset({View.OVERVIEW})
    topics: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    lag_group: str | None = None
    broker: int | None = None
    is_whole: bool = False

    @property
    def all_partitions(self) -> bool:
        """Whether end offsets of every partition are wanted."""
        return not self.views.isdisjoint({View.OVERVIEW, View.TOPICS, View.TRAFFIC})

    @property
    def round_trips(self) -> bool:
        """Whether it is wanted how long brokers take to answer."""
        return not self.views.isdisjoint({View.OVERVIEW, View.TRAFFIC})

    @property
    def group_lists(self) -> bool:
        """Whether groups are wanted as a whole."""
        lists = {View.OVERVIEW, View.TOPICS, View.GROUPS, View.RETENTION}
        wanting = lists | {View.HEALTH, View.TRAFFIC}
        return not self.views.isdisjoint(wanting)

    @property
    def groups_read(self) -> bool:
        """Whether anything of groups is wanted, of all or of some."""
        return self.group_lists or bool(self.groups | self.topics)

    @property
    def disks(self) -> bool:
        """Whether sizes are wanted; where a limit of size counts, they tell when records go."""
        of_brokers = {View.BROKERS, View.HEALTH}
        of_topics = {View.OVERVIEW, View.TOPICS, View.RETENTION, View.LOSSES}
        return bool(self.topics) or not self.views.isdisjoint(of_brokers | of_topics)

    @property
    def policies(self) -> bool:
        """Whether retention policies of every topic are wanted."""
        wanting = {View.OVERVIEW, View.TOPICS, View.RETENTION, View.LOSSES}
        return not self.views.isdisjoint(wanting)

    @property
    def vitals(self) -> bool:
        return not self.views.isdisjoint({View.OVERVIEW, View.BROKERS, View.HEALTH, View.ENGINE})
