"""Fetch, as clients see it: whole batches, limits, waiting, epochs, sessions."""

import asyncio

import pytest

from engine import Engine
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.fetch import (
    FetchPartition,
    FetchRequest,
    FetchResponse,
    FetchTopic,
    ReplicaState,
)
from engine.records.compression import Compression
from tests.support.running_engine import (
    FETCH_VERSION,
    batch,
    connect,
    create_topic,
    delete_topic,
    fetch,
    fetch_request,
    produce,
    records_of,
    values_of,
)
from tests.support.wire_client import WireClient

FOR_EVER_MS = 60_000


@pytest.mark.point(46, 47, 54)
@pytest.mark.parametrize("version", range(4, 13))
async def test_every_version_returns_records_and_watermarks(
    client: WireClient, version: int
) -> None:
    await create_topic(client, "orders")
    await produce(client, "orders", batch(b"a", b"b"))

    data = await fetch(client, "orders", version=version)

    assert values_of(data) == [b"a", b"b"]
    assert (data.high_watermark, data.last_stable_offset) == (2, 2)
    assert data.aborted_transactions is None
    assert data.preferred_read_replica == -1


@pytest.mark.parametrize("version", range(13, 19))
async def test_versions_from_13_name_topics_by_id(client: WireClient, version: int) -> None:
    topic_id = await create_topic(client, "orders")
    await produce(client, "orders", batch(b"a"))

    data = await fetch(client, "", version=version, topic_id=topic_id)

    assert values_of(data) == [b"a"]


@pytest.mark.point(40)
async def test_offset_inside_a_batch_returns_the_whole_batch(client: WireClient) -> None:
    await create_topic(client, "orders")
    await produce(client, "orders", batch(b"a", b"b", b"c"))
    await produce(client, "orders", batch(b"d"))

    data = await fetch(client, "orders", 1)

    assert [record.offset for record in records_of(data)] == [0, 1, 2, 3]


@pytest.mark.point(11)
async def test_nothing_to_read_is_empty_not_null(client: WireClient) -> None:
    await create_topic(client, "orders")

    data = await fetch(client, "orders")

    assert data.records is not None
    assert len(data.records) == 0
    assert data.error_code == ErrorCode.NONE


@pytest.mark.point(44)
@pytest.mark.parametrize("offset", [-1, 3, 1000])
async def test_offset_out_of_range_is_told_without_watermarks(
    client: WireClient, offset: int
) -> None:
    await create_topic(client, "orders")
    await produce(client, "orders", batch(b"a", b"b"))

    data = await fetch(client, "orders", offset, max_wait_ms=FOR_EVER_MS)

    assert data.error_code == ErrorCode.OFFSET_OUT_OF_RANGE
    assert (data.high_watermark, data.log_start_offset) == (-1, -1)


async def test_unknown_names_and_ids_have_their_own_errors(client: WireClient) -> None:
    topic_id = await create_topic(client, "orders")

    by_name = await fetch(client, "nowhere", max_wait_ms=FOR_EVER_MS)
    by_id = await fetch(client, "", version=13, topic_id=b"\x09" * 16, max_wait_ms=FOR_EVER_MS)
    by_index = await fetch(client, "", version=13, topic_id=topic_id, partition=5)

    assert by_name.error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    assert by_id.error_code == ErrorCode.UNKNOWN_TOPIC_ID
    assert by_index.error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


@pytest.mark.point(41)
async def test_first_batch_comes_even_if_larger_than_every_limit(client: WireClient) -> None:
    await create_topic(client, "orders")
    await produce(client, "orders", batch(b"x" * 5000))
    await produce(client, "orders", batch(b"y"))

    data = await fetch(client, "orders", max_bytes=100, partition_max_bytes=10)

    assert [record.offset for record in records_of(data)] == [0]


@pytest.mark.point(41, 42)
async def test_later_partitions_get_what_is_left_in_the_order_asked(client: WireClient) -> None:
    await create_topic(client, "orders", 3)
    await produce(client, "orders", *(batch(b"x" * 1000) for _ in range(3)))
    asked = [FetchPartition(index, partition_max_bytes=10_000) for index in (2, 0, 1)]
    request = FetchRequest(
        max_bytes=2500, session_epoch=-1, topics=[FetchTopic("orders", partitions=asked)]
    )

    response = await client.call(request, FetchResponse, FETCH_VERSION)

    answers = response.responses[0].partitions
    assert [data.partition_index for data in answers] == [2, 0, 1]
    assert [len(values_of(data)) for data in answers] == [1, 1, 0]


