"""One kind of request from near: how long it takes, how large it is, its errors, who makes it."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from console.keys.actions import Scope
from console.model import units
from console.model.engine import RequestKind
from console.model.section import Loading, Refused, content
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.panels.clients import CallersPanel
from console.panels.faces import age_remark
from console.panels.request_parts import ErrorsPanel, RequestLine, SpreadPanel
from console.sampling.needs import Needs, View
from console.screens.base import ConsoleScreen
from console.screens.routes import Host
from console.widgets.breakpoints import WIDE
from console.widgets.face import Face
from console.widgets.palette import Role
from console.widgets.panes import Panes

ROOM = {0: 1, WIDE: 2}
"""How many distributions stand side by side, by the columns from which on so many do."""
SPREADS: Mapping[str, tuple[str, Callable[[float], str], str, Role]] = {
    "latency": ("Latency", units.latency, "No request was answered", Role.S1),
    "work": ("The broker's own work", units.latency, "No request was answered", Role.S2),
    "asked": ("Size of requests", units.size, "No request came", Role.S3),
    "told": ("Size of replies", units.size, "No reply went out", Role.S4),
}
"""What is drawn as a distribution: title, how a bound is written, what is said of none, colour."""


class RequestScreen(ConsoleScreen):
    """A version of an API of a broker of ours."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.TABLE,)
    KIND: ClassVar[str] = "request"
    DEFAULT_CSS = """
    RequestScreen #request { height: 1fr; }
    RequestScreen #times, RequestScreen #sizes, RequestScreen #who { height: 1fr; }
    RequestScreen SpreadPanel, RequestScreen CallersPanel, RequestScreen ErrorsPanel { width: 1fr; }
    RequestScreen #nothing { display: none; height: 1fr; }
    RequestScreen.nothing #nothing { display: block; }
    RequestScreen.nothing #request { display: none; }
    RequestScreen #times .asked, RequestScreen #times .told { display: none; }
    RequestScreen.-short #times .asked, RequestScreen.-short #times .told { display: block; }
    RequestScreen.-short #sizes { display: none; }
    """

    def __init__(self, host: Host, name: str) -> None:
        """`name` is that of a `RequestKind`."""
        super().__init__(host)
        self._request = name

    @property
    def detail(self) -> str:
        return self._request

    @property
    def needs(self) -> Needs:
        return Needs(frozenset({View.ENGINE}))

    def compose_body(self) -> ComposeResult:
        with Vertical(id="request"):
            yield RequestLine()
            # Where there is no row for the sizes, they are beside the times.
            yield Panes(spread_panels(*SPREADS), room=ROOM, id="times")
            yield Panes(spread_panels("asked", "told"), room=ROOM, id="sizes")
            with Horizontal(id="who"):
                yield CallersPanel()
                yield ErrorsPanel()
        yield Face(id="nothing")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(CallersPanel).table.focus()

    def draw(self, snapshot: Snapshot) -> None:
        section = snapshot.engine
        state = content(section)
        kind = None if state is None else state.request(self._request)
        self.set_class(kind is None, "nothing")
        if kind is not None:
            self._draw_kind(kind, age_remark(section, snapshot.at_ms))
            return
        face, shown = self.query_one("#nothing", Face), plain(self._request)
        if isinstance(section, Loading):
            face.reading(shown, plain(section.problem))
        elif isinstance(section, Refused):
            face.refused(f"{shown} cannot be shown", plain(section.reason))
        else:
            face.empty(f"Nobody asks for {shown}", "since the broker started")

    def _draw_kind(self, kind: RequestKind, age: str) -> None:
        self.query_one(RequestLine).show(kind)
        spreads = {
            "latency": (kind.latency, "arrival to reply"),
            "work": (kind.local, "without what was waited for"),
            "asked": (kind.request_sizes, ""),
            "told": (kind.reply_sizes, ""),
        }
        for name, (spread, what) in spreads.items():
            for panel in self.query(f"SpreadPanel.{name}").results(SpreadPanel):
                panel.show(spread, age or "last minute", what, is_old=bool(age))
        self.query_one(CallersPanel).show(kind)
        self.query_one(ErrorsPanel).show(kind)
        keymap = self.host.frame().keymap
        for panes in self.query(Panes):
            panes.lead_by(keymap)


def spread_panels(*names: str) -> tuple[SpreadPanel, ...]:
    """Panels of these names; each name is a class of its panel."""
    panels = []
    for name in names:
        title, shown, nothing, role = SPREADS[name]
        panels.append(SpreadPanel(title, shown, nothing=nothing, role=role, classes=name))
    return tuple(panels)
