"""What a script has: a terminal with the console, the cluster beside it, and names of its own.

Keys are pressed by the ids of their actions. Whatever is waited for shows on the screen, or is
asked of the cluster again whenever the screen changes, which it does every second.
"""

import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from console.keys.actions import BY_ID
from tests.support.terminal import WAIT_S, Terminal
from tests.terminal.acts.surroundings import Surroundings
from tests.terminal.acts.world import World

PATIENCE_S = 2 * WAIT_S
"""Longer than a client waits for a broker that is gone before it asks another."""

_TMUX = {
    "colon": ":",
    "slash": "/",
    "question_mark": "?",
    "at": "@",
    "equals_sign": "=",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "minus": "-",
    "enter": "Enter",
    "escape": "Escape",
    "space": "Space",
    "ctrl+space": "C-Space",
    "left": "Left",
    "right": "Right",
    "up": "Up",
    "down": "Down",
    "home": "Home",
    "end": "End",
    "pageup": "PPage",
    "pagedown": "NPage",
    "tab": "Tab",
    "shift+tab": "BTab",
}
"""Keys by Textual's names as tmux calls them."""

_NUMBERED = re.compile(r'"n": ?(\d+)')

T = TypeVar("T")


def tmux_key(key: str) -> str:
    """A key as tmux calls it."""
    if key.startswith("ctrl+"):
        return f"C-{key.removeprefix('ctrl+')}"
    return _TMUX.get(key, key)


class Stage:
    """One act under way. `name` begins the names of its topics and groups."""

    def __init__(
        self,
        terminal: Terminal,
        around: Surroundings,
        name: str,
        strike: Callable[[], None] = lambda: None,
    ) -> None:
        """`strike` lets a node die where one is to, and does nothing when called again."""
        self.terminal = terminal
        self.around = around
        self.name = name
        self.strike = strike
        self.done: set[str] = set()

    @property
    def world(self) -> World:
        """The cluster that is acted on."""
        return self.around.main

    @property
    def folder(self) -> Path:
        """Where files may lie."""
        return self.around.folder

    def do(self, *ids: str) -> None:
        """Press the first key of each of these actions."""
        for each in ids:
            self.terminal.press(tmux_key(BY_ID[each].keys[0]))
            self.done.add(each)

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names, which are no action's."""
        self.terminal.press(*keys)

    def click(self, text: str) -> None:
        """Press and release the mouse on the first place where a text stands."""
        lines = self.see(text).splitlines()
        y, line = next((y, line) for y, line in enumerate(lines, 1) if text in line)
        x = line.index(text) + 1
        self.terminal.send(f"\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m".encode())

    def type(self, text: str) -> None:
        """Type a text."""
        self.terminal.type(text)

    def see(self, condition: str | Callable[[str], bool]) -> str:
        """The screen as soon as it shows a text or meets a condition."""
        return self.terminal.wait_for(condition, PATIENCE_S)

    def insist(
        self,
        again: Callable[[], None],
        met: Callable[[str], bool],
        failed: Callable[[str], bool],
    ) -> str:
        """The screen once a condition is met; what the screen says has failed is done again.

        Leaders and coordinators move seconds after a node has died, and who asks before is told.
        """
        deadline_s = time.monotonic() + PATIENCE_S
        while True:
            screen = self.see(lambda screen: met(screen) or failed(screen))
            if met(screen):
                return screen
            assert time.monotonic() < deadline_s, f"it fails for good; the screen:\n{screen}"
            again()
            self.see(lambda now, before=screen: now != before)

    def find(self, expected: T, ask: Callable[[], T]) -> None:
        """Wait until the cluster tells what is expected."""
        told: list[T] = []

        def is_told(_: str) -> bool:
            told[:] = [ask()]
            return told == [expected]

        try:
            self.see(is_told)
        except AssertionError as error:
            raise AssertionError(f"expected {expected!r}, told is {told}\n{error}") from None

    def command(self, text: str) -> None:
        """Type a command at the prompt."""
        self.do("app.palette")
        self.see("topics, topic NAME")
        self.type(text)
        self.press("Enter")

    def row(self, view: str, name: str) -> None:
        """Be in a view whose cursor stands on the row of this name."""
        self.command(f"{view} /^{re.escape(name)}$/")
        self.see(f"▌{name} ")

    def mark(self, view: str, begin: str, count: int) -> None:
        """Mark all rows of a view whose names begin so; there are this many."""
        wanted = f"/^{re.escape(begin)}/"
        self.command(f"{view} {wanted}")
        self.see(lambda screen: is_filtered(screen, wanted) and f"▌{begin}" in screen)
        self.do("table.first")
        for number in range(1, count + 1):
            self.do("marks.mark")
            self.see(f"{number} marked")

    def open(self, kind: str, name: str) -> None:
        """Have a topic, its messages or a group open, once the console knows it."""
        self.row("groups" if kind == "group" else "topics", name)
        self.command(f"{kind} {name}")
        self.see(f"› {name}")

    def at(self, scope: str, name: str) -> None:
        """Be where the actions of a scope are about this topic or group."""
        if scope in ("topic", "group"):
            self.open(scope, name)
        else:
            self.row(scope, name)

    def leave(self, shown: str) -> None:
        """Close what shows this text. A key behind esc at once would be alt and that key.

        A screen that is half drawn may lack any text: it has to be looked at twice.
        """
        self.do("app.back")
        for _ in range(2):
            self.see(lambda screen: shown not in screen)

    def close(self, title: str) -> None:
        """Close the form with this title."""
        self.do("form.close")
        self.see(lambda screen: f"─ {title}" not in screen)

    def fill(self, text: str) -> None:
        """Type into the field that has the focus, in the place of what stands there."""
        self.press("C-u")
        self.type(text)

    def agree(self, name: str, told: str = "") -> str:
        """Say yes, or type the name, as is asked; go on without where `told` shows instead."""
        asked = ("y yes", "enter confirms")
        signs = (*asked, told) if told else asked
        screen = self.see(lambda screen: any(sign in screen for sign in signs))
        if asked[0] in screen:
            self.press("y")
        elif asked[1] in screen:
            self.type(name)
            self.press("Enter")
        return screen

    def undo(self, act: str, subject: str) -> None:
        """Put back what was there before the last act."""
        self.do("app.undo")
        self.see(f"{act} of {subject} will be undone")
        self.agree(subject)
        self.see(f"{act} of {subject} is undone")


def colour_code(colour: str) -> str:
    """What of a terminal's code says a colour such as `#0B1020`, of ground or letters."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"2;{red};{green};{blue}"


def is_filtered(screen: str, text: str) -> bool:
    """The filter line of a table says this."""
    return any(line.strip("│ ") == text for line in screen.splitlines())


def words(screen: str) -> str:
    """The words on a screen with one blank between them, however lines of a dialog break."""
    return " ".join(screen.replace("│", " ").split())


def is_refused(screen: str) -> bool:
    """A form or a preview says that the cluster did not do it."""
    return re.search(r"│ {1,3}■ ", screen) is not None


def is_partly(screen: str) -> bool:
    """Messages of some partition cannot be read at the moment."""
    return "without partition" in screen or "No partition can be read" in screen


def numbers(screen: str) -> list[int]:
    """The numbers of the messages that are listed, from the top."""
    return [int(found) for found in _NUMBERED.findall(screen)]


def number_at_cursor(screen: str) -> int:
    """The number of the message under the cursor; -1 if there is none."""
    rows: Sequence[str] = [line for line in screen.splitlines() if "▌" in line]
    found = numbers("\n".join(rows))
    return found[0] if found else -1
