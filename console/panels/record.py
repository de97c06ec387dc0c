"""One record in full: where it stands, and its value, headers and key in every view."""

from dataclasses import dataclass, replace
from enum import Enum

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.message import Message

from console.messages.formats import Format, Part, content_of
from console.messages.lane import Hit
from console.messages.rendering import (
    SHOWN_BYTES,
    Rendered,
    View,
    one_line,
    render,
    render_headers,
)
from console.messages.schemas import Schemas
from console.messages.structure import Decode
from console.model import units
from console.model.text import plain
from console.panels.standings import MARKS
from console.panels.times import Times
from console.widgets import symbols
from console.widgets.palette import Role
from console.widgets.panel import Panel
from console.widgets.text_view import TextView
from console.widgets.themed import Themed

KEY_CHARACTERS = 200
LEAVES_LINE = 2
"""The line of the head that has the names of the leaves."""


class Leaf(Enum):
    """What of a record is shown; the value is how it is called."""

    JSON = "JSON"
    TEXT = "text"
    HEX = "hex"
    HEADERS = "headers"
    KEY = "key"


_VIEWS = {Leaf.JSON: View.JSON, Leaf.TEXT: View.TEXT, Leaf.HEX: View.HEX}
_LEAVES = {view: leaf for leaf, view in _VIEWS.items()}


@dataclass(frozen=True, slots=True)
class Shown:
    """A leaf ready to be shown, in lines. `trouble` says why its schema did not decode it."""

    leaf: Leaf
    rendered: Rendered
    lines: tuple[str, ...]
    trouble: str = ""


def turned_to(
    hit: Hit,
    leaf: Leaf | None,
    *,
    limit_bytes: int = SHOWN_BYTES,
    schemas: Schemas | None = None,
) -> Shown:
    """A leaf of a record; None takes the one that suits its value."""
    trouble = ""
    if leaf is Leaf.HEADERS:
        rendered = render_headers(hit, limit_bytes=limit_bytes)
    else:
        part = Part.KEY if leaf is Leaf.KEY else Part.VALUE
        view = None if leaf is None else _VIEWS.get(leaf)
        decode = decode_of(schemas)
        rendered = render(hit, part, view, limit_bytes=limit_bytes, schemas=decode)
        about = "" if schemas is None else schemas.about(content_of(hit, part))
        if rendered.format is Format.SCHEMA:
            rendered = replace(rendered, note=about)
        else:
            trouble = about
    found = _LEAVES[rendered.view] if leaf is None else leaf
    return Shown(found, rendered, tuple(rendered.text.split("\n")), trouble)


def decode_of(schemas: Schemas | None) -> Decode | None:
    """How contents that name a schema are decoded, where there is a registry."""
    return None if schemas is None else schemas.decode


def size_to_show(hit: Hit, leaf: Leaf) -> int:
    """How many bytes a leaf has when nothing of it is cut."""
    if leaf is Leaf.HEADERS:
        return sum(len(name) + len(content or b"") for name, content in hit.record.headers) + 1
    return len(content_of(hit, Part.KEY if leaf is Leaf.KEY else Part.VALUE) or b"")


