"""Signs that say a state without colour, and the role that colours them."""

from collections.abc import Mapping

from console.widgets.palette import Role

OK, WARNING, ERROR, INFO, UNKNOWN = "●", "▲", "■", "○", "–"
CONTROLLER = "★"
CURSOR = "▌"
MARK = "✓"
SORT_DOWN, SORT_UP = "▼", "▲"
MORE_LEFT, MORE_RIGHT = "‹", "›"

SYMBOL_ROLES: Mapping[str, Role] = {
    OK: Role.OK,
    WARNING: Role.WARNING,
    ERROR: Role.ERROR,
    INFO: Role.MUTED,
    UNKNOWN: Role.MUTED,
}
