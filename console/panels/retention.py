"""Retention: how far back each topic reaches, what goes next, and who would lose unread data."""

from collections.abc import Callable, Mapping

from console.model import units
from console.model.figures import Figure, Known
from console.model.lag import LossKind
from console.model.retention import TopicRetention
from console.model.section import content
from console.model.severity import Severity
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.panels import cells
from console.panels.faces import table_value
from console.widgets.columns import Column
from console.widgets.mark_table import MarkTable
from console.widgets.measures import BACK_TO, BYTES, MOMENT, SHARE, worded
from console.widgets.palette import Role
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Cell, Look, Order, RowCache, SortValue, ValueRow

COLUMNS = (
    Column("topic", "TOPIC", 22, is_flex=True, width_max=44),
    Column("policy", "POLICY", 10, priority=1),
    Column("reaches", "REACHES BACK", 12, BACK_TO, is_right=True, sort_first_down=True),
    Column("goes", "OLDEST GOES", 11, worded(MOMENT), is_right=True, priority=2),
    Column("size", "SIZE", 8, BYTES, is_right=True, priority=4, sort_first_down=True),
    Column("full", "OF LIMIT", 8, SHARE, is_right=True, priority=5, sort_first_down=True),
    Column("risk", "UNREAD AT RISK", 20, is_flex=True, width_max=60, sort_first_down=True),
)
ORDER = Order([column.key for column in COLUMNS].index("risk"), is_down=True)


def risk_cell(retention: TopicRetention) -> Cell:
    """Which groups lose unread records, worst first."""
    if not retention.at_risk:
        return Cell("nobody", Role.MUTED)
    said = []
    for risk in retention.at_risk:
        name = plain(risk.group, limit=30)
        if risk.expired_unread:
            said.append(f"{name} lost {units.count(risk.expired_unread)}")
        elif risk.outlook.kind is LossKind.IN_TIME and risk.outlook.seconds is not None:
            said.append(f"{name} in {units.duration(risk.outlook.seconds)}")
        else:
            said.append(f"{name} {risk.outlook.kind.value}")
    text = ", ".join(said)
    return (
        Cell(text) if retention.severity is Severity.OK else cells.state(retention.severity, text)
    )


def since(value: Figure[int], now_ms: int) -> Cell:
    """How long a moment is over."""
    if not isinstance(value, Known):
        return cells.UNKNOWN_CELL
    return Cell(units.duration(max(0, now_ms - value.value) / 1000))


def no_sooner(value: Figure[int], now_ms: int) -> Cell:
    """How long it takes at least until something that may well come later: `>2h`, `>now`."""
    if not isinstance(value, Known):
        return cells.UNKNOWN_CELL
    left_ms = value.value - now_ms
    return Cell(f">{units.duration(left_ms / 1000) if left_ms > 0 else 'now'}")


def retention_cells(retention: TopicRetention, now_ms: int) -> tuple[Cell, ...]:
    """The cells of one topic."""
    ratio = retention.size_ratio
    return (
        cells.name(retention.topic),
        cells.figure(retention.policy, lambda value: value.label, Role.MUTED),
        since(retention.oldest_ms, now_ms),
        no_sooner(retention.oldest_goes_ms, now_ms),
        cells.size(retention.size_bytes),
        cells.UNKNOWN_CELL if ratio is None else Cell(units.percent(100 * ratio)),
        risk_cell(retention),
    )


def _policy_label(retention: TopicRetention) -> str:
    policy = retention.policy
    return policy.value.label if isinstance(policy, Known) else ""


def _reach(retention: TopicRetention) -> float:
    """How far back it reaches, as an order that holds while time goes on."""
    oldest = retention.oldest_ms
    return -float(oldest.value) if isinstance(oldest, Known) else float("-inf")


def _share(retention: TopicRetention) -> float:
    return -1.0 if retention.size_ratio is None else retention.size_ratio


_SORTS: Mapping[str, Callable[[TopicRetention], SortValue]] = {
    "topic": lambda retention: retention.topic,
    "policy": _policy_label,
    "reaches": _reach,
    "goes": lambda retention: cells.sort_value(retention.oldest_goes_ms),
    "size": lambda retention: cells.sort_value(retention.size_bytes),
    "full": _share,
    "risk": lambda retention: retention.severity + (0.5 if retention.at_risk else 0.0),
}


def sort_value(retention: TopicRetention, column: int) -> SortValue:
    """What stands for a topic in a column; it stays as it is while time goes on."""
    return _SORTS[COLUMNS[column].key](retention)


class RetentionPanel(TablePanel):
    """Every topic with what its retention does; internal ones only when asked for."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(
            "Retention", COLUMNS, noun="topic", order=ORDER, table_type=MarkTable, id=id
        )
        self._now_ms = 0
        self._look = Look(self._cells, sort_value)
        self._rows = RowCache(self._row)

    def show(self, snapshot: Snapshot, *, are_internal_shown: bool = False) -> None:
        """Draw the retention of a snapshot's topics; of those that stay, only ages are new."""
        topics = table_value(self, snapshot.retention, what="retention", now_ms=snapshot.at_ms)
        if topics is None:
            return
        self._now_ms = snapshot.at_ms
        hidden = frozenset() if are_internal_shown else internal_names(snapshot)
        shown = [topic for topic in topics if topic.topic not in hidden]
        if shown:
            self.set_rows(self._rows.rows(shown))
            self.table.draw_anew()
        else:
            self.table.set_rows(())
            self.show_face().empty("There are no topics yet", "n creates one")

    def _cells(self, retention: TopicRetention) -> tuple[Cell, ...]:
        return retention_cells(retention, self._now_ms)

    def _row(self, retention: TopicRetention) -> ValueRow[TopicRetention]:
        return ValueRow(retention.topic, retention, self._look)


def internal_names(snapshot: Snapshot) -> frozenset[str]:
    """The topics that Kafka keeps for itself."""
    topics = content(snapshot.topics) or ()
    return frozenset(topic.name for topic in topics if topic.is_internal)
