"""Frames of the console: what each screen looks like, compared as pictures.

A frame that changed is to be looked at in `snapshot_report.html` beside the old one; when it is
right, `--snapshot-update` accepts it.
"""

from collections.abc import Callable

import pytest

from tests.support.console_stage import console
from tests.support.sample_snapshots import VARIANTS

Compare = Callable[..., bool]

OVERVIEW = {
    # What to look for: cards, table, brokers, charts; columns leave, nothing is cut.
    "wide": (200, 60, "midnight", "busy"),
    "normal": (120, 40, "midnight", "busy"),
    "narrow": (80, 24, "midnight", "busy"),
    "least": (60, 20, "midnight", "busy"),
    "light": (120, 40, "paper", "busy"),
    "light-narrow": (80, 24, "paper", "busy"),
    # One broker of our own, all well: no red anywhere.
    "hosted": (120, 40, "midnight", "hosted"),
    # Faces: nothing read yet, nothing there, old, partly unknown, not allowed, one broker gone.
    "loading": (100, 30, "midnight", "loading"),
    "empty": (100, 30, "midnight", "empty"),
    "stale": (100, 30, "midnight", "stale"),
    "partial": (100, 30, "midnight", "partial"),
    "refused": (100, 30, "midnight", "refused"),
    "one-broker-down": (100, 30, "midnight", "one_broker_down"),
    "too-small": (50, 15, "midnight", "busy"),
}

SCREENS = {
    "topics": ("2",),
    "topic": ("2", "enter"),
    "groups": ("3",),
    "group": ("3", "down", "down", "enter"),
    "retention": ("4",),
    "brokers": ("5",),
}

DIALOGS = {
    "help": ("question_mark",),
    "prompt": ("colon", "t", "o", "p", "i", "c", "space", "o", "tab"),
    "delete": ("2", "D"),
    "create-topic": ("n",),
    "publish": ("2", "p"),
    "filter": ("2", "slash", "exclamation_mark", "o", "r", "d"),
}


@pytest.mark.parametrize("frame", OVERVIEW)
def test_overview(frame: str, snap_compare: Compare) -> None:
    width, height, theme, variant = OVERVIEW[frame]
    app = console(VARIANTS[variant](), theme=theme)
    assert snap_compare(app, terminal_size=(width, height))


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["normal", "narrow"])
@pytest.mark.parametrize("screen", SCREENS)
def test_screen(screen: str, size: tuple[int, int], snap_compare: Compare) -> None:
    app = console(VARIANTS["busy"]())
    assert snap_compare(app, press=SCREENS[screen], terminal_size=size)


@pytest.mark.parametrize("dialog", DIALOGS)
def test_dialog(dialog: str, snap_compare: Compare) -> None:
    app = console(VARIANTS["busy"]())
    assert snap_compare(app, press=DIALOGS[dialog], terminal_size=(100, 30))
