"""Does one act to each of several things, and says how it went with each.

| state    | esc                       | becomes                                                  |
|----------|---------------------------|----------------------------------------------------------|
| running  | stops before the next one | ended; closes by itself if all went well                 |
| stopping | nothing                   | ended, once the one that is under way is                 |
| ended    | closes                    | -                                                        |

A failure is told beside the thing that it befell, and the next one follows.
"""

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker

from console.acts.job import Job, NotDone, name_lines
from console.keys.actions import Scope
from console.keys.keymap import DEFAULT_KEYMAP, Keymap
from console.model.care import Care, Weight
from console.model.text import plain
from console.panels.outcomes import OutcomesPanel
from console.port.errors import ClusterError
from console.widgets import symbols
from console.widgets.chrome import KeyFooter
from console.widgets.confirm import ConfirmDialog
from console.widgets.fault import fault_of
from console.widgets.hints import TABLE_KEYS, footer_keys, hints_of
from console.widgets.vtable import VTable

LINES_BESIDE_NAMES = 17
"""Lines of the screen that a question needs beside the names of what it is about."""
NAMES_MIN, NAMES_MAX = 4, 30
"""Lines of names in a question, on the smallest and on a large screen."""


class JobRun(ModalScreen[frozenset[str]]):
    """Answers the names of those with which it went well."""

    DEFAULT_CSS = """
    JobRun { align: center middle; background: $background 60%; overflow: hidden; }
    JobRun > #box {
        width: 110; max-width: 96%; height: 80%; padding: 0;
        border: round $primary; background: $surface;
        border-title-color: $primary; border-title-style: bold; border-subtitle-color: $muted;
    }
    JobRun #summary { height: auto; padding: 0 2; }
    JobRun OutcomesPanel, JobRun OutcomesPanel:focus-within { height: 1fr; border: none; }
    JobRun #answer { height: auto; padding: 0 2; color: $error; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*DEFAULT_KEYMAP.bindings([Scope.FORM])]

    def __init__(self, job: Job, keymap: Keymap) -> None:
        super().__init__()
        self._job = job
        self._keymap = keymap
        self._failures: dict[str, str] = {}
        self._is_stopping = self._is_over = False

    @property
    def done(self) -> frozenset[str]:
        """The names of those with which it went well so far."""
        return frozenset(name for name, failure in self._failures.items() if not failure)

    def compose(self) -> ComposeResult:
        with Vertical(id="box") as box:
            box.border_title = Content(self._job.title)
            yield Static(id="summary")
            yield OutcomesPanel(self._job.noun)
            yield Static(id="answer")
        yield KeyFooter(footer_keys(self._keymap, [*TABLE_KEYS, "form.close"]))

    def on_mount(self) -> None:
        self.query_one(VTable).focus()
        self._show()
        self.run_job()

    @work(group="job", exclusive=True, exit_on_error=False)
    async def run_job(self) -> None:
        """Do it to each in turn, until all are done or it is to stop."""
        for name in self._job.names:
            if self._is_stopping:
                break
            self._failures[name] = await self._tried(name)
            self._show()
        self._end()

    async def _tried(self, name: str) -> str:
        """Why it did not go well with one; empty when it did."""
        try:
            await self._job.act(name)
        except ClusterError as error:
            return plain(error.of_change)
        except NotDone as error:
            return str(error)
        return ""

    def _end(self) -> None:
        if len(self.done) == len(self._job.names):
            self.app.notify(f"{self._job.many}: {self._job.done}", markup=False)
            self.dismiss(self.done)
            return
        self._is_over = True
        self._show()

    def _show(self) -> None:
        job = self._job
        failed = len(self._failures) - len(self.done)
        parts = [f"{len(self.done):,} of {job.many} {job.done}"]
        if failed:
            parts.append(f"{symbols.ERROR} {failed:,} failed")
        left = len(job.names) - len(self._failures)
        if left and self._is_over:
            parts.append(f"{left:,} left as they were")
        self.query_one("#summary", Static).update(Text(" · ".join(parts)))
        self.query_one(OutcomesPanel).show(
            job.names, self._failures, job.done, is_over=self._is_over
        )
        verb = "closes" if self._is_over else "stopping …" if self._is_stopping else "stops"
        hints = hints_of(self._keymap, [("form.close", verb)])
        self.query_one("#box").border_subtitle = hints

    def action_close(self) -> None:
        """Clear the filter, else stop before the next one, or close once it is over."""
        if self.query_one(OutcomesPanel).clear_filter():
            return
        if self._is_over:
            self.dismiss(self.done)
        else:
            self._is_stopping = True
            self._show()

    @on(Worker.StateChanged)
    def tell_fault(self, message: Worker.StateChanged) -> None:
        fault = fault_of(message)
        if fault is not None:
            self._is_over = True
            self._show()
            self.query_one("#answer", Static).update(Text(f"{symbols.ERROR} {fault.said}"))
            fault.is_told = True
            self.post_message(fault)


def ask_and_run(
    asking: Widget,
    job: Job,
    said: str,
    keymap: Keymap,
    care: Care,
    ended: Callable[[frozenset[str]], None],
    *,
    weight: Weight = Weight.NAME,
) -> ConfirmDialog:
    """Ask once about all the things of a job, each named, and do it when that is agreed to.

    `said` is what it does to them, safe to show. `weight` is what is asked where nothing is
    production; for many things their number is typed. `ended` is told with which it went well.
    """
    most = min(max(asking.app.size.height - LINES_BESIDE_NAMES, NAMES_MIN), NAMES_MAX)
    typed = care.typed_name(weight, job.many)
    asked = f"{job.title}?" if typed is None else f"Type {typed} to do it."
    names = [f"  {name}" for name in name_lines(job.names, most)]
    text = "\n".join([said, *names, "", asked])

    def run(is_agreed: bool | None) -> None:
        if is_agreed:
            asking.app.push_screen(JobRun(job, keymap), lambda done: ended(done or frozenset()))

    dialog = ConfirmDialog(job.title, text, keymap=keymap, typed_name=typed)
    asking.app.push_screen(dialog, run)
    return dialog
