"""Makes the groups of a snapshot; one that did not change is the same object in the next one."""

from collections.abc import Mapping
from typing import NamedTuple

from console.model.figures import Figure
from console.model.group import Group
from console.model.names import TopicPartition
from console.model.retention import RetentionPolicy
from console.port.errors import ClusterError
from console.port.readings import GroupListing, GroupReading
from console.sampling.collected import Collected
from console.sampling.follower import GroupFollower
from console.sampling.group_rows import group_row


class _Listed(NamedTuple):
    """A group as it was made last, and of what: its listing, its description, its problem."""

    source: tuple[GroupListing, GroupReading | ClusterError | None, str]
    row: Group

    def is_of(self, source: tuple[GroupListing, GroupReading | ClusterError | None, str]) -> bool:
        """Whether nothing else comes of a source. What is followed moves on by itself."""
        return not self.row.is_enriched and self.source == source


class GroupList:
    """The groups by name, as they were made last."""

    def __init__(self, collected: Collected, follower: GroupFollower) -> None:
        self._collected = collected
        self._follower = follower
        self._listed: dict[str, _Listed] = {}

    def groups(
        self,
        now_ms: int,
        policies: Mapping[str, Figure[RetentionPolicy]],
        sizes: Mapping[TopicPartition, Figure[int]],
    ) -> tuple[Group, ...]:
        """The groups as of now."""
        found, follower = self._collected, self._follower
        listed: dict[str, _Listed] = {}
        for listing in sorted(found.listings(), key=_name):
            name = listing.name
            description, tracker = found.descriptions.get(name), follower.trackers.get(name)
            source = (listing, description, follower.problems.get(name, ""))
            old = self._listed.get(name)
            if old is not None and tracker is None and old.is_of(source):
                listed[name] = old
                continue
            row = group_row(
                listing,
                description,
                tracker,
                problem=source[-1],
                now_ms=now_ms,
                policies=policies,
                sizes=sizes,
            )
            listed[name] = _Listed(source, old.row if old is not None and old.row == row else row)
        self._listed = listed
        return tuple(each.row for each in listed.values())


def _name(listing: GroupListing) -> str:
    return listing.name
