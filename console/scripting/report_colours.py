"""The colours of the report: those of the console's own light and dark theme, as CSS.

Paper is light whatever the reader's system is.
"""

from functools import cache

from textual.theme import Theme

from console.bundled import bundled
from console.theming.loader import load_themes

LIGHT, DARK = "paper", "midnight"


@cache
def colours() -> str:
    """Custom properties for the light, and for the dark where the reader's system is dark.

    Blocks on the disk once.
    """
    themes = load_themes([bundled("themes")]).themes
    light, dark = _properties(themes[LIGHT]), _properties(themes[DARK])
    return (
        f":root {{ color-scheme: light dark; {light} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
        "@media print { :root { color-scheme: light; } }"
    )


def _properties(theme: Theme) -> str:
    named = {
        "ground": theme.background,
        "surface": theme.surface,
        "head": theme.panel,
        "text": theme.foreground,
        "primary": theme.primary,
        "ok": theme.success,
        "warning": theme.warning,
        "error": theme.error,
        "line": theme.variables["line"],
        "muted": theme.variables["muted"],
    }
    return " ".join(f"--{name}: {value};" for name, value in named.items())
