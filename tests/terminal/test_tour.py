"""README's three minutes, as a newcomer takes them in a terminal of the usual size."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.console_program import KCONSOLE
from tests.support.screen_tables import number_of, table_of
from tests.support.terminal import WAIT_S, Terminal

pytestmark = pytest.mark.needs("tmux")

STATE, LIMIT = 1, 3
MEMBERS, LAG, ETA = 2, 3, 6
STALL_S = 3 * WAIT_S
"""A group that commits nothing is stalled after a minute; the bound is for slow machines."""


def worker(name: str, column: int, text: str) -> Callable[[str], bool]:
    """Whether the panel says so of a worker."""
    return lambda screen: _cell(screen, "Workers", name, column) == text


def group(name: str, column: int, is_so: Callable[[str], bool]) -> Callable[[str], bool]:
    """Whether the panel says so of a group."""
    return lambda screen: is_so(_cell(screen, "Their groups", name, column))


def _cell(screen: str, title: str, name: str, column: int) -> str:
    row = table_of(screen, title).get(name, [])
    return row[column] if len(row) > column else ""


def above(number: float) -> Callable[[str], bool]:
    return lambda cell: number_of(cell) > number


def below(number: float) -> Callable[[str], bool]:
    return lambda cell: 0 <= number_of(cell) < number


def cursor_in(screen: str) -> str:
    """The worker under the cursor."""
    found = re.search(r"▌(\S+)", screen)
    return found[1] if found else ""


def move_to(terminal: Terminal, key: str, name: str) -> None:
    """Press an arrow until the cursor stands on a worker."""
    while (here := cursor_in(terminal.screen())) != name:
        terminal.press(key)
        terminal.wait_for(lambda screen, here=here: cursor_in(screen) != here)


@pytest.mark.timeout(360)
def test_the_workers_of_the_demonstration_do_what_the_readme_says(tmp_path: Path) -> None:
    command = [*KCONSOLE, "demo", "--data", str(tmp_path), "--listen", "127.0.0.1:0"]
    with Terminal(command) as terminal:
        terminal.wait_for("7 Demo")
        terminal.wait_for("New to Kafka?")
        terminal.press("7")
        for name in ("payments", "fraud-1", "fraud-2", "warehouse", "mailer"):
            terminal.wait_for(worker(name, STATE, "● running"))
        terminal.wait_for(group("fraud-detection", MEMBERS, lambda cell: cell == "2"))
        terminal.press("+")
        terminal.wait_for(worker("payments", LIMIT, "500/s"))

        # One that has committed nothing has no lag.
        terminal.wait_for(group("warehouse", LAG, below(1000)))
        move_to(terminal, "Down", "warehouse")
        terminal.press("Space")
        terminal.wait_for(worker("warehouse", STATE, "▲ paused"))
        terminal.wait_for(group("warehouse", LAG, above(3000)))
        terminal.wait_for(group("warehouse", ETA, lambda cell: cell == "stopped"), STALL_S)
        terminal.press("Space")
        terminal.wait_for(worker("warehouse", STATE, "● running"))
        terminal.wait_for(group("warehouse", LAG, below(2000)))

        terminal.press("l")
        terminal.wait_for(worker("warehouse", LIMIT, "100/s"))
        terminal.press("R")
        terminal.wait_for(group("warehouse", LAG, above(5000)))
        terminal.press("l")
        terminal.wait_for(worker("warehouse", LIMIT, "20/s"))
        terminal.press("l")
        terminal.wait_for(worker("warehouse", LIMIT, "–"))
        terminal.wait_for(group("warehouse", LAG, below(2000)))

        move_to(terminal, "Up", "fraud-1")
        terminal.press("x")
        terminal.wait_for(worker("fraud-1", STATE, "■ killed"))
        terminal.wait_for(group("fraud-detection", MEMBERS, lambda cell: cell == "1"))
        terminal.press("Enter")
        terminal.wait_for(worker("fraud-1", STATE, "● running"))
        terminal.wait_for(group("fraud-detection", MEMBERS, lambda cell: cell == "2"))

        terminal.press("2")
        terminal.wait_for("▌payments")
        terminal.press("Enter")
        terminal.wait_for("Topics › payments")
        screen = terminal.wait_for(lambda screen: "5" in table_of(screen, "Partitions"))
        assert table_of(screen, "Partitions").keys() >= set("012345")
        terminal.press("C-q")
        terminal.wait_for("exited with 0")
