"""The console on a cluster that somebody else runs: it comes, goes and comes back."""

import socket
from pathlib import Path

import pytest

from tests.support.console_program import KCONSOLE
from tests.support.group_reader import create_topic
from tests.support.screen_tables import table_of
from tests.support.served import ServedBroker
from tests.support.terminal import Terminal

pytestmark = [pytest.mark.needs("tmux"), pytest.mark.timeout(240)]

ANSWERS = "● 1/1"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_cluster_that_is_not_there_yet_is_waited_for_and_one_that_is_gone_is_named(
    tmp_path: Path,
) -> None:
    broker = ServedBroker(tmp_path / "data", port=free_port())
    with Terminal([*KCONSOLE, "--bootstrap", broker.address]) as terminal:
        terminal.wait_for(f"{broker.address} cannot be reached: connection refused")
        with broker:
            terminal.wait_for(ANSWERS)
            create_topic(broker.address, "orders", 3)
            terminal.wait_for(lambda screen: "orders" in table_of(screen, "Topics"))

            assert broker.stop() == 0

            screen = terminal.wait_for(f"{broker.address} cannot be reached")
            assert "orders" in table_of(screen, "Topics"), "what was known stays"
            broker.start()
            terminal.wait_for(ANSWERS)
            terminal.press("q", "q")
            terminal.wait_for("exited with 0")
