"""What happened to one group since the console was opened, newest first."""

from dataclasses import replace

from textual.app import ComposeResult

from console.model.events import Event, EventKind
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.panels.overview_parts import EventList
from console.panels.times import Times
from console.widgets.face import Face
from console.widgets.panel import Panel

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


class GroupEventsPanel(Panel):
    """Joins, leaves, rebalances and verdicts of a group, in a box."""

    def __init__(self, group: str, *, id: str | None = None) -> None:
        super().__init__("Events", id=id)
        self._group = group
        self._list = EventList()
        self._face = Face()

    def compose(self) -> ComposeResult:
        yield self._list
        yield self._face

    def show(self, snapshot: Snapshot, times: Times) -> None:
        """Draw the events of the group."""
        events = events_of(snapshot, self._group)
        self._list.display = bool(events)
        self.remark(f"{len(events):,} since the console was opened" if events else "")
        if not events:
            self._face.empty("Nothing has changed", "since this console was opened")
            return
        self._face.hide()
        now_ms = snapshot.at_ms
        self._list.show(
            [
                (times.event(event.at_ms, now_ms), replace(event, text=short_text(event)))
                for event in events
            ]
        )