async def test_partition_limit_returns_whole_batches_only(client: WireClient) -> None:
    await create_topic(client, "orders")
    for _ in range(4):
        await produce(client, "orders", batch(b"x" * 500))

    data = await fetch(client, "orders", partition_max_bytes=1300)

    assert len(values_of(data)) == 2


@pytest.mark.point(44)
async def test_fetch_at_the_end_waits_until_something_is_committed(
    engine: Engine, client: WireClient
) -> None:
    await create_topic(client, "orders")
    async with connect(engine) as consumer:
        waiting = asyncio.ensure_future(fetch(consumer, "orders", max_wait_ms=FOR_EVER_MS))
        await produce(client, "orders", batch(b"a"))

        data = await waiting

    assert values_of(data) == [b"a"]
    assert data.high_watermark == 1


@pytest.mark.point(43)
async def test_fetch_waits_for_min_bytes_over_all_partitions(
    engine: Engine, client: WireClient
) -> None:
    await create_topic(client, "orders", 2)
    asked = [FetchPartition(index, partition_max_bytes=10_000) for index in (0, 1)]
    request = FetchRequest(
        max_wait_ms=FOR_EVER_MS,
        min_bytes=1500,
        max_bytes=10_000,
        session_epoch=-1,
        topics=[FetchTopic("orders", partitions=asked)],
    )
    async with connect(engine) as consumer:
        waiting = asyncio.ensure_future(consumer.call(request, FetchResponse, FETCH_VERSION))
        await produce(client, "orders", batch(b"x" * 1000))
        await fetch(client, "orders")
        assert not waiting.done()
        await produce(client, "orders", batch(b"y" * 100), batch(b"x" * 1000))

        response = await waiting

    counts = [len(values_of(data)) for data in response.responses[0].partitions]
    assert counts == [2, 1]


@pytest.mark.point(43)
async def test_min_bytes_beyond_max_bytes_waits_for_max_bytes_only(client: WireClient) -> None:
    await create_topic(client, "orders")
    await produce(client, "orders", batch(b"x" * 1000))

    data = await fetch(client, "orders", max_wait_ms=FOR_EVER_MS, min_bytes=1 << 20, max_bytes=1000)

    assert len(values_of(data)) == 1


@pytest.mark.point(43)
async def test_time_out_answers_with_what_there_is(client: WireClient) -> None:
    await create_topic(client, "orders")
    await produce(client, "orders", batch(b"a"))

    data = await fetch(client, "orders", max_wait_ms=20, min_bytes=1 << 20)

    assert values_of(data) == [b"a"]


@pytest.mark.point(43)
async def test_error_of_one_partition_answers_at_once(client: WireClient) -> None:
    await create_topic(client, "orders", partitions=2)
    asked = [FetchPartition(0), FetchPartition(1, fetch_offset=9)]
    request = FetchRequest(
        max_wait_ms=FOR_EVER_MS,
        min_bytes=1,
        session_epoch=-1,
        topics=[FetchTopic("orders", partitions=asked)],
    )

    response = await client.call(request, FetchResponse, FETCH_VERSION)

    codes = [data.error_code for data in response.responses[0].partitions]
    assert codes == [ErrorCode.NONE, ErrorCode.OFFSET_OUT_OF_RANGE]


async def test_partition_that_is_not_there_waits_with_the_others(
    engine: Engine, client: WireClient
) -> None:
    """A consumer that follows a deleted topic would otherwise ask again and again."""
    await create_topic(client, "orders")
    request = FetchRequest(
        max_wait_ms=FOR_EVER_MS,
        min_bytes=1,
        session_epoch=-1,
        topics=[FetchTopic("orders", partitions=[FetchPartition(0), FetchPartition(7)])],
    )

    client.send(request, FETCH_VERSION)
    async with connect(engine) as producer:
        await produce(producer, "orders", batch(b"a"))
    _, response = await client.receive(FetchResponse, FETCH_VERSION)

    found, missing = response.responses[0].partitions
    assert values_of(found) == [b"a"]
    assert missing.error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


@pytest.mark.point(53)
async def test_nobody_is_a_replica(client: WireClient) -> None:
    topic_id = await create_topic(client, "orders")
    await produce(client, "orders", batch(b"a"))
    request = fetch_request("orders", topic_id=topic_id)
    request.replica_id = 1
    request.replica_state = ReplicaState(replica_id=1)

    for version in (12, 14, 15, 18):
        response = await client.call(request, FetchResponse, version)
        data = response.responses[0].partitions[0]
        assert data.error_code == ErrorCode.NOT_LEADER_OR_FOLLOWER
        assert (data.current_leader is not None) == (version >= 16)


