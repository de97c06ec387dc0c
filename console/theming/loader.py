"""Reads a theme from TOML and checks it: all tokens, nothing else, colours that are, contrast to
read.

A file with a fault is refused whole with every fault told; the theme in use stays.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from textual.color import Color, ColorParseError
from textual.theme import Theme

from console.theming.contrast import contrast
from console.theming.tokens import COLORS, CONTRAST_MIN, VARIABLES


class InvalidTheme(Exception):
    """A theme file that was refused: which, and every reason."""

    def __init__(self, path: Path, faults: tuple[str, ...]) -> None:
        super().__init__(f"{path}: " + "; ".join(faults))
        self.path = path
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Themes:
    """The themes that loaded, by name, and the files that were refused."""

    themes: Mapping[str, Theme]
    refused: tuple[InvalidTheme, ...] = ()


def load_themes(folders: Iterable[Path]) -> Themes:
    """Read every `*.toml` of the folders; a later folder overrides an earlier one by name.
    Blocking."""
    themes: dict[str, Theme] = {}
    refused: list[InvalidTheme] = []
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            try:
                theme = load_theme(path)
            except InvalidTheme as error:
                refused.append(error)
            else:
                themes[theme.name] = theme
    return Themes(themes, tuple(refused))


def load_theme(path: Path) -> Theme:
    """Read one theme file. Blocking. Raises InvalidTheme with every fault."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidTheme(path, (str(error),)) from error
    return parse_theme(table, path)


def parse_theme(table: Mapping[str, object], path: Path) -> Theme:
    """The theme of a parsed file. Raises InvalidTheme with every fault."""
    colors, variables = _strings(table.get("colors")), _strings(table.get("variables"))
    faults = [
        *_key_faults("", table, ("name", "dark", "colors", "variables")),
        *_key_faults("colors.", colors, COLORS),
        *_key_faults("variables.", variables, VARIABLES),
    ]
    parsed: dict[str, Color] = {}
    for key, value in {**colors, **variables}.items():
        try:
            parsed[key] = Color.parse(value)
        except ColorParseError:
            faults.append(f"{key}: {value!r} is not a colour such as #4CC2FF")
    name, dark = table.get("name"), table.get("dark")
    if not isinstance(name, str) or not name:
        faults.append("name: must be a text")
    if not isinstance(dark, bool):
        faults.append("dark: must be true or false")
    if not faults:
        faults.extend(_contrast_faults(parsed))
    if faults or not isinstance(name, str) or not isinstance(dark, bool):
        raise InvalidTheme(path, tuple(faults))
    return Theme(
        name=name,
        dark=dark,
        primary=colors["primary"],
        secondary=colors["secondary"],
        accent=colors["accent"],
        success=colors["success"],
        warning=colors["warning"],
        error=colors["error"],
        foreground=colors["foreground"],
        background=colors["background"],
        surface=colors["surface"],
        panel=colors["panel"],
        boost=colors["boost"],
        variables=_variables(variables, colors),
    )


def default_variables(theme: Theme) -> dict[str, str]:
    """Our own tokens, for Textual to resolve style sheets with before a theme is set."""
    return dict(theme.variables)


def _variables(ours: Mapping[str, str], colors: Mapping[str, str]) -> dict[str, str]:
    """Our tokens and those of Textual's own widgets, all from the same palette."""
    return {
        **ours,
        "border": ours["line"],
        "border-blurred": ours["line"],
        "scrollbar": ours["line"],
        "scrollbar-hover": ours["faint"],
        "scrollbar-active": colors["primary"],
        "scrollbar-background": colors["surface"],
        "scrollbar-background-hover": colors["surface"],
        "scrollbar-background-active": colors["surface"],
        "scrollbar-corner-color": colors["surface"],
        "block-cursor-background": ours["row-cursor"],
        "block-cursor-foreground": colors["foreground"],
        "block-cursor-text-style": "bold",
        "input-cursor-background": colors["primary"],
        "input-cursor-foreground": colors["background"],
        "input-selection-background": ours["row-cursor"],
        "footer-key-foreground": colors["primary"],
    }


def _strings(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {str(key): str(text) for key, text in value.items()}


def _key_faults(where: str, table: Mapping[str, object], allowed: Iterable[str]) -> list[str]:
    known = set(allowed)
    unknown = [f"{where}{key}: there is no such token" for key in table if key not in known]
    missing = [f"{where}{key}: is missing" for key in sorted(known - set(table))]
    return [*unknown, *missing]


def _contrast_faults(colors: Mapping[str, Color]) -> list[str]:
    faults = []
    for (text, ground), least in CONTRAST_MIN.items():
        ratio = contrast(colors[text], colors[ground])
        if ratio < least:
            faults.append(f"{text} on {ground}: contrast {ratio:.1f}, needs {least:.1f}")
    return faults
