"""Asks before something that cannot be undone: yes or no, or the name typed out."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from console.widgets.hints import Hint, hint_line
from console.widgets.line_input import LineInput


class ConfirmDialog(ModalScreen[bool]):
    """Answers True only when the person agreed. With `typed_name`, agreeing means typing it.

    Texts must be safe already.
    """

    DEFAULT_CSS = """
    ConfirmDialog { align: center middle; background: $background 60%; overflow: hidden; }
    ConfirmDialog > Vertical {
        width: 64; max-width: 90%; height: auto; padding: 1 2;
        border: round $error; background: $surface;
        border-title-color: $error; border-title-style: bold; border-subtitle-color: $muted;
    }
    ConfirmDialog Input {
        margin-top: 1; height: 1; border: none; background: $row-cursor;
        background-tint: $foreground 0%;
        &.-textual-compact { padding: 0 1; }
        & > .input--placeholder { color: $muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "answer(False)", "No"),
        Binding("n", "answer(False)", "No"),
        Binding("y", "answer(True)", "Yes"),
    ]

    def __init__(self, title: str, text: str, *, typed_name: str | None = None) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._typed_name = typed_name

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = self._title
            yield Static(Content(self._text))
            if self._typed_name is None:
                hints = (Hint("y", "yes", "answer(True)"), Hint("n or esc", "no", "answer(False)"))
            else:
                hints = (
                    Hint("enter", "confirms", "confirm"),
                    Hint("esc", "cancels", "answer(False)"),
                )
                yield LineInput(placeholder=self._typed_name)
            box.border_subtitle = hint_line(hints)

    def action_answer(self, is_agreed: bool) -> None:
        if is_agreed and self._typed_name is not None:
            return
        self.dismiss(is_agreed)

    @on(Input.Submitted)
    def action_confirm(self) -> None:
        """Agree, if what was typed is the name."""
        if self.query_one(Input).value == self._typed_name:
            self.dismiss(True)
        else:
            self.notify(f"That is not {self._typed_name}", severity="warning", markup=False)
