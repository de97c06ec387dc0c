"""The whole guided tour, as a newcomer takes it: a real terminal, broker and groups."""

import re
from pathlib import Path

import pytest

from console.demo.tour import TOUR
from tests.support.console_program import KCONSOLE
from tests.support.terminal import Terminal
from tests.terminal.test_tour import move_to

pytestmark = [pytest.mark.needs("tmux"), pytest.mark.long, pytest.mark.timeout(400)]
TITLES = {step.id: step.title for step in TOUR.steps}
SLOW_S = 90.0
"""For what takes its time: ten seconds of payments, a session time-out, a rebalance."""


class Walk:
    """A person on the tour."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self._ids = iter(TITLES)

    def arrives(self, seconds: float = SLOW_S) -> None:
        """Wait until the panel is at the next step."""
        self.terminal.wait_for(f"· {TITLES[next(self._ids)]} ", seconds)

    def does(self, *keys: str) -> None:
        """Do the step by keys, and arrive at the next."""
        self.terminal.press(*keys)
        self.arrives()

    def opens(self, name: str) -> None:
        """Open a row by its name, and arrive at the next step."""
        self.terminal.press("/")
        self.terminal.type(name)
        self.terminal.press("Enter")
        self.terminal.wait_for(lambda screen: re.search(rf"▌{name}", screen))
        self.does("Enter")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_the_tour_is_taken_from_its_first_step_to_its_last(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    command = [*KCONSOLE, "demo", "--data", str(tmp_path), "--listen", "127.0.0.1:0"]
    with Terminal(command, columns=size[0], lines=size[1]) as terminal:
        walk = Walk(terminal)
        terminal.wait_for("New to Kafka?")
        terminal.wait_for("payments")
        walk.does("F2")
        walk.does(">")
        walk.does("2")
        walk.opens("payments")
        read_and_write(walk)
        walk.does("3")
        walk.opens("warehouse")
        walk.does(">")
        walk.does("7")
        stop_and_kill(walk)
        walk.does("4")
        walk.does(">")
        replay(walk)
        terminal.press(">")
        terminal.wait_for("That was the tour")
        terminal.press("C-q")
        assert "Traceback" not in terminal.wait_for("exited with 0")


def read_and_write(walk: Walk) -> None:
    """From the partitions of a topic to one's own record in it."""
    terminal = walk.terminal
    walk.does(">")
    walk.does("m")
    walk.does(">")
    terminal.press("p")
    terminal.wait_for("tombstone")
    terminal.type("hello")
    terminal.wait_for("hello")
    walk.does("C-s")
    terminal.press("Escape")
    terminal.wait_for(lambda screen: "tombstone" not in screen)
    terminal.press("f")
    terminal.wait_for("!text")
    terminal.type("hello")
    terminal.press("Enter")
    terminal.wait_for(lambda screen: re.search(r"▌.* hello", screen))
    walk.does("Enter")


def stop_and_kill(walk: Walk) -> None:
    """A reader pauses and catches up; another dies and comes back."""
    terminal = walk.terminal
    terminal.wait_for("▌payments")
    move_to(terminal, "Down", "warehouse")
    walk.does("Space")
    walk.does("Space")
    move_to(terminal, "Up", "fraud-1")
    walk.does("x")
    walk.does("Enter")


def replay(walk: Walk) -> None:
    """The group is stopped, reset, put back and started again."""
    terminal = walk.terminal
    move_to(terminal, "Down", "warehouse")
    walk.does("x")
    terminal.press("3")
    terminal.wait_for("Lag by partition")
    terminal.press("R")
    terminal.wait_for("Partitions")
    terminal.type("earliest")
    terminal.wait_for("earliest")
    walk.does("C-s")
    terminal.press("C-s")
    terminal.wait_for("y yes")
    walk.does("y")
    terminal.press("Escape")
    terminal.wait_for("Lag by partition")
    terminal.press("u")
    terminal.wait_for("will be undone")
    walk.does("y")
    terminal.press("7")
    terminal.wait_for("▌warehouse")
    walk.does("Enter")
