"""An application with settings: by key while it runs, and anew as their file is saved."""

from collections.abc import Sequence
from contextlib import aclosing
from typing import Protocol

from textual import work

from console.alerts_app import AlertsApp
from console.keys.keymap import Keymap
from console.model.text import plain
from console.palette.commands import INTERVALS
from console.panels.times import Times
from console.screens.view import Look, Refused, SavedLooks
from console.settings import Settings, parse_interval
from console.theming.themed_app import ThemedApp


class Paced(Protocol):
    """What asks the cluster at a pace."""

    def set_interval(self, seconds: float) -> None: ...


class AdjustableApp(ThemedApp):
    """The settings in force. What is changed by key holds until its own entry is saved anew."""

    def __init__(self, look: Look, settings: Settings, paced: Paced) -> None:
        super().__init__(look.themes, settings.theme, look.folders)
        self._told = self._wrong = look.problems
        self._paced = paced
        self._settings = settings
        self._interval_s = settings.interval_s
        self.keymap = look.keymap
        self.times = Times(settings.times)
        self.are_internal_shown = settings.is_internal_shown

    def redraw_front(self) -> None:
        """Draw the screen in front."""
        raise NotImplementedError

    @work(group="settings", exclusive=True, exit_on_error=False)
    async def watch_settings(self, looks: SavedLooks) -> None:
        """Take up settings as their file is saved; a file with a fault is told and left."""
        async with aclosing(looks()) as news:
            async for each in news:
                if isinstance(each, Refused):
                    self._refuse(each.problems, each.problems)
                elif self.take_settings(each.settings, each.look):
                    self.post_message(AlertsApp.RulesSaved(each.rules))

    def take_settings(self, settings: Settings, look: Look) -> bool:
        """Put what a file says now in the place of what it said; a fault in it leaves all.

        Says whether it was taken.
        """
        wrong = [problem for problem in look.problems if problem not in self._told]
        if wrong:
            self._refuse(wrong, look.problems)
            return False
        self._told = self._wrong = look.problems
        before, self._settings = self._settings, settings
        for theme in look.themes.values():
            if theme.name not in self.themes:
                self.take_theme(theme)
        if settings.theme != before.theme:
            self.choose_theme(settings.theme)
        if settings.interval_s != before.interval_s:
            self.set_pace(settings.interval_s)
        if settings.times is not before.times:
            self.times = Times(settings.times)
        if settings.is_internal_shown != before.is_internal_shown:
            self.are_internal_shown = settings.is_internal_shown
        self.use_keys(look.keymap)
        if settings != before:
            self.notify("The settings of the saved file hold", timeout=4)
        self.redraw_front()
        return True

    def use_theme(self, name: str) -> None:
        """Take a theme, or for an empty name that of the settings."""
        wanted = name or self._settings.theme
        if wanted != self.theme:
            self.choose_theme(wanted)

    def use_keys(self, keymap: Keymap) -> None:
        """Let actions have these keys."""
        self.keymap = keymap
        self.set_keymap(keymap.overrides)

    @property
    def notice(self) -> str:
        """What is wrong in the file that was read last, safe to show; empty if nothing is."""
        if not self._wrong:
            return ""
        first, *others = self._wrong
        rest = f"; and {len(others)} more, see `kconsole config check`" if others else ""
        return f"The configuration is wrong: {plain(first)}{rest}"

    def _refuse(self, news: Sequence[str], wrong: Sequence[str]) -> None:
        """Tell what is wrong anew in a file, and keep in sight all that is."""
        self._wrong = tuple(wrong)
        self.redraw_front()
        for problem in news:
            self.notify(
                problem,
                title="The settings stay as they were",
                severity="error",
                timeout=10,
                markup=False,
            )

    def set_pace(self, seconds: float) -> None:
        """Ask the cluster this often, and say so."""
        self.take_pace(seconds)
        self.notify(f"Asking every {seconds:g} s")

    def take_pace(self, seconds: float) -> None:
        """Ask the cluster this often."""
        self._interval_s = seconds
        self._paced.set_interval(seconds)

    def action_interval(self) -> None:
        """The next longer interval of the usual ones, round and round."""
        seconds = [parse_interval(text) or 1.0 for text in INTERVALS]
        longer = [each for each in seconds if each > self._interval_s]
        self.set_pace(min(longer, default=seconds[0]))

    def action_times(self) -> None:
        self.times = Times(self.times.style.next)
        self.notify(f"Times: {self.times.style.value}", timeout=2)
        self.redraw_front()

    def action_internal(self) -> None:
        self.are_internal_shown = not self.are_internal_shown
        self.redraw_front()

    def action_toggle_theme(self) -> None:
        self.choose_theme(self._settings.other_theme(self.theme))
