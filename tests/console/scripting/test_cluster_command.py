"""How commands on a cluster fail."""

import socket

from click.testing import CliRunner

from console.cli import main


def test_cluster_that_cannot_be_reached_is_one_line_and_exit_code_1() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{held.getsockname()[1]}"
        result = CliRunner().invoke(main, ["get", "topics", "--bootstrap", address])

    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert f"{address} cannot be reached" in result.stderr


def test_address_that_is_none_is_a_misconfiguration() -> None:
    result = CliRunner().invoke(main, ["get", "topics", "--bootstrap", "not an address"])

    assert result.exit_code == 2
    assert "HOST:PORT" in result.stderr


def test_bootstrap_goes_with_no_command_that_serves() -> None:
    result = CliRunner().invoke(main, ["--bootstrap", "127.0.0.1:1", "serve"])

    assert result.exit_code == 2
    assert "and with get, consume, produce" in result.stderr
