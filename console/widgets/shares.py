"""The heights of what stands under each other: what each needs, fairly shared where that is few.

Who needs no more than an equal share has all it needs; the others share the rest equally. Lines
that nobody needs are spread over all of them.
"""

from collections.abc import Callable, Sequence

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

NeedsOf = Callable[[Widget], Sequence[int]]
"""The lines that each one needs of those that stand under each other in a widget; none where it
is not in sight."""


def shared(needs: Sequence[int], lines: int) -> list[int]:
    """The lines for each; together they are all that there are."""
    shares = [0] * len(needs)
    # What does not divide goes to who comes last here: to the first ones, among equals.
    order = sorted(range(len(needs)), key=lambda at: (needs[at], -at))
    for done, at in enumerate(order):
        shares[at] = min(needs[at], lines // (len(order) - done))
        lines -= shares[at]
    for at in range(len(shares)):
        spare = -(-lines // (len(shares) - at))
        shares[at] += spare
        lines -= spare
    return shares


class ByNeed(Layout):
    """From top to bottom, as wide as there is room."""

    name = "by-need"

    def __init__(self, needs_of: NeedsOf) -> None:
        self._needs_of = needs_of

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        needs = [tuple(self._needs_of(child)) for child in children]
        lines = iter(shared([need for each in needs for need in each], size.height))
        placements, y = [], 0
        for child, each in zip(children, needs, strict=True):
            height = sum(next(lines) for _ in each)
            region = Region(0, y, size.width if each else 0, height)
            placements.append(WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, child))
            y += height
        return placements
