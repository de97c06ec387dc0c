"""What a panel shows instead of its content: loading, empty, all well, refused."""

from textual.content import Content
from textual.widgets import Static

from console.widgets import symbols


class Face(Static):
    """A short message in the middle of a panel: a sign, what is, and what to do about it."""

    DEFAULT_CSS = """
    Face {
        display: none; width: 1fr; height: 1fr; content-align: center middle;
        text-align: center; color: $muted; background: $surface;
    }
    Face.shown { display: block; }
    """

    def reading(self, what: str, problem: str = "") -> None:
        """Nothing has been read yet; `problem` says why not, if there is a reason."""
        self._show(symbols.INFO, "$muted", f"Reading {what} …", problem)

    def empty(self, what: str, advice: str = "") -> None:
        """There is nothing, and that is known."""
        self._show(symbols.INFO, "$muted", what, advice)

    def fine(self, what: str, detail: str = "") -> None:
        """There is nothing to show because all is well."""
        self._show(symbols.OK, "$success", what, detail)

    def refused(self, what: str, reason: str) -> None:
        """The cluster does not let us read it."""
        self._show(symbols.ERROR, "$error", what, reason)

    def hide(self) -> None:
        """Let the content be seen again."""
        self.remove_class("shown")

    def _show(self, sign: str, color: str, head: str, body: str) -> None:
        said = Content.assemble((f"{sign} ", color), (head, "bold $foreground"))
        self.update(Content("\n").join(filter(None, (said, Content(body)))))
        self.add_class("shown")
