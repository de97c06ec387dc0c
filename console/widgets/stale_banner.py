"""The line above a table that says what is the matter: how old it is and why, or what failed."""

from rich.text import Text
from textual.widgets import Static

from console.widgets import symbols


class StaleBanner(Static):
    """Hidden while everything is fresh."""

    DEFAULT_CSS = """
    StaleBanner {
        display: none; height: 1; color: $warning; background: $surface; padding: 0 1;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    StaleBanner.shown { display: block; }
    """

    def warn(self, age: str, reason: str) -> None:
        """Say how old the content is and why nothing newer came."""
        self.complain(f"as of {age}: {reason}")

    def complain(self, problem: str) -> None:
        """Say what is the matter. The text must be safe already."""
        self.update(Text(f"{symbols.WARNING} {problem}"))
        self.add_class("shown")

    def hide(self) -> None:
        """The content is fresh."""
        self.remove_class("shown")