class RecordHead(Themed):
    """Three lines: where the record stands and when it was made; its key; which leaf is shown.

    More before the last for one that not every reader sees, or that its schema did not decode.
    """

    DEFAULT_CSS = """
    RecordHead {
        height: 3; padding: 0 1; background: $background;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    RecordHead.-one-more { height: 4; }
    RecordHead.-two-more { height: 5; }
    RecordHead.-three-more { height: 6; }
    """

    @dataclass
    class LeafWanted(Message):
        """A leaf was clicked."""

        leaf: Leaf

    def __init__(self) -> None:
        super().__init__()
        self._hit: Hit | None = None
        self._holder = ""
        self._shown: Shown | None = None
        self._schemas: Decode | None = None
        self._times = Times()
        self._now_ms = 0

    def show(
        self,
        hit: Hit,
        shown: Shown,
        times: Times,
        now_ms: int,
        schemas: Decode | None = None,
        holder: str = "",
    ) -> None:
        """Say which record is shown, and which leaf of it; `holder` is what is known of the
        transaction that holds it, safe to show."""
        self._hit, self._shown, self._schemas, self._holder = hit, shown, schemas, holder
        self._times, self._now_ms = times, now_ms
        count = (hit.record.standing in MARKS) + bool(holder) + bool(shown.trouble)
        for number, name in enumerate(("-one-more", "-two-more", "-three-more"), 1):
            self.set_class(count == number, name)
        self.refresh()

    def render(self) -> Text:
        if self._hit is None:
            return Text()
        text = Text("\n", end="", no_wrap=True, overflow="ellipsis")
        style = self.palette.style
        lines = [self._place(self._hit), self._key(self._hit)]
        mark = MARKS.get(self._hit.record.standing)
        if mark is not None:
            lines.append(Text(f"{mark.sign} {mark.sentence}", style(mark.role, "background")))
        trouble = "" if self._shown is None else plain(self._shown.trouble)
        for said in filter(None, (self._holder, trouble)):
            line = f"{symbols.INFO} {said}"
            lines.append(Text(line, style(Role.MUTED, "background"), no_wrap=True))
        return text.join([*lines, self._leaves()])

    def _place(self, hit: Hit) -> Text:
        record, ground = hit.record, "background"
        style = self.palette.style
        text = Text(no_wrap=True, overflow="ellipsis")
        parts = (
            ("partition", str(hit.partition)),
            ("offset", units.grouped(record.offset)),
            ("at", self._moment(record.timestamp_ms)),
            ("headers", str(len(record.headers))),
        )
        for number, (label, said) in enumerate(parts):
            # Blanks at the end would be cut with a sign, as if something were missing.
            text.append(f"{'   ' if number else ''}{label} ", style(Role.MUTED, ground))
            text.append(said, style(Role.STRONG, ground))
        return text

    def _moment(self, at_ms: int) -> str:
        if at_ms < 0:
            return units.UNKNOWN
        exact = units.moment(at_ms, self._times.zone)
        return f"{exact} ({units.ago(at_ms, self._now_ms)})"

    def _key(self, hit: Hit) -> Text:
        style = self.palette.style
        text = Text("key ", style(Role.MUTED, "background"), no_wrap=True, overflow="ellipsis")
        said = one_line(hit, Part.KEY, KEY_CHARACTERS, schemas=self._schemas)
        text.append(said, style(Role.S1, "background"))
        return text

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None or offset.y != LEAVES_LINE:
            return
        end = 0
        for leaf in Leaf:
            start, end = end, end + len(f" {leaf.value}  ")
            if start <= offset.x < end:
                self.post_message(self.LeafWanted(leaf))

    def _leaves(self) -> Text:
        style = self.palette.style
        text = Text(no_wrap=True)
        for leaf in Leaf:
            is_shown = self._shown is not None and leaf is self._shown.leaf
            mark = f"{symbols.CURSOR}{leaf.value}" if is_shown else f" {leaf.value}"
            text.append(f"{mark}  ", style(Role.PRIMARY if is_shown else Role.MUTED, "background"))
        return text


class RecordPanel(Panel):
    """The leaf that is shown, with its format and size."""

    DEFAULT_CSS = """
    RecordPanel { height: 1fr; padding: 0; }
    """

    def __init__(self) -> None:
        super().__init__("Value")
        self.view = TextView()

    def compose(self) -> ComposeResult:
        yield self.view

    def show(self, shown: Shown, full_key: str) -> None:
        """Draw a leaf; `full_key` opens one that is cut."""
        rendered = shown.rendered
        title = {Leaf.HEADERS: "Headers", Leaf.KEY: "Key"}.get(shown.leaf, "Value")
        self.retitle(title)
        is_json = rendered.view is View.JSON
        self.view.show(shown.lines, is_json=is_json)
        cut = ""
        if rendered.is_cut:
            cut = f"{symbols.WARNING} the first {units.size(SHOWN_BYTES)}"
            cut += f", {full_key} opens it full" if full_key else ""
        wanted = _VIEWS.get(shown.leaf)
        other = ""
        if wanted is not None and wanted is not rendered.view:
            other = f"this is no {shown.leaf.value}"
        # Of a schema the note says more.
        is_plain = shown.leaf is Leaf.HEADERS or rendered.format is Format.SCHEMA
        kind = "" if is_plain else rendered.format.value
        note = plain(rendered.note)
        size = units.size(rendered.size_bytes)
        self.remark(cut, size, kind, other, note, is_warning=bool(cut))
