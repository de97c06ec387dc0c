"""Consumer groups as a table: state, members, lag, verdict, age, time to catch up, time to loss."""

from collections.abc import Sequence

from console.model import units
from console.model.figures import Figure, Known
from console.model.group import Group, GroupState
from console.model.lag import Age, LossKind, LossOutlook, Outlook, OutlookKind
from console.model.section import Stale, content
from console.model.severity import Severity
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.panels import cells
from console.panels.faces import table_value
from console.widgets.braille import trend
from console.widgets.columns import Column
from console.widgets.mark_table import MarkTable
from console.widgets.measures import COUNT, DURATION, FAR_S, RECORDS, worded
from console.widgets.palette import Role
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Cell, Order, Row, RowCache
from console.widgets.vtable import VTable

TREND_WIDTH = 16
COLUMNS = (
    Column("group", "GROUP", 16, is_flex=True, width_max=44),
    Column("state", "STATE", 13, priority=4),
    Column("members", "MEM", 3, COUNT, is_right=True, priority=5, sort_first_down=True),
    Column("lag", "LAG", 10, worded(RECORDS), is_right=True, sort_first_down=True),
    Column(
        "most",
        "LAG MAX",
        8,
        RECORDS,
        is_right=True,
        priority=7,
        appears_from=150,
        sort_first_down=True,
    ),
    Column("trend", "TREND", TREND_WIDTH, priority=8, appears_from=130),
    Column("verdict", "VERDICT", 16, sort_first_down=True),
    Column("age", "AGE", 8, worded(DURATION), is_right=True, priority=2, sort_first_down=True),
    Column("eta", "ETA", 16, worded(DURATION), priority=1),
    Column("loss", "LOSS", 8, worded(DURATION), is_right=True, priority=3),
    Column("topics", "TOPICS", 12, is_flex=True, priority=9, width_max=60, appears_from=110),
)
ORDER = Order([column.key for column in COLUMNS].index("lag"), is_down=True)


def state_word(state: GroupState) -> str:
    """The state in few letters; which step of a rebalance it is stands on the group's screen."""
    return "Rebalancing" if state.is_rebalancing else state.value


def age_text(age: Figure[Age]) -> str:
    """How old the next unread record is: `3m`, `>3m` when time stamps are not steady."""
    if not isinstance(age, Known):
        return units.UNKNOWN
    return f"{'>' if age.value.is_at_least else ''}{units.duration(age.value.seconds)}"


def outlook_cell(outlook: Outlook) -> Cell:
    """Where the lag is going."""
    match outlook.kind:
        case OutlookKind.CATCHING_UP if outlook.eta_s is not None:
            return Cell(units.duration(outlook.eta_s), Role.OK, band_text(outlook))
        case OutlookKind.FALLING_BEHIND if outlook.growth_per_s is not None:
            return Cell(f"+{units.count(outlook.growth_per_s * 60)}/min", Role.ERROR)
        case OutlookKind.UNKNOWN:
            return cells.UNKNOWN_CELL
        case OutlookKind.CAUGHT_UP | OutlookKind.CATCHING_UP:
            return Cell(outlook.kind.value, Role.OK)
        case _:
            return Cell(outlook.kind.value, Role.WARNING)


def band_text(outlook: Outlook) -> str:
    """The band of an ETA: ` 1m–3m`; empty where it is as good as one time."""
    if outlook.eta_low_s is None or outlook.eta_high_s is None:
        return ""
    low, high = units.duration(outlook.eta_low_s), units.duration(outlook.eta_high_s)
    return "" if low == high else f" {low}–{high}"


def loss_cell(loss: LossOutlook) -> Cell:
    """When retention takes unread records."""
    match loss.kind:
        case LossKind.NOW:
            return Cell("now", Role.ERROR)
        case LossKind.IN_TIME if loss.seconds is not None:
            return Cell(units.duration(loss.seconds), Role.WARNING)
        case LossKind.SAFE:
            return Cell("safe", Role.MUTED)
        case _:
            return cells.UNKNOWN_CELL


def loss_s(loss: LossOutlook) -> float:
    """For sorting: seconds until unread records go; what is safe or unknown comes last."""
    if loss.kind is LossKind.NOW:
        return 0.0
    return FAR_S if loss.seconds is None else loss.seconds


def verdict_cell(group: Group) -> Cell:
    """The verdict; of figures that could not be read anew, that they are old."""
    if group.problem:
        return cells.state(Severity.WARNING, "old figures")
    return cells.state(group.verdict.severity, group.verdict.value)


def _lag_known(group: Group) -> int:
    """The lag as far as it is known; below every other where it is not at all."""
    return cells.sort_total(group.lag_total) if group.is_enriched else -1


def group_row(group: Group) -> Row:
    """One group as a row."""
    members = group.members
    count = len(members.value) if isinstance(members, Known) else -1
    lag = cells.lag_total(group.lag_total, is_read=group.is_enriched, clamps=group.clamps)
    role = Role.S4 if group.severity > group.severity.OK else Role.S1
    return Row(
        group.name,
        (
            cells.name(group.name),
            Cell(state_word(group.state), cells.ROLES[group.state.severity]),
            cells.muted(str(count) if count >= 0 else units.UNKNOWN),
            lag,
            cells.lag(group.lag_max),
            Cell(trend(group.lag_history.values, TREND_WIDTH), role),
            verdict_cell(group),
            Cell(age_text(group.age), Role.TEXT),
            outlook_cell(group.outlook),
            loss_cell(group.loss),
            cells.muted(plain(", ".join(group.topics))),
        ),
        (
            group.name,
            group.state.value,
            count,
            _lag_known(group),
            cells.sort_value(group.lag_max),
            group.lag_total.amount,
            float(group.verdict.severity),
            group.age.value.seconds if isinstance(group.age, Known) else -1.0,
            group.outlook.eta_s if group.outlook.eta_s is not None else FAR_S,
            loss_s(group.loss),
            ", ".join(group.topics),
        ),
    )


def _silence(snapshot: Snapshot) -> str:
    """Which broker does not answer, and why; empty when all do or when that is not known."""
    cluster = content(snapshot.cluster)
    return "" if cluster is None else plain(cluster.silence)


class GroupsPanel(TablePanel):
    """Every group, or those that read one topic."""

    def __init__(
        self, title: str = "Groups", *, topic: str | None = None, id: str | None = None
    ) -> None:
        # Beside a topic the keys that act on many are the topic's.
        table_type = MarkTable if topic is None else VTable
        super().__init__(title, COLUMNS, noun="group", order=ORDER, table_type=table_type, id=id)
        self._topic = topic
        self._rows = RowCache(group_row)

    def show(self, snapshot: Snapshot) -> None:
        """Draw the groups of a snapshot."""
        groups = table_value(self, snapshot.groups, what="groups", now_ms=snapshot.at_ms)
        if groups is None:
            return
        silence = _silence(snapshot)
        if silence and not isinstance(snapshot.groups, Stale):
            self.banner.complain(f"groups may be missing: {silence}")
        shown = self._chosen(groups)
        if shown:
            self.set_rows(self._rows.rows(shown))
            return
        self.table.set_rows(())
        head, advice = "There are no groups yet", "a group appears when a consumer joins it"
        if self._topic:
            head = "No group reads this topic"
        if silence:
            head, advice = "No group is known", "those of a broker that is silent cannot be listed"
        self.show_face().empty(head, advice)

    def _chosen(self, groups: Sequence[Group]) -> list[Group]:
        return [group for group in groups if self._topic is None or self._topic in group.topics]
