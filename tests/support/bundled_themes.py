"""The themes that come with the console, read and checked once for all tests of a process."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from textual.theme import Theme

from console.bundled import bundled
from console.theming.loader import load_themes


@cache
def bundled_themes() -> Mapping[str, Theme]:
    """By name. Blocking the first time."""
    loaded = load_themes([bundled("themes")])
    assert not loaded.refused
    return MappingProxyType(dict(loaded.themes))
