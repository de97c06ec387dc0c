"""An application with our themes: chosen by name, taken up anew as their files are saved."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from textual import work
from textual.app import App
from textual.filter import LineFilter, Monochrome
from textual.theme import Theme

from console.theming.colourless import Colourless
from console.theming.loader import InvalidTheme, default_variables
from console.theming.parsed_once import ParsedOnce
from console.theming.watch import changed_themes


class ThemedApp(App[None]):
    """`themes` by name must hold one at least; `first` is the one to begin with, if it is there."""

    def __init__(
        self, themes: Mapping[str, Theme], first: str, folders: tuple[Path, ...] = ()
    ) -> None:
        self.themes = dict(themes)
        # Style sheets are read before a theme is set: our own tokens need values by then.
        self._first_theme = themes.get(first) or next(iter(themes.values()))
        super().__init__()
        self.stylesheet = ParsedOnce.in_place_of(self.stylesheet, self.get_css_variables())
        self._theme_folders = folders
        self._colourless: Colourless | None = None
        for theme in themes.values():
            self.register_theme(theme)
        self.theme = self._first_theme.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return default_variables(self._first_theme)

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters = super().get_line_filters()
        return [self._without_colours if isinstance(f, Monochrome) else f for f in filters]

    @property
    def _without_colours(self) -> Colourless:
        if self._colourless is None or self._colourless.theme is not self.current_theme:
            self._colourless = Colourless(self.current_theme)
        return self._colourless

    def choose_theme(self, name: str) -> None:
        """Switch to a theme by name; an unknown one is told."""
        if name in self.themes:
            self.theme = name
        else:
            self.notify(f"There is no theme {name}", severity="warning", markup=False)

    @work(group="themes", exclusive=True, exit_on_error=False)
    async def watch_themes(self) -> None:
        """Take up theme files as they are saved; one with a fault is told and left."""
        async for change in changed_themes(self._theme_folders):
            if isinstance(change, InvalidTheme):
                self.notify(str(change), severity="error", timeout=10, markup=False)
            else:
                self.take_theme(change)

    def take_theme(self, theme: Theme) -> None:
        """Register a theme, new or changed, and redraw if it is the one in use."""
        self.themes[theme.name] = theme
        self.register_theme(theme)
        if theme.name == self.theme:
            self.refresh_css(animate=False)
