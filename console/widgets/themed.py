"""What a widget that draws its own lines needs: the palette of the present theme."""

from textual.widget import Widget

from console.widgets.palette import Palette


class Themed(Widget):
    """A widget with `self.palette`, renewed when the theme changes."""

    DEFAULT_CSS = """
    Themed { background: $surface; }
    """

    _palette: Palette | None = None

    @property
    def palette(self) -> Palette:
        """The styles of the present theme."""
        if self._palette is None:
            self._palette = Palette(self.app.theme_variables)
        return self._palette

    def notify_style_update(self) -> None:
        self._palette = None
        super().notify_style_update()
