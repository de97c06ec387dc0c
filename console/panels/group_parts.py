"""One group in detail: what it is, its lag by partition and member, and its members."""

from rich.text import Text
from textual.widgets import Static

from console.model import units
from console.model.figures import Known
from console.model.group import Group, Member, PartitionLag
from console.model.section import content
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.panels import cells
from console.panels.faces import shown_value
from console.panels.groups import FAR_S, age_text, band_text, outlook_cell
from console.widgets.columns import Column
from console.widgets.palette import Role
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Cell, Order, Row

LAG_COLUMNS = (
    Column("topic", "TOPIC", 14, is_flex=True, width_max=40),
    Column("partition", "PART", 4, is_right=True),
    Column("committed", "COMMITTED", 13, is_right=True, priority=3, sort_first_down=True),
    Column("end", "END", 13, is_right=True, priority=4, sort_first_down=True),
    Column("lag", "LAG", 9, is_right=True, sort_first_down=True),
    Column("remark", "REMARK", 18, priority=2),
    Column("verdict", "VERDICT", 16, priority=1, sort_first_down=True),
    Column("age", "AGE", 8, is_right=True, priority=5, sort_first_down=True),
    Column("eta", "ETA", 14, priority=6),
    Column("member", "MEMBER", 16, priority=7, appears_from=100),
)
MEMBER_COLUMNS = (
    Column("client", "CLIENT", 14, is_flex=True, width_max=40),
    Column("host", "HOST", 16, priority=1),
    Column("instance", "INSTANCE", 12, priority=3, appears_from=70),
    Column("count", "PARTITIONS", 10, is_right=True, sort_first_down=True),
    Column("assigned", "ASSIGNED", 20, is_flex=True, priority=2, width_max=60),
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


def member_row(member: Member) -> Row:
    """One member as a row."""
    assigned = ", ".join(str(each) for each in member.assignments)
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


class GroupLine(Static):
    """What a group is, in two lines."""

    DEFAULT_CSS = """
    GroupLine { height: 2; padding: 0 2; color: $muted; }
    """

    def show(self, group: Group | None) -> None:
        """Say what there is to say."""
        if group is None:
            self.update("")
            return
        members = group.members
        count = f"{len(members.value)} members" if isinstance(members, Known) else "members unknown"
        node = group.coordinator
        coordinator = f"coordinator {node.value}" if isinstance(node, Known) else ""
        words = (group.state.value, group.group_type, group.protocol, count, coordinator)
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(plain(" · ".join(word for word in words if word)) + "\n")
        eta = outlook_cell(group.outlook)
        for label, value in {
            "lag": cells.lag_total(group.lag_total, is_read=group.is_enriched).text,
            "verdict": group.verdict.value,
            "next unread is": age_text(group.age),
            "outlook": f"{eta.text}{band_text(group.outlook)}",
        }.items():
            text.append(f"{label} ")
            text.append(f"{value}   ", "bold")
        self.update(text)


class GroupLagPanel(TablePanel):
    """Lag of one group by partition."""

    def __init__(self, group: str, *, id: str | None = None) -> None:
        column = [each.key for each in LAG_COLUMNS].index("lag")
        super().__init__("Lag by partition", LAG_COLUMNS, order=Order(column, is_down=True), id=id)
        self._group = group

    def show(self, snapshot: Snapshot) -> None:
        """Draw the group's partitions."""
        groups = shown_value(
            snapshot.groups, what="lag", face=self.face, banner=self.banner, now_ms=snapshot.at_ms
        )
        if groups is None:
            self.table.display = False
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


class MembersPanel(TablePanel):
    """The members of one group with what is assigned to each."""

    def __init__(self, group: str, *, id: str | None = None) -> None:
        super().__init__("Members", MEMBER_COLUMNS, id=id)
        self._group = group

    def show(self, snapshot: Snapshot) -> None:
        """Draw the group's members."""
        group = group_of(snapshot, self._group)
        if group is None:
            self.show_face().reading("members")
        elif not isinstance(group.members, Known):
            self.show_face().reading("members", plain(group.members.reason))
        elif not group.members.value:
            self.show_face().empty("No members", "its consumers are not running")
        else:
            self.set_rows([member_row(member) for member in group.members.value])
