"""One line of a form: a label, a text that is typed, and what is wrong with it beneath."""

from collections.abc import Callable
from dataclasses import dataclass

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Label, Static

from console.forms.fields import FieldFault, whole
from console.widgets import symbols
from console.widgets.line_input import LineInput


@dataclass(frozen=True, slots=True)
class FormField:
    """One line: its id, label, placeholder, first value, and the check that raises FieldFault.

    `help` stands at the bottom while the line has the focus. A check is not asked about an empty
    optional field.
    """

    id: str
    label: str
    placeholder: str
    check: Callable[[str], object]
    help: str = ""
    value: str = ""
    is_optional: bool = False


def whole_field(id: str, label: str, least: int, most: int, *, help: str, value: str) -> FormField:
    """A line for a whole number within bounds."""
    return FormField(
        id, label, value, lambda text: whole(text, least, most), help=help, value=value
    )


class FieldLine(Vertical):
    """A label, an input and the line for its fault."""

    DEFAULT_CSS = """
    FieldLine { height: auto; }
    FieldLine Horizontal { height: 1; }
    FieldLine Label { width: 21; color: $muted; }
    FieldLine Input {
        width: 1fr; height: 1; border: none; background: $panel; background-tint: $foreground 0%;
        &.-textual-compact { padding: 0 1; }
        &:focus { background: $row-cursor; background-tint: $foreground 0%; }
        & > .input--placeholder { color: $muted; }
    }
    FieldLine .fault { display: none; height: auto; padding-left: 22; color: $error; }
    FieldLine.wrong .fault { display: block; }
    """

    def __init__(self, field: FormField) -> None:
        super().__init__(id=f"line-{field.id}")
        self.field = field
        self.input = LineInput(field.value, placeholder=field.placeholder, id=field.id)
        self._fault = Static(classes="fault")
        self._refused: tuple[str, str] | None = None

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Label(Content(self.field.label))
            yield self.input
        yield self._fault

    def fault(self) -> str:
        """What is wrong with the present text; shown beneath the line."""
        text = self.input.value
        said = ""
        if self._refused is not None and self._refused[0] == text:
            said = self._refused[1]
        elif text.strip() or not self.field.is_optional:
            try:
                self.field.check(text)
            except FieldFault as error:
                said = str(error)
        self._say(said)
        return said

    def refuse(self, said: str) -> None:
        """The cluster says what is wrong with the present text; so it is until it is asked anew."""
        self._refused = (self.input.value, said)
        self._say(said)

    def ask_again(self) -> None:
        """What was refused may be taken by now."""
        self._refused = None

    def forgive(self) -> None:
        """Say nothing of the present text."""
        self._say("")

    def _say(self, fault: str) -> None:
        self.set_class(bool(fault), "wrong")
        self._fault.update(Text(f"{symbols.ERROR} {fault}"))
