"""The application: it owns the views, the newest snapshot and the theme, and routes between views.

It asks nothing and computes nothing. Snapshots come from a `Feed`, what no snapshot holds from
`Reads`, changes go to `Writes`; all are handed in by who starts it.
"""

from collections.abc import Sequence

from textual import on, work

from console.acts.act import ActKind
from console.acts.journal import Journal
from console.alerts.alerting import Alerting
from console.details import diff_screen, group_screen, messages_screen, topic_screen
from console.guided_app import GuidedApp
from console.keys.ordered_app import OrderedApp
from console.model.snapshot import Snapshot
from console.palette.commands import Command, Kind, Vocabulary, vocabulary_of
from console.port.cluster import Reads, Writes
from console.port.clusters import Clusters
from console.port.source import Source
from console.sampling.feed import Feed
from console.sampling.needs import Needs
from console.screens.routes import Frame, RoutedScreen
from console.screens.view import Look, SavedLooks, View
from console.settings import Settings, parse_interval
from console.widgets import breakpoints
from console.widgets.fault import FaultKeeper
from console.widgets.notes import NotesApp


class ConsoleApp(GuidedApp, OrderedApp, NotesApp, FaultKeeper):
    """The console on one cluster, or on one of several."""

    TITLE = "kconsole"
    draws_first = False
    """Whether a frame is drawn before the feed runs, behind which what it takes is loaded."""
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = breakpoints.HORIZONTAL
    VERTICAL_BREAKPOINTS = breakpoints.VERTICAL

    def __init__(
        self,
        feed: Feed,
        reads: Reads | None,
        writes: Writes | None,
        source: Source | None,
        journal: Journal,
        views: Sequence[View],
        look: Look,
        settings: Settings,
        saved_looks: SavedLooks | None = None,
        clusters: Clusters | None = None,
        alerting: Alerting | None = None,
    ) -> None:
        """`saved_looks` tells what becomes of look and settings; without, they stay. `clusters` are
        those that the feed can show; without, there is one, and these are the ways to it.
        `alerting` has the rules, if any."""
        super().__init__(look, settings, feed)
        self._look, self._saved_looks = look, saved_looks
        self._feed = feed
        self.lone_reads, self.lone_writes, self.lone_source = reads, writes, source
        self.clusters = clusters
        self.alerting = alerting or Alerting()
        self.journal = journal
        journal.on_change = self.take_act
        self.views = {view.name: view for view in views}
        self._is_paused = False
        self._typed: list[str] = []

    def frame(self) -> Frame:
        """What screens draw around their panels."""
        labels = tuple((view.name, view.label) for view in self.views.values())
        mode, keymap, are_internal = self.current_mode, self.keymap, self.are_internal_shown
        lacks = frozenset[str]() if self.snapshot is None else self.snapshot.lacks
        return Frame(
            labels,
            mode,
            keymap,
            self.times,
            self._is_paused,
            are_internal,
            care=self.care,
            lacks=lacks,
            alerts=len(self.alerting.book.firing),
            address=self.address,
            notice=self.notice,
            has_stopped=self.has_stopped,
        )

    async def on_mount(self) -> None:
        self.use_keys(self._look.keymap)
        if self.clusters is not None:
            self.use_theme(self.clusters.current.theme)
        await self.begin()
        if self.draws_first:
            self.call_after_refresh(self.take_snapshots)
        else:
            self.take_snapshots()
        self.hand_out_keys()
        self.watch_themes()
        if self._saved_looks is not None:
            self.watch_settings(self._saved_looks)
        for told in (*self._look.problems, *self._look.notes):
            self.notify(told, severity="warning", timeout=10, markup=False)

    @work(group="feed", exclusive=True, exit_on_error=True)
    async def take_snapshots(self) -> None:
        """Take what the feed publishes for as long as the application runs."""
        await self._feed.run(self.show_snapshot)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Make this the newest snapshot and let the screen in front draw it."""
        self.snapshot = self.with_alerts(snapshot)
        self.redraw_front()

    def take_act(self) -> None:
        """The journal changed: what was done is soon to be seen, wherever it shows."""
        if not self.is_running:
            # What is cut short as the console closes is recorded, and nobody looks any more.
            return
        acts = self.journal.acts
        if acts and acts[-1].kind is not ActKind.PUBLISH:
            self._feed.refresh()
        self.redraw_front()

    def ask_for(self, needs: Needs) -> None:
        self._feed.need(needs)

    def action_refresh(self) -> None:
        self._feed.refresh()

    def action_pause(self) -> None:
        self._is_paused = not self._is_paused
        self._feed.pause(is_paused=self._is_paused)
        self.redraw_front()

    @on(RoutedScreen.Shown)
    def remember_place(self, message: RoutedScreen.Shown) -> None:
        if message.screen is self.screen:
            self.need(message.screen.all_needs, self.snapshot)
            self.note_place()
            self.tell_waiting()

    @on(RoutedScreen.TopicWanted)
    def open_topic(self, message: RoutedScreen.TopicWanted) -> None:
        self.push_screen(topic_screen(self, message.name, message.part))

    @on(RoutedScreen.GroupWanted)
    def open_group(self, message: RoutedScreen.GroupWanted) -> None:
        self.push_screen(group_screen(self, message.name))

    @on(RoutedScreen.DiffWanted)
    def open_diff(self, message: RoutedScreen.DiffWanted) -> None:
        self.push_screen(diff_screen(self, message.first, message.second))

    @on(RoutedScreen.MessagesWanted)
    def open_messages(self, message: RoutedScreen.MessagesWanted) -> None:
        self.push_screen(messages_screen(self, message.topic, message.place))

    @on(RoutedScreen.PromptWanted)
    def open_prompt(self, message: RoutedScreen.PromptWanted) -> None:
        from console.palette.prompt import Prompt

        def vocabulary() -> Vocabulary:
            ctx, tour, can = self.cluster_names, self.tour_steps, self.frame().possible
            return vocabulary_of(
                self.snapshot, self.views, self.themes, clusters=ctx, tour_steps=tour, possible=can
            )

        self.push_screen(Prompt(vocabulary, self._typed, message.text), self.run_command)

    async def run_command(self, command: Command | None) -> None:
        """Do what was typed at the prompt."""
        match command:
            case Command(Kind.VIEW, name, wanted):
                await self.action_view(name, wanted)
            case Command(Kind.TOPIC | Kind.GROUP | Kind.BROKER | Kind.MESSAGES as kind, _, name):
                await self.open_place(kind.value, name)
            case Command(Kind.TOUR, _, step):
                await self.action_tour(step)
            case Command(Kind.CLUSTER, _, name):
                await self.switch_cluster(name)
            case Command(Kind.THEME, _, name):
                self.choose_theme(name)
            case Command(Kind.INTERVAL, _, text):
                self.set_pace(parse_interval(text) or self._interval_s)
            case Command(Kind.ACT, method, names):
                self.act_on(method, *names.split())
            case Command(Kind.GROUP_ACT, method, group):
                await self.act_on_group(method, group)
            case Command(Kind.ACTION, method):
                if not await self.run_action(method, self.screen):
                    self.notify("This screen does not have that", severity="warning")
            case _:
                return
