"""The engine as a whole: starting, refusing to start, stopping, and what a restart finds."""

import asyncio
import os
import shutil
import socket
from pathlib import Path

import pytest

from engine import Engine, EngineConfig
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.describe_cluster import (
    DescribeClusterRequest,
    DescribeClusterResponse,
)
from engine.protocol.messages.fetch import FetchResponse
from engine.protocol.messages.find_coordinator import (
    FindCoordinatorRequest,
    FindCoordinatorResponse,
)
from engine.protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsRequest,
    ListOffsetsResponse,
    ListOffsetsTopic,
)
from engine.protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
)
from engine.protocol.messages.produce import ProduceResponse
from engine.server.errors import AddressInUse
from engine.storage.errors import DirectoryInUse, StorageDamaged
from engine.storage.last_run import CLEAN_SHUTDOWN
from engine.storage.offset_checkpoint import RECOVERY_POINTS
from engine.storage.whole_file import read_if_there
from tests.support.guarded_filesystem import GuardedFileSystem
from tests.support.running_engine import (
    PRODUCE_VERSION,
    batch,
    connect,
    create_topic,
    delete_topic,
    fetch,
    fetch_request,
    produce,
    produce_request,
    running_engine,
    values_of,
)
from tests.support.waiting import until
from tests.support.wire_client import WireClient


async def leader_epoch(client: WireClient, topic: str) -> int:
    request = MetadataRequest(topics=[MetadataRequestTopic(name=topic)])
    response = await client.call(request, MetadataResponse, 12)
    return response.topics[0].partitions[0].leader_epoch


async def test_port_zero_takes_a_free_one_and_tells_clients(tmp_path: Path) -> None:
    async with running_engine(tmp_path / "data") as engine, connect(engine) as client:
        response = await client.call(MetadataRequest(topics=[]), MetadataResponse, 12)

        (broker,) = response.brokers
        assert (broker.host, broker.port) == ("127.0.0.1", engine.address.port)
        assert engine.address.port != 0


async def test_advertised_address_is_what_clients_are_told(tmp_path: Path) -> None:
    settings = {"advertised_listeners": ("broker.example:1234",)}
    async with running_engine(tmp_path / "data", **settings) as engine, connect(engine) as client:
        response = await client.call(MetadataRequest(topics=[]), MetadataResponse, 12)

        assert (response.brokers[0].host, response.brokers[0].port) == ("broker.example", 1234)


@pytest.mark.point(64)
async def test_each_listener_tells_its_clients_the_address_of_its_own(tmp_path: Path) -> None:
    settings = {
        "listeners": ("DOCKER://127.0.0.1:0",),
        "advertised_listeners": ("DOCKER://host.example:9999",),
    }
    async with running_engine(tmp_path / "data", **settings) as engine:
        inner = WireClient(*engine.addresses["PLAINTEXT"])
        outer = WireClient(*engine.addresses["DOCKER"])
        async with inner, outer:
            told = []
            for client in (inner, outer):
                metadata = await client.call(MetadataRequest(topics=[]), MetadataResponse, 12)
                cluster = await client.call(DescribeClusterRequest(), DescribeClusterResponse, 1)
                found = await client.call(
                    FindCoordinatorRequest(coordinator_keys=["g"]), FindCoordinatorResponse, 6
                )
                told.append(
                    {
                        (metadata.brokers[0].host, metadata.brokers[0].port),
                        (cluster.brokers[0].host, cluster.brokers[0].port),
                        (found.coordinators[0].host, found.coordinators[0].port),
                    }
                )

    assert told == [{tuple(engine.address)}, {("host.example", 9999)}]


