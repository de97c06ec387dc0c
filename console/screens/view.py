"""What the application is built from: its numbered views and its look."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from textual.theme import Theme

from console.keys.keymap import DEFAULT_KEYMAP, Keymap
from console.screens.base import ConsoleScreen
from console.screens.routes import Host


@dataclass(frozen=True, slots=True)
class View:
    """A numbered view: its name, its label, and how its first screen is made."""

    name: str
    label: str
    make: Callable[[Host], ConsoleScreen]


@dataclass(frozen=True, slots=True)
class Look:
    """Themes by name, the folders to watch for changes, and the keys.

    `problems` are faults of themes, keys and settings, shown once at the start.
    """

    themes: Mapping[str, Theme]
    folders: tuple[Path, ...] = ()
    keymap: Keymap = DEFAULT_KEYMAP
    problems: tuple[str, ...] = ()
