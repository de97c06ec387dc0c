"""Asks a cluster what a plan needs: positions, ends of logs, who is in the group, a file.

Committed positions are read before the ends of the logs, so that a group that reads meanwhile is
never taken to be beyond the end.
"""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from console.messages.start_position import StartKind
from console.model.figures import Unknown
from console.model.group import GroupState, Member
from console.model.names import TopicPartition
from console.model.text import plain
from console.port.cluster import Groups, Layout, Offsets
from console.port.errors import ClusterError, NotFound
from console.port.readings import LayoutReading, TimedOffset
from console.resets.aim import Aim, ToFile, ToGroup, ToShift, ToStart
from console.resets.extent import Extent
from console.resets.plan import (
    At,
    By,
    Facts,
    FirstSince,
    Plan,
    ToEndOfLog,
    ToStartOfLog,
    Wanted,
    planned,
)
from console.resets.positions_file import FILE_BYTES_MAX, parse_positions

T = TypeVar("T")

MEMBERS_NAMED_MAX = 5
_RESTING = frozenset({GroupState.EMPTY, GroupState.DEAD, GroupState.UNKNOWN})


class Reads(Layout, Offsets, Groups, Protocol):
    """What is asked before a reset."""


class CannotPlan(Exception):
    """Why there is nothing to plan, safe to show."""


