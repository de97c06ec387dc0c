"""The prompt at the bottom: a line with completion, and what it could become above it."""

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from console.keys.actions import Scope
from console.keys.keymap import DEFAULT_KEYMAP
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.palette.commands import (
    Command,
    NameMissing,
    NoSuchCommand,
    Vocabulary,
    completions,
    parse_command,
)
from console.widgets.line_input import LineInput

HISTORY_MAX = 100
OFFERS_BEFORE = 3
"""Completions that stay in sight to the left of the chosen one."""


class Prompt(ModalScreen[Command | None]):
    """Answers the command that was typed, or None. Keeps a history for its lifetime's owner."""

    DEFAULT_CSS = """
    Prompt { align: center bottom; background: $background 40%; overflow: hidden; }
    Prompt > Vertical {
        width: 100%; height: auto; background: $panel; border-top: solid $line; padding: 0 1;
    }
    Prompt Static { height: auto; color: $muted; }
    Prompt #offers { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    Prompt Input { border: none; height: 1; background: $panel; padding: 0; }
    Prompt #problem { color: $error; display: none; }
    Prompt #problem.shown { display: block; }
    Prompt Horizontal { height: 1; }
    Prompt #colon { width: 2; color: $primary; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*DEFAULT_KEYMAP.bindings([Scope.PROMPT])]

    def __init__(
        self, vocabulary: Callable[[], Vocabulary], history: list[str], text: str = ""
    ) -> None:
        """`vocabulary` gives what commands can speak of at the moment; `text` stands in the line at
        first."""
        super().__init__()
        self._text = text
        self._vocabulary = vocabulary
        self._history = history
        self._at = len(history)
        self._offers: list[str] = []
        self._chosen = -1
        self._is_completing = False

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(id="offers")
            yield Static(id="problem")
            with Horizontal():
                yield Static(":", id="colon")
                line = LineInput(
                    self._text, placeholder="topics, topic NAME, groups, theme NAME, quit …"
                )
                # What stands there already is to be typed on.
                line.select_on_focus = False
                line.cursor_position = len(self._text)
                yield line

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self._offer(self._text)

    def action_close(self) -> None:
        self.dismiss(None)

    def action_complete(self, step: int) -> None:
        if not self._offers:
            return
        self._chosen = (self._chosen + step) % len(self._offers)
        self._is_completing = True
        self._put(self._offers[self._chosen])
        self._draw()

    def action_recall(self, step: int) -> None:
        if not self._history:
            return
        self._at = max(0, min(len(self._history), self._at + step))
        self._put(self._history[self._at] if self._at < len(self._history) else "")

    def follow(self, _snapshot: Snapshot) -> None:
        """There may be other names to offer, unless one is going round through those."""
        typed = self.query_one(Input).value
        if self._chosen < 0 and completions(typed, self._vocabulary()) != self._offers:
            self._offer(typed)

    def _asks_which(self, word: str, typed: str) -> bool:
        """Offer the names that may follow a command; False where that is done or there is none."""
        text = f"{word} "
        if typed == text or not completions(text, self._vocabulary()):
            return False
        self._put(text)
        return True

    def _put(self, text: str) -> None:
        line = self.query_one(Input)
        line.value = text
        line.cursor_position = len(text)

    def _offer(self, typed: str) -> None:
        self._offers = completions(typed, self._vocabulary())
        self._chosen = -1
        self._draw()

    def _draw(self) -> None:
        words = [offer.partition(" ")[2] or offer for offer in self._offers]
        first = max(0, self._chosen - OFFERS_BEFORE)
        parts = [
            (plain(word), "bold $primary" if number == self._chosen else "$muted")
            for number, word in enumerate(words)
        ]
        offers = Content("   ").join(Content.styled(*part) for part in parts[first:])
        self.query_one("#offers", Static).update(offers)

    @on(Input.Changed)
    def offer(self, message: Input.Changed) -> None:
        if self._is_completing:
            self._is_completing = False
            return
        self.query_one("#problem").remove_class("shown")
        self._offer(message.value)

    @on(Input.Submitted)
    def run_command(self, message: Input.Submitted) -> None:
        try:
            command = parse_command(message.value, self._vocabulary())
        except NoSuchCommand as error:
            if isinstance(error, NameMissing) and self._asks_which(error.word, message.value):
                return
            problem = self.query_one("#problem", Static)
            problem.update(Text(plain(str(error))))
            problem.add_class("shown")
            return
        self._history.append(message.value)
        del self._history[:-HISTORY_MAX]
        self.dismiss(command)
