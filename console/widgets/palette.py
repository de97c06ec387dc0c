"""Style roles: what a piece of text means, and the colour that the theme gives it.

Widgets that draw lines by themselves ask here once per theme change, never per line.
"""

from collections.abc import Mapping
from enum import StrEnum

from rich.style import Style
from textual.color import Color


class Role(StrEnum):
    """What a piece of text is."""

    TEXT = "text"
    STRONG = "strong"
    MUTED = "muted"
    FAINT = "faint"
    HEAD = "head"
    LINE = "line"
    PRIMARY = "primary"
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    ALARM = "alarm"
    ACCENT = "accent"
    S1 = "s1"
    S2 = "s2"
    S3 = "s3"
    S4 = "s4"


_TOKENS: Mapping[Role, tuple[str, bool]] = {
    Role.TEXT: ("foreground", False),
    Role.STRONG: ("foreground", True),
    Role.MUTED: ("muted", False),
    Role.FAINT: ("faint", False),
    Role.HEAD: ("muted", True),
    Role.LINE: ("line", False),
    Role.PRIMARY: ("primary", True),
    Role.OK: ("success", False),
    Role.WARNING: ("warning", False),
    Role.ERROR: ("error", False),
    Role.ALARM: ("error", True),
    Role.ACCENT: ("accent", False),
    Role.S1: ("s1", False),
    Role.S2: ("s2", False),
    Role.S3: ("s3", False),
    Role.S4: ("s4", False),
}


class Palette:
    """The styles of every role under one theme, on each background."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._colors = {role: Color.parse(variables[token]) for role, (token, _) in _TOKENS.items()}
        self.grounds = {
            name: Color.parse(variables[name])
            for name in ("background", "surface", "panel", "row-alt", "row-cursor")
        }
        self._styles: dict[tuple[Role, str], Style] = {}

    def color(self, role: Role) -> Color:
        """The colour of a role."""
        return self._colors[role]

    def style(self, role: Role, ground: str = "surface", *, is_bold: bool = False) -> Style:
        """The style of a role on a background."""
        key = (role, f"{ground}!" if is_bold else ground)
        style = self._styles.get(key)
        if style is None:
            style = Style(
                color=self._colors[role].rich_color,
                bgcolor=self.grounds[ground].rich_color,
                bold=_TOKENS[role][1] or is_bold,
            )
            self._styles[key] = style
        return style

    def inverse(self, role: Role) -> Style:
        """Bold text in the colour of the background on the colour of a role."""
        return Style(
            color=self.grounds["background"].rich_color,
            bgcolor=self._colors[role].rich_color,
            bold=True,
        )
