"""The broker that a console hosts: killed, kept from its port, shared, left alone."""

import signal
import socket
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient
from psutil import Process

from engine.storage.last_run import CLEAN_SHUTDOWN
from tests.support.console_program import console_on, process_in, server_of
from tests.support.group_reader import create_topic, write
from tests.support.screen_tables import table_of
from tests.support.terminal import WAIT_S, Terminal

pytestmark = [pytest.mark.needs("tmux"), pytest.mark.timeout(240)]

SERVES = "● 1/1"
STOPPED = "the broker has stopped"
WIDE = {"columns": 200, "lines": 60}
"""So wide the overview lists what happened."""


def test_a_killed_broker_is_started_again_and_a_killed_console_leaves_a_clean_end(
    tmp_path: Path,
) -> None:
    with Terminal(console_on(tmp_path), **WIDE) as terminal:
        terminal.wait_for(SERVES)
        first, address = server_of(tmp_path)
        create_topic(address, "orders", 3)
        write(address, "orders", 30, 3)
        terminal.wait_for("orders")

        Process(first).kill()

        terminal.wait_for("ended by signal 9")
        terminal.wait_for(lambda screen: SERVES in screen and server_of(tmp_path)[0] != first)
        second, again = server_of(tmp_path)
        assert again == address
        write(address, "orders", 3, 3)
        terminal.wait_for(lambda screen: "orders" in table_of(screen, "Topics"))

        process_in(terminal).kill()

        terminal.wait_for("exited with 137")
        Process(second).wait(WAIT_S)
        assert (tmp_path / CLEAN_SHUTDOWN).exists()


@pytest.mark.parametrize("asks", [signal.SIGTERM, signal.SIGHUP])
def test_a_console_that_is_asked_to_end_gives_the_terminal_back(
    asks: signal.Signals, tmp_path: Path
) -> None:
    with Terminal(console_on(tmp_path)) as terminal:
        terminal.wait_for(SERVES)
        broker = Process(server_of(tmp_path)[0])
        process_in(terminal).send_signal(asks)
        ended = f"exited with {128 + asks}"
        terminal.wait_for(lambda screen: ended in screen and SERVES not in screen)
        broker.wait(WAIT_S)
        assert (tmp_path / CLEAN_SHUTDOWN).exists()


def test_another_port_is_taken_and_told_where_the_wanted_one_is_not_free(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wanted = f"127.0.0.1:{taken.getsockname()[1]}"
        with Terminal(console_on(tmp_path, wanted)) as terminal:
            screen = terminal.wait_for(SERVES)
            _, address = server_of(tmp_path)
            assert address != wanted
            assert f"{wanted} is taken by another program: serving on {address}" in screen
            create_topic(address, "orders", 1)
            terminal.wait_for("orders")


def test_our_broker_is_held_as_carefully_as_what_is_saved_at_its_address(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    config.write_text(f'[clusters.shop]\nbootstrap = "{address}"\nproduction = true\n')
    command = [*console_on(tmp_path / "data", address), "--config", str(config)]
    with Terminal(command) as terminal:
        screen = terminal.wait_for(lambda screen: SERVES in screen and "production" in screen)
        assert "PRODUCTION" in screen
        assert f"{address} is shop of the configuration: production" in screen


def test_a_wrong_cluster_at_our_address_is_told_and_what_it_says_later_holds_for_our_broker(
    tmp_path: Path,
) -> None:
    config = tmp_path / "config.toml"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    entry = f'[clusters.shop]\nbootstrap = "{address}"\n'
    config.write_text(f"{entry}prod = true\n")
    command = [*console_on(tmp_path / "data", address), "--config", str(config)]
    with Terminal(command, **WIDE) as terminal:
        terminal.wait_for("clusters.shop.prod")  # what is wrong with it may stand on the next line
        assert "PRODUCTION" in terminal.wait_for(SERVES)
        terminal.press("C")
        terminal.wait_for("Trial of local")
        config.write_text(f"{entry}read_only = true\n")
        terminal.wait_for(
            lambda screen: any("local" in row and "read only" in row for row in screen.splitlines())
        )


def test_a_second_console_attaches_to_the_broker_and_waits_for_the_next_when_it_stops(
    tmp_path: Path,
) -> None:
    with Terminal(console_on(tmp_path)) as owner:
        owner.wait_for(SERVES)
        served = pid, address = server_of(tmp_path)
        with Terminal(console_on(tmp_path)) as guest:
            guest.wait_for(f"served by process {pid} already: attached to it at {address}")
            create_topic(address, "orders", 3)
            for each in (owner, guest):
                each.wait_for(lambda screen: "orders" in table_of(screen, "Topics"))

            leave(owner)

            screen = guest.wait_for(STOPPED)
            assert "orders" in table_of(screen, "Topics")
            with Terminal(console_on(tmp_path)) as another:
                another.wait_for(SERVES)
                assert server_of(tmp_path) != served
                served = pid, address = server_of(tmp_path)
                guest.wait_for(f"served by process {pid} already: attached to it at {address}")
                leave(another)

            guest.wait_for(STOPPED)
            assert server_of(tmp_path) == served
            guest.press("O")
            guest.wait_for("Start a broker")
            guest.press("y")
            screen = guest.wait_for(lambda screen: SERVES in screen and "already" not in screen)
            assert "orders" in table_of(screen, "Topics")
            assert server_of(tmp_path)[0] in {each.pid for each in process_in(guest).children()}


def leave(terminal: Terminal) -> None:
    """Leave the console, with its broker."""
    terminal.press("C-q")
    terminal.wait_for("exited with 0")


def test_a_changed_configuration_file_reaches_the_broker_and_a_wrong_one_is_said(
    tmp_path: Path,
) -> None:
    config, log = tmp_path / "config.toml", tmp_path / "data" / "engine.log"
    config.write_text("[engine]\n")
    with Terminal([*console_on(tmp_path / "data"), "--config", str(config)], **WIDE) as terminal:
        terminal.wait_for(SERVES)
        config.write_text("[engine]\nnum.partitions = 0\n")
        terminal.wait_for("config.toml:2: engine.num.partitions: 0 cannot be used")
        config.write_text('[engine]\nnum.partitions = 3\ndurability = "os"\n')
        terminal.wait_for("the configuration needs a restart for durability")
        config.write_text("[engine]\nnum.partitions = 4\n")
        terminal.wait_for(lambda screen: "needs a restart" not in trouble_line(screen))
        _, address = server_of(tmp_path / "data")
        create_topic(address, "orders", -1)
        terminal.wait_for(lambda screen: "orders" in table_of(screen, "Topics"))
        found = AdminClient({"bootstrap.servers": address}).list_topics("orders", timeout=WAIT_S)
        assert len(found.topics["orders"].partitions) == 4
    said = log.read_text()
    assert "config_refused" in said
    assert said.count("config_reloaded changed=num.partitions") == 2
    assert "config_needs_restart keys=durability" in said


def trouble_line(screen: str) -> str:
    """What stands above the panels: the header and what is said below it."""
    return "\n".join(screen.splitlines()[:4])
