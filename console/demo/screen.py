"""The control panel of the demonstration: its workers beside the lag of their groups."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from console.demo.control import Command, Verb
from console.demo.panels import TriesPanel, WorkersPanel
from console.demo.workflow import WorkerState, WorkerStatus, Workflow
from console.keys.actions import Scope
from console.model.snapshot import Snapshot
from console.panels.groups import GroupsPanel
from console.panels.lag_chart import LagChartPanel
from console.sampling.needs import Needs, View
from console.screens.base import ConsoleScreen
from console.screens.routes import Host
from console.widgets.panes import Panes
from console.widgets.vtable import VTable

RATES = (0.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0)
LIMITS: tuple[float | None, ...] = (None, 100.0, 20.0)
GENERATOR, WAREHOUSE = "payments", "warehouse"
GROUPS = ("fraud-detection", "warehouse", "mailer")


def rate_after(present: float, step: int) -> float:
    """The rate one step above or below the present one."""
    if step > 0:
        return next((rate for rate in RATES if rate > present), RATES[-1])
    return next((rate for rate in reversed(RATES) if rate < present), RATES[0])


def limit_after(present: float | None) -> float | None:
    """Full speed, 100/s, 20/s, and round again."""
    at = LIMITS.index(present) if present in LIMITS else -1
    return LIMITS[(at + 1) % len(LIMITS)]


class DemoScreen(ConsoleScreen):
    """Keys act on the worker under the cursor; `+`, `-` and `R` on theirs wherever it stands."""

    SCOPES: ClassVar[tuple[Scope, ...]] = (Scope.DEMO, Scope.TABLE)
    DEFAULT_CSS = """
    DemoScreen WorkersPanel { height: 9; }
    DemoScreen GroupsPanel { height: 1fr; }
    DemoScreen #lag { height: 14; }
    DemoScreen LagChartPanel { width: 3fr; }
    DemoScreen TriesPanel { width: 2fr; }
    DemoScreen.-short #lag { height: 6; max-height: 30%; }
    DemoScreen.-short.-guided #lag { display: none; }
    """

    def __init__(self, host: Host, workflow: Workflow) -> None:
        super().__init__(host)
        self._workflow = workflow

    @property
    def needs(self) -> Needs:
        return Needs(frozenset({View.GROUPS, View.TOPICS}), groups=frozenset(GROUPS))

    def compose_body(self) -> ComposeResult:
        yield WorkersPanel()
        yield GroupsPanel("Their groups")
        tries = TriesPanel(str(self._workflow.folder), self.host.frame().keymap)
        parts = (LagChartPanel("Lag", names=GROUPS), tries)
        yield Panes(parts, room={0: 1, 100: 2}, id="lag")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(WorkersPanel).query_one(VTable).focus()
        self._workflow.on_change(self.draw_workers)

    def on_unmount(self) -> None:
        self._workflow.on_change(lambda: None)

    def draw_workers(self) -> None:
        """Draw the workers as they are now."""
        if self.is_mounted and self.is_active:
            self.query_one(WorkersPanel).show(self._workflow.states)

    def draw(self, snapshot: Snapshot) -> None:
        self.draw_workers()
        self.query_one(GroupsPanel).show(snapshot)
        self.query_one(LagChartPanel).show(snapshot)
        self.query_one(Panes).lead_by(self.host.frame().keymap)

    def _state(self, name: str | None = None) -> WorkerState | None:
        """The worker of this name, or the one under the cursor."""
        wanted = name or self.query_one(WorkersPanel).table.cursor_key
        for state in self._workflow.states:
            if state.row.name == wanted:
                return state
        return None

    def _tell(self, state: WorkerState | None, command: Command) -> bool:
        """Send a command; says so when there is nobody to hear it."""
        if state is None:
            return False
        is_told = self._workflow.send(state.row.name, command)
        if not is_told:
            self.notify(f"{state.row.name} is not running; enter starts it", severity="warning")
        return is_told

    def action_faster(self) -> None:
        self._change_rate(1)

    def action_slower(self) -> None:
        self._change_rate(-1)

    def _change_rate(self, step: int) -> None:
        state = self._state(GENERATOR)
        if state is None:
            return
        rate = rate_after(state.wish.limit or 0.0, step)
        if self._tell(state, Command(Verb.RATE, rate)):
            self.notify(f"{rate:g} payments a second")

    def action_pause_worker(self) -> None:
        state = self._state()
        is_paused = state is not None and state.wish.is_paused
        self._tell(state, Command(Verb.RESUME if is_paused else Verb.PAUSE))

    def action_limit(self) -> None:
        state = self._state()
        if state is None or state.row.name == GENERATOR:
            return
        limit = limit_after(state.wish.limit)
        if self._tell(state, Command(Verb.RATE, limit)):
            speed = "full speed" if limit is None else f"at most {limit:g} records a second"
            self.notify(f"{state.row.name}: {speed}")

    def action_kill(self) -> None:
        state = self._state()
        if state is not None and self._workflow.kill(state.row.name):
            self.notify(f"{state.row.name} is killed, as by kill -9", severity="warning")

    async def action_restart(self) -> None:
        state = self._state()
        if state is None or state.status is WorkerStatus.RUNNING:
            return
        try:
            await self._workflow.restart(state.row.name)
        except OSError as error:
            self.notify(f"{state.row.name} cannot be started: {error.strerror}", severity="error")
            return
        self.notify(f"{state.row.name} starts again")

    def action_replay(self) -> None:
        if self._tell(self._state(WAREHOUSE), Command(Verb.REPLAY)):
            self.notify("The warehouse starts again from the first record")

    @on(VTable.RowOpened)
    async def open(self, message: VTable.RowOpened) -> None:
        if message.table in self.query_one(WorkersPanel).query(VTable):
            await self.action_restart()
        else:
            self.post_message(self.GroupWanted(message.key))
