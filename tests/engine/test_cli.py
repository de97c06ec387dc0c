"""`kconsole serve` as a process: its one line, its exit codes, what it refuses."""

import os
import re
import signal
import socket
import subprocess
import sys

import pytest

from tests.support.served import ServedBroker


def serve(*arguments, home):
    return subprocess.run(
        [sys.executable, "-m", "console.cli", "serve", *arguments],
        env={**os.environ, "HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_line_tells_that_clients_are_served_and_a_signal_stops_cleanly(number, tmp_path):
    broker = ServedBroker(tmp_path / "data")
    address = broker.start()
    host, _, port = address.rpartition(":")
    socket.create_connection((host, int(port)), timeout=10).close()
    process = broker.process
    assert process is not None
    process.send_signal(number)
    rest, _ = process.communicate(timeout=30)
    assert rest == ""
    assert process.returncode == 0
    assert "engine_stopped" in broker.log_tail()
    assert (tmp_path / "data/.kafka_cleanshutdown").exists()


def test_a_taken_port_is_told_and_exits_with_1(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = serve("--data", str(tmp_path / "data"), "--listen", address, home=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"kconsole: cannot listen on {address}" in done.stderr


def test_a_directory_in_use_is_told_with_its_owner_and_exits_with_1(tmp_path):
    with ServedBroker(tmp_path / "data") as broker:
        done = serve("--data", str(tmp_path / "data"), "--listen", "127.0.0.1:0", home=tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        pattern = rf"in use by process {broker.pid} at {re.escape(broker.address)}"
        assert re.search(pattern, done.stderr)


def test_a_path_that_is_no_directory_is_told_and_exits_with_1(tmp_path):
    (tmp_path / "file").touch()
    done = serve("--data", str(tmp_path / "file/data"), "--listen", "127.0.0.1:0", home=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert str(tmp_path / "file") in done.stderr


def test_a_wrong_configuration_is_told_with_its_line_and_exits_with_2(tmp_path):
    file = tmp_path / "k.toml"
    file.write_text('[engine]\n\ndurability = "maybe"\n')
    done = serve("--data", str(tmp_path / "data"), "--config", str(file), home=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"kconsole: {file}:3: engine.durability: 'maybe' is not allowed" in done.stderr
    assert "fsync, os" in done.stderr


def test_every_address_needs_one_to_advertise(tmp_path):
    done = serve("--data", str(tmp_path / "data"), "--listen", "0.0.0.0:0", home=tmp_path)
    assert done.returncode == 2
    assert "advertised" in done.stderr


def test_an_address_beyond_this_machine_is_warned_of(tmp_path):
    file = tmp_path / "k.toml"
    file.write_text('[engine]\nadvertised = "127.0.0.1:0"\n')
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "console.cli", "serve", "--data", str(tmp_path / "data")),
            *("--listen", "0.0.0.0:0", "--config", str(file)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("ready 0.0.0.0:")
    process.terminate()
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert errors.startswith("WARNING: 0.0.0.0:0 is not a loopback address")
