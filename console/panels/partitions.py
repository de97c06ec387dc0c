"""The partitions of one topic: leader, replicas, offsets, size, and the lag of one group."""

from console.model import units
from console.model.figures import Known
from console.model.partition import Partition
from console.model.severity import Severity
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.panels import cells
from console.panels.faces import table_value
from console.widgets.columns import Column
from console.widgets.measures import BYTES, COUNT, PER_S, RECORDS
from console.widgets.palette import Role
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Cell, Row

COLUMNS = (
    Column("partition", "PART", 4, COUNT, is_right=True),
    Column("leader", "LEADER", 6, COUNT, is_right=True, priority=1),
    Column("replicas", "REPLICAS", 8, is_flex=True, width_max=16, priority=4),
    Column("isr", "ISR", 8, is_flex=True, width_max=16, priority=3),
    Column("start", "LOG START", 11, COUNT, is_right=True, priority=5, sort_first_down=True),
    Column("high", "HIGH WATERMARK", 14, COUNT, is_right=True, priority=8, sort_first_down=True),
    Column("end", "END", 11, COUNT, is_right=True, priority=2, sort_first_down=True),
    Column("size", "SIZE", 8, BYTES, is_right=True, priority=2, sort_first_down=True),
    Column("rate", "MSG/S", 7, PER_S, is_right=True, priority=7, sort_first_down=True),
    Column("lag", "LAG", 7, RECORDS, is_right=True, sort_first_down=True),
    Column("status", "STATUS", 11, sort_first_down=True, priority=1),
)


def partition_row(partition: Partition) -> Row:
    """One partition as a row."""
    leader = units.UNKNOWN if partition.leader is None else str(partition.leader)
    end = partition.log_end if isinstance(partition.log_end, Known) else partition.high_watermark
    is_bad = partition.severity is Severity.ERROR
    status = "healthy"
    if is_bad:
        status = "offline" if partition.is_offline else "under-rep"
    return Row(
        f"{partition.index}",
        (
            Cell(str(partition.index), Role.STRONG),
            Cell(leader, Role.ERROR if partition.leader is None else Role.TEXT),
            cells.muted(",".join(map(str, partition.replicas))),
            Cell(",".join(map(str, partition.in_sync)), Role.ERROR if is_bad else Role.MUTED),
            cells.figure(partition.log_start, units.grouped, Role.MUTED),
            cells.figure(partition.high_watermark, units.grouped),
            cells.figure(end, units.grouped),
            cells.size(partition.size_bytes),
            cells.figure(partition.messages_per_s, units.count),
            cells.lag(partition.lag),
            cells.state(partition.severity, status),
        ),
        (
            partition.index,
            -1 if partition.leader is None else partition.leader,
            ",".join(map(str, partition.replicas)),
            ",".join(map(str, partition.in_sync)),
            cells.sort_value(partition.log_start),
            cells.sort_value(partition.high_watermark),
            cells.sort_value(end),
            cells.sort_value(partition.size_bytes),
            cells.sort_value(partition.messages_per_s),
            cells.sort_value(partition.lag),
            float(partition.severity),
        ),
    )


class PartitionsPanel(TablePanel):
    """Every partition of one topic."""

    def __init__(self, topic: str, *, id: str | None = None) -> None:
        super().__init__("Partitions", COLUMNS, noun="partition", id=id)
        self._topic = topic

    def show(self, snapshot: Snapshot) -> None:
        """Draw the partitions of the topic in a snapshot."""
        detail = snapshot.topic_details.get(self._topic)
        if detail is None:
            self.show_face().reading("partitions")
            return
        partitions = table_value(self, detail.partitions, what="partitions", now_ms=snapshot.at_ms)
        if partitions is None:
            return
        self.set_rows([partition_row(partition) for partition in partitions])
        reader = detail.lag_group
        title = "Partitions" if reader is None else f"Partitions, lag of {plain(reader, limit=60)}"
        self.retitle(title)
