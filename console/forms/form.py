"""The shape of every form: labelled lines in a box, faults beneath each, an answer at the bottom.

A field is checked while it is typed in, and explained at the bottom. Text fields receive every
printable key, and Enter goes on to the next line; the keys that send and close are in the table.
What is said at the bottom of texts that have been changed since goes away, but for a refusal.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static
from textual.worker import Worker

from console.forms.field_line import FieldLine, FormField
from console.forms.fields import FieldFault
from console.keys.actions import Scope
from console.keys.keymap import DEFAULT_KEYMAP, Keymap
from console.model.care import USUAL, Care, Weight
from console.model.snapshot import Snapshot
from console.model.text import plain
from console.widgets import symbols
from console.widgets.chrome import KeyFooter
from console.widgets.confirm import ConfirmDialog
from console.widgets.fault import fault_of
from console.widgets.hints import footer_keys, hints_of

NEXT_FIELD = ("tab", "Next field", "app.focus_next")


class Form(ModalScreen[None]):
    """A dialog of fields. Subclasses give the fields and do what they say in `send`."""

    DEFAULT_CSS = """
    Form { align: center middle; background: $background 60%; overflow: hidden; }
    Form > VerticalScroll {
        width: 78; max-width: 96%; height: auto; max-height: 94%; padding: 1 1 1 2;
        border: round $primary; background: $surface; scrollbar-size: 0 1;
        scrollbar-gutter: stable;
        border-title-color: $primary; border-title-style: bold; border-subtitle-color: $muted;
    }
    Form.-production > VerticalScroll { border: round $error; border-title-color: $error; }
    Form #help {
        height: 1; margin-top: 1; color: $muted; text-wrap: nowrap; text-overflow: ellipsis;
    }
    Form #note { height: auto; margin-bottom: 1; }
    Form #effect { display: none; height: auto; margin-top: 1; }
    Form #effect.shown { display: block; }
    Form #answer { height: auto; min-height: 1; }
    Form #answer.ok { color: $success; }
    Form #answer.error { color: $error; }
    Form #answer.busy { color: $muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*DEFAULT_KEYMAP.bindings([Scope.FORM])]
    IS_HARMLESS: ClassVar[bool] = False
    """Sending changes nothing by itself, so that Enter in the last line does it."""

    def __init__(
        self,
        title: str,
        fields: tuple[FormField, ...],
        verb: str,
        *,
        keymap: Keymap,
        care: Care = USUAL,
        first: str = "",
        subject: str = "",
        note: Content | None = None,
    ) -> None:
        """`verb` is what sending does; `keymap` says by which key.

        With `care` for a production cluster it is asked whether to send. `first` is the field that
        has the focus at first; the top one unless told otherwise. `subject` is the name of what is
        changed, `note` stands above the fields; all texts must be safe already.
        """
        super().__init__(classes="-production" if care.is_production else "")
        self.keymap = keymap
        self._care = care
        self._subject = subject
        self._note = note
        self._first = first or fields[0].id
        self._title = title
        self._fields = fields
        self._verb = verb
        self._is_checked = False
        self._is_sending = self.is_changing = False
        self._counts_wrong = False

    @property
    def is_sending(self) -> bool:
        """What the form says is being done; nothing is sent beside it."""
        return self._is_sending

    @is_sending.setter
    def is_sending(self, is_sending: bool) -> None:
        self._is_sending = is_sending
        # While it is taken away there may be no box any more.
        for box in self.query("Form > VerticalScroll"):
            box.border_subtitle = self._hint_line()
        for footer in self.query(KeyFooter):
            footer.show(self._footer_keys())

    @property
    def closing(self) -> str:
        """What the key that closes does while something is being done."""
        return "waits for the answer" if self.is_changing else "closes without waiting"

    def _hint_line(self) -> Content:
        waiting = (("form.close", self.closing),)
        return hints_of(self.keymap, waiting if self.is_sending else self.hints())

    def _footer_keys(self) -> tuple[tuple[str, str, str], ...]:
        """The keys that do something; all others are typed into the field."""
        if self.is_sending:
            return footer_keys(self.keymap, ["form.close"])
        actions = [action_id for action_id, _ in self.hints()]
        keys = footer_keys(self.keymap, actions, submits=self._verb)
        return (*keys[:-1], NEXT_FIELD, *keys[-1:])

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False) as box:
            box.border_title = Content(self._title)
            box.border_subtitle = self._hint_line()
            if self._note is not None:
                yield Static(self._note, id="note")
            for field in self._fields:
                yield FieldLine(field)
            yield Static(id="effect")
            yield Static(id="help")
            yield Static(id="answer")
        yield KeyFooter(self._footer_keys())

    def on_mount(self) -> None:
        self.line_of(self._first).input.focus()
        self.tell_effect()

    def follow(self, snapshot: Snapshot) -> None:
        """A newer snapshot is there: what was wrong in a field may be right by now."""
        wrong = self.query(FieldLine).filter(".wrong")
        mended = [line for line in wrong if not line.fault()]
        if mended:
            self._answer_again()
            self.tell_effect()

    def hints(self) -> tuple[tuple[str, str], ...]:
        """What stands in the lower border: actions by their ids, each with what it does."""
        return (("form.submit", self._verb), ("form.close", "closes"))

    def effect(self) -> str:
        """What sending will do; empty where that is not to be told.

        Raises FieldFault where a text is wrong.
        """
        return ""

    def loss(self) -> str:
        """What sending does for good, as a sentence, safe to show; empty when it can be undone."""
        return ""

    @property
    def subject(self) -> str:
        """What is typed where saying yes is not enough, safe to show."""
        return self._subject

    def line_of(self, field_id: str) -> FieldLine:
        """The line of a field."""
        return self.query_one(f"#line-{field_id}", FieldLine)

    def text_of(self, field_id: str) -> str:
        """The present text of a field."""
        return self.line_of(field_id).input.value

    def whole_of(self, field_id: str) -> int:
        """The number in a field whose check gives one; raises FieldFault where it is wrong."""
        number = self.line_of(field_id).field.check(self.text_of(field_id))
        assert isinstance(number, int), f"the check of {field_id} gives a number"
        return number

    def answer(self, text: str, kind: str = "ok") -> None:
        """Say something at the bottom: `ok`, `error` or `busy`. The text must be safe."""
        self._counts_wrong = False
        line = self.query_one("#answer", Static)
        line.set_classes(kind)
        line.update(Text(text))
        line.scroll_visible(animate=False)

    def send(self) -> None:
        """Do what the fields say; all of them are right."""
        raise NotImplementedError

    @contextmanager
    def changing(self) -> Iterator[None]:
        """While a change is under way. The form stays until it is known how that went: closing it
        would not stop the change, but only nobody would be told."""
        self.is_changing = self.is_sending = True
        try:
            yield
        finally:
            self.is_changing = self.is_sending = False

    def action_close(self) -> None:
        if self.is_changing:
            self.answer("It is under way: the cluster answers within seconds", "busy")
        else:
            self.dismiss(None)

    def action_submit(self) -> None:
        if self.is_sending:
            return
        self._is_checked = True
        for line in self.query(FieldLine):
            line.ask_again()
        wrong = [line for line in self.query(FieldLine) if line.fault()]
        if wrong:
            self._mend(wrong)
        else:
            self.begin()

    def refuse(self, field_id: str, said: str) -> None:
        """The cluster was asked, and says what is wrong with a field. The text must be safe."""
        line = self.line_of(field_id)
        line.refuse(said)
        self._mend([line])

    def _mend(self, wrong: Sequence[FieldLine]) -> None:
        """Go to the first of the lines that are wrong, and count them at the bottom."""
        wrong[0].input.focus()
        self.answer(_wrong_said(len(wrong)), "error")
        self._counts_wrong = True

    def _answer_again(self) -> None:
        """What was said at the bottom was of other texts than those that stand there.

        Why something was refused stays: it is read while it is mended.
        """
        if self.is_sending:
            return
        wrong = len(self.query(FieldLine).filter(".wrong"))
        line = self.query_one("#answer", Static)
        if self._counts_wrong:
            line.update(Text(_wrong_said(wrong) if wrong else ""))
        elif line.has_class("ok"):
            line.update("")

    def begin(self) -> None:
        """Every field is right: go on. Forms that ask the cluster first do that here."""
        self.proceed()

    def proceed(self) -> None:
        """Send; where something is lost, or on a production cluster, ask before."""
        usual = Weight.YES_OR_NO if self.loss() else Weight.NOTHING
        if self._care.weight(usual) is Weight.NOTHING:
            self.send()
        else:
            self.ask(usual)

    def ask(self, usual: Weight) -> None:
        """Send if the person says that it is meant so, and for this cluster."""
        parts = [self.loss()]
        if self._care.is_production:
            parts.append(f"{plain(self._care.cluster, limit=40)} is a production cluster.")
        typed = self._care.typed_name(usual, self.subject)
        parts.append(f"{self._title}: go on?" if typed is None else f"Type {typed} to go on.")

        def send(is_agreed: bool | None) -> None:
            if is_agreed:
                self.send()
            else:
                self.answer("Nothing was changed", "busy")

        text = " ".join(filter(None, parts))
        dialog = ConfirmDialog(self._title, text, keymap=self.keymap, typed_name=typed)
        self.app.push_screen(dialog, send)

    def tell_effect(self) -> None:
        """Say what sending will do, while what stands in the fields is right."""
        try:
            said = self.effect()
        except FieldFault:
            said = ""
        line = self.query_one("#effect", Static)
        line.set_class(bool(said), "shown")
        lost = self.loss() if said else ""
        warning = [("\n", ""), (f"{symbols.WARNING} {lost}", "$warning")] if lost else []
        line.update(Content.assemble((said, "$primary"), *warning))

    @on(events.DescendantFocus)
    def help(self, event: events.DescendantFocus) -> None:
        line = event.widget.parent and event.widget.parent.parent
        said = line.field.help if isinstance(line, FieldLine) else ""
        self.query_one("#help", Static).update(Text(said))

    @on(Input.Changed)
    def check(self, message: Input.Changed) -> None:
        line = message.input.parent and message.input.parent.parent
        if not isinstance(line, FieldLine):
            return
        if message.value or self._is_checked:
            line.fault()
        else:
            line.forgive()
        self._answer_again()
        self.tell_effect()

    @on(Input.Submitted)
    def go_on(self, message: Input.Submitted) -> None:
        if self.IS_HARMLESS and message.input.id == self._fields[-1].id:
            self.action_submit()
        else:
            self.focus_next(Input)

    @on(Worker.StateChanged)
    def tell_fault(self, message: Worker.StateChanged) -> None:
        fault = fault_of(message)
        if fault is not None:
            self.answer(f"{symbols.ERROR} {fault.said}", "error")
            fault.is_told = True
            self.post_message(fault)


def _wrong_said(count: int) -> str:
    return f"{symbols.ERROR} {count} to mend above"
