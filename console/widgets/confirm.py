"""Asks before something that cannot be undone: yes or no, or the name typed out."""

from itertools import takewhile
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from console.keys.actions import BY_ID, Scope
from console.keys.key_names import shown_key
from console.keys.keymap import DEFAULT_KEYMAP, Keymap, is_typed
from console.model.text import plain
from console.widgets import symbols
from console.widgets.chrome import KeyFooter
from console.widgets.hints import Hint, footer_keys, hint_line
from console.widgets.line_input import LineInput

AROUND = 12
"""Characters of a name that are quoted from where what was typed differs."""


def difference(typed: str, wanted: str) -> str:
    """In what a typed name differs from the wanted one, which is safe; safe to show."""
    if not typed:
        return f"Type {wanted} first"
    if typed.strip() == wanted:
        return "There is a blank before or after it"
    if typed.casefold() == wanted.casefold():
        return f"Small and capital letters differ: it is {wanted}"
    if wanted.endswith(f"/{typed}"):
        return f"The cluster is missing before it: {wanted}"
    pairs = zip(typed, wanted, strict=False)
    at = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    says, needs = plain(typed[at:], limit=AROUND), plain(wanted[at:], limit=AROUND)
    if not says:
        return f"The end is missing: {needs}"
    if not needs:
        return f"There is more behind it: {says}"
    return f"From character {at + 1} on it says {says}, not {needs}"


class ConfirmDialog(ModalScreen[bool]):
    """Answers True only when the person agreed. With `typed_name`, agreeing means typing it.

    Texts must be safe already. `keymap` says which keys are told.
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
    ConfirmDialog #keys { display: none; height: auto; margin-top: 1; color: $muted; }
    ConfirmDialog #keys.shown { display: block; }
    ConfirmDialog #problem { display: none; height: auto; color: $error; }
    ConfirmDialog #problem.shown { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *DEFAULT_KEYMAP.bindings([Scope.DIALOG, Scope.CONFIRM])
    ]

    def __init__(
        self, title: str, text: str, *, keymap: Keymap, typed_name: str | None = None
    ) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._question = Static(Content(text), id="question")
        self._keymap = keymap
        self._typed_name = typed_name

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(self._title)
            yield self._question
            if self._typed_name is None:
                refusing = map(self._keymap.first_key, ("confirm.no", "dialog.close"))
                hints = (
                    Hint(self._keymap.first_key("confirm.yes"), "yes", "answer(True)"),
                    Hint(" or ".join(filter(None, refusing)), "no", "answer(False)"),
                )
            else:
                hints = (
                    Hint("enter", "confirms", "confirm"),
                    Hint(self._keymap.first_key("dialog.close"), "cancels", "close"),
                )
                yield LineInput(placeholder=self._typed_name)
                yield Static(id="problem")
            yield Static(self._key_lines(), id="keys")
            box.border_subtitle = hint_line(hints)
        yield KeyFooter(self._footer_keys())

    def say_instead(self, vague: str, exact: str) -> None:
        """Say a part of the question more exactly: more is known by now."""
        self._text = self._text.replace(vague, exact, 1)
        self._question.update(Content(self._text))

    def _footer_keys(self) -> tuple[tuple[str, str, str], ...]:
        """The keys that answer; where a name is typed, those that are not typed into it."""
        if self._typed_name is None:
            ids = ("confirm.yes", "confirm.no", "confirm.help", "dialog.close")
            return footer_keys(self._keymap, ids)
        keys = self._keymap.keys_of(BY_ID["confirm.help"])
        untyped = [shown_key(key) for key in keys if not is_typed(key)]
        return (
            (shown_key("enter"), "Confirm", "confirm"),
            *((key, BY_ID["confirm.help"].label, "explain") for key in untyped[:1]),
            *footer_keys(self._keymap, ["dialog.close"]),
        )

    def action_answer(self, is_agreed: bool) -> None:
        if is_agreed and self._typed_name is not None:
            return
        self.dismiss(is_agreed)

    def action_close(self) -> None:
        self.dismiss(False)

    def action_explain(self) -> None:
        """Show every key that works here, or no longer."""
        self.query_one("#keys", Static).toggle_class("shown")

    @on(Input.Submitted)
    def action_confirm(self) -> None:
        """Agree if what was typed is the name; else say in what it differs."""
        assert self._typed_name is not None, "only a name is typed"
        typed = self.query_one(Input).value
        if typed == self._typed_name:
            self.dismiss(True)
        else:
            self._complain(difference(typed, self._typed_name))

    def _key_lines(self) -> Text:
        answers = ("confirm.yes", "confirm.no") if self._typed_name is None else ()
        lines = [
            (" ".join(map(shown_key, self._keymap.keys_of(BY_ID[name]))), BY_ID[name].help)
            for name in (*answers, "dialog.close")
        ]
        if self._typed_name is not None:
            lines.insert(0, (shown_key("enter"), f"Agree, once {self._typed_name} is typed."))
        width = max(len(keys) for keys, _ in lines)
        return Text("\n".join(f"{keys:<{width}}  {words}" for keys, words in lines if keys))

    @on(Input.Changed)
    def forgive(self) -> None:
        self._complain("")

    def _complain(self, problem: str) -> None:
        line = self.query_one("#problem", Static)
        line.set_class(bool(problem), "shown")
        line.update(Text(f"{symbols.ERROR} {problem}"))
