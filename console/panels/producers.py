"""Who writes to one topic: the producers that its partitions remember, and their transactions."""

from console.model import units
from console.model.severity import Severity
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.model.topic import Producer, Producers
from console.panels import cells
from console.panels.faces import table_value
from console.panels.times import Times
from console.widgets.columns import Column
from console.widgets.measures import COUNT, MOMENT
from console.widgets.palette import Role
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Cell, Order, Row

COLUMNS = (
    Column("partition", "PART", 4, COUNT, is_right=True),
    Column("producer", "PRODUCER", 8, COUNT, is_right=True, is_flex=True, width_max=20),
    Column("epoch", "EPOCH", 5, COUNT, is_right=True, priority=2),
    Column("sequence", "SEQUENCE", 8, COUNT, is_right=True, priority=1, sort_first_down=True),
    Column("last", "LAST WRITE", 10, MOMENT, is_right=True, sort_first_down=True),
    Column("transaction", "OPEN SINCE", 14, COUNT, is_right=True, sort_first_down=True),
)
ORDER = Order([column.key for column in COLUMNS].index("last"), is_down=True)


def producer_row(producer: Producer, times: Times, now_ms: int) -> Row:
    """One producer of one partition as a row."""
    last, opened = producer.last_ms, producer.transaction_start
    return Row(
        f"{producer.producer_id}/{producer.partition}",
        (
            Cell(str(producer.partition), Role.STRONG),
            Cell(str(producer.producer_id)),
            cells.muted(str(producer.epoch)),
            cells.muted(_told(producer.last_sequence)),
            cells.UNKNOWN_CELL if last is None else Cell(times.event(last, now_ms).strip()),
            cells.muted("no transaction")
            if opened is None
            else cells.state(Severity.INFO, units.grouped(opened)),
        ),
        (
            producer.partition,
            producer.producer_id,
            producer.epoch,
            _sort_value(producer.last_sequence),
            _sort_value(last),
            _sort_value(opened),
        ),
    )


class ProducersPanel(TablePanel):
    """Every producer that the partitions of one topic remember."""

    def __init__(self, topic: str, *, id: str | None = None) -> None:
        super().__init__("Active producers", COLUMNS, noun="producer", order=ORDER, id=id)
        self._topic = topic

    def show(self, snapshot: Snapshot, times: Times) -> None:
        """Draw the producers of the topic in a snapshot."""
        now_ms, detail = snapshot.at_ms, snapshot.topic_details.get(self._topic)
        if detail is None:
            self.show_face().reading("producers")
            return
        producers = table_value(self, detail.producers, what="producers", now_ms=now_ms)
        if producers is None:
            return
        if producers.untold:
            self.banner.complain(_untold(producers))
        if producers.rows:
            self.set_rows([producer_row(each, times, now_ms) for each in producers.rows])
        else:
            self.table.set_rows(())
            self.show_face().empty(
                "No producer is remembered", "only idempotent and transactional ones are"
            )


def _untold(producers: Producers) -> str:
    """`2 partitions do not tell: no leader`."""
    many = "s do" if producers.untold > 1 else " does"
    return f"{producers.untold:,} partition{many} not tell: {plain(producers.reason)}"


def _told(number: int | None) -> str:
    return units.UNKNOWN if number is None else units.grouped(number)


def _sort_value(number: int | None) -> float:
    return -1.0 if number is None else float(number)
