"""The box that every panel is: a rounded border, a title at the left, a remark at the lower
right."""

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from console.widgets.fitting import shortened

BORDER_BLANKS = 6
"""Cells of a border that its text cannot have: corners, and a dash and a blank at each end."""
POINTED_LEAST = 11
"""Cells without which a text beside the title says nothing: a key, and the start of a title."""
BORDER_LINES = 2
"""Lines of a box that its border has."""
FACE_LINES = 5
"""Lines of a box in which a sign, what is, and what to do about it have room."""


class Panel(Vertical):
    """A box with a title. The border turns primary while something inside has the focus."""

    DEFAULT_CSS = """
    Panel {
        border: round $line;
        border-title-color: $foreground;
        border-title-style: bold;
        border-subtitle-color: $muted;
        background: $surface;
        padding: 0 1;
    }
    Panel:focus-within { border: round $primary; border-title-color: $primary; }
    Panel.stale { border-subtitle-color: $warning; }
    Panel.table { padding: 0; }
    Panel.chart { padding: 0 1 0 0; }
    Panel.-maximized {
        width: 100% !important; min-width: 0 !important; max-width: 100% !important;
        height: 100% !important; min-height: 0 !important; max-height: 100% !important;
    }
    """

    @dataclass
    class NeedChanged(Message):
        """It needs another number of lines than before."""

        panel: "Panel"

    # Else it is the table in it that is maximised, without border, remark and filter line.
    ALLOW_MAXIMIZE: ClassVar[bool | None] = True

    def __init__(self, title: str, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._said = (title, "")
        self._lines_told = FACE_LINES
        self._pointed = ""
        self._remarks: tuple[str, ...] = ()
        self.border_title = Content(title)

    @property
    def title(self) -> str:
        """What the box is called at the moment."""
        return self._said[0]

    @property
    def lines_needed(self) -> int:
        """The lines of the box with which nothing in it has to scroll."""
        return FACE_LINES

    def tell_need(self) -> None:
        """Say that it needs other lines, if it does: who shares them out asks for all needs."""
        if self._lines_told != (lines := self.lines_needed):
            self._lines_told = lines
            self.post_message(self.NeedChanged(self))

    def retitle(self, title: str) -> None:
        """Another title; texts from outside must be safe already."""
        if self._said[0] != title:
            self._said = (title, self._said[1])
            self._fit_title()

    def point_to(self, text: str) -> None:
        """Say beside the title where else to go, cut to the room there is, unless that is next to
        none; the text must be safe."""
        if self._pointed != text:
            self._pointed = text
            self._fit_title()

    def remark(self, *parts: str, is_warning: bool = False) -> None:
        """What stands in the lower border, the most important part first; empty ones are left out.

        Parts without room are left out from the end. Texts from outside must be safe already.
        """
        self.set_class(is_warning, "stale")
        self._remarks = tuple(filter(None, parts))
        self._fit_remarks()

    def on_resize(self) -> None:
        self._fit_title()
        self._fit_remarks()

    def _fit_title(self) -> None:
        title, beside = self._said[0], f" · {self._pointed}"
        width = self.outer_size.width
        room = width - BORDER_BLANKS - cell_len(title) if width else cell_len(beside)
        if self._pointed and room >= min(cell_len(beside), POINTED_LEAST):
            beside = shortened(beside, room)
            self.border_title = Content.assemble(title, (beside, "$muted not bold"))
        else:
            self.border_title = Content(title)

    def _fit_remarks(self) -> None:
        count = len(self._remarks)
        width = self.outer_size.width
        room = width - BORDER_BLANKS if width else None
        while count > 1 and room is not None and cell_len(self._joined(count)) > room:
            count -= 1
        text = self._joined(count)
        if self._said[1] != text:
            self._said = (self._said[0], text)
            self.border_subtitle = Content(text)

    def _joined(self, count: int) -> str:
        return " · ".join(self._remarks[:count])
