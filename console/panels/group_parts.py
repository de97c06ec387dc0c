"""One group in detail: its lag by partition, and its members."""

from collections.abc import Iterable

from console.model import units
from console.model.figures import Known
from console.model.group import Group, Member, PartitionLag
from console.model.names import TopicPartition
from console.model.section import content
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.panels import cells
from console.panels.faces import table_value
from console.panels.groups import age_text, outlook_cell
from console.widgets.columns import Column
from console.widgets.measures import COUNT, DURATION, FAR_S, RECORDS, worded
from console.widgets.palette import Role
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Cell, Order, Row

LAG_COLUMNS = (
    Column("topic", "TOPIC", 14, is_flex=True, width_max=40),
    Column("partition", "PART", 4, COUNT, is_right=True),
    Column("committed", "COMMITTED", 13, COUNT, is_right=True, priority=3, sort_first_down=True),
    Column("end", "END", 13, COUNT, is_right=True, priority=4, sort_first_down=True),
    Column("lag", "LAG", 9, RECORDS, is_right=True, sort_first_down=True),
    Column("remark", "REMARK", 18, priority=2),
    Column("verdict", "VERDICT", 16, priority=1, sort_first_down=True),
    Column("age", "AGE", 8, worded(DURATION), is_right=True, priority=5, sort_first_down=True),
    Column("eta", "ETA", 14, worded(DURATION), priority=6),
    Column("member", "MEMBER", 16, priority=7, appears_from=100),
)
MEMBER_COLUMNS = (
    Column("client", "CLIENT", 14, is_flex=True, width_max=40),
    Column("host", "HOST", 16, priority=2),
    Column("instance", "INSTANCE", 12, priority=3, appears_from=70),
    Column("count", "PARTS", 5, COUNT, is_right=True, sort_first_down=True),
    Column("assigned", "ASSIGNED", 20, is_flex=True, priority=1, width_max=60),
)


def remark_of(partition: PartitionLag) -> Cell:
    """What stands beside the lag: expired unread, ahead, held back."""
    lag = partition.lag
    if lag.expired_unread:
        return Cell(f"{units.count(lag.expired_unread)} expired unread", Role.ERROR)
    if lag.ahead:
        return Cell(f"{units.count(lag.ahead)} beyond end", Role.ERROR)
    if lag.held_back:
        return Cell(f"{units.count(lag.held_back)} held back", Role.WARNING)
    if lag.is_clamped:
        return Cell("clamped", Role.MUTED)
    if not isinstance(partition.records, Known):
        return Cell(plain(partition.records.reason), Role.MUTED)
    return Cell("")


def lag_row(partition: PartitionLag) -> Row:
    """One partition of a group as a row."""
    outlook = outlook_cell(partition.outlook)
    return Row(
        str(partition.name),
        (
            cells.name(partition.topic),
            cells.muted(str(partition.partition)),
            cells.figure(partition.committed, units.grouped),
            cells.figure(partition.end, units.grouped),
            cells.lag(partition.records),
            remark_of(partition),
            cells.state(partition.verdict.severity, partition.verdict.value),
            Cell(age_text(partition.age)),
            outlook._replace(unit=""),
            cells.muted(plain(partition.client_id or units.UNKNOWN)),
        ),
        (
            partition.topic,
            partition.partition,
            cells.sort_value(partition.committed),
            cells.sort_value(partition.end),
            cells.sort_value(partition.records),
            partition.lag.expired_unread,
            float(partition.verdict.severity),
            partition.age.value.seconds if isinstance(partition.age, Known) else -1.0,
            partition.outlook.eta_s if partition.outlook.eta_s is not None else FAR_S,
            partition.client_id or "",
        ),
    )


def assigned_text(assignments: Iterable[TopicPartition]) -> str:
    """What a member reads: `orders 0, 6; payments 1`."""
    by_topic: dict[str, list[int]] = {}
    for each in assignments:
        by_topic.setdefault(each.topic, []).append(each.partition)
    return "; ".join(
        f"{topic} {', '.join(map(str, sorted(numbers)))}" for topic, numbers in by_topic.items()
    )


def member_row(member: Member) -> Row:
    """One member as a row."""
    assigned = assigned_text(member.assignments)
    return Row(
        member.member_id,
        (
            cells.name(member.client_id),
            cells.muted(plain(member.host)),
            cells.muted(plain(member.instance_id or "")),
            Cell(str(len(member.assignments))),
            cells.muted(plain(assigned)),
        ),
        (
            member.client_id,
            member.host,
            member.instance_id or "",
            len(member.assignments),
            assigned,
        ),
    )


def group_of(snapshot: Snapshot, name: str) -> Group | None:
    """The group of this name in a snapshot."""
    for group in content(snapshot.groups) or ():
        if group.name == name:
            return group
    return None


class GroupLagPanel(TablePanel):
    """Lag of one group by partition."""

    def __init__(self, group: str, *, id: str | None = None) -> None:
        column = [each.key for each in LAG_COLUMNS].index("lag")
        order = Order(column, is_down=True)
        super().__init__("Lag by partition", LAG_COLUMNS, noun="partition", order=order, id=id)
        self._group = group

    def show(self, snapshot: Snapshot) -> None:
        """Draw the group's partitions."""
        groups = table_value(self, snapshot.groups, what="lag", now_ms=snapshot.at_ms)
        if groups is None:
            return
        group = group_of(snapshot, self._group)
        if group is None:
            self.show_face().empty("The group is gone", "it was deleted, or its offsets expired")
        elif not group.is_enriched:
            self.show_face().reading("offsets", plain(group.problem))
        elif not group.partitions:
            self.show_face().empty("It has not committed anything", "lag is not known before")
        else:
            self.set_rows([lag_row(partition) for partition in group.partitions])
            if group.problem and group.read_ms is not None:
                self.banner.warn(units.ago(group.read_ms, snapshot.at_ms), plain(group.problem))


class MembersPanel(TablePanel):
    """The members of one group with what is assigned to each."""

    def __init__(self, group: str, *, id: str | None = None) -> None:
        super().__init__("Members", MEMBER_COLUMNS, noun="member", id=id)
        self._group = group

    def show(self, snapshot: Snapshot) -> None:
        """Draw the group's members."""
        if table_value(self, snapshot.groups, what="members", now_ms=snapshot.at_ms) is None:
            return
        group = group_of(snapshot, self._group)
        if group is None:
            self.show_face().empty("No members", "the group is gone")
        elif not isinstance(group.members, Known):
            self.show_face().reading("members", plain(group.members.reason))
        elif not group.members.value:
            self.show_face().empty("No members", "its consumers are not running")
        else:
            self.set_rows([member_row(member) for member in group.members.value])
