"""What the keys that work everywhere do: move, ask for help, open forms and the prompt, leave.

The routes of a screen, apart from what it draws. Dialogs are not screens of this kind, so no key
of the table reaches into a text field. Forms and dialogs are loaded when they are first opened: the
first frame does not wait for them.
"""

from collections.abc import Callable, Collection, Coroutine, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.message import Message
from textual.screen import Screen
from textual.worker import Worker

from console.acts.act import Act
from console.acts.job import Job, first_of
from console.keys.actions import BY_METHOD, WIDGET_SCOPES, Scope
from console.keys.keymap import DEFAULT_KEYMAP
from console.model.care import Weight
from console.model.section import content
from console.model.text import plain
from console.port.cluster import Writes
from console.port.errors import ClusterError
from console.sampling.needs import Needs
from console.screens.host import CannotEdit as CannotEdit
from console.screens.host import Frame as Frame
from console.screens.host import Host as Host
from console.screens.host import TopicPart as TopicPart
from console.screens.present_topics import PresentTopics
from console.widgets.fault import fault_of
from console.widgets.table_panel import TablePanel

if TYPE_CHECKING:
    from console.widgets.confirm import ConfirmDialog

UNDO_LINES_MAX = 8
"""Lines that say what an undo puts back."""


class RoutedScreen(Screen[None]):
    """The actions of every screen."""

    SCOPES: ClassVar[tuple[Scope, ...]] = ()
    KIND: ClassVar[str] = ""
    """What `detail` names: `topic`, `group`, `broker`, or nothing at a view itself."""
    BINDINGS: ClassVar[list[BindingType]] = [*DEFAULT_KEYMAP.bindings([Scope.APP])]
    # Esc has its row in the table of actions: a filter is cleared before a panel is given back.
    ESCAPE_TO_MINIMIZE: ClassVar[bool | None] = False

    def __init_subclass__(
        cls,
        can_focus: bool | None = None,
        can_focus_children: bool | None = None,
        inherit_css: bool = True,
        inherit_bindings: bool = True,
    ) -> None:
        """Bind the keys of the screen's own scopes; those of widgets are bound by the widgets."""
        if "SCOPES" in cls.__dict__:
            own = [scope for scope in cls.SCOPES if scope not in WIDGET_SCOPES]
            cls.BINDINGS = [*cls.__dict__.get("BINDINGS", ()), *DEFAULT_KEYMAP.bindings(own)]
        super().__init_subclass__(
            can_focus=can_focus,
            can_focus_children=can_focus_children,
            inherit_css=inherit_css,
            inherit_bindings=inherit_bindings,
        )

    @dataclass
    class TopicWanted(Message):
        """A topic should be opened, with the cursor in one of its parts."""

        name: str
        part: TopicPart = TopicPart.PARTITIONS

    @dataclass
    class GroupWanted(Message):
        """A group should be opened."""

        name: str

    @dataclass
    class BrokerWanted(Message):
        """A broker should be opened, by its id as text."""

        name: str

    @dataclass
    class DiffWanted(Message):
        """Two topics should be compared."""

        first: str
        second: str

    @dataclass
    class MessagesWanted(Message):
        """The messages of a topic should be opened, at a place as one types it behind `@`."""

        topic: str
        place: str = ""

    @dataclass
    class ClusterWanted(Message):
        """A cluster should be put in the place of the one in use."""

        name: str

    @dataclass
    class RuleMuted(Message):
        """A rule is to be silent, or no longer."""

        rule: str
        is_muted: bool

    @dataclass
    class PromptWanted(Message):
        """The command prompt should open, with `text` typed already."""

        text: str = ""

    @dataclass
    class Shown(Message):
        """The screen came to the front or needs something else."""

        screen: "RoutedScreen"

    def __init__(self, host: Host) -> None:
        super().__init__()
        self.host = host
        self._is_leaving = False

    @property
    def detail(self) -> str:
        """The exact name of what is open here; empty at a view itself."""
        return ""

    @property
    def needs(self) -> Needs:
        """What this screen shows beyond what is always read."""
        return Needs()

    @property
    def all_needs(self) -> Needs:
        """What it shows, and what is to be read for an act that is under way."""
        return self.needs

    @property
    def subject(self) -> str | None:
        """The topic that `p`, `m` and `D` are about; None when there is none."""
        return None

    @property
    def marked_topics(self) -> tuple[str, ...]:
        """The topics that are marked, which an act is about instead; there may be none."""
        return ()

    @property
    def act_to_undo(self) -> Act | None:
        """What `u` undoes here."""
        return self.host.journal.last_undoable

    @property
    def is_deep(self) -> bool:
        """Whether there is a screen beneath this one to go back to."""
        return len(self.app.screen_stack) > 1

    @property
    def is_gone(self) -> bool:
        """Whether what is open here is not there any more."""
        return False

    def action_back(self) -> None:
        """Close what is open on this screen, else go back."""
        if self.is_gone or not self.close_one():
            self.go_back()

    def close_one(self) -> bool:
        """Clear a filter, else the marks, else give a maximised panel back; says whether there was
        any of these."""
        panels = self.query(TablePanel)
        if any(panel.clear_filter() for panel in panels):
            return True
        if any(panel.clear_marks() for panel in panels):
            return True
        if self.maximized is None:
            return False
        self.minimize()
        return True

    def go_back(self) -> bool:
        """Go back to the screen beneath; says whether there is one."""
        if self.is_deep:
            self.app.pop_screen()
            return True
        return False

    def leave_deleted(self, name: str) -> None:
        """Go back, if this is the screen of what was just deleted and in front."""
        if self.detail == name and self.app.screen is self:
            self.go_back()

    def action_leave(self) -> None:
        """Go back; at the first screen the second press in a row quits."""
        if self.go_back():
            return
        if self._is_leaving:
            self.app.exit()
        else:
            self._is_leaving = True
            self.set_timer(2.0, self._stay)
            self.notify("Press q again to quit", timeout=2)

    def _stay(self) -> None:
        self._is_leaving = False

    def action_quit_hint(self) -> None:
        selection = self.get_selected_text()
        if selection:
            self.app.copy_to_clipboard(selection)
            self.notify("Copied")
        else:
            self.notify("ctrl+q quits")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether an action can be done on this cluster."""
        known = BY_METHOD.get(action)
        return known is None or self.host.frame().possible.includes(known)

    def action_help(self) -> None:
        from console.screens.help import HelpScreen

        scopes = (*self.SCOPES, Scope.APP)
        frame = self.host.frame()
        labels = [label for _, label in frame.views]
        self.app.push_screen(HelpScreen(frame.keymap, scopes, labels, frame.possible))

    def action_messages(self) -> None:
        if self.subject is not None:
            self.post_message(self.MessagesWanted(self.subject))

    def action_palette(self) -> None:
        self.post_message(self.PromptWanted())

    def action_redraw(self) -> None:
        self.refresh(layout=True)

    def action_maximise(self) -> None:
        if self.maximized is not None:
            self.minimize()
        elif self.focused is not None:
            self.maximize(self.focused, container=True)

    def action_create_topic(self, topic: str = "") -> None:
        from console.forms.create_topic import CreateTopicForm

        frame = self.host.frame()
        form = CreateTopicForm(
            self.host.writes, self._broker_count(), frame.keymap, frame.care, name=topic
        )
        self.app.push_screen(form)

    def action_publish(self, topic: str = "") -> None:
        from console.forms.publish import PublishForm

        frame = self.host.frame()
        topic = topic or self.subject or ""
        form = PublishForm(self.host.writes, self.topics(), topic, frame.keymap, frame.care)
        self.app.push_screen(form)

    def action_what_if(self) -> None:
        """Open the form that says what another retention would delete of this topic."""
        from console.forms.what_if import WhatIfForm, readers_of
        from console.sampling.topic_logs import TopicLogs

        topic, snapshot = self.subject, self.host.snapshot
        if topic is None or snapshot is None:
            return
        partitions = self.topics().get(topic)
        if partitions is None:
            self.notify("The topic's partitions are not read yet", severity="warning")
            return
        frame = self.host.frame()
        logs = TopicLogs(self.host.reads, topic, partitions, snapshot.at_ms)
        groups = readers_of(topic, snapshot)
        form = WhatIfForm(self.host.writes, logs, groups, frame.keymap, frame.care)
        self.app.push_screen(form)

    def ask(
        self, title: str, text: str, typed: str | None, answered: Callable[[bool | None], None]
    ) -> "ConfirmDialog":
        """Ask whether to do something; `typed` is the name to be typed, None for yes or no."""
        from console.widgets.confirm import ConfirmDialog

        keymap = self.host.frame().keymap
        dialog = ConfirmDialog(title, text, keymap=keymap, typed_name=typed)
        self.app.push_screen(dialog, answered)
        return dialog

    def action_undo(self) -> None:
        """Say what would be put back, and put it back when that is agreed to."""
        act = self.act_to_undo
        if act is None or act.before is None:
            from console.acts.undo import nothing_to_undo

            self.notify(nothing_to_undo(self.host.journal.acts), timeout=4)
            return
        care, clusters = self.host.frame().care, self.host.clusters
        if clusters is not None and act.cluster != clusters.current.recorded_name:
            where = plain(act.cluster, limit=40)
            self.notify(f"That was done on {where}: open it to undo it", markup=False)
            return
        lines = first_of(list(act.before.told()), UNDO_LINES_MAX)
        undone = f"{act.kind.value} of {plain(act.subject)} will be undone. This sets:"
        text = "\n".join([undone, *lines])

        writes = self.host.writes

        def put_back(is_agreed: bool | None) -> None:
            if is_agreed:
                self.see_through("undo", self.put_back(act, writes))

        typed = care.typed_name(Weight.YES_OR_NO, plain(act.subject))
        self.ask("Undo", text, typed, put_back)

    def see_through(self, name: str, change: Coroutine[None, None, None]) -> None:
        """Do a change, and say how it went, whether this screen is left meanwhile or not.

        Not exclusive: the answer about one thing must not be lost over the next. Whoever makes the
        change has taken the way to it before: another cluster may be shown by the time it is used.
        """
        self.app.run_worker(change, name=name, group="changes", exit_on_error=False)

    def tell_failed(self, error: ClusterError, kept: str, maybe: str) -> None:
        """Say why a change failed, titled `kept`, or `maybe` where it may have been made."""
        title = maybe if error.may_be_done else kept
        said = plain(error.of_change)
        self.notify(said, title=title, severity="error", timeout=10, markup=False)

    async def put_back(self, act: Act, writes: Writes) -> None:
        """Undo an act and say how that went."""
        from console.acts.undo import undo

        shown = f"{act.kind.value} of {plain(act.subject)}"
        try:
            with self.host.journal.putting_back(act):
                await undo(act, writes)
        except ClusterError as error:
            self.tell_failed(error, f"{shown} stays", f"{shown} may be undone")
        else:
            self.host.journal.mark_undone(act)
            self.notify(f"{shown} is undone", markup=False)

    def do_to_all(
        self,
        job: Job,
        said: str,
        *,
        weight: Weight = Weight.NAME,
        then: Callable[[frozenset[str]], None] = lambda done: None,
    ) -> "ConfirmDialog":
        """Ask once about all that is marked, then do it; what went well is no longer marked."""
        from console.screens.job_run import ask_and_run

        frame = self.host.frame()

        def ended(done: frozenset[str]) -> None:
            self.unmark(done)
            then(done)

        return ask_and_run(self, job, said, frame.keymap, frame.care, ended, weight=weight)

    def unmark(self, names: Collection[str]) -> None:
        """Let these be marked no longer."""
        for panel in self.query(TablePanel):
            panel.table.unmark(names)

    @on(Worker.StateChanged)
    def tell_fault(self, message: Worker.StateChanged) -> None:
        fault = fault_of(message)
        if fault is not None:
            self.post_message(fault)

    def topics(self) -> Mapping[str, int]:
        """How many partitions each topic has, at any time from now on."""
        return PresentTopics(lambda: self.host.snapshot)

    def _broker_count(self) -> int:
        snapshot = self.host.snapshot
        cluster = content(snapshot.cluster) if snapshot is not None else None
        return len(cluster.brokers) if cluster is not None else 1
