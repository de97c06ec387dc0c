"""A line to type in. What was pasted stays as it is and is drawn cleaned, as all text is.

Textual draws the value of its own `Input` as it came, escape sequences included. Cleaning puts one
character in the place of one, so that cursor and selection stand where they did. Of several lines
that are pasted Textual takes the first and is silent about the others: here they are joined.
"""

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.widget import Widget
from textual.widgets import Input

from console.model.text import plain


def pasted_line(onto: Widget, text: str) -> str:
    """What was pasted as one line; says so when it were several."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        return (lines or [""])[0]
    onto.notify(f"{len(lines):,} lines were pasted: they are joined into one")
    return " ".join(line.strip() for line in lines)


class LineInput(Input):
    """A line of one row, whose cursor does not blink."""

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        """The placeholder must be safe."""
        super().__init__(value, placeholder=placeholder, id=id, compact=True)
        self.cursor_blink = False

    def _on_paste(self, event: events.Paste) -> None:
        """Put what was pasted in the place of what is selected."""
        event.prevent_default()
        event.stop()
        line = pasted_line(self, event.text)
        if self.selection.is_empty:
            self.insert_text_at_cursor(line)
        else:
            self.replace(line, *self.selection)

    @property
    def shown(self) -> str:
        """The value, safe to show; its characters stand where those of the value do."""
        return plain(self.value, limit=len(self.value))

    @property
    def _value(self) -> Text:
        return Text(self.shown, no_wrap=True, overflow="ignore", end="")

    def _position_to_cell(self, position: int) -> int:
        return cell_len(self.shown[:position])

    def _cell_offset_to_index(self, offset: int) -> int:
        at = offset + int(self.scroll_offset.x)
        shown = self.shown
        return next((n for n in range(len(shown)) if cell_len(shown[: n + 1]) > at), len(shown))
