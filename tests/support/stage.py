"""A bare application to put widgets on: a bundled theme, no animation, nothing else."""

from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.widget import Widget

from console.theming.loader import default_variables
from console.theming.parsed_once import ParsedOnce
from tests.support.bundled_themes import bundled_themes


class Stage(App[None]):
    """Shows the widgets that it is given."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, *widgets: Widget, theme: str = "midnight") -> None:
        self._bundled_themes = bundled_themes()
        self._first_theme = theme
        super().__init__()
        self.stylesheet = ParsedOnce.in_place_of(self.stylesheet, self.get_css_variables())
        self._widgets = widgets
        for each in self._bundled_themes.values():
            self.register_theme(each)
        self.theme = theme

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return default_variables(self._bundled_themes[self._first_theme])

    def compose(self) -> ComposeResult:
        yield from self._widgets


def segments_of(app: App[None]) -> list[list[Segment]]:
    """What stands on the screen, line by line, with its styles."""
    # Textual offers its frame to the outside only as an SVG picture.
    return [list(strip) for strip in app.screen._compositor.render_strips(app.size)]


def lines_of(app: App[None]) -> list[str]:
    """What stands on the screen as plain text, without blanks at the ends of lines."""
    return ["".join(segment.text for segment in line).rstrip() for line in segments_of(app)]


def shown(app: App[None]) -> str:
    """The whole screen as one text."""
    return "\n".join(lines_of(app))
