"""The row of numbered views, at every width: names give way, the numbers never.

| what stands                                          | between two, cells   |
|------------------------------------------------------|----------------------|
| every name whole                                     | 3, or 2, or 1        |
| three letters of each name, that of the present whole | 3, or 2, or 1        |
| the numbers, and the name of the present             | 3, or 2, or 1        |
| the numbers                                          | 3, or 2, or 1        |

The first that there is room for stands; in a row that is too narrow even for the last, the last.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.message import Message

from console.widgets.palette import Role
from console.widgets.themed import Themed

MARGIN = 1
GAPS = (3, 2, 1)
LETTERS = 3
"""Letters of a name that is cut."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A view in the row: its first cell, its number from 1, its name, what is said of it."""

    at: int
    number: int
    name: str
    label: str

    @property
    def said(self) -> str:
        return f"{self.number} {self.label}".rstrip()

    @property
    def end(self) -> int:
        """The cell after its last."""
        return self.at + cell_len(self.said)


def fit(views: Sequence[tuple[str, str]], current: str, width: int) -> tuple[Tab, ...]:
    """Views (name, label) in a row of so many cells, the present one of which is `current`."""
    tabs: tuple[Tab, ...] = ()
    for labels in _labels(views, current):
        for gap in GAPS:
            tabs = tuple(_placed(views, labels, gap))
            if not tabs or tabs[-1].end <= width:
                return tabs
    return tabs


def _labels(views: Sequence[tuple[str, str]], current: str) -> Iterator[tuple[str, ...]]:
    """What is said of each view, whole, and then each time with less."""
    yield tuple(label for _, label in views)
    yield tuple(label if name == current else label[:LETTERS] for name, label in views)
    yield tuple(label if name == current else "" for name, label in views)
    yield ("",) * len(views)


def _placed(views: Sequence[tuple[str, str]], labels: Sequence[str], gap: int) -> Iterator[Tab]:
    at = MARGIN
    for number, ((name, _), label) in enumerate(zip(views, labels, strict=True), 1):
        tab = Tab(at, number, name, label)
        yield tab
        at = tab.end + gap


class ViewTabs(Themed):
    """The row; the view on show is bold. A click on a view asks for it."""

    DEFAULT_CSS = """
    ViewTabs { height: 1; background: $background; }
    """

    @dataclass
    class Chosen(Message):
        """A view was clicked; its name."""

        name: str

    def __init__(self, views: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._views = tuple(views)
        self._current = ""

    def show(self, current: str) -> None:
        """Mark this view."""
        if current != self._current:
            self._current = current
            self.refresh()

    @property
    def _tabs(self) -> tuple[Tab, ...]:
        return fit(self._views, self._current, self.size.width)

    def render(self) -> Text:
        text = Text(" " * MARGIN, no_wrap=True, end="")
        for tab in self._tabs:
            is_current = tab.name == self._current
            text.append(" " * (tab.at - text.cell_len))
            role = Role.PRIMARY if is_current else Role.FAINT
            number = f"{tab.number} " if tab.label else f"{tab.number}"
            text.append(number, self.palette.style(role, "background"))
            role = Role.PRIMARY if is_current else Role.MUTED
            text.append(tab.label, self.palette.style(role, "background"))
        text.append(" " * GAPS[0])
        return text

    def on_click(self, event: events.Click) -> None:
        for tab in self._tabs:
            if tab.at <= event.x < tab.end:
                self.post_message(self.Chosen(tab.name))