class NotThere(CannotPlan):
    """The extent names a topic or partition that is not there."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What should be reset, and where to. `group_type` is as the coordinator lists it."""

    group: str
    group_type: str
    aim: Aim
    extent: Extent


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan, and why it cannot be carried out at this moment; empty when it can.

    `left_out` has the partitions without a position, of topics in the plan, that `all` does not
    mean: `--all-topics` of Kafka's own tool leaves them out too, and says nothing of them.
    """

    wish: Wish
    plan: Plan
    hindrance: str = ""
    left_out: tuple[TopicPartition, ...] = ()


async def layout_for(wishes: Collection[Wish], reads: Layout) -> LayoutReading | None:
    """What the plans for these need to say what they leave out; None where they leave out nothing.

    Raises ClusterError.
    """
    return await reads.layout() if any(map(_may_leave_out, wishes)) else None


async def drafted(wish: Wish, reads: Reads, layout: LayoutReading | None = None) -> Draft:
    """The plan for a wish, as things are. Raises ClusterError, CannotPlan."""
    if wish.group_type == "share":
        raise CannotPlan("a share group has no positions of this kind")
    positions = await positions_of(wish.group, reads)
    wanted = await _wanted(wish, positions, reads)
    if not wanted:
        raise CannotPlan(_nothing(wish))
    facts = await _facts(wanted, positions, reads)
    plan = planned(wish.group, wanted, facts)
    hindrance = await hindrance_of(wish.group, wish.group_type, reads)
    left_out = _left_out(wanted, layout) if layout and _may_leave_out(wish) else ()
    return Draft(wish, plan, hindrance, left_out)


def keys_named(extent: Extent, layout: LayoutReading) -> list[TopicPartition]:
    """The partitions that an extent names, topic by topic. Raises NotThere."""
    there = {topic.name: topic.keys for topic in layout.topics}
    for topic, partitions in extent.parts:
        if topic not in there:
            raise NotThere(f"there is no topic {plain(topic)}")
        missing = sorted((partitions or frozenset()) - {key.partition for key in there[topic]})
        if missing:
            raise NotThere(f"{plain(topic)} has no partition {missing[0]}")
    named = dict.fromkeys(topic for topic, _ in extent.parts)
    return [key for topic in named for key in there[topic] if extent.covers(key)]


async def hindrance_of(group: str, group_type: str, reads: Groups) -> str:
    """Why the positions of a group cannot be changed now: members read with them. Safe to show.

    Raises ClusterError when that cannot be told.
    """
    answer = (await reads.describe_groups({group: group_type}))[group]
    if isinstance(answer, NotFound):
        return ""
    if isinstance(answer, ClusterError):
        raise answer
    if not answer.members and answer.state in _RESTING:
        return ""
    if not answer.members:
        return f"the group is {answer.state.value}; stop its consumers first"
    return f"{_crew(answer.members)}; stop {'it' if len(answer.members) == 1 else 'them'} first"


async def positions_of(group: str, reads: Groups) -> dict[TopicPartition, int | Unknown]:
    """The committed positions of a group. Raises ClusterError."""
    found = (await positions_of_groups([group], reads))[group]
    if isinstance(found, ClusterError):
        raise found
    return found


async def positions_of_groups(
    groups: Collection[str], reads: Groups
) -> dict[str, dict[TopicPartition, int | Unknown] | ClusterError]:
    """The committed positions of each group, or why they cannot be read. Raises ClusterError."""
    answers = await reads.committed(groups)
    found: dict[str, dict[TopicPartition, int | Unknown] | ClusterError] = {}
    for group in groups:
        answer = answers.get(group, {})
        if isinstance(answer, ClusterError):
            found[group] = answer
        else:
            found[group] = {key: _figure(offset) for key, offset in answer.items()}
    return found


async def _wanted(
    wish: Wish, positions: Mapping[TopicPartition, int | Unknown], reads: Reads
) -> dict[TopicPartition, Wanted]:
    extent = wish.extent
    match wish.aim:
        case ToFile(path):
            listed = await asyncio.to_thread(_read, path, wish.group)
            return {key: At(offset) for key, offset in listed.items() if extent.covers(key)}
        case ToGroup(name):
            others = await positions_of(name, reads)
            if not others:
                raise CannotPlan(f"{plain(name)} has no positions")
            keys = await _keys(extent, {*positions, *others}, reads)
            none = Unknown(f"{plain(name)} has no position there")
            return {key: _at(others.get(key, none)) for key in keys}
        case ToShift(by):
            return dict.fromkeys(await _keys(extent, positions, reads), By(by))
        case ToStart(start):
            keys = await _keys(extent, positions, reads)
            if start.kind is StartKind.TIME:
                found = await reads.offsets_at(keys, start.amount) if keys else {}
                return {key: _since(found[key]) for key in keys}
            return dict.fromkeys(keys, _place(start.kind, start.amount))


def _may_leave_out(wish: Wish) -> bool:
    """A file names its partitions, and topics that are named are meant whole."""
    return not wish.extent.parts and not isinstance(wish.aim, ToFile)


def _left_out(
    wanted: Collection[TopicPartition], layout: LayoutReading
) -> tuple[TopicPartition, ...]:
    topics = {key.topic for key in wanted}
    return tuple(
        key
        for topic in layout.topics
        if topic.name in topics
        for each in topic.partitions
        if (key := TopicPartition(topic.name, each.index)) not in wanted
    )


def _place(kind: StartKind, amount: int) -> Wanted:
    if kind is StartKind.BEGINNING:
        return ToStartOfLog()
    return At(amount) if kind is StartKind.OFFSET else ToEndOfLog(amount)


async def _keys(
    extent: Extent, positions: Collection[TopicPartition], reads: Layout
) -> list[TopicPartition]:
    """The partitions of an extent; of a whole topic also those without a position."""
    if not extent.parts:
        return sorted(positions)
    return sorted(keys_named(extent, await reads.layout()))


async def _facts(
    keys: Collection[TopicPartition],
    positions: Mapping[TopicPartition, int | Unknown],
    reads: Offsets,
) -> dict[TopicPartition, Facts]:
    starts = await reads.start_offsets(keys)
    ends = await reads.end_offsets(keys)
    return {
        key: Facts(positions.get(key), _figure(starts[key]), _figure(ends[key])) for key in keys
    }


def _read(path: str, group: str) -> dict[TopicPartition, int]:
    """The positions in a file. Raises CannotPlan."""
    try:
        with Path(path).expanduser().open("rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
        if len(content) > FILE_BYTES_MAX:
            raise CannotPlan(f"{plain(path)} is larger than {FILE_BYTES_MAX >> 20} MB")
        return parse_positions(content, group)
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CannotPlan(f"{plain(path)} cannot be read: {plain(str(reason))}") from None
    except ValueError as error:
        raise CannotPlan(f"{plain(path)}: {error}") from None


def _figure(answer: int | ClusterError) -> int | Unknown:
    return Unknown(plain(answer.reason)) if isinstance(answer, ClusterError) else answer


def _at(position: int | Unknown) -> Wanted:
    return position if isinstance(position, Unknown) else At(position)


def _since(found: TimedOffset | ClusterError) -> Wanted:
    if isinstance(found, ClusterError):
        return Unknown(plain(found.reason))
    return FirstSince(found.offset if found.offset >= 0 else None)


def _crew(members: tuple[Member, ...]) -> str:
    names = [f"{member.client_id} ({member.host})" for member in members[:MEMBERS_NAMED_MAX]]
    more = len(members) - len(names)
    told = plain(", ".join(names)) + (f" and {more:,} more" if more else "")
    return f"{told} {'reads' if len(members) == 1 else 'read'} with these positions"


def _nothing(wish: Wish) -> str:
    if isinstance(wish.aim, ToFile):
        return f"the file has nothing for {plain(str(wish.extent))}"
    return f"{plain(wish.group)} has no positions: name a topic"
