"""The application: it owns the views, the newest snapshot and the theme, and routes between views.

It asks nothing and computes nothing. Snapshots come from a `Feed`, changes go to `Writes`, both
handed in by who starts it.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from textual import on, work
from textual.app import App, InvalidThemeError
from textual.theme import Theme

from console.keys.keymap import DEFAULT_KEYMAP, Keymap
from console.model.section import content
from console.model.snapshot import Snapshot
from console.palette.commands import INTERVALS, Command, Kind, Vocabulary
from console.palette.prompt import Prompt
from console.port.cluster import Writes
from console.sampling.feed import Feed
from console.screens.base import ConsoleScreen
from console.screens.group import GroupScreen
from console.screens.routes import Frame, RoutedScreen
from console.screens.topic import TopicScreen
from console.settings import Settings, parse_interval
from console.theming.loader import InvalidTheme, default_variables
from console.theming.watch import changed_themes
from console.widgets.chrome import ViewTabs


@dataclass(frozen=True, slots=True)
class View:
    """A numbered view: its name, its label, and how its first screen is made."""

    name: str
    label: str
    make: Callable[["ConsoleApp"], ConsoleScreen]


@dataclass(frozen=True, slots=True)
class Look:
    """Themes by name, the folders to watch for changes, and the keys.

    `problems` are faults of themes, keys and settings, shown once at the start.
    """

    themes: Mapping[str, Theme]
    folders: tuple[Path, ...] = ()
    keymap: Keymap = DEFAULT_KEYMAP
    problems: tuple[str, ...] = ()


class ConsoleApp(App[None]):
    """The console on one cluster."""

    TITLE = "kconsole"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it so
        *((0, "-tiny"), (60, "-narrow"), (100, "-wide"), (160, "-xwide")),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        *((0, "-flat"), (20, "-short"), (34, "-tall")),
    ]

    def __init__(
        self, feed: Feed, writes: Writes, views: Sequence[View], look: Look, settings: Settings
    ) -> None:
        self._look = look
        self._first_theme = look.themes.get(settings.theme) or next(iter(look.themes.values()))
        super().__init__()
        self._feed = feed
        self.writes = writes
        self._settings = settings
        self._interval_s = settings.interval_s
        self._views = {view.name: view for view in views}
        self.snapshot: Snapshot | None = None
        self._is_paused = False
        self._typed: list[str] = []
        self._visited: list[str] = []
        for theme in look.themes.values():
            self.register_theme(theme)
        self.theme = self._first_theme.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return default_variables(self._first_theme)

    def frame(self) -> Frame:
        """What screens draw around their panels."""
        labels = tuple((view.name, view.label) for view in self._views.values())
        return Frame(labels, self.current_mode, self._look.keymap, self._is_paused)

    def on_mount(self) -> None:
        self.set_keymap(self._look.keymap.overrides)
        for number, view in enumerate(self._views.values(), 1):
            self.add_mode(view.name, self._maker(view))
            self.bind(str(number), f"view('{view.name}')", description=view.label, show=False)
        self.action_view(next(iter(self._views)))
        self.take_snapshots()
        if self._look.folders:
            self.take_themes()
        for problem in self._look.problems:
            self.notify(problem, severity="warning", timeout=10, markup=False)

    def _maker(self, view: View) -> Callable[[], ConsoleScreen]:
        return lambda: view.make(self)

    @work(group="feed", exclusive=True, exit_on_error=True)
    async def take_snapshots(self) -> None:
        """Take what the feed publishes for as long as the application runs."""
        await self._feed.run(self.show_snapshot)

    @work(group="themes", exclusive=True, exit_on_error=False)
    async def take_themes(self) -> None:
        """Take up theme files as they are saved; one with a fault is told and left."""
        async for change in changed_themes(self._look.folders, asyncio.Event()):
            if isinstance(change, InvalidTheme):
                self.notify(str(change), severity="error", timeout=10, markup=False)
                continue
            self.register_theme(change)
            if change.name == self.theme:
                self.refresh_css(animate=False)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Make this the newest snapshot and let the screen in front draw it."""
        self.snapshot = snapshot
        for screen in reversed(self.screen_stack):
            if isinstance(screen, ConsoleScreen):
                screen.redraw()
                return

    def redraw_front(self) -> None:
        """Draw the screen in front again after something that is no snapshot changed."""
        if self.snapshot is not None:
            self.show_snapshot(self.snapshot)

    def choose_theme(self, name: str) -> None:
        """Switch to a theme by name; an unknown one is told."""
        try:
            self.theme = name
        except InvalidThemeError:
            self.notify(f"There is no theme {name}", severity="warning", markup=False)

    def action_view(self, name: str) -> None:
        """Switch to a view; it is as it was left."""
        if name != self.current_mode:
            self._visited.append(self.current_mode)
            self.switch_mode(name)

    def action_last_view(self) -> None:
        if self._visited and self._visited[-1] in self._views:
            self.action_view(self._visited[-1])

    def action_refresh(self) -> None:
        self._feed.refresh()

    def action_pause(self) -> None:
        self._is_paused = not self._is_paused
        self._feed.pause(is_paused=self._is_paused)
        self.redraw_front()

    def action_interval(self) -> None:
        """The next longer interval of the usual ones, round and round."""
        seconds = [parse_interval(text) or 1.0 for text in INTERVALS]
        longer = [each for each in seconds if each > self._interval_s]
        self.set_pace(min(longer, default=seconds[0]))

    def set_pace(self, seconds: float) -> None:
        """Ask the cluster this often."""
        self._interval_s = seconds
        self._feed.set_interval(seconds)
        self.notify(f"Asking every {seconds:g} s")

    def action_toggle_theme(self) -> None:
        self.choose_theme(self._settings.other_theme(self.theme))

    @on(RoutedScreen.Shown)
    def tell_needs(self, message: RoutedScreen.Shown) -> None:
        self._feed.need(message.needs)

    @on(RoutedScreen.TopicWanted)
    def open_topic(self, message: RoutedScreen.TopicWanted) -> None:
        self.push_screen(TopicScreen(self, message.name))

    @on(RoutedScreen.GroupWanted)
    def open_group(self, message: RoutedScreen.GroupWanted) -> None:
        self.push_screen(GroupScreen(self, message.name))

    @on(ViewTabs.Chosen)
    def choose_view(self, message: ViewTabs.Chosen) -> None:
        self.action_view(message.name)

    @on(RoutedScreen.PromptWanted)
    def open_prompt(self) -> None:
        snapshot = self.snapshot
        topics = (content(snapshot.topics) if snapshot else None) or ()
        groups = (content(snapshot.groups) if snapshot else None) or ()
        vocabulary = Vocabulary(
            tuple(self._views),
            tuple(topic.name for topic in topics),
            tuple(group.name for group in groups),
            tuple(self._look.themes),
        )
        self.push_screen(Prompt(vocabulary, self._typed), self.run_command)

    async def run_command(self, command: Command | None) -> None:
        """Do what was typed at the prompt."""
        match command:
            case Command(Kind.VIEW, name):
                self.action_view(name)
            case Command(Kind.TOPIC, _, name):
                self.push_screen(TopicScreen(self, name))
            case Command(Kind.GROUP, _, name):
                self.push_screen(GroupScreen(self, name))
            case Command(Kind.THEME, _, name):
                self.choose_theme(name)
            case Command(Kind.INTERVAL, _, text):
                self.set_pace(parse_interval(text) or self._interval_s)
            case Command(Kind.ACTION, method):
                await self.screen.run_action(method)
            case _:
                return
