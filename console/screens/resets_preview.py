"""What a reset of several groups would do, group by group, before it is done to all that it can be
done to.

Groups without a plan, with members, or that are there already stay as they are, with the reason.
Each group is looked at once more just before it is reset: one that has moved since stays as well.
"""

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from console.acts.job import Job, NotDone, counted
from console.forms.reset_offsets import Drafts
from console.keys.actions import Scope
from console.keys.keymap import DEFAULT_KEYMAP, Keymap
from console.model.care import Care, Weight
from console.model.figures import Total
from console.model.text import plain
from console.panels.reset_plan import records_said
from console.panels.reset_plans import ResetPlansPanel, plan_of
from console.port.cluster import Writes
from console.resets.carrying import HasMoved, carry_out
from console.resets.drafting import CannotPlan, Draft, Reads
from console.screens.job_run import ask_and_run
from console.widgets import symbols
from console.widgets.chrome import KeyFooter
from console.widgets.hints import SUBMIT, TABLE_KEYS, footer_keys, hints_of
from console.widgets.vtable import VTable


class ResetsPreview(ModalScreen[frozenset[str]]):
    """Answers the names of the groups that were reset."""

    DEFAULT_CSS = """
    ResetsPreview { align: center middle; background: $background 60%; overflow: hidden; }
    ResetsPreview > #box {
        width: 130; max-width: 100%; height: 90%; padding: 0;
        border: round $primary; background: $surface;
        border-title-color: $primary; border-title-style: bold; border-subtitle-color: $muted;
    }
    ResetsPreview.-production > #box { border: round $error; border-title-color: $error; }
    ResetsPreview #summary { height: auto; padding: 0 2; }
    ResetsPreview ResetPlansPanel, ResetsPreview ResetPlansPanel:focus-within {
        height: 1fr; border: none;
    }
    ResetsPreview #answer { height: auto; min-height: 1; padding: 0 2; color: $warning; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*DEFAULT_KEYMAP.bindings([Scope.FORM])]

    def __init__(
        self, drafts: Drafts, reads: Reads, writes: Writes, keymap: Keymap, care: Care
    ) -> None:
        super().__init__(classes="-production" if care.is_production else "")
        self._drafts = drafts
        self._ready = {name: plan for name, each in drafts.items() if (plan := plan_of(each))}
        self._reads = reads
        self._writes = writes
        self._keymap = keymap
        self._care = care

    def compose(self) -> ComposeResult:
        hints = [(SUBMIT, "resets")] if self._ready else []
        hints.append(("form.close", "closes"))
        with Vertical(id="box") as box:
            box.border_title = Content(f"Reset offsets of {counted(len(self._drafts), 'group')}")
            box.border_subtitle = hints_of(self._keymap, hints)
            yield Static(Text(self.summary), id="summary")
            yield ResetPlansPanel()
            yield Static(id="answer")
        actions = [*TABLE_KEYS, *(name for name, _ in hints)]
        yield KeyFooter(footer_keys(self._keymap, actions, submits="resets"))

    def on_mount(self) -> None:
        self.query_one(ResetPlansPanel).show(self._drafts)
        self.query_one(VTable).focus()
        if not self._ready:
            self.query_one("#answer", Static).update(f"{symbols.WARNING} None of them can be reset")

    @property
    def summary(self) -> str:
        """`2 of 3 groups to reset · 52.0K records read again · ▲ 1.2K records skipped`."""
        plans = [draft.plan for draft in self._ready.values()]
        words = [f"{len(plans):,} of {counted(len(self._drafts), 'group')} to reset"]
        words += records_said(_sum(plan.again for plan in plans), "read again")
        words += records_said(_sum(plan.skipped for plan in plans), "skipped")
        return " · ".join(words)

    def action_close(self) -> None:
        if not self.query_one(ResetPlansPanel).clear_filter():
            self.dismiss(frozenset())

    def action_submit(self) -> None:
        """Ask about all that can be reset, and reset them."""
        if not self._ready:
            return
        ready, reads, writes = self._ready, self._reads, self._writes

        async def reset(name: str) -> None:
            await _carried_out(ready[name], reads, writes)

        def ended(done: frozenset[str]) -> None:
            if done:
                self.dismiss(done)

        job = Job("Reset offsets", "group", "reset", tuple(ready), reset)
        may_skip = any(draft.plan.may_skip for draft in ready.values())
        weight = Weight.NAME if may_skip else Weight.YES_OR_NO
        said = f"{self.summary}:"
        ask_and_run(self, job, said, self._keymap, self._care, ended, weight=weight)


def _sum(totals: Iterable[Total]) -> Total:
    every = list(totals)
    return Total(sum(each.amount for each in every), sum(each.unknown for each in every))


async def _carried_out(draft: Draft, reads: Reads, writes: Writes) -> None:
    """Reset one group. Raises ClusterError, and NotDone where not all of it was done."""
    try:
        outcome = await carry_out(draft, reads, writes)
    except HasMoved:
        raise NotDone("it has moved since the preview, and stays as it is") from None
    except CannotPlan as error:
        raise NotDone(str(error)) from None
    failed = [each for each in outcome.values() if each is not None]
    if failed:
        count = counted(len(draft.plan.changes), "partition")
        raise NotDone(f"{len(failed):,} of {count} stay: {plain(failed[0].reason)}")
