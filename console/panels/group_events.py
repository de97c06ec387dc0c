"""What happened to one group since the console was opened, newest first."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC

from console.model import units
from console.model.events import Event, EventKind
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.panels import cells
from console.panels.times import Times
from console.widgets.columns import Column
from console.widgets.measures import MOMENT
from console.widgets.table_panel import TablePanel
from console.widgets.table_rows import Order, Row, TableRow

COLUMNS = (
    Column("when", "WHEN", 8, MOMENT, sort_first_down=True),
    Column("what", "WHAT", 20, is_flex=True),
)
_OF_GROUPS = frozenset({EventKind.GROUP, EventKind.LAG})


def events_of(snapshot: Snapshot, group: str) -> list[Event]:
    """The events of a group, newest first."""
    return [
        event for event in snapshot.events if event.subject == group and event.kind in _OF_GROUPS
    ]


def short_text(event: Event) -> str:
    """What an event says to who knows which group it is about."""
    name = f"group {plain(event.subject)}"
    return event.text.removeprefix(name).lstrip(": ")


def event_rows(events: Sequence[Event], times: Times, now_ms: int) -> Iterator[Row]:
    """A row for each of some events, newest first; a row keeps its key while others come."""
    alike: Counter[str] = Counter()
    count = len(events)
    for number, event in enumerate(reversed(events)):
        key = f"{units.moment(event.at_ms, UTC)} {event.text}"
        alike[key] += 1
        text = plain(short_text(event), limit=200)
        yield Row(
            key if alike[key] == 1 else f"{key} #{alike[key]}",
            (
                cells.muted(times.event(event.at_ms, now_ms)),
                cells.state(event.severity, text),
            ),
            # Events of one moment stay in the order in which they came.
            (event.at_ms + number / (count + 1), text),
        )


class GroupEventsPanel(TablePanel):
    """Joins, leaves, rebalances and verdicts of a group, in a box."""

    def __init__(self, group: str, *, id: str | None = None) -> None:
        order = Order(0, is_down=True)
        super().__init__("Events", COLUMNS, noun="event", order=order, id=id)
        self._group = group

    def show(self, snapshot: Snapshot, times: Times) -> None:
        """Draw the events of the group."""
        events = events_of(snapshot, self._group)
        if events:
            self.set_rows(tuple(event_rows(events, times, snapshot.at_ms)))
        else:
            self.table.set_rows(())
            self.show_face().empty("Nothing has changed", "since this console was opened")

    def filtered_text(self, row: TableRow) -> str:
        """Events have no names: it is what they say that is looked at."""
        return row.cells[-1].text
