"""The line that says that what is shown is old: since when and why."""

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
        self.update(Text(f"{symbols.WARNING} as of {age}: {reason}"))
        self.add_class("shown")

    def hide(self) -> None:
        """The content is fresh."""
        self.remove_class("shown")
