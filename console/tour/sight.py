"""What the tour can see of the console at one moment. Frozen; made by the application."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.acts.act import Act
from console.model.cluster import ConnectionState
from console.model.figures import Known
from console.model.group import Group
from console.model.section import content
from console.model.snapshot import Snapshot
from console.model.topic import Topic
from console.screens.visits import Place


@dataclass(frozen=True, slots=True)
class Sight:
    """`place` is where the person is and `screens` what is open there, dialogs included, the one in
    front last; `acts` is what this console did, oldest first.

    `is_home`: the cluster in use is the one that the tour is about.
    """

    place: Place
    screens: tuple[type[object], ...] = ()
    snapshot: Snapshot | None = None
    acts: tuple[Act, ...] = ()
    is_home: bool = True

    @property
    def is_connected(self) -> bool:
        """Whether the cluster answers now."""
        snapshot = self.snapshot
        return snapshot is not None and snapshot.connection.state is ConnectionState.CONNECTED

    @property
    def topics(self) -> Sequence[Topic] | None:
        """Every topic; None while that is not known."""
        return None if self.snapshot is None else content(self.snapshot.topics)

    def topic(self, name: str) -> Topic | None:
        """The topic of this name, as far as it is known."""
        return next((each for each in self.topics or () if each.name == name), None)

    def rate(self, name: str) -> float | None:
        """How many records a second are written to a topic; None while that is not known."""
        topic = self.topic(name)
        rate = None if topic is None else topic.messages_per_s
        return rate.value if isinstance(rate, Known) else None

    @property
    def groups(self) -> Sequence[Group] | None:
        """Every group; None while that is not known."""
        return None if self.snapshot is None else content(self.snapshot.groups)

    def group(self, name: str) -> Group | None:
        """The group of this name, as far as it is known."""
        return next((each for each in self.groups or () if each.name == name), None)

    def lag(self, name: str) -> int | None:
        """How many records a group is behind; None while that is not known of every partition."""
        group = self.group(name)
        if group is None or not group.is_enriched or not group.lag_total.is_complete:
            return None
        return group.lag_total.amount

    def members(self, name: str) -> int | None:
        """How many members a group has; None while that is not known, or it changes just now."""
        group = self.group(name)
        if group is None or group.state.is_rebalancing or not isinstance(group.members, Known):
            return None
        return len(group.members.value)
