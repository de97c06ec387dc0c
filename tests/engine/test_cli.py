"""`kconsole serve` as a process: its one line, its exit codes, what it refuses."""

import io
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import AsyncExitStack

import pytest

from engine.cli import warn_of_exposure
from engine.config.engine_config import EngineConfig
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
    DescribeConfigsResponse,
)
from tests.support.running_engine import batch, create_topic, fetch, produce, values_of
from tests.support.served import ServedBroker
from tests.support.wire_client import WireClient

NO_ROOM_FOR_A_BYTE = (
    "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); "
    "from console.cli import main; main(prog_name='kconsole')"
)

SENDS_WITHOUT_PAUSE = """
import os, signal, sys
while True:
    os.kill(int(sys.argv[1]), signal.SIGTERM)
"""


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


def test_signals_that_come_again_and_again_do_not_spoil_a_clean_stop(tmp_path):
    """Supervisors send SIGTERM to the process and to its group: that is twice.

    Method: a sender that never pauses, faster than a loop could read what wakes it.
    """
    broker = ServedBroker(tmp_path / "data")
    broker.start()
    process = broker.process
    assert process is not None
    sender = subprocess.Popen([sys.executable, "-c", SENDS_WITHOUT_PAUSE, str(process.pid)])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # Its number stays its own till here.
    sender.kill()
    sender.wait()
    process.communicate()
    assert process.returncode == 0
    assert (tmp_path / "data/.kafka_cleanshutdown").exists()


