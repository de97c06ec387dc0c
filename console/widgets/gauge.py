"""A share of a whole as one line: label, bar, per cent. Green below 70, amber to 85, red above."""

from rich.text import Text

from console.widgets.palette import Palette, Role

FULL, HALF = "━", "╸"
AMBER_FROM, RED_FROM = 70.0, 85.0


def gauge_role(percent: float) -> Role:
    """The role of a gauge that stands at this per cent."""
    if percent >= RED_FROM:
        return Role.ERROR
    return Role.WARNING if percent >= AMBER_FROM else Role.OK


def gauge_line(label: str, percent: float | None, width: int, palette: Palette) -> Text:
    """`disk ━━━━━╸━━ 62%` in exactly `width` cells; an unknown share shows `–` and no bar."""
    shown = "–" if percent is None else f"{percent:.0f}%"
    head, tail = f"{label:<4} ", f" {shown:>4}"
    bar = max(0, width - len(head) - len(tail))
    line = Text(head, palette.style(Role.MUTED), no_wrap=True, end="")
    share = 0.0 if percent is None else max(0.0, min(1.0, percent / 100))
    cells = min(bar, max(1, round(share * bar))) if share else 0
    # The half cell at the end parts the filled from the track where colours do not.
    filled = FULL * cells if cells == bar else FULL * (cells - 1) + HALF * bool(cells)
    role = Role.MUTED if percent is None else gauge_role(percent)
    line.append(filled, palette.style(role))
    line.append(FULL * (bar - len(filled)), palette.style(Role.LINE))
    line.append(tail, palette.style(Role.TEXT))
    return line
