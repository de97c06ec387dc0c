"""What a reset would do, before it is done; then what it did, row by row.

| state   | ctrl+s                                                                   |
|---------|--------------------------------------------------------------------------|
| hindered | looks again whether there are still members                             |
| ready   | asks, then looks once more and commits                                   |
| moved   | as ready: the plan that is shown is the new one                          |
| done    | nothing                                                                  |
"""

from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static
from textual.worker import Worker

from console.acts.job import counted
from console.keys.actions import Scope
from console.keys.keymap import DEFAULT_KEYMAP, Keymap
from console.model.care import Care, Weight
from console.model.text import plain
from console.panels.reset_plan import PlanPanel, left_out_said, outcome_of, summary_of
from console.port.cluster import Writes
from console.port.errors import ClusterError, GroupIsActive
from console.resets.carrying import HasMoved, Outcome, carry_out
from console.resets.drafting import CannotPlan, Draft, Reads, drafted, layout_for
from console.widgets import symbols
from console.widgets.chrome import KeyFooter
from console.widgets.confirm import ConfirmDialog
from console.widgets.fault import fault_of
from console.widgets.hints import SUBMIT, TABLE_KEYS, footer_keys, hints_of
from console.widgets.vtable import VTable


class ResetPreview(ModalScreen[bool]):
    """Answers True when positions were changed."""

    DEFAULT_CSS = """
    ResetPreview { align: center middle; background: $background 60%; overflow: hidden; }
    ResetPreview > #box {
        width: 130; max-width: 100%; height: 90%; padding: 0;
        border: round $primary; background: $surface;
        border-title-color: $primary; border-title-style: bold; border-subtitle-color: $muted;
    }
    ResetPreview.-production > #box { border: round $error; border-title-color: $error; }
    ResetPreview #summary { height: auto; padding: 0 2; }
    ResetPreview PlanPanel, ResetPreview PlanPanel:focus-within { height: 1fr; border: none; }
    ResetPreview #answer { height: auto; min-height: 1; padding: 0 2; }
    ResetPreview #answer.ok { color: $success; }
    ResetPreview #answer.error { color: $error; }
    ResetPreview #answer.warning { color: $warning; }
    ResetPreview #answer.busy { color: $muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*DEFAULT_KEYMAP.bindings([Scope.FORM])]

    def __init__(
        self, draft: Draft, reads: Reads, writes: Writes, keymap: Keymap, care: Care
    ) -> None:
        super().__init__(classes="-production" if care.is_production else "")
        self._draft = draft
        self._reads = reads
        self._writes = writes
        self._keymap = keymap
        self._care = care
        self._outcome: Outcome | None = None
        self._is_busy = self._is_committing = False

    @property
    def group(self) -> str:
        """The name of the group, safe to show."""
        return plain(self._draft.wish.group)

    def compose(self) -> ComposeResult:
        with Vertical(id="box") as box:
            box.border_title = Content(f"Reset offsets of {plain(self.group, limit=40)}")
            yield Static(id="summary")
            yield PlanPanel()
            yield Static(id="answer")
        yield KeyFooter()

    def on_mount(self) -> None:
        self.query_one(VTable).focus()
        self._show()
        self._say_hindrance()

    def _show(self) -> None:
        plan = self._draft.plan
        self.query_one("#summary", Static).update(Text("\n".join(self._summary())))
        self.query_one(PlanPanel).show(plan, self._outcome)
        verb = "looks again" if self._draft.hindrance else "resets"
        hints = [(SUBMIT, verb)] if self._outcome is None else []
        hints.append(("form.close", "closes"))
        self.query_one("#box").border_subtitle = hints_of(self._keymap, hints)
        actions = [*TABLE_KEYS, *(name for name, _ in hints)]
        self.query_one(KeyFooter).show(footer_keys(self._keymap, actions, submits=verb))

    def _summary(self) -> list[str]:
        """What the plan does and what it leaves out, a line each."""
        left_out = left_out_said(self._draft.left_out)
        return [summary_of(self._draft.plan), *([left_out] if left_out else [])]

    def answer(self, text: str, kind: str) -> None:
        """Say something at the bottom. The text must be safe."""
        line = self.query_one("#answer", Static)
        line.set_classes(kind)
        line.update(Text(text))

    def action_close(self) -> None:
        if self._is_committing:
            self.answer("Committing: the cluster answers within seconds", "busy")
        elif not self.query_one(PlanPanel).clear_filter():
            self.dismiss(self._outcome is not None)

    def action_submit(self) -> None:
        if self._is_busy or self._outcome is not None:
            return
        if self._draft.hindrance:
            self.look_again()
        elif not self._draft.plan.changes:
            self.answer(f"{symbols.INFO} There is nothing to change", "warning")
        else:
            self._ask()

    def _ask(self) -> None:
        plan = self._draft.plan
        weight = Weight.NAME if plan.may_skip else Weight.YES_OR_NO
        typed = self._care.typed_name(weight, self.group)
        table = self.query_one(PlanPanel).table
        hidden = table.row_count - table.shown_count
        unseen = f" The filter hides {counted(hidden, 'partition')} of them." if hidden else ""
        text = f"{'. '.join(self._summary())}.{unseen}\nReset the offsets of {self.group}?"
        if typed is not None:
            text += f" Type {'its name' if typed == self.group else typed} to do it."

        def reset(is_agreed: bool | None) -> None:
            if is_agreed:
                self.reset()

        dialog = ConfirmDialog("Reset offsets", text, keymap=self._keymap, typed_name=typed)
        self.app.push_screen(dialog, reset)

    @work(group="form", exclusive=True, exit_on_error=False)
    async def reset(self) -> None:
        """Carry the plan out and say how that went."""
        self._is_busy = self._is_committing = True
        self.answer("Asking the cluster …", "busy")
        try:
            outcome = await carry_out(self._draft, self._reads, self._writes)
        except HasMoved:
            await self._draft_again("The group has moved since; this is what would be done now")
        except CannotPlan as error:
            self.answer(f"{symbols.ERROR} {error}", "error")
        except GroupIsActive as error:
            self.answer(f"{symbols.ERROR} Refused: {plain(error.reason)}", "error")
        except ClusterError as error:
            self.answer(f"{symbols.ERROR} {plain(error.of_change)}", "error")
        else:
            self._outcome = outcome
            undo = self._keymap.first_key("app.undo")
            text, is_well = outcome_of(self._draft.plan, outcome, undo=undo)
            self._show()
            self.answer(text, "ok" if is_well else "error")
        finally:
            self._is_busy = self._is_committing = False

    @work(group="form", exclusive=True, exit_on_error=False)
    async def look_again(self) -> None:
        """Make the plan anew, as things are."""
        self._is_busy = True
        self.answer("Asking the cluster …", "busy")
        try:
            await self._draft_again("Nothing reads with these positions any more")
        finally:
            self._is_busy = False

    async def _draft_again(self, news: str) -> None:
        try:
            layout = await layout_for([self._draft.wish], self._reads)
            self._draft = await drafted(self._draft.wish, self._reads, layout)
        except (ClusterError, CannotPlan) as error:
            self.answer(f"{symbols.ERROR} {plain(str(error))}", "error")
            return
        self._show()
        if self._draft.hindrance:
            self._say_hindrance()
        else:
            self.answer(f"{symbols.WARNING} {news}", "warning")

    def _say_hindrance(self) -> None:
        if self._draft.hindrance:
            self.answer(f"{symbols.ERROR} Refused: {self._draft.hindrance}", "error")

    @on(Worker.StateChanged)
    def tell_fault(self, message: Worker.StateChanged) -> None:
        fault = fault_of(message)
        if fault is not None:
            self.answer(f"{symbols.ERROR} {fault.said}", "error")
            fault.is_told = True
            self.post_message(fault)
