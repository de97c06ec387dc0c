"""One line at the bottom of a panel that asks for a text and says what is wrong with it.

What is typed stays until it is understood or the line is left; Enter hands it over. While it is
typed, the line may have a remark on it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from console.model.text import plain
from console.widgets import symbols
from console.widgets.line_input import LineInput


def _nothing(_: str) -> str:
    return ""


class AskLine(Vertical):
    """Hidden until it is asked with."""

    DEFAULT_CSS = """
    AskLine { display: none; height: auto; background: $panel; }
    AskLine.shown { display: block; }
    AskLine Horizontal { height: 1; }
    AskLine #ask-label { width: auto; padding: 0 1; color: $primary; text-style: bold; }
    AskLine Input {
        width: 1fr; height: 1; border: none; padding: 0; background: $panel;
        & > .input--placeholder { color: $muted; }
    }
    AskLine #ask-problem { display: none; height: auto; padding: 0 1; color: $error; }
    AskLine #ask-problem.shown { display: block; }
    AskLine #ask-problem.remark { color: $warning; }
    """

    @dataclass
    class Asked(Message):
        """A text was handed over in answer to a question."""

        question: str
        text: str

    def __init__(self) -> None:
        super().__init__()
        self.line = LineInput()
        self._question = ""
        self._remark_on: Callable[[str], str] = _nothing

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static(id="ask-label")
            yield self.line
        yield Static(id="ask-problem")

    @property
    def is_open(self) -> bool:
        return self.has_class("shown")

    def ask(
        self, question: str, hint: str, text: str, remark_on: Callable[[str], str] = _nothing
    ) -> None:
        """Open with a question, a hint, and a text to begin with. Both are safe already.

        `remark_on` tells what there is to say of a text, if anything.
        """
        self._question, self._remark_on = question, remark_on
        self.query_one("#ask-label", Static).update(Text(question))
        self.line.placeholder = hint
        self.line.value = text
        self.line.cursor_position = len(text)
        self._remark()
        self.add_class("shown")
        self.line.focus()

    def complain(self, problem: str) -> None:
        """Say what is wrong with the text; nothing when it is empty."""
        self._say(symbols.ERROR, problem)

    def _remark(self) -> None:
        self._say(symbols.WARNING, self._remark_on(self.line.value))

    def _say(self, sign: str, text: str) -> None:
        line = self.query_one("#ask-problem", Static)
        line.set_class(bool(text), "shown")
        line.set_class(sign == symbols.WARNING, "remark")
        line.update(Text(f"{sign} {plain(text)}"))

    def close(self) -> bool:
        """Close; says whether it was open."""
        was_open = self.is_open
        self.remove_class("shown")
        return was_open

    @on(Input.Changed)
    def forgive(self, message: Input.Changed) -> None:
        message.stop()
        self._remark()

    @on(Input.Submitted)
    def hand_over(self, message: Input.Submitted) -> None:
        message.stop()
        self.post_message(self.Asked(self._question, message.value))
