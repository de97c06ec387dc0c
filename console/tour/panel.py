"""The panel of the tour: beneath everything, so that it covers nothing of what it speaks of."""

from collections.abc import Mapping

from rich.console import Group
from rich.text import Text
from textual.content import Content

from console.tour.page import Page, Paragraph, Tone
from console.widgets import symbols
from console.widgets.palette import Role
from console.widgets.themed import Themed

TASK_SIGN = "▸"
_LOOKS: Mapping[Tone, tuple[str, Role]] = {
    Tone.TEXT: ("", Role.TEXT),
    Tone.TASK: (TASK_SIGN, Role.STRONG),
    Tone.DONE: (symbols.OK, Role.OK),
    Tone.HINDRANCE: (symbols.WARNING, Role.WARNING),
}


class TourPanel(Themed):
    """Takes its lines from the bottom of a screen; what is above has the rest."""

    DEFAULT_CSS = """
    TourPanel {
        split: bottom; width: 100%; height: auto; padding: 0 1; background: $surface;
        border: round $secondary; border-title-color: $secondary; border-title-style: bold;
        border-subtitle-color: $muted;
    }
    """

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._entitle()

    def show(self, page: Page) -> None:
        """Show another page."""
        if page != self._page:
            self._page = page
            self._entitle()
            self.refresh(layout=True)

    def _entitle(self) -> None:
        page = self._page
        parts: list[tuple[str, str]] = [(page.title, "")]
        if page.done:
            parts.append((f"   {symbols.OK} done: {page.done}", "$success"))
        self.border_title = Content.assemble(*parts)
        keys: list[tuple[str, str]] = []
        for key, does in page.keys:
            keys += [("  " if keys else "", ""), (key, "bold $primary"), (f" {does}", "")]
        self.border_subtitle = Content.assemble(*keys)

    def render(self) -> Group:
        return Group(*map(self._laid_out, self._page.paragraphs))

    def _laid_out(self, paragraph: Paragraph) -> Text:
        sign, role = _LOOKS[paragraph.tone]
        style = self.palette.style
        text = Text(f"{sign} " if sign else "", style(role))
        for piece in paragraph.pieces:
            text.append(piece.text, style(Role.PRIMARY if piece.is_key else role))
        return text
