"""An engine in this process on a loopback port, and the requests that most tests make of it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from engine import Engine, EngineConfig
from engine.kernel.clock import ThreadClock
from engine.kernel.system import SystemClock
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.create_topics import (
    CreatableTopic,
    CreatableTopicConfig,
    CreateTopicsRequest,
    CreateTopicsResponse,
)
from engine.protocol.messages.delete_topics import (
    DeleteTopicsRequest,
    DeleteTopicsResponse,
    DeleteTopicState,
)
from engine.protocol.messages.fetch import (
    FetchPartition,
    FetchRequest,
    FetchResponse,
    FetchTopic,
    PartitionData,
)
from engine.protocol.messages.produce import (
    PartitionProduceData,
    PartitionProduceResponse,
    ProduceRequest,
    ProduceResponse,
    TopicProduceData,
)
from engine.records.builder import NewRecord, build_batch
from engine.records.record import Record, iterate_records
from engine.storage.filesystem import FileSystem
from tests.support.wire_client import WireClient

PRODUCE_VERSION = 12
FETCH_VERSION = 12
INFLATED_BYTES_MAX = 1 << 24


@asynccontextmanager
async def running_engine(
    data: Path,
    *,
    clock: ThreadClock | None = None,
    filesystem: FileSystem | None = None,
    **settings: Any,
) -> AsyncIterator[Engine]:
    """An engine that stores in `data`; settings are fields of `EngineConfig`."""
    config = EngineConfig(data=str(data), listen="127.0.0.1:0", **settings)
    async with Engine(config, clock=clock or SystemClock(), filesystem=filesystem) as engine:
        yield engine


def connect(engine: Engine, *, client_id: str | None = "test") -> WireClient:
    """A connection to an engine, to be entered."""
    return WireClient(engine.address.host, engine.address.port, client_id=client_id)


async def create_topic(client: WireClient, name: str, partitions: int = 1, **configs: str) -> bytes:
    """Create a topic; underscores in config names stand for dots. Returns its id."""
    topic = CreatableTopic(
        name=name,
        num_partitions=partitions,
        replication_factor=1,
        configs=[
            CreatableTopicConfig(name=key.replace("_", "."), value=value)
            for key, value in configs.items()
        ],
    )
    response = await client.call(CreateTopicsRequest(topics=[topic]), CreateTopicsResponse, 7)
    (created,) = response.topics
    assert created.error_code == ErrorCode.NONE, created.error_message
    return created.topic_id


async def delete_topic(client: WireClient, name: str) -> None:
    """Delete a topic by name."""
    request = DeleteTopicsRequest(topics=[DeleteTopicState(name=name)])
    response = await client.call(request, DeleteTopicsResponse, 6)
    assert response.responses[0].error_code == ErrorCode.NONE


def batch(
    *values: bytes, key: bytes | None = None, timestamp_ms: int = 1_700_000_000_000, **fields: Any
) -> bytearray:
    """A record batch; `fields` go to `build_batch`."""
    return build_batch([NewRecord(timestamp_ms, key, value) for value in values], **fields)


def produce_request(
    topic: str, *batches: bytes | bytearray | None, acks: int = -1, topic_id: bytes = bytes(16)
) -> ProduceRequest:
    """One batch for each partition from 0 on."""
    partitions = [
        PartitionProduceData(index=index, records=records) for index, records in enumerate(batches)
    ]
    return ProduceRequest(
        acks=acks,
        timeout_ms=1000,
        topic_data=[TopicProduceData(name=topic, topic_id=topic_id, partition_data=partitions)],
    )


async def produce(
    client: WireClient,
    topic: str,
    *batches: bytes | bytearray | None,
    acks: int = -1,
    version: int = PRODUCE_VERSION,
    topic_id: bytes = bytes(16),
) -> list[PartitionProduceResponse]:
    """Produce one batch for each partition from 0 on; the answers of the partitions."""
    request = produce_request(topic, *batches, acks=acks, topic_id=topic_id)
    response = await client.call(request, ProduceResponse, version)
    return response.responses[0].partition_responses


def fetch_request(
    topic: str,
    offset: int = 0,
    *,
    partition: int = 0,
    max_wait_ms: int = 0,
    min_bytes: int = 1,
    max_bytes: int = 1 << 20,
    partition_max_bytes: int = 1 << 20,
    topic_id: bytes = bytes(16),
    **fields: Any,
) -> FetchRequest:
    """A fetch of one partition; `fields` go to the partition."""
    asked = FetchPartition(
        partition=partition, fetch_offset=offset, partition_max_bytes=partition_max_bytes, **fields
    )
    return FetchRequest(
        max_wait_ms=max_wait_ms,
        min_bytes=min_bytes,
        max_bytes=max_bytes,
        session_epoch=-1,
        topics=[FetchTopic(topic=topic, topic_id=topic_id, partitions=[asked])],
    )


async def fetch(
    client: WireClient, topic: str, offset: int = 0, *, version: int = FETCH_VERSION, **fields: Any
) -> PartitionData:
    """Fetch one partition; its answer."""
    request = fetch_request(topic, offset, **fields)
    response = await client.call(request, FetchResponse, version)
    assert response.error_code == ErrorCode.NONE
    return response.responses[0].partitions[0]


def records_of(data: PartitionData) -> list[Record]:
    """The records in an answer, those below the asked offset included."""
    assert isinstance(data.records, memoryview)
    records: list[Record] = []
    rest = data.records
    while len(rest):
        size = 12 + int.from_bytes(rest[8:12], "big")
        records.extend(iterate_records(rest[:size], INFLATED_BYTES_MAX))
        rest = rest[size:]
    return records


def values_of(data: PartitionData) -> Sequence[bytes | None]:
    """The values of the records in an answer."""
    return [record.value for record in records_of(data)]
