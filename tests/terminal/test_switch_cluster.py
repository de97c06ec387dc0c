"""The console goes from one running cluster to another, and back to the broker of its own."""

from pathlib import Path

import pytest

from tests.support.console_program import console_on, server_of
from tests.support.group_reader import create_topic
from tests.support.screen_tables import table_of
from tests.support.served import ServedBroker
from tests.support.terminal import Terminal

pytestmark = [pytest.mark.needs("tmux"), pytest.mark.timeout(240)]

SERVES = "● 1/1"


def test_a_console_goes_to_another_cluster_and_back_while_its_broker_serves_on(
    tmp_path: Path,
) -> None:
    own = tmp_path / "own"
    with ServedBroker(tmp_path / "other") as other:
        create_topic(other.address, "shipments", 3)
        config = tmp_path / "config.toml"
        config.write_text(
            f'[clusters.far]\nbootstrap = "{other.address}"\nproduction = true\n'
            f'[clusters.look]\nbootstrap = "{other.address}"\nread_only = true\n'
        )
        with Terminal([*console_on(own), "--config", str(config)]) as terminal:
            terminal.wait_for(SERVES)
            served, address = server_of(own)
            create_topic(address, "orders", 3)
            terminal.wait_for(lambda screen: "orders" in table_of(screen, "Topics"))

            terminal.press("C")
            screen = terminal.wait_for("not tried")
            assert "■ production" in screen
            terminal.press("Down", "t")
            terminal.wait_for("1 broker, answered in")

            terminal.press("Enter")
            screen = terminal.wait_for(lambda screen: "shipments" in table_of(screen, "Topics"))
            assert " PRODUCTION " in screen
            assert "orders" not in screen
            create_topic(address, "still.served", 1)

            terminal.press(":")
            terminal.type("ctx look")
            terminal.press("Enter")
            screen = terminal.wait_for(
                lambda screen: "read only" in screen and "shipments" in screen
            )
            assert "New topic" not in screen

            with config.open("a") as file:
                file.write(f'[clusters.late]\nbootstrap = "{other.address}"\n')
            terminal.press("C")
            terminal.wait_for(" late ")
            terminal.press(":")
            terminal.type("ctx local")
            terminal.press("Enter")
            screen = terminal.wait_for(lambda screen: "still.served" in screen)
            assert "shipments" not in screen
            assert server_of(own) == (served, address)
            terminal.press("q", "q")
            terminal.wait_for("exited with 0")