async def test_listener_whose_address_is_taken_keeps_the_broker_from_starting(
    tmp_path: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = {"listeners": (f"DOCKER://127.0.0.1:{port}",)}
        with pytest.raises(AddressInUse) as refused:
            async with running_engine(tmp_path / "data", **settings):
                pass

    assert refused.value.key == "listeners"


async def test_records_survive_a_restart(tmp_path: Path) -> None:
    async with running_engine(tmp_path / "data") as engine, connect(engine) as client:
        topic_id = await create_topic(client, "orders", 2)
        await produce(client, "orders", batch(b"a"), batch(b"b"))
    async with running_engine(tmp_path / "data") as engine, connect(engine) as client:
        by_id = await fetch(client, "", version=13, topic_id=topic_id)
        by_name = await fetch(client, "orders", partition=1)
        (answer,) = await produce(client, "orders", batch(b"c"))

    assert values_of(by_id) == [b"a"]
    assert values_of(by_name) == [b"b"]
    assert answer.base_offset == 1


@pytest.mark.point(51, 58)
async def test_clean_restart_keeps_the_leader_epoch_and_an_unclean_one_begins_the_next(
    tmp_path: Path,
) -> None:
    epochs = []
    data = tmp_path / "data"
    async with running_engine(data) as engine, connect(engine) as client:
        await create_topic(client, "orders")
        await produce(client, "orders", batch(b"a"))
        epochs.append(await leader_epoch(client, "orders"))
    async with running_engine(data) as engine, connect(engine) as client:
        epochs.append(await leader_epoch(client, "orders"))
    (data / ".kafka_cleanshutdown").unlink()
    async with running_engine(data) as engine, connect(engine) as client:
        epochs.append(await leader_epoch(client, "orders"))
        old = await fetch(client, "orders", current_leader_epoch=epochs[0])
        new = await fetch(client, "orders", current_leader_epoch=epochs[2])

    assert epochs == [0, 0, 1]
    assert old.error_code == ErrorCode.FENCED_LEADER_EPOCH
    assert new.error_code == ErrorCode.NONE


@pytest.mark.point(59)
async def test_the_latest_offset_is_told_right_after_an_unclean_start(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with running_engine(data) as engine, connect(engine) as client:
        await create_topic(client, "orders")
        await produce(client, "orders", batch(b"a", b"b"))
    (data / ".kafka_cleanshutdown").unlink()
    latest = ListOffsetsRequest(
        replica_id=-1, topics=[ListOffsetsTopic("orders", [ListOffsetsPartition(0, timestamp=-1)])]
    )

    async with running_engine(data) as engine, connect(engine) as client:
        response = await client.call(latest, ListOffsetsResponse, 7)

    (answer,) = response.topics[0].partitions
    assert (answer.error_code, answer.offset) == (ErrorCode.NONE, 2)


@pytest.mark.point(53)
async def test_consumer_that_knows_an_older_leader_is_told_where_the_present_one_is(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    async with running_engine(data) as engine, connect(engine) as client:
        topic_id = await create_topic(client, "orders")
        await produce(client, "orders", batch(b"a"))
    (data / ".kafka_cleanshutdown").unlink()

    async with running_engine(data) as engine, connect(engine) as client:
        request = fetch_request("orders", topic_id=topic_id, current_leader_epoch=0)
        before = await client.call(request, FetchResponse, 15)
        since = await client.call(request, FetchResponse, 16)

    assert before.node_endpoints == []
    (told,) = since.node_endpoints
    assert (told.node_id, told.host, told.port) == (1, *engine.address)
    (fenced,) = since.responses[0].partitions
    assert fenced.error_code == ErrorCode.FENCED_LEADER_EPOCH
    assert fenced.current_leader is not None
    assert (fenced.current_leader.leader_id, fenced.current_leader.leader_epoch) == (1, 1)


async def test_second_engine_on_a_directory_is_refused_and_told_by_whom(tmp_path: Path) -> None:
    async with running_engine(tmp_path / "data") as engine:
        second = Engine(EngineConfig(data=str(tmp_path / "data"), listen="127.0.0.1:0"))

        with pytest.raises(DirectoryInUse) as refused:
            await second.start()

    assert refused.value.pid == os.getpid()
    assert refused.value.address == str(engine.address)


async def test_taken_address_is_told_and_lets_go_of_the_directory(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        engine = Engine(EngineConfig(data=str(tmp_path / "data"), listen=f"127.0.0.1:{port}"))
        with pytest.raises(AddressInUse) as refused:
            await engine.start()

    assert refused.value.address.port == port
    async with running_engine(tmp_path / "data"):
        pass


async def test_data_directory_is_for_its_owner_only(tmp_path: Path) -> None:
    async with running_engine(tmp_path / "deep" / "data") as engine, connect(engine) as client:
        await create_topic(client, "orders")

        modes = {
            path.stat().st_mode & 0o777
            for path in [tmp_path / "deep" / "data", *(tmp_path / "deep" / "data").rglob("*")]
        }

    assert modes <= {0o700, 0o600}


async def test_stop_answers_what_was_appended(tmp_path: Path) -> None:
    engine = Engine(EngineConfig(data=str(tmp_path / "data"), listen="127.0.0.1:0"))
    await engine.start()
    async with connect(engine) as client:
        await create_topic(client, "orders")
        client.send(produce_request("orders", batch(b"a")), PRODUCE_VERSION)
        client.send(produce_request("orders", batch(b"b")), PRODUCE_VERSION)
        _, first = await client.receive(ProduceResponse, PRODUCE_VERSION)
        await engine.stop()

        assert first.responses[0].partition_responses[0].base_offset == 0
        _, second = await client.receive(ProduceResponse, PRODUCE_VERSION)
        assert second.responses[0].partition_responses[0].base_offset == 1
        assert await client.is_closed_by_peer()


async def test_stop_does_not_wait_for_a_parked_fetch(tmp_path: Path) -> None:
    engine = Engine(EngineConfig(data=str(tmp_path / "data"), listen="127.0.0.1:0"))
    await engine.start()
    async with connect(engine) as client, connect(engine) as other:
        await create_topic(other, "orders")
        waiting = asyncio.ensure_future(fetch(client, "orders", max_wait_ms=10**9))
        await fetch(other, "orders")

        await engine.stop()

        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await waiting


async def test_stop_twice_is_harmless(tmp_path: Path) -> None:
    engine = Engine(EngineConfig(data=str(tmp_path / "data"), listen="127.0.0.1:0"))
    await engine.start()
    await engine.stop()
    first = (tmp_path / "data" / CLEAN_SHUTDOWN).stat()

    await engine.stop()

    assert (tmp_path / "data" / CLEAN_SHUTDOWN).stat() == first
    with pytest.raises(ConnectionError):
        await asyncio.open_connection(engine.address.host, engine.address.port)


async def test_hurried_stop_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    settings = {"durability": "os"}
    async with running_engine(tmp_path / "data", **settings) as engine, connect(engine) as client:
        await create_topic(client, "orders")
        await produce(client, "orders", batch(b"a"))
        engine.hurry()
    assert not (tmp_path / "data" / CLEAN_SHUTDOWN).exists()
    async with running_engine(tmp_path / "data") as engine, connect(engine) as client:
        assert values_of(await fetch(client, "orders")) == [b"a"]


async def test_topic_created_again_has_nothing_of_the_old_one(tmp_path: Path) -> None:
    async with running_engine(tmp_path / "data") as engine, connect(engine) as client:
        old_id = await create_topic(client, "orders")
        await produce(client, "orders", batch(b"old"))
        await delete_topic(client, "orders")
        new_id = await create_topic(client, "orders")

        data = await fetch(client, "orders")
        gone = await fetch(client, "", version=13, topic_id=old_id)

    assert new_id != old_id
    assert (data.high_watermark, values_of(data)) == (0, [])
    assert gone.error_code == ErrorCode.UNKNOWN_TOPIC_ID


async def test_topics_come_and_go_without_the_loop_waiting_for_the_disk(tmp_path: Path) -> None:
    """The second topic of the name has entries of the first taken out of the checkpoint files."""
    disk = GuardedFileSystem()
    settings = {"log_flush_offset_checkpoint_interval_ms": 1, "filesystem": disk}
    async with running_engine(tmp_path / "data", **settings) as engine, connect(engine) as client:
        disk.is_on_guard = True
        recovery_points = str(tmp_path / "data" / RECOVERY_POINTS)
        for _ in range(2):
            await create_topic(client, "orders", 40)
            (answer, *_) = await produce(client, "orders", *(batch(b"a") for _ in range(40)))
            assert answer.error_code == ErrorCode.NONE
            await until(lambda: "orders 39 1" in read_if_there(disk, recovery_points).decode())
            await delete_topic(client, "orders")
        await create_topic(client, "orders", 40)
        disk.is_on_guard = False


async def test_page_cache_durability_serves_and_survives_a_clean_restart(tmp_path: Path) -> None:
    settings = {"durability": "os"}
    async with running_engine(tmp_path / "data", **settings) as engine, connect(engine) as client:
        await create_topic(client, "orders")
        await produce(client, "orders", batch(b"a"))
        assert values_of(await fetch(client, "orders")) == [b"a"]
    async with running_engine(tmp_path / "data") as engine, connect(engine) as client:
        assert values_of(await fetch(client, "orders")) == [b"a"]


async def with_one_record(data: Path) -> Path:
    """Store one record; the file that holds it."""
    async with running_engine(data) as engine, connect(engine) as client:
        await create_topic(client, "orders")
        await produce(client, "orders", batch(b"a"))
    return data / "orders-0" / "00000000000000000000.log"


async def test_start_without_the_metadata_log_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "data"
    records = await with_one_record(data)
    shutil.rmtree(data / "__cluster_metadata-0")

    with pytest.raises(StorageDamaged):
        await Engine(EngineConfig(data=str(data), listen="127.0.0.1:0")).start()

    assert records.stat().st_size > 0


async def test_records_are_kept_when_nothing_tells_of_their_topic(tmp_path: Path) -> None:
    """Without any trace of its metadata the broker must not take records for garbage."""
    data = tmp_path / "data"
    records = await with_one_record(data)
    shutil.rmtree(data / "__cluster_metadata-0")
    (data / "recovery-point-offset-checkpoint").unlink()

    async with running_engine(data) as engine, connect(engine) as client:
        response = await client.call(MetadataRequest(topics=None), MetadataResponse, 12)

    assert response.topics == []
    (stray,) = data.glob(f"{records.parent.name}.*-stray")
    assert (stray / records.name).stat().st_size > 0
