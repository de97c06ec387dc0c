"""Who came into a group and who left, and how long it rebalanced, as far as readings can tell.

Pure. A rebalance is as long as the readings in which it was seen: what begins and ends between two
of them is told by what it did, without a duration.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from console.model import units
from console.model.events import Event, EventKind
from console.model.figures import Known
from console.model.group import Group, GroupState, Member
from console.model.severity import Severity
from console.model.text import plain

NAMED_MAX = 3
"""Members that one event names; of more it says how many there are."""


def rebalancing_since(
    before: Mapping[str, int], groups: Iterable[Group], now_ms: int
) -> dict[str, int]:
    """When each group that rebalances now was first seen to do so."""
    return {
        group.name: before.get(group.name, now_ms) for group in groups if group.state.is_rebalancing
    }


def membership_changes(
    old: Group, group: Group, now_ms: int, since_ms: int | None
) -> Iterator[Event]:
    """What became of the members of a group; `since_ms` is when a rebalance was first seen."""
    name, joined, left = plain(group.name), *_comings_and_goings(old, group)
    for members, verb in ((left, "left"), (joined, "joined")):
        if members:
            yield _event(group, now_ms, Severity.INFO, f"group {name}: {_told(members)} {verb}")
    was_rebalancing = old.state.is_rebalancing
    if group.state is old.state:
        if group.state is GroupState.STABLE and _is_shared_anew(old, group):
            text = f"group {name} rebalanced between two readings"
            yield _event(group, now_ms, Severity.INFO, text)
    elif group.state.is_rebalancing and not was_rebalancing:
        yield _event(group, now_ms, Severity.INFO, f"group {name} rebalances")
    elif group.state is GroupState.STABLE:
        took = ""
        if was_rebalancing and since_ms is not None and now_ms > since_ms:
            took = f" after {units.duration((now_ms - since_ms) / 1000)}"
        yield _event(group, now_ms, Severity.OK, f"group {name} is stable{_crew(group)}{took}")
    elif group.state is GroupState.EMPTY:
        text = f"group {name} has no members any more"
        yield _event(group, now_ms, Severity.WARNING, text)


def _comings_and_goings(old: Group, group: Group) -> tuple[list[Member], list[Member]]:
    """Who joined, and who left; nobody while either crew is not known."""
    if not isinstance(old.members, Known) or not isinstance(group.members, Known):
        return [], []
    olds = {member.member_id for member in old.members.value}
    news = {member.member_id for member in group.members.value}
    joined = [member for member in group.members.value if member.member_id not in olds]
    left = [member for member in old.members.value if member.member_id not in news]
    return joined, left


def _is_shared_anew(old: Group, group: Group) -> bool:
    """Whether partitions are shared in another way than before."""
    if not isinstance(old.members, Known) or not isinstance(group.members, Known):
        return False
    was = {member.member_id: frozenset(member.assignments) for member in old.members.value}
    now = {member.member_id: frozenset(member.assignments) for member in group.members.value}
    return was != now


def _told(members: Iterable[Member]) -> str:
    """`billing-3 (10.4.7.23), 2 x worker (10.4.7.24)`."""
    counts = Counter((member.client_id, member.host) for member in members)
    named = [
        (f"{count} x " if count > 1 else "") + plain(f"{client} ({host})" if host else client)
        for (client, host), count in sorted(counts.items())[:NAMED_MAX]
    ]
    more = sum(count for _, count in sorted(counts.items())[NAMED_MAX:])
    return ", ".join(named) + (f" and {more:,} more" if more else "")


def _crew(group: Group) -> str:
    if not isinstance(group.members, Known):
        return ""
    count = len(group.members.value)
    return f" with {count} member{'' if count == 1 else 's'}"


def _event(group: Group, now_ms: int, severity: Severity, text: str) -> Event:
    return Event(now_ms, severity, EventKind.GROUP, group.name, text)
