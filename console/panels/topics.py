"""The topics of the cluster as a table: rates, size, lag, retention, status."""

from collections.abc import Callable, Mapping

from console.model import units
from console.model.figures import Known
from console.model.severity import Severity
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.model.topic import Topic
from console.panels import cells
from console.panels.faces import table_value
from console.widgets.braille import trend
from console.widgets.columns import Column
from console.widgets.mark_table import MarkTable
from console.widgets.measures import BYTES, COUNT, PER_S, RECORDS, worded
from console.widgets.palette import Role
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Cell, Look, Order, RowCache, SortValue, ValueRow

TREND_WIDTH = 24
COLUMNS = (
    Column("topic", "TOPIC", 18, is_flex=True, width_max=48),
    Column("parts", "PARTS", 5, COUNT, is_right=True, priority=3, sort_first_down=True),
    Column("rf", "RF", 2, COUNT, is_right=True, priority=4, sort_first_down=True),
    Column("rate", "MSG/S", 7, worded(PER_S), is_right=True, priority=2, sort_first_down=True),
    Column("trend", "TREND", TREND_WIDTH, priority=6, appears_from=110),
    Column("size", "SIZE", 8, BYTES, is_right=True, priority=5, sort_first_down=True),
    Column("lag", "LAG", 7, worded(RECORDS), is_right=True, sort_first_down=True),
    Column("retention", "RETENTION", 10, is_right=True, priority=7, appears_from=100),
    Column("status", "STATUS", 11, priority=1, sort_first_down=True),
)
ORDER = Order([column.key for column in COLUMNS].index("lag"), is_down=True)


def topic_cells(topic: Topic) -> tuple[Cell, ...]:
    """The cells of one topic."""
    retention = topic.retention
    label = retention.value.label if isinstance(retention, Known) else units.UNKNOWN
    is_bad = topic.status.severity > Severity.OK
    return (
        cells.name(topic.name),
        cells.muted(str(topic.partition_count)),
        cells.muted(str(topic.replication_factor)),
        cells.rate(topic.messages_per_s, is_partial=topic.unread_partitions > 0),
        Cell(trend(topic.trend.values, TREND_WIDTH), Role.S4 if is_bad else Role.S1),
        cells.size(topic.size_bytes),
        cells.lag(topic.lag, is_partial=not topic.lag_total.is_complete),
        cells.muted(plain(label)),
        cells.state(topic.status.severity, topic.status.short),
    )


def _retention_ms(topic: Topic) -> float:
    retention = topic.retention
    return float(retention.value.retention_ms) if isinstance(retention, Known) else -2.0


_SORTS: Mapping[str, Callable[[Topic], SortValue]] = {
    "topic": lambda topic: topic.name,
    "parts": lambda topic: topic.partition_count,
    "rf": lambda topic: topic.replication_factor,
    "rate": lambda topic: cells.sort_value(topic.messages_per_s),
    "trend": lambda topic: cells.sort_value(topic.messages_per_s),
    "size": lambda topic: cells.sort_value(topic.size_bytes),
    "lag": lambda topic: cells.sort_value(topic.lag),
    "retention": _retention_ms,
    "status": lambda topic: float(topic.status.severity),
}


def _sort_value(topic: Topic, column: int) -> SortValue:
    return _SORTS[COLUMNS[column].key](topic)


_LOOK = Look(topic_cells, _sort_value)


def topic_row(topic: Topic) -> ValueRow[Topic]:
    """One topic as a row."""
    return ValueRow(topic.name, topic, _LOOK)


class TopicsPanel(TablePanel):
    """Every topic; internal ones only when asked for."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("Topics", COLUMNS, noun="topic", order=ORDER, table_type=MarkTable, id=id)
        self._rows = RowCache(topic_row)

    def show(self, snapshot: Snapshot, *, are_internal_shown: bool = False) -> None:
        """Draw the topics of a snapshot."""
        topics = table_value(self, snapshot.topics, what="topics", now_ms=snapshot.at_ms)
        if topics is None:
            return
        shown = [topic for topic in topics if are_internal_shown or not topic.is_internal]
        if not shown:
            self.table.set_rows(())
            self.show_face().empty("There are no topics yet", "n creates one, p publishes to one")
            return
        self.set_rows(self._rows.rows(shown))
