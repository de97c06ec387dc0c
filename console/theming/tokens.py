"""The tokens of a theme: every colour that a style sheet or a widget may name.

`COLORS` are Textual's own, `VARIABLES` are ours. A theme gives each exactly once; nothing else in
the program names a colour.
"""

from collections.abc import Mapping

COLORS = (
    "primary",
    "secondary",
    "accent",
    "success",
    "warning",
    "error",
    "foreground",
    "background",
    "surface",
    "panel",
    "boost",
)

VARIABLES: Mapping[str, str] = {
    "muted": "labels and units",
    "faint": "axis numbers, deltas: decoration only",
    "line": "borders and the track of gauges",
    "row-alt": "every other row of a table",
    "row-cursor": "the row under the cursor",
    "s1": "first series of a chart",
    "s2": "second series",
    "s3": "third series",
    "s4": "fourth series",
}
"""Our own tokens and what they colour."""

CONTRAST_MIN: Mapping[tuple[str, str], float] = {
    ("foreground", "surface"): 7.0,
    ("foreground", "row-cursor"): 4.5,
    ("muted", "surface"): 4.5,
    ("success", "surface"): 4.5,
    ("warning", "surface"): 4.5,
    ("error", "surface"): 4.5,
    ("primary", "surface"): 4.5,
    ("success", "row-cursor"): 3.0,
    ("warning", "row-cursor"): 3.0,
    ("error", "row-cursor"): 3.0,
}
"""The least WCAG contrast of a text token on a background token."""
