"""Who is connected: kinds of client software, and those that make one kind of request."""

from collections.abc import Sequence

from console.model import units
from console.model.engine import Caller, ClientSoftware, EngineState, RequestKind
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.panels import cells
from console.panels.engine_cells import software_cell
from console.panels.faces import table_value
from console.widgets.columns import Column
from console.widgets.measures import COUNT, PER_S
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Cell, Order, Row

_SOFTWARE = Column("software", "CLIENT", 17, is_flex=True, width_max=32)
_VERSION = Column("version", "VERSION", 8, priority=1, is_flex=True, width_max=24)

CLIENT_COLUMNS = (
    _SOFTWARE,
    _VERSION,
    Column("connections", "CONN", 4, COUNT, is_right=True, sort_first_down=True),
    Column("rate", "REQ/S", 5, PER_S, is_right=True, priority=2, sort_first_down=True),
)
CALLER_COLUMNS = (
    _SOFTWARE,
    _VERSION,
    Column("rate", "REQ/S", 5, PER_S, is_right=True, sort_first_down=True),
    Column("requests", "REQUESTS", 8, COUNT, is_right=True, priority=2, sort_first_down=True),
)


def client_row(client: ClientSoftware) -> Row:
    """One kind of software with its connections."""
    return Row(
        f"{client.name} {client.version}",
        (
            software_cell(client.name),
            cells.muted(plain(client.version, limit=64)),
            Cell(units.grouped(client.connections)),
            cells.figure(client.requests_per_s, units.count),
        ),
        (
            client.name,
            client.version,
            client.connections,
            cells.sort_value(client.requests_per_s),
        ),
    )


def caller_row(caller: Caller) -> Row:
    """One kind of software with its requests."""
    return Row(
        f"{caller.software} {caller.version}",
        (
            software_cell(caller.software),
            cells.muted(plain(caller.version, limit=64)),
            cells.figure(caller.requests_per_s, units.count),
            Cell(units.count(caller.requests)),
        ),
        (
            caller.software,
            caller.version,
            cells.sort_value(caller.requests_per_s),
            caller.requests,
        ),
    )


class ClientsPanel(TablePanel):
    """Open connections by the software of the clients and its version."""

    def __init__(self, *, id: str | None = None) -> None:
        order = Order(2, is_down=True)
        super().__init__("Connections", CLIENT_COLUMNS, noun="client", order=order, id=id)

    def show(self, snapshot: Snapshot) -> None:
        """Draw the clients of a snapshot."""
        state: EngineState | None = table_value(
            self, snapshot.engine, what="connections", now_ms=snapshot.at_ms
        )
        if state is None:
            return
        if not state.clients:
            self.show_face().empty("Nobody is connected")
            return
        self.set_rows([client_row(client) for client in state.clients])


class CallersPanel(TablePanel):
    """Who makes one kind of request."""

    def __init__(self, *, id: str | None = None) -> None:
        order = Order(2, is_down=True)
        super().__init__("Who calls it", CALLER_COLUMNS, noun="client", order=order, id=id)

    def show(self, kind: RequestKind) -> None:
        """Draw the callers of a kind of request."""
        callers: Sequence[Caller] = kind.callers
        if not callers:
            self.show_face().empty("Not known", "the broker does not tell these clients apart")
            return
        self.set_rows([caller_row(caller) for caller in callers])
