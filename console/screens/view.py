"""What the application is built from: its numbered views, its look, and news of the look."""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from textual.theme import Theme

from console.alerts.rules import ToldRule
from console.keys.keymap import DEFAULT_KEYMAP, Keymap
from console.model.care import USUAL, Care
from console.profiles import Profile
from console.screens.base import ConsoleScreen
from console.screens.routes import Host
from console.settings import Settings


@dataclass(frozen=True, slots=True)
class View:
    """A numbered view: its name, its label, and how its first screen is made."""

    name: str
    label: str
    make: Callable[[Host], ConsoleScreen]


@dataclass(frozen=True, slots=True)
class Look:
    """Themes by name, the folders to watch for changes, and the keys.

    `problems` are faults of themes, keys and settings, which stay in sight until they are mended;
    `notes` are told once at the start.
    """

    themes: Mapping[str, Theme]
    folders: tuple[Path, ...] = ()
    keymap: Keymap = DEFAULT_KEYMAP
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """What a configuration file says once it was saved."""

    settings: Settings
    look: Look
    profiles: tuple[Profile, ...] = ()
    rules: tuple[ToldRule, ...] = ()
    own_care: Care = USUAL
    """How careful the file is with our own broker's address."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a configuration file that was saved says nothing."""

    problems: tuple[str, ...]


SavedLooks: TypeAlias = Callable[[], AsyncGenerator[Saved | Refused, None]]
"""Tells, for as long as it is listened to, what becomes of the configuration file."""
