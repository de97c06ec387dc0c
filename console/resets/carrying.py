"""Carries a plan out: looks once more whether it still holds, then commits the new positions."""

from collections.abc import Mapping

from console.model.figures import Unknown
from console.model.names import TopicPartition
from console.model.text import plain
from console.port.cluster import Writes
from console.port.errors import ClusterError, GroupIsActive
from console.resets.drafting import CannotPlan, Draft, Reads, hindrance_of, positions_of

Outcome = Mapping[TopicPartition, ClusterError | None]
"""By partition: None where the new position is committed, else why it is not."""


class HasMoved(Exception):
    """The group has other positions than the plan was made from."""


async def carry_out(draft: Draft, reads: Reads, writes: Writes) -> Outcome:
    """Commit the new positions of a plan; partitions that stay are not in the outcome.

    Raises GroupIsActive while there are members, HasMoved when the plan is out of date, CannotPlan
    when that cannot be told, and ClusterError when the cluster did not take the positions.
    """
    wish, changes = draft.wish, draft.plan.changes
    try:
        hindrance = await hindrance_of(wish.group, wish.group_type, reads)
        now = await positions_of(wish.group, reads)
    except ClusterError as error:
        raise CannotPlan(f"nothing was changed: {plain(error.reason)}") from error
    if hindrance:
        raise GroupIsActive(hindrance)
    before = {row.key: row.old for row in draft.plan.rows if row.key in changes}
    if any(_differs(before[key], now.get(key)) for key in changes):
        raise HasMoved
    return await writes.set_offsets(wish.group, changes)


def _differs(then: int | Unknown | None, now: int | Unknown | None) -> bool:
    """Whether a position is known to be another; what cannot be read says nothing."""
    return not isinstance(now, Unknown) and not isinstance(then, Unknown) and now != then
