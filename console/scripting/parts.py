"""Rows that are parts of something else, each with the name of what it belongs to. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from console.model.group import Group
from console.model.section import LOADING, Loading, Ready, Refused, Section, Stale, map_section
from console.model.snapshot import Snapshot
from console.model.topic import TopicDetail
from console.scripting.fields import RowT
from console.scripting.table import Named

PartT = TypeVar("PartT")
ValueT = TypeVar("ValueT")


@dataclass(frozen=True, slots=True)
class OfGroup(Generic[PartT]):
    """A row that belongs to a group."""

    group: str
    part: PartT


@dataclass(frozen=True, slots=True)
class OfTopic(Generic[PartT]):
    """A row that belongs to a topic."""

    topic: str
    part: PartT


def topics_named(least: int = 0, most: int | None = None) -> Named:
    """Names of topics."""
    return Named(
        "TOPIC",
        least,
        most,
        lambda snapshot: map_section(
            snapshot.topics, lambda topics: frozenset(topic.name for topic in topics)
        ),
    )


GROUPS_NAMED = Named(
    "GROUP",
    there=lambda snapshot: map_section(
        snapshot.groups, lambda groups: frozenset(group.name for group in groups)
    ),
)


def mapped(
    section: Section[ValueT], pick: Callable[[ValueT], Iterable[RowT]]
) -> Section[tuple[RowT, ...]]:
    """The rows of a section that has been read; other faces as they are."""
    return map_section(section, lambda value: tuple(pick(value)))


def of_groups(
    snapshot: Snapshot, parts: Callable[[Group], Iterable[PartT]]
) -> Section[tuple[OfGroup[PartT], ...]]:
    """The parts of every group, each with its group."""
    return mapped(
        snapshot.groups,
        lambda groups: (OfGroup(group.name, each) for group in groups for each in parts(group)),
    )


def of_details(
    snapshot: Snapshot,
    names: Iterable[str],
    part: Callable[[TopicDetail], Section[tuple[PartT, ...]]],
) -> Section[tuple[OfTopic[PartT], ...]]:
    """One part of the details of some topics, joined, as old as the oldest of them.

    What cannot be shown of one of them is the answer for all.
    """
    rows: list[OfTopic[PartT]] = []
    stale: Stale[object] | None = None
    for name in sorted(names):
        detail = snapshot.topic_details.get(name)
        section = LOADING if detail is None else part(detail)
        if isinstance(section, Loading | Refused):
            return section
        if isinstance(section, Stale):
            stale = stale or section
        rows += [OfTopic(name, each) for each in section.value]
    if stale is not None:
        return Stale(tuple(rows), stale.at_ms, stale.reason, stale.since_ms)
    return Ready(tuple(rows), snapshot.at_ms)
