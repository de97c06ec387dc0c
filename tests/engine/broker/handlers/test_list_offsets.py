"""ListOffsets: times and special positions, version by version."""

import errno
from pathlib import Path

import pytest

from engine.broker.handlers.list_offsets import ListOffsetsHandler
from engine.broker.new_topics import NewTopic
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsPartitionResponse,
    ListOffsetsRequest,
    ListOffsetsResponse,
    ListOffsetsTopic,
)
from engine.records.batch import stamp_crc
from engine.records.builder import NewRecord, build_batch
from engine.records.compression import Compression
from tests.support.running_engine import batch, create_topic, produce
from tests.support.topic_broker import context, topic_broker
from tests.support.wire_client import WireClient

LATEST, EARLIEST, LARGEST_TIMESTAMP, EARLIEST_LOCAL, LATEST_TIERED, EARLIEST_PENDING = range(
    -1, -7, -1
)


async def look_up(
    client: WireClient,
    timestamp: int,
    *,
    version: int = 11,
    topic: str = "orders",
    index: int = 0,
    epoch: int = -1,
    isolation_level: int = 0,
) -> ListOffsetsPartitionResponse:
    asked = ListOffsetsPartition(index, epoch, timestamp)
    request = ListOffsetsRequest(
        replica_id=-1,
        isolation_level=isolation_level,
        topics=[ListOffsetsTopic(topic, [asked])],
    )
    response = await client.call(request, ListOffsetsResponse, version)
    return response.topics[0].partitions[0]


async def fill(client: WireClient) -> None:
    """Offsets 0 to 4 with the times 100, 300, 200, 500, 400, in three batches."""
    await create_topic(client, "orders")
    await produce(
        client,
        "orders",
        build_batch(
            [NewRecord(100, None, b"a"), NewRecord(300, None, b"b"), NewRecord(200, None, b"c")],
            compression=Compression.GZIP,
        ),
    )
    await produce(client, "orders", batch(b"d", timestamp_ms=500))
    await produce(client, "orders", batch(b"e", timestamp_ms=400))


@pytest.mark.point(56)
@pytest.mark.parametrize("version", range(1, 12))
async def test_latest_and_earliest_in_every_version(client: WireClient, version: int) -> None:
    await fill(client)

    latest = await look_up(client, LATEST, version=version)
    earliest = await look_up(client, EARLIEST, version=version)

    assert (latest.offset, latest.timestamp) == (5, -1)
    assert (earliest.offset, earliest.timestamp) == (0, -1)


@pytest.mark.point(56)
async def test_latest_of_read_committed_is_the_last_stable_offset(client: WireClient) -> None:
    await fill(client)

    assert (await look_up(client, LATEST, isolation_level=1)).offset == 5


@pytest.mark.point(55)
@pytest.mark.parametrize(
    ("target", "offset", "timestamp"),
    [(0, 0, 100), (100, 0, 100), (101, 1, 300), (300, 1, 300), (301, 3, 500), (500, 3, 500)],
)
async def test_time_finds_the_first_record_at_or_after_it(
    client: WireClient, target: int, offset: int, timestamp: int
) -> None:
    await fill(client)

    found = await look_up(client, target)

    assert (found.offset, found.timestamp, found.leader_epoch) == (offset, timestamp, 0)


@pytest.mark.point(55)
async def test_time_after_every_record_finds_nothing_without_an_error(client: WireClient) -> None:
    await fill(client)

    found = await look_up(client, 501)

    assert (found.error_code, found.offset, found.timestamp) == (ErrorCode.NONE, -1, -1)


@pytest.mark.point(56)
async def test_largest_timestamp_is_found_with_its_offset(client: WireClient) -> None:
    await fill(client)

    found = await look_up(client, LARGEST_TIMESTAMP)

    assert (found.offset, found.timestamp) == (3, 500)


async def test_largest_timestamp_of_an_empty_partition_is_none(client: WireClient) -> None:
    await create_topic(client, "orders")

    found = await look_up(client, LARGEST_TIMESTAMP)

    assert (found.error_code, found.offset, found.timestamp) == (ErrorCode.NONE, -1, -1)


@pytest.mark.point(56)
async def test_without_tiers_earliest_local_is_earliest_and_tiered_is_nothing(
    client: WireClient,
) -> None:
    await fill(client)

    assert (await look_up(client, EARLIEST_LOCAL)).offset == 0
    assert (await look_up(client, LATEST_TIERED)).offset == -1
    assert (await look_up(client, EARLIEST_PENDING)).offset == -1


@pytest.mark.parametrize(
    ("timestamp", "version"),
    [
        (LARGEST_TIMESTAMP, 6),
        (EARLIEST_LOCAL, 7),
        (LATEST_TIERED, 8),
        (EARLIEST_PENDING, 10),
        (-7, 11),
        (-(2**63), 11),
    ],
)
async def test_position_that_a_version_does_not_know_is_unsupported(
    client: WireClient, timestamp: int, version: int
) -> None:
    await create_topic(client, "orders")

    found = await look_up(client, timestamp, version=version)

    assert found.error_code == ErrorCode.UNSUPPORTED_VERSION


