"""The broker of the console itself, with real processes: killed, attached to, left behind."""

import asyncio
import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from console.adapters.embedded import EmbeddedCluster
from console.model.cluster import ConnectionState
from console.port.cluster import NewRecord, NewTopic, Published
from console.port.errors import ClusterError, Unreachable
from tests.support.cluster_stages import key
from tests.support.hosting_process import hosted
from tests.support.served import ServedBroker
from tests.support.waiting import until

SECONDS_MAX = 60


async def answering(cluster: EmbeddedCluster) -> None:
    """Ask until the broker answers."""
    await cluster.served()
    while cluster.connection.state is not ConnectionState.CONNECTED:
        try:
            await cluster.reads.layout()
        except Unreachable:
            await cluster.served()


async def end_of(cluster: EmbeddedCluster, topic: str) -> int | ClusterError:
    return (await cluster.reads.end_offsets([key(topic)]))[key(topic)]


async def test_a_killed_broker_is_back_at_its_address_with_what_it_acknowledged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with hosted(tmp_path / "data", tmp_path / "log") as cluster:
        await answering(cluster)
        address = cluster.connection.address
        await cluster.writes.create_topic(NewTopic("orders"))
        outcomes = await cluster.writes.publish("orders", [NewRecord(None, b"paid")] * 7)
        assert all(isinstance(each, Published) for each in outcomes)
        pid = int(capsys.readouterr().out.split()[0])
        os.kill(pid, signal.SIGKILL)
        await until(lambda: cluster.connection.state is ConnectionState.RESTARTING)
        assert "signal 9" in cluster.connection.detail
        await answering(cluster)
        assert cluster.connection.address == address
        assert await end_of(cluster, "orders") == 7
        assert int(capsys.readouterr().out.split()[0]) != pid


async def test_a_broker_of_ours_tells_its_segments(tmp_path: Path) -> None:
    """What the files say agrees with what the protocol says of the whole log."""
    async with hosted(tmp_path / "data", tmp_path / "log") as cluster:
        await answering(cluster)
        small = {"segment.bytes": "1048576"}
        await cluster.writes.create_topic(NewTopic("orders", 2, configs=small))
        for _ in range(5):
            records = [NewRecord(None, os.urandom(500_000), partition=0)]
            await cluster.writes.publish("orders", records)
        told = await cluster.reads.segments([key("orders", 0), key("orders", 1)])
        segments = told[key("orders", 0)]
        assert len(segments) > 1
        assert [each.base_offset for each in segments] == sorted(
            each.base_offset for each in segments
        )
        ((directory,),) = (await cluster.reads.directories()).values()  # type: ignore[misc]
        whole = directory.replica_bytes[key("orders", 0)]
        assert sum(each.size_bytes for each in segments) == whole
        assert [each.base_offset for each in told[key("orders", 1)]] == [0]


async def test_a_broker_of_ours_tells_its_version_and_vitals(tmp_path: Path) -> None:
    async with hosted(tmp_path / "data", tmp_path / "log") as cluster:
        await answering(cluster)
        offered = await cluster.reads.capabilities()
        assert (offered.version, offered.mode) == ("1.2.3", "kconsole engine")
        assert offered.tells_vitals
        names = {sample.name for sample in await cluster.reads.metrics()}
        assert {"kconsole_connections", "machine_memory_bytes"} <= names


async def test_a_served_directory_is_attached_to_and_the_broker_awaited_when_it_stops(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """However it stops, and wherever it serves again; ours starts when a person says so."""
    with ServedBroker(tmp_path / "data") as other:
        async with hosted(tmp_path / "data", tmp_path / "log") as cluster:
            await answering(cluster)
            assert cluster.connection.address == other.address
            assert cluster.connection.notice == attached_to(other)
            offered = await cluster.reads.capabilities()
            assert (offered.mode, offered.tells_vitals) == ("kconsole engine", False)
            await cluster.writes.create_topic(NewTopic("orders"))
            await cluster.writes.publish("orders", [NewRecord(None, b"paid")] * 3)
            for end in (other.stop, other.kill):
                await asyncio.to_thread(end)
                await stopped(cluster)
                assert cluster.connection.address == other.address
                other.address = "127.0.0.1:0"
                await asyncio.to_thread(other.start)
                await answering(cluster)
                assert cluster.connection.address == other.address
                assert cluster.connection.notice == attached_to(other)
                assert await end_of(cluster, "orders") == 3
            await asyncio.to_thread(other.stop)
            await stopped(cluster)
            assert not capsys.readouterr().out
            cluster.start()
            await answering(cluster)
            assert cluster.connection.address != other.address
            assert not cluster.connection.notice
            assert await end_of(cluster, "orders") == 3
            assert (await cluster.reads.capabilities()).tells_vitals
            assert len(capsys.readouterr().out.splitlines()) == 1


def attached_to(other: ServedBroker) -> str:
    """What the console says while another process serves its data."""
    return f"the data is served by process {other.pid} already: attached to it at {other.address}"


async def stopped(cluster: EmbeddedCluster) -> None:
    """Ask until it is known that the other broker has stopped."""
    while cluster.connection.state is not ConnectionState.STOPPED:
        with pytest.raises(Unreachable):
            await cluster.reads.layout()
        await asyncio.sleep(0)
    with pytest.raises(Unreachable, match="attaching again once it is back; :start-broker"):
        await cluster.reads.layout()


async def test_what_we_are_attached_to_is_of_ours_and_tells_its_vitals_if_it_tells_any(
    tmp_path: Path,
) -> None:
    config = '[engine]\nmetrics.listen = "127.0.0.1:0"\n'
    with ServedBroker(tmp_path / "data", config=config):
        async with hosted(tmp_path / "data", tmp_path / "log") as cluster:
            await answering(cluster)
            offered = await cluster.reads.capabilities()
            assert (offered.version, offered.mode) == ("1.2.3", "kconsole engine")
            assert offered.tells_vitals
            names = {sample.name for sample in await cluster.reads.metrics()}
            assert {"kconsole_connections", "machine_memory_bytes"} <= names


async def test_leaving_what_we_are_attached_to_leaves_it_alone(tmp_path: Path) -> None:
    with ServedBroker(tmp_path / "data") as other:
        async with hosted(tmp_path / "data", tmp_path / "log") as cluster:
            await answering(cluster)
        assert other.process is not None
        assert other.process.poll() is None


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_broker_stops_cleanly_however_the_console_dies(
    tmp_path: Path, number: signal.Signals
) -> None:
    data = tmp_path / "data"
    command = [sys.executable, "-m", "tests.support.hosting_process", str(data)]
    with subprocess.Popen(
        [*command, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True
    ) as console:
        assert console.stdout is not None
        assert console.stdout.readline()
        assert not (data / ".kafka_cleanshutdown").exists()
        console.send_signal(number)
        assert console.wait(SECONDS_MAX) == -number
    with (data / ".lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
    assert (data / ".kafka_cleanshutdown").exists()
