"""How commands on a cluster fail."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from console.cli import main
from console.profile import ADVICE
from tests.support.served import ServedBroker


def test_cluster_that_cannot_be_reached_is_one_line_and_exit_code_1() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{held.getsockname()[1]}"
        result = CliRunner().invoke(main, ["get", "topics", "--bootstrap", address])

    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert f"{address} cannot be reached" in result.stderr


COMMANDS = (
    ("get", "topics"),
    ("consume", "orders"),
    ("produce", "orders"),
    ("produce", "--create", "orders"),
    ("create", "topic", "orders"),
    ("delete", "group", "billing", "--yes"),
    ("delete", "records", "orders", "--before", "end", "--yes"),
    ("set", "configs", "orders", "retention.ms=1d"),
    ("delete", "topic", "orders", "--yes"),
    ("reset", "group", "billing", "--to", "latest"),
    ("assert", "lag", "billing", "--under", "1"),
    ("report", "report.html", "--watch", "0s"),
)


@pytest.fixture
def nowhere() -> Iterator[str]:
    """An address of this machine at which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{held.getsockname()[1]}"


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_without_a_broker_here_every_command_says_what_to_do(
    command: tuple[str, ...], nowhere: str, tmp_path: Path
) -> None:
    config = tmp_path / "k.toml"
    config.write_text(f'[engine]\nlisten = "{nowhere}"\n')
    for given in (("--config", str(config)), ("-b", nowhere)):
        result = CliRunner().invoke(main, [*command, *given])

        assert result.exit_code == 1
        assert f"kconsole: {nowhere} cannot be reached: " in result.stderr
        assert result.stderr.count(f"; {ADVICE}\n") == 1


def test_a_saved_cluster_is_not_for_us_to_start(nowhere: str, tmp_path: Path) -> None:
    config = tmp_path / "k.toml"
    config.write_text(f'[clusters.shop]\nbootstrap = "{nowhere}"\n')
    result = CliRunner().invoke(main, ["get", "topics", "--config", str(config), "-b", "shop"])

    assert f"{nowhere} cannot be reached" in result.stderr
    assert "kconsole serve" not in result.stderr


def test_address_that_is_none_is_a_misconfiguration() -> None:
    result = CliRunner().invoke(main, ["get", "topics", "--bootstrap", "not an address"])

    assert result.exit_code == 2
    assert "HOST:PORT" in result.stderr


def test_bootstrap_goes_with_no_command_that_serves() -> None:
    result = CliRunner().invoke(main, ["--bootstrap", "127.0.0.1:1", "serve"])

    assert result.exit_code == 2
    assert "and with get, consume, produce" in result.stderr


def test_commands_find_the_broker_that_serves_the_data_at_another_port(
    nowhere: str, tmp_path: Path
) -> None:
    """The configured port was taken when it started; what has that port may be anybody."""
    config = tmp_path / "k.toml"
    with ServedBroker(tmp_path / "data") as broker:
        config.write_text(f'[engine]\nlisten = "{nowhere}"\ndata = "{broker.data}"\n')
        command = ["produce", "orders", "--create", "--config", str(config)]
        stored = CliRunner().invoke(main, command, input="paid\n")
        listed = CliRunner().invoke(main, ["get", "topics", "--config", str(config)])

    assert stored.exit_code == listed.exit_code == 0, stored.stderr
    assert "orders" in listed.stdout
    said = f"at {broker.address}, not at {nowhere} as configured"
    assert said in stored.stderr
    assert said in listed.stderr
