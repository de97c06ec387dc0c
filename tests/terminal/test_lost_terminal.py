"""A console whose terminal goes away: it ends soon, and so does its broker, in order."""

from pathlib import Path

import pytest
from psutil import Process

from console.asked_to_end import LEAVE_S
from engine.storage.last_run import CLEAN_SHUTDOWN
from tests.support.console_program import console_on, server_of
from tests.support.lost_terminal import LostTerminal

SOON_S = LEAVE_S / 3
"""A second or two on a machine that has nothing else to do; no console that waits ends in it."""

HANGUP = 129
REDRAWS = "12345678" * 40
"""Keys that each draw the screen anew: more than a terminal holds that nobody reads."""


@pytest.mark.timeout(120)
@pytest.mark.parametrize("typed", ["", REDRAWS], ids=["at rest", "while it draws"])
@pytest.mark.parametrize("is_controlling", [True, False], ids=["with SIGHUP", "untold"])
def test_a_console_whose_terminal_goes_away_ends_soon(
    is_controlling: bool, typed: str, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with LostTerminal(
        console_on(data), is_controlling=is_controlling, state=str(tmp_path)
    ) as terminal:
        terminal.wait_for("1/1")
        broker = Process(server_of(data)[0])
        terminal.type(typed)

        terminal.go_away()

        assert terminal.process.wait(SOON_S) == HANGUP
        broker.wait(SOON_S)
        assert (data / CLEAN_SHUTDOWN).exists()
