"""The engine as a child process: what it tells, and that it ends with its parent."""

import asyncio
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from engine.child import ChildFailed, ChildLauncher
from engine.config.load import ConfigError, engine_config, parse
from engine.config.reload import Wanted
from engine.failures import FailureKind
from engine.protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
)
from tests.support.running_engine import create_topic
from tests.support.served import ServedBroker
from tests.support.wire_client import WireClient


def launcher(tmp_path, **config):
    values = {"data": str(tmp_path / "data"), "listen": "127.0.0.1:0", **config}
    names = {key.replace("_", "."): value for key, value in values.items()}
    return ChildLauncher(names, tmp_path / "engine.log")


async def partition_count(client: WireClient, name: str) -> int:
    request = MetadataRequest(topics=[MetadataRequestTopic(name=name)])
    response = await client.call(request, MetadataResponse, 12)
    return len(response.topics[0].partitions)


async def test_a_child_tells_where_it_serves_and_stops_when_asked(tmp_path):
    child = await launcher(tmp_path, metrics_listen="127.0.0.1:0").launch()
    assert child.ready.pid != os.getpid()
    for address in (child.ready.address, child.ready.metrics):
        host, _, port = address.rpartition(":")
        socket.create_connection((host, int(port)), timeout=10).close()
    assert await child.stop() == 0
    assert (tmp_path / "data/.kafka_cleanshutdown").exists()
    assert "engine_stopped" in (tmp_path / "engine.log").read_text()


async def test_a_child_takes_over_what_its_parent_tells_of_the_configuration(tmp_path):
    child = await launcher(tmp_path).launch()
    document = parse("[engine]\nnum.partitions = 3\n", file="config.toml")
    child.tell(Wanted(engine_config(document), ["durability"]))
    with pytest.raises(ConfigError) as caught:
        engine_config(parse("[engine]\n\nnum.partitions = 0\n", file="config.toml"))
    child.tell(caught.value)
    host, _, port = child.ready.address.rpartition(":")
    async with WireClient(host, int(port)) as client:
        await create_topic(client, "t", partitions=-1)
        assert await partition_count(client, "t") == 3
    assert await child.stop() == 0
    log = (tmp_path / "engine.log").read_text()
    assert "config_reloaded changed=num.partitions" in log
    assert "config_needs_restart keys=durability" in log
    assert "config.toml:3: engine.num.partitions: 0 cannot be used" in log


async def test_a_killed_child_is_noticed(tmp_path):
    child = await launcher(tmp_path).launch()
    child.kill()
    assert await child.ended() == -signal.SIGKILL
    assert not (tmp_path / "data/.kafka_cleanshutdown").exists()


async def test_a_taken_port_fails_or_is_answered_by_another(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        starting = launcher(tmp_path, listen=address)
        with pytest.raises(ChildFailed) as caught:
            await starting.launch()
        failure = caught.value.failure
        assert (failure.kind, failure.address) == (FailureKind.ADDRESS_IN_USE, address)
        child = await starting.launch(any_port=True)
        assert child.ready.address != address
        assert await child.stop() == 0


async def test_a_directory_in_use_names_its_owner(tmp_path):
    with ServedBroker(tmp_path / "data") as broker:
        with pytest.raises(ChildFailed) as caught:
            await launcher(tmp_path).launch()
        failure = caught.value.failure
        assert failure.kind is FailureKind.DIRECTORY_IN_USE
        assert (failure.pid, failure.address) == (broker.pid, broker.address)


async def test_a_wrong_configuration_fails(tmp_path):
    with pytest.raises(ChildFailed) as caught:
        await launcher(tmp_path, durability="maybe").launch()
    assert caught.value.failure.kind is FailureKind.MISCONFIGURED
    assert "durability" in caught.value.failure.message


async def test_a_process_that_dies_without_a_word_is_a_failure(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.executable", "/bin/true")
    with pytest.raises(ChildFailed) as caught:
        await launcher(tmp_path).launch()
    assert caught.value.failure.kind is FailureKind.OTHER


async def test_a_cancelled_launch_leaves_no_process(tmp_path):
    launching = asyncio.ensure_future(launcher(tmp_path).launch())
    await asyncio.sleep(0)
    launching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await launching


def test_a_child_stops_cleanly_when_its_parent_is_killed(tmp_path):
    """Method: a parent of its own is killed; the child's lock on the directory must go away."""
    program = (
        "import asyncio, json, sys\n"
        "from pathlib import Path\n"
        "from engine.child import ChildLauncher\n"
        "async def run():\n"
        "    config = {'data': sys.argv[1], 'listen': '127.0.0.1:0'}\n"
        "    child = await ChildLauncher(config, Path(sys.argv[2])).launch()\n"
        "    print(child.ready.pid, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(run())\n"
    )
    log = tmp_path / "engine.log"
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "data"), str(log)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert parent.stdout is not None
    assert int(parent.stdout.readline()) != parent.pid
    # The child inherits none of the parent's streams: they end with the parent.
    parent.kill()
    assert parent.stdout.read() == ""
    parent.wait(30)
    parent.stdout.close()
    with (tmp_path / "data/.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
    assert (tmp_path / "data/.kafka_cleanshutdown").exists()


def test_a_parent_that_says_nothing_ends_the_child_without_a_trace(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from engine.child import main; sys.exit(main())"],
        input=b"",
        capture_output=True,
        check=False,
        timeout=60,
        cwd=Path(__file__).parents[2],
    )
    assert (done.returncode, done.stdout) == (0, b"")


def test_the_protocol_is_lines_of_json(tmp_path):
    """The documented exchange, spoken by hand."""
    process = subprocess.Popen(
        [sys.executable, "-c", "import sys; from engine.child import main; sys.exit(main())"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdin is not None
    assert process.stdout is not None
    config = {"data": str(tmp_path / "data"), "listen": "127.0.0.1:0"}
    request = {"config": config, "any_port": False}
    process.stdin.write(json.dumps(request).encode() + b"\n")
    process.stdin.flush()
    told = json.loads(process.stdout.readline())
    assert set(told) == {"event", "address", "metrics", "pid"}
    assert (told["event"], told["pid"], told["metrics"]) == ("ready", process.pid, "")
    process.terminate()
    assert process.wait(30) == 0
    process.stdin.close()
    process.stdout.close()