@pytest.mark.parametrize("output", ["closed", "with nobody who reads it"])
def test_clients_are_served_where_standard_output_is(output, tmp_path):
    """Method: a pipe whose reading end is closed, or no standard output at all."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "console.cli", "serve"]
    if output == "closed":
        command = ["sh", "-c", 'exec "$@" >&-', "sh", *command]
    process = subprocess.Popen(
        [*command, "--data", str(tmp_path / "data"), "--listen", "127.0.0.1:0"],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writing)
    assert process.stderr is not None
    found = None
    while found is None:
        line = process.stderr.readline()
        assert line
        found = re.search(r"engine_started address=127\.0\.0\.1:(\d+)", line)
    socket.create_connection(("127.0.0.1", int(found[1])), timeout=10).close()
    process.terminate()
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in errors


def test_a_taken_port_is_told_and_exits_with_1(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = serve("--data", str(tmp_path / "data"), "--listen", address, home=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        f"kconsole: cannot listen on {address}: Address already in use; choose another address "
        "with --listen (port 0 takes any free one)\n"
    ) in done.stderr


def test_a_taken_port_of_the_metrics_is_told_with_its_own_key(tmp_path):
    file = tmp_path / "k.toml"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        file.write_text(f'[engine]\nmetrics.listen = "{address}"\n')
        data = str(tmp_path / "data")
        done = serve(
            "--data", data, "--listen", "127.0.0.1:0", "--config", str(file), home=tmp_path
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{address}: Address already in use; choose another address with metrics.listen" in (
        done.stderr
    )


def test_a_host_that_is_not_of_this_machine_is_told_in_the_words_of_the_system(tmp_path):
    done = serve("--data", str(tmp_path / "data"), "--listen", "192.0.2.1:0", home=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot listen on 192.0.2.1:0: Cannot assign requested address; choose" in done.stderr


def test_a_directory_in_use_is_told_with_its_owner_and_exits_with_1(tmp_path):
    with ServedBroker(tmp_path / "data") as broker:
        done = serve("--data", str(tmp_path / "data"), "--listen", "127.0.0.1:0", home=tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        pattern = rf"in use by process {broker.pid} at {re.escape(broker.address)}"
        assert re.search(pattern, done.stderr)


def test_a_directory_in_use_is_told_before_an_address_that_is_taken_too(tmp_path):
    """As after a second start with one file: its owner has the port of the metrics as well."""
    file = tmp_path / "k.toml"
    with ServedBroker(tmp_path / "data") as broker, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        file.write_text(f'[engine]\nmetrics.listen = "127.0.0.1:{taken.getsockname()[1]}"\n')
        done = serve("--data", str(tmp_path / "data"), "--config", str(file), home=tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        assert f"in use by process {broker.pid} at {broker.address}; stop that" in done.stderr
        assert "Address already in use" not in done.stderr


def test_the_log_and_the_ready_line_tell_one_time_of_the_start(tmp_path):
    with ServedBroker(tmp_path / "data") as broker:
        logged = re.search(r"engine_started .* seconds=(\S+)", broker.log_tail())
    assert logged is not None
    assert float(logged[1]) == broker.start_seconds


def test_a_directory_of_another_node_is_refused_untouched(tmp_path):
    """Its partitions name the node that leads them: under another id nobody would."""
    broker = ServedBroker(tmp_path / "data")
    broker.start()
    broker.stop()
    file = tmp_path / "k.toml"
    file.write_text("[engine]\nnode.id = 2\n")
    where = ("--data", str(tmp_path / "data"), "--listen", "127.0.0.1:0")
    done = serve(*where, "--config", str(file), home=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"kconsole: {tmp_path}/data belongs to node 1, and this node is 2; set node.id = 1, or "
        "choose another directory with --data\n"
    )
    assert (tmp_path / "data/.kafka_cleanshutdown").exists()
    broker.start()
    broker.stop()


@pytest.mark.parametrize("data", ["file", "file/data"])
def test_a_path_that_is_no_directory_is_told_and_exits_with_1(data, tmp_path):
    (tmp_path / "file").touch()
    done = serve("--data", str(tmp_path / data), "--listen", "127.0.0.1:0", home=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"kconsole: {tmp_path}/file is a file, not a directory; "
        "choose another directory with --data\n"
    )


def test_a_full_disk_is_told_with_the_directory_and_exits_with_1(tmp_path):
    """Method: a limit on the size of files, of which the first byte is too much."""
    data = tmp_path / "data"
    done = subprocess.run(
        [
            *(sys.executable, "-B", "-c", NO_ROOM_FOR_A_BYTE),
            *("serve", "--data", str(data), "--listen", "127.0.0.1:0"),
        ],
        env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"kconsole: cannot use the data directory {data}: File too large\n"


def test_a_wrong_configuration_is_told_with_its_line_and_exits_with_2(tmp_path):
    file = tmp_path / "k.toml"
    file.write_text('[engine]\n\ndurability = "maybe"\n')
    done = serve("--data", str(tmp_path / "data"), "--config", str(file), home=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"kconsole: {file}:3: engine.durability: 'maybe' cannot be used" in done.stderr
    assert "fsync, os" in done.stderr


def test_every_address_needs_one_to_advertise(tmp_path):
    done = serve("--data", str(tmp_path / "data"), "--listen", "0.0.0.0:0", home=tmp_path)
    assert done.returncode == 2
    assert "advertised" in done.stderr


def test_an_address_beyond_this_machine_is_warned_of(tmp_path):
    file = tmp_path / "k.toml"
    file.write_text('[engine]\nadvertised.listeners = ["127.0.0.1:0"]\n')
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


async def test_broker_with_few_descriptors_serves_many_partitions_and_clients(
    tmp_path,
):
    """Method: more partitions, written in one request, and more clients than there is room for."""
    partitions, clients = 150, 60
    with ServedBroker(tmp_path / "data", descriptors=128) as broker:
        host, _, port = broker.address.rpartition(":")
        async with AsyncExitStack() as connected, WireClient(host, int(port)) as client:
            await create_topic(client, "many", partitions)
            for _ in range(clients):
                await connected.enter_async_context(WireClient(host, int(port)))
            left = set(range(partitions))
            while left:
                records = [batch(b"v") if index in left else None for index in range(partitions)]
                answers = await produce(client, "many", *records)
                codes = {each.index: each.error_code for each in answers if each.index in left}
                assert set(codes.values()) <= {ErrorCode.NONE, ErrorCode.KAFKA_STORAGE_ERROR}
                left -= {index for index, code in codes.items() if code == ErrorCode.NONE}
            read = await fetch(client, "many", partition=partitions - 1)
        log = broker.log_tail()

    assert values_of(read) == [b"v"]
    assert "log_sync_failed" not in log


def test_every_listener_beyond_this_machine_is_warned_of():
    stream = io.StringIO()
    named = ("INSIDE://127.0.0.1:9093", "OUTSIDE://192.0.2.7:9094")
    warn_of_exposure(EngineConfig(listeners=named), stream)
    (line,) = stream.getvalue().splitlines()
    assert line.startswith("WARNING: 192.0.2.7:9094 is not a loopback address")


async def test_a_changed_configuration_file_is_taken_over_and_a_wrong_one_is_not(tmp_path):
    """Method: what the broker describes and logs is looked at until the change has come."""
    with ServedBroker(tmp_path / "data", config="[engine]\n") as broker:
        host, _, port = broker.address.rpartition(":")
        async with WireClient(host, int(port)) as client:
            assert await described(client, "num.partitions") == ("1", 5)
            broker.configure('[engine]\nnum.partitions = 3\ndurability = "os"\n')
            while await described(client, "num.partitions") != ("3", 4):
                pass
            assert await described(client, "durability") == ("fsync", 5)
            broker.configure("[engine]\nnum.partitions = 3\nmax.connections = 9\nlog.roll.ms = 0\n")
            while "config_refused" not in broker.log_tail():
                await described(client, "num.partitions")
            assert await described(client, "max.connections") == ("2147483647", 5)
            broker.configure("[engine]\n")
            while await described(client, "num.partitions") != ("1", 5):
                pass
        log = broker.log_tail()
        assert "config_reloaded changed=num.partitions" in log
        assert "config_needs_restart keys=durability" in log
        assert f"{tmp_path / 'data.toml'}:4: engine.log.roll.ms: 0 cannot be used" in log
        assert broker.stop() == 0


async def described(client: WireClient, key: str) -> tuple[str | None, int]:
    """A value that holds and its source."""
    request = DescribeConfigsRequest([DescribeConfigsResource(4, "1", [key])])
    response = await client.call(request, DescribeConfigsResponse, 4)
    (config,) = response.results[0].configs
    return config.value, config.config_source