async def test_unknown_partition_and_epoch_are_told(client: WireClient) -> None:
    await create_topic(client, "orders")

    assert (await look_up(client, LATEST, topic="nowhere")).error_code == (
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    )
    assert (await look_up(client, LATEST, index=1)).error_code == (
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    )
    assert (await look_up(client, LATEST, epoch=4)).error_code == ErrorCode.UNKNOWN_LEADER_EPOCH


async def test_partition_asked_twice_is_an_invalid_request(client: WireClient) -> None:
    await create_topic(client, "orders")
    twice = [ListOffsetsPartition(0, timestamp=LATEST), ListOffsetsPartition(0, timestamp=EARLIEST)]
    request = ListOffsetsRequest(replica_id=-1, topics=[ListOffsetsTopic("orders", twice)])

    response = await client.call(request, ListOffsetsResponse, 7)

    (answer,) = response.topics[0].partitions
    assert answer.error_code == ErrorCode.INVALID_REQUEST


async def test_partition_asked_in_two_entries_is_an_invalid_request(client: WireClient) -> None:
    """A topic in several entries has one in the answer, as in Kafka."""
    await create_topic(client, "orders", partitions=2)
    entries = [
        ListOffsetsTopic("orders", [ListOffsetsPartition(index, timestamp=LATEST)])
        for index in (0, 1, 0)
    ]

    request = ListOffsetsRequest(replica_id=-1, topics=entries)
    (topic,) = (await client.call(request, ListOffsetsResponse, 7)).topics

    assert [(each.partition_index, each.error_code) for each in topic.partitions] == [
        (0, ErrorCode.INVALID_REQUEST),
        (1, ErrorCode.NONE),
    ]


async def test_empty_partition_starts_in_its_leaders_epoch(client: WireClient) -> None:
    await create_topic(client, "orders")

    assert (await look_up(client, EARLIEST)).leader_epoch == 0
    assert (await look_up(client, EARLIEST, epoch=-2)).error_code == ErrorCode.FENCED_LEADER_EPOCH


async def test_batch_that_cannot_be_opened_is_a_corrupt_message(client: WireClient) -> None:
    """The CRC is right and the records are not: nobody looked when it was appended."""
    await create_topic(client, "orders")
    lying = batch(b"a")
    lying[61] = 0x7E
    stamp_crc(lying)
    (appended,) = await produce(client, "orders", lying)
    assert appended.error_code == ErrorCode.NONE

    for timestamp in (0, LARGEST_TIMESTAMP):
        answer = await look_up(client, timestamp)
        assert answer.error_code == ErrorCode.CORRUPT_MESSAGE
        assert (answer.offset, answer.timestamp) == (-1, -1)


def request_of(timestamp: int) -> ListOffsetsRequest:
    asked = ListOffsetsPartition(0, timestamp=timestamp)
    return ListOffsetsRequest(replica_id=-1, topics=[ListOffsetsTopic("orders", [asked])])


@pytest.mark.point(56)
@pytest.mark.parametrize(
    ("timestamp", "offset"), [(LATEST, 1), (0, 0), (LARGEST_TIMESTAMP, 0), (EARLIEST, 0)]
)
async def test_what_a_producer_without_acks_all_was_told_is_found(
    timestamp: int, offset: int, tmp_path: Path
) -> None:
    """A batch is in its file and not yet committed, as when acks=1 has just been answered."""
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("orders")])
        partition = broker.partitions.find("orders", 0)
        assert partition is not None
        partition.log.append(batch(b"a"), leader_epoch=partition.leader_epoch)
        partition.log.write_staged()
        handler = ListOffsetsHandler(broker.partitions, broker.commit)

        answered = await handler.handle(request_of(timestamp), context(ApiKey.LIST_OFFSETS, 7))

        assert answered.topics[0].partitions[0].offset == offset
        assert partition.high_watermark == 1


async def test_disk_that_fails_keeps_nobody_waiting_for_an_offset(tmp_path: Path) -> None:
    async with topic_broker(tmp_path / "a") as broker:
        await broker.admin.create([NewTopic("orders")])
        partition = broker.partitions.find("orders", 0)
        assert partition is not None
        partition.log.append(batch(b"a"), leader_epoch=partition.leader_epoch)
        broker.syncs.error = OSError(errno.EIO, "the disk is broken")
        handler = ListOffsetsHandler(broker.partitions, broker.commit)

        for _ in range(2):
            answered = await handler.handle(request_of(LATEST), context(ApiKey.LIST_OFFSETS, 7))

            assert answered.topics[0].partitions[0].offset == 0
