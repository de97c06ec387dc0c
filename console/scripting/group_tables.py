"""The tables of groups: all of them, their lag by partition, and their members."""

from collections.abc import Sequence

from console.model.figures import Known, map_figure, value_or
from console.model.group import Group, Member, PartitionLag
from console.model.lag import LossKind
from console.sampling.needs import View
from console.scripting.fields import flag, names, number, seconds, text
from console.scripting.parts import GROUPS_NAMED, OfGroup, mapped, of_groups
from console.scripting.table import Follow, OfSnapshot, Table

_VIEWS = frozenset({View.GROUPS, View.LOSSES})


def _age_s(row: Group | PartitionLag) -> float | None:
    age = value_or(row.age, None)
    return None if age is None else age.seconds


def _loss_s(row: Group | PartitionLag) -> float | None:
    return 0.0 if row.loss.kind is LossKind.NOW else row.loss.seconds


def _expired_unread(rows: Sequence[PartitionLag]) -> int | None:
    """Records that retention took unread; None while it is not known where some log starts."""
    expired = sum(row.lag.expired_unread for row in rows)
    is_known = all(isinstance(row.log_start, Known) for row in rows)
    return expired if expired or is_known else None


def _members(group: Group) -> tuple[Member, ...]:
    return value_or(group.members, ())


def _most(group: Group) -> str | None:
    most = group.lag_max_partition
    return None if most is None else str(most)


GROUPS: Table[Group] = Table(
    "groups",
    "Consumer groups: state, members, lag, verdict, time to catch up and to data loss.",
    GROUPS_NAMED,
    OfSnapshot(lambda snapshot, _: mapped(snapshot.groups, tuple), _VIEWS, Follow.NAMED),
    (
        text("group", lambda group: group.name),
        text("state", lambda group: group.state.value),
        text("type", lambda group: group.group_type),
        text("protocol", lambda group: group.protocol or None),
        number("coordinator", lambda group: group.coordinator),
        number("members", lambda group: map_figure(group.members, len)),
        number("lag", lambda group: group.lag_total.amount if group.is_enriched else None),
        number("unknown", lambda group: group.lag_total.unknown if group.is_enriched else None),
        number("lag_max", lambda group: group.lag_max),
        text("lag_max_partition", _most),
        number("clamps", lambda group: group.clamps if group.is_enriched else None),
        text("verdict", lambda group: group.verdict.value),
        seconds("age_s", _age_s),
        text("outlook", lambda group: group.outlook.kind.value),
        seconds("eta_s", lambda group: group.outlook.eta_s),
        seconds("loss_s", _loss_s),
        number("expired_unread", lambda group: _expired_unread(group.partitions)),
        names("topics", lambda group: group.topics),
        text("problem", lambda group: group.problem or None),
    ),
    lambda group: group.name,
    more="`unknown` counts the partitions whose lag is not known and not in the sum, `clamps` "
    "those whose end was read below what is committed and that are counted as 0. `problem` says "
    "why the figures are old. `eta_s` is the time to catch up, `loss_s` the time until retention "
    "deletes unread records; both follow from `outlook`.",
    over_time=("verdict", "outlook"),
    at_once="where `lag` is 0",
)
LAG: Table[OfGroup[PartitionLag]] = Table(
    "lag",
    "Lag of consumer groups by partition: committed, end, lag, verdict, member.",
    GROUPS_NAMED,
    OfSnapshot(
        lambda snapshot, _: of_groups(snapshot, lambda group: group.partitions),
        _VIEWS,
        Follow.NAMED,
    ),
    (
        text("group", lambda row: row.group),
        text("topic", lambda row: row.part.topic),
        number("partition", lambda row: row.part.partition),
        number("committed", lambda row: row.part.committed),
        number("log_start", lambda row: row.part.log_start),
        number("end", lambda row: row.part.end),
        number("lag", lambda row: row.part.records),
        number("expired_unread", lambda row: _expired_unread((row.part,))),
        number("ahead", lambda row: row.part.lag.ahead),
        number("held_back", lambda row: row.part.lag.held_back),
        flag("clamped", lambda row: row.part.lag.is_clamped),
        text("verdict", lambda row: row.part.verdict.value),
        seconds("age_s", lambda row: _age_s(row.part)),
        text("outlook", lambda row: row.part.outlook.kind.value),
        seconds("eta_s", lambda row: row.part.outlook.eta_s),
        seconds("loss_s", lambda row: _loss_s(row.part)),
        text("client", lambda row: row.part.client_id),
        text("member", lambda row: row.part.member_id),
    ),
    lambda row: row.group,
    more="`expired_unread` are records that retention deleted before the group read them, "
    "`held_back` those behind an open transaction. `ahead` is how far the committed offset lies "
    "beyond the end of the log: the topic was created again or cut short. `clamped`: the end was "
    "read below the committed offset, and the lag is shown as 0. `eta_s` is the time to catch up, "
    "`loss_s` the time until retention deletes unread records; both follow from `outlook`.",
    over_time=("verdict", "outlook"),
    at_once="where `lag` is 0",
)
MEMBERS: Table[OfGroup[Member]] = Table(
    "members",
    "Members of consumer groups with what is assigned to them.",
    GROUPS_NAMED,
    OfSnapshot(lambda snapshot, _: of_groups(snapshot, _members), _VIEWS, Follow.NAMED),
    (
        text("group", lambda row: row.group),
        text("client", lambda row: row.part.client_id),
        text("host", lambda row: row.part.host),
        text("member", lambda row: row.part.member_id),
        text("instance", lambda row: row.part.instance_id),
        number("partitions", lambda row: len(row.part.assignments)),
        names("assigned", lambda row: row.part.assignments),
    ),
    lambda row: row.group,
)
