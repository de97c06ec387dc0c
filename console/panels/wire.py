"""The wire lens: every request that clients make, by API and version, with size and latency."""

from console.model import units
from console.model.engine import RequestKind
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.panels import cells
from console.panels.engine_cells import (
    errors_cell,
    quantile_cell,
    quantile_of,
    quantile_sort,
)
from console.panels.faces import table_value
from console.widgets.columns import Column
from console.widgets.measures import BYTES_PER_S, COUNT, DURATION, PER_S, worded
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Cell, Order, Row

COLUMNS = (
    Column("api", "REQUEST", 16, is_flex=True, width_max=28),
    Column("version", "VER", 3, is_right=True),
    Column("rate", "REQ/S", 6, PER_S, is_right=True, sort_first_down=True),
    Column("errors", "ERRORS", 6, COUNT, is_right=True, priority=1, sort_first_down=True),
    Column("in", "IN/S", 7, BYTES_PER_S, is_right=True, priority=4, sort_first_down=True),
    Column("out", "OUT/S", 7, BYTES_PER_S, is_right=True, priority=4, sort_first_down=True),
    Column("p50", "P50", 7, worded(DURATION), is_right=True, priority=3, sort_first_down=True),
    Column("p99", "P99", 7, worded(DURATION), is_right=True, sort_first_down=True),
    Column(
        "work", "WORK P99", 8, worded(DURATION), is_right=True, priority=6, sort_first_down=True
    ),
    Column(
        "open", "OPEN", 5, COUNT, is_right=True, priority=7, appears_from=96, sort_first_down=True
    ),
    Column("count", "REQUESTS", 8, COUNT, is_right=True, appears_from=110, sort_first_down=True),
)
ORDER = Order([column.key for column in COLUMNS].index("rate"), is_down=True)


def request_row(kind: RequestKind) -> Row:
    """One version of one API as a row."""
    p50, p99 = quantile_of(kind.latency, 0.5), quantile_of(kind.latency, 0.99)
    work = quantile_of(kind.local, 0.99)
    return Row(
        kind.name,
        (
            Cell(plain(kind.api)),
            cells.muted(plain(kind.version)),
            cells.figure(kind.requests_per_s, units.count),
            errors_cell(kind),
            cells.size(kind.bytes_in_per_s),
            cells.size(kind.bytes_out_per_s),
            quantile_cell(p50),
            quantile_cell(p99),
            quantile_cell(work),
            cells.muted(units.grouped(kind.in_flight)),
            cells.muted(units.count(kind.requests)),
        ),
        (
            kind.api,
            float(kind.version) if kind.version.isascii() and kind.version.isdigit() else -1.0,
            cells.sort_value(kind.requests_per_s),
            kind.error_count,
            cells.sort_value(kind.bytes_in_per_s),
            cells.sort_value(kind.bytes_out_per_s),
            quantile_sort(p50),
            quantile_sort(p99),
            quantile_sort(work),
            kind.in_flight,
            kind.requests,
        ),
    )


class WirePanel(TablePanel):
    """Every kind of request; Enter shows one from near."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("Wire lens", COLUMNS, noun="request", order=ORDER, id=id)

    def show(self, snapshot: Snapshot) -> None:
        """Draw the requests of a snapshot."""
        state = table_value(self, snapshot.engine, what="requests", now_ms=snapshot.at_ms)
        if state is None:
            return
        if not state.requests:
            self.show_face().empty("No request was made yet", "they appear with the first client")
            return
        self.set_rows([request_row(kind) for kind in state.requests])
