"""Lists in a real terminal: the keys and clicks that it sends, and what the next run remembers."""

from pathlib import Path

import pytest

from tests.support.console_program import console_on, server_of
from tests.support.group_reader import create_topic
from tests.support.terminal import Terminal

pytestmark = [pytest.mark.needs("tmux"), pytest.mark.timeout(240)]


def click(terminal: Terminal, text: str) -> None:
    """Click on a text, as a terminal tells of it."""
    lines = terminal.screen().splitlines()
    y, line = next((y, line) for y, line in enumerate(lines, 1) if text in line)
    x = line.index(text) + 1
    terminal.send(f"\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m".encode())


def test_rows_are_marked_heads_are_clicked_and_the_next_run_remembers(tmp_path: Path) -> None:
    kept = {"XDG_STATE_HOME": str(tmp_path / "state")}
    data = tmp_path / "data"
    with Terminal(console_on(data), environment=kept) as terminal:
        terminal.wait_for("● 1/1")
        for name in ("alpha", "bravo", "charlie"):
            create_topic(server_of(data)[1], name, 1)
        terminal.press("2")
        terminal.wait_for("charlie")
        terminal.press("Space")
        terminal.wait_for("1 marked")
        terminal.press("Down")
        terminal.press("C-Space")
        terminal.wait_for("3 marked")
        click(terminal, "PARTS")
        terminal.wait_for("3 marked · sorted by parts")
        click(terminal, "Groups   4")
        terminal.wait_for("There are no groups yet")
        terminal.press("C-q")
        terminal.wait_for("exited with 0")
    with Terminal(console_on(data), environment=kept) as terminal:
        terminal.wait_for("● 1/1")
        terminal.press("2")
        assert "charlie" in terminal.wait_for("sorted by parts")
        terminal.press("C-q")
        terminal.wait_for("exited with 0")
