"""Clients while the log of another partition, or of theirs, is being opened and recovered.

The scan of one log stands at a gate in the file system until a test opens it.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from engine import Engine, EngineConfig
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.fetch import FetchResponse
from engine.protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsRequest,
    ListOffsetsResponse,
    ListOffsetsTopic,
)
from engine.protocol.messages.produce import ProduceResponse
from tests.support.gated_filesystem import GatedFileSystem
from tests.support.running_engine import (
    FETCH_VERSION,
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


@asynccontextmanager
async def engine_at_the_gate(tmp_path: Path) -> AsyncIterator[tuple[Engine, GatedFileSystem]]:
    """An engine that was killed, started again; the logs of `slow` cannot be scanned yet."""
    async with running_engine(tmp_path / "before") as engine, connect(engine) as client:
        for name in ("slow", "quick"):
            await create_topic(client, name)
            await produce(client, name, batch(name.encode()))
        shutil.copytree(tmp_path / "before", tmp_path / "killed")
    disk = GatedFileSystem("/slow-")
    try:
        async with running_engine(tmp_path / "killed", filesystem=disk) as engine:
            yield engine, disk
    finally:
        disk.open_gate()


async def test_health_is_told_while_the_metadata_is_being_read(tmp_path: Path) -> None:
    async with running_engine(tmp_path / "data") as engine, connect(engine) as client:
        await create_topic(client, "orders")
    disk = GatedFileSystem("/__cluster_metadata-")
    config = EngineConfig(
        data=str(tmp_path / "data"), listen="127.0.0.1:0", metrics_listen="127.0.0.1:0"
    )
    engine = Engine(config, filesystem=disk)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(engine.start())
        await until(lambda: disk.is_reached)
        assert await status_of(engine, "/health/live") == 200
        assert await status_of(engine, "/health/ready") == 503
        disk.open_gate()
    assert await status_of(engine, "/health/ready") == 200
    await engine.stop()


async def status_of(engine: Engine, path: str) -> int:
    address = engine.metrics_address
    assert address is not None
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(f"GET {path} HTTP/1.1\r\n\r\n".encode())
    head = await reader.read()
    writer.close()
    return int(head.split(b" ")[1])


def offsets_of(response: ProduceResponse) -> list[tuple[int, int]]:
    answers = response.responses[0].partition_responses
    return [(answer.error_code, answer.base_offset) for answer in answers]


async def test_others_are_served_while_a_log_is_being_opened(tmp_path: Path) -> None:
    async with (
        engine_at_the_gate(tmp_path) as (engine, disk),
        connect(engine) as waiting,
        connect(engine) as innocent,
    ):
        waiting.send(fetch_request("slow"), FETCH_VERSION)
        await until(lambda: disk.is_reached)

        assert values_of(await fetch(innocent, "quick")) == [b"quick"]
        (answer,) = await produce(innocent, "quick", batch(b"more"))
        assert (answer.error_code, answer.base_offset) == (ErrorCode.NONE, 1)

        disk.open_gate()
        _, response = await waiting.receive(FetchResponse, FETCH_VERSION)
        assert values_of(response.responses[0].partitions[0]) == [b"slow"]


async def test_requests_wait_for_their_log_in_order(tmp_path: Path) -> None:
    """Small ones that share a buffer with others, and one that has a buffer of its own."""
    large = batch(b"x" * 600_000)
    async with (
        engine_at_the_gate(tmp_path) as (engine, disk),
        connect(engine) as client,
        connect(engine) as innocent,
    ):
        for records in (batch(b"1"), batch(b"2"), large, batch(b"4")):
            client.send(produce_request("slow", records), PRODUCE_VERSION)
        await until(lambda: disk.is_reached)
        for _ in range(3):
            await produce(innocent, "quick", batch(b"y" * 30_000))

        disk.open_gate()
        answers = [await client.receive(ProduceResponse, PRODUCE_VERSION) for _ in range(4)]
        assert [sent for sent, _ in answers] == [1, 2, 3, 4]
        found = [offset for _, response in answers for offset in offsets_of(response)]
        assert found == [(ErrorCode.NONE, offset) for offset in (1, 2, 3, 4)]
        data = await fetch(innocent, "slow", 1)
        assert values_of(data) == [b"1", b"2", b"x" * 600_000, b"4"]


async def test_one_opening_serves_everybody_who_waits(tmp_path: Path) -> None:
    asked = ListOffsetsTopic(name="slow", partitions=[ListOffsetsPartition(0, timestamp=-1)])
    async with (
        engine_at_the_gate(tmp_path) as (engine, disk),
        connect(engine) as first,
        connect(engine) as second,
    ):
        first.send(ListOffsetsRequest(replica_id=-1, topics=[asked]), 7)
        second.send(fetch_request("slow"), FETCH_VERSION)
        await until(lambda: disk.is_reached)
        disk.open_gate()

        _, listed = await first.receive(ListOffsetsResponse, 7)
        _, fetched = await second.receive(FetchResponse, FETCH_VERSION)
        assert listed.topics[0].partitions[0].offset == 1
        assert values_of(fetched.responses[0].partitions[0]) == [b"slow"]


async def test_a_topic_is_deleted_after_its_opening_was_given_up(tmp_path: Path) -> None:
    async with (
        engine_at_the_gate(tmp_path) as (engine, disk),
        connect(engine) as waiting,
        connect(engine) as client,
    ):
        waiting.send(fetch_request("slow"), FETCH_VERSION)
        await until(lambda: disk.is_reached)
        deleting = asyncio.ensure_future(delete_topic(client, "slow"))
        async with connect(engine) as innocent:
            assert values_of(await fetch(innocent, "quick")) == [b"quick"]
        assert not deleting.done()

        disk.open_gate()
        await deleting
        _, response = await waiting.receive(FetchResponse, FETCH_VERSION)
        answer = response.responses[0].partitions[0]
        assert answer.error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
        await create_topic(client, "slow")
        assert values_of(await fetch(client, "slow")) == []


async def test_a_stop_in_the_middle_of_an_opening_loses_nothing(tmp_path: Path) -> None:
    async with engine_at_the_gate(tmp_path) as (engine, disk), connect(engine) as client:
        client.send(fetch_request("slow"), FETCH_VERSION)
        await until(lambda: disk.is_reached)
        disk.open_gate()
        await engine.stop()
    async with running_engine(tmp_path / "killed") as engine, connect(engine) as client:
        assert values_of(await fetch(client, "slow")) == [b"slow"]
