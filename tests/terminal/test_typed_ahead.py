"""Keys that a terminal sends in one piece act one after the other."""

import sys
from pathlib import Path

import pytest

from tests.support.group_reader import create_topic
from tests.support.terminal import Terminal

pytestmark = pytest.mark.needs("tmux")


@pytest.mark.timeout(240)
def test_a_burst_of_keys_goes_where_each_of_them_leads(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "console.cli", "--data", str(tmp_path / "data")]
    with Terminal([*command, "--listen", "127.0.0.1:0"]) as terminal:
        screen = terminal.wait_for(lambda s: "127.0.0.1:" in s and "1/1" in s)
        bootstrap = next(word for word in screen.split() if word.startswith("127.0.0.1:"))
        for name in ("orders", "payments", "refunds"):
            create_topic(bootstrap, name, 1)
        terminal.wait_for("refunds")
        terminal.type("2/paym")
        screen = terminal.wait_for("filter paym")
        assert "payments" in screen
        assert "orders" not in screen
        terminal.press("Escape")
        terminal.wait_for("3 topics")
        terminal.type(":groups")
        terminal.press("Enter", "n", "s", "h", "o", "p")
        screen = terminal.wait_for("New topic")
        terminal.wait_for("shop")