@pytest.mark.point(43)
async def test_fetch_in_an_older_segment_answers_at_once(client: WireClient) -> None:
    await create_topic(client, "orders", segment_bytes=str(1024 * 1024))
    for _ in range(3):
        await produce(client, "orders", batch(b"x" * 700_000))

    data = await fetch(
        client,
        "orders",
        max_wait_ms=FOR_EVER_MS,
        min_bytes=2_000_000,
        max_bytes=1 << 24,
        partition_max_bytes=1 << 24,
    )

    assert len(values_of(data)) == 1


@pytest.mark.point(68)
async def test_deleting_the_topic_wakes_a_waiting_fetch_with_an_error(
    engine: Engine, client: WireClient
) -> None:
    await create_topic(client, "orders")
    async with connect(engine) as consumer:
        waiting = asyncio.ensure_future(fetch(consumer, "orders", max_wait_ms=FOR_EVER_MS))
        await fetch(client, "orders")
        await delete_topic(client, "orders")

        data = await waiting

    assert data.error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


@pytest.mark.point(46)
async def test_read_committed_lists_aborted_transactions_though_none(client: WireClient) -> None:
    await create_topic(client, "orders")
    await produce(client, "orders", batch(b"a"))
    request = fetch_request("orders")
    request.isolation_level = 1

    response = await client.call(request, FetchResponse, FETCH_VERSION)

    (data,) = response.responses[0].partitions
    assert data.aborted_transactions == []
    assert values_of(data) == [b"a"]


@pytest.mark.point(51)
@pytest.mark.parametrize(
    ("epoch", "code"),
    [
        (-1, ErrorCode.NONE),
        (0, ErrorCode.NONE),
        (1, ErrorCode.UNKNOWN_LEADER_EPOCH),
    ],
)
async def test_belief_in_a_leader_epoch_is_checked(
    client: WireClient, epoch: int, code: ErrorCode
) -> None:
    await create_topic(client, "orders")

    data = await fetch(client, "orders", current_leader_epoch=epoch)

    assert data.error_code == code


@pytest.mark.point(52)
async def test_diverging_history_is_told_without_records(client: WireClient) -> None:
    await create_topic(client, "orders")
    await produce(client, "orders", batch(b"a", b"b"))

    data = await fetch(client, "orders", 2, last_fetched_epoch=0, max_wait_ms=0)
    assert data.diverging_epoch is None

    beyond = await fetch(client, "orders", 5, last_fetched_epoch=0, max_wait_ms=FOR_EVER_MS)

    assert beyond.diverging_epoch is not None
    assert (beyond.diverging_epoch.epoch, beyond.diverging_epoch.end_offset) == (0, 2)
    assert beyond.error_code == ErrorCode.NONE
    assert beyond.records is not None
    assert len(beyond.records) == 0


@pytest.mark.point(21)
@pytest.mark.parametrize("version", [9, 10])
async def test_topic_stored_as_zstd_is_served_in_every_version(
    client: WireClient, version: int
) -> None:
    """Kafka 4 does so too; older ones refused before version 10."""
    await create_topic(client, "orders", compression_type="zstd")
    await produce(client, "orders", batch(b"v" * 1000))

    assert values_of(await fetch(client, "orders", version=version)) == [b"v" * 1000]


async def test_batches_stay_compressed(client: WireClient) -> None:
    await create_topic(client, "orders")
    sent = batch(b"v" * 10_000, compression=Compression.LZ4)
    await produce(client, "orders", bytes(sent))

    data = await fetch(client, "orders")

    assert data.records is not None
    assert len(data.records) == len(sent)
    assert values_of(data) == [b"v" * 10_000]


@pytest.mark.point(49)
async def test_session_goes_on_with_what_is_new(client: WireClient) -> None:
    await create_topic(client, "orders", 2)
    await produce(client, "orders", batch(b"a"), batch(b"b"))
    asked = [FetchPartition(index, fetch_offset=1, partition_max_bytes=1000) for index in (0, 1)]
    full = FetchRequest(session_epoch=0, topics=[FetchTopic("orders", partitions=asked)])
    first = await client.call(full, FetchResponse, FETCH_VERSION)
    await produce(client, "orders", None, batch(b"c"))

    more = FetchRequest(session_id=first.session_id, session_epoch=1)
    second = await client.call(more, FetchResponse, FETCH_VERSION)

    assert first.session_id != 0
    (data,) = second.responses[0].partitions
    assert data.partition_index == 1
    assert values_of(data) == [b"c"]


async def test_unknown_session_is_refused_as_a_whole(client: WireClient) -> None:
    request = FetchRequest(session_id=12345, session_epoch=3)

    response = await client.call(request, FetchResponse, FETCH_VERSION)

    assert response.error_code == ErrorCode.FETCH_SESSION_ID_NOT_FOUND
    assert response.responses == []
