"""Clients of a running broker that go over their quotas."""

import pytest

from engine import Engine
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.alter_client_quotas import (
    AlterClientQuotasRequest,
    AlterClientQuotasResponse,
    EntityData,
    EntryData,
    OpData,
)
from engine.protocol.messages.create_topics import (
    CreatableTopic,
    CreateTopicsRequest,
    CreateTopicsResponse,
)
from engine.protocol.messages.delete_topics import (
    DeleteTopicsRequest,
    DeleteTopicsResponse,
    DeleteTopicState,
)
from engine.protocol.messages.fetch import FetchRequest, FetchResponse
from engine.protocol.messages.produce import ProduceResponse
from tests.support.running_engine import (
    batch,
    connect,
    create_topic,
    fetch,
    fetch_request,
    produce,
    produce_request,
    values_of,
)
from tests.support.wire_client import WireClient

LIMITED = "limited"


async def limit(client: WireClient, **quotas: float) -> None:
    ops = [OpData(key, value, remove=False) for key, value in quotas.items()]
    request = AlterClientQuotasRequest([EntryData([EntityData("client-id", LIMITED)], ops)])
    response = await client.call(request, AlterClientQuotasResponse, 1)
    assert response.entries[0].error_code == ErrorCode.NONE


@pytest.mark.point(12)
async def test_producer_over_its_quota_is_answered_at_once_and_told_to_wait(
    engine: Engine, client: WireClient
) -> None:
    await create_topic(client, "orders")
    await limit(client, producer_byte_rate=1.0)

    async with connect(engine, client_id=LIMITED) as limited:
        request = produce_request("orders", batch(b"x" * 100_000))
        response = await limited.call(request, ProduceResponse, 12)

    assert response.responses[0].partition_responses[0].error_code == ErrorCode.NONE
    assert response.throttle_time_ms > 0
    assert values_of(await fetch(client, "orders")) == [b"x" * 100_000]


@pytest.mark.point(12)
async def test_fetch_over_its_quota_is_empty_and_not_counted(
    engine: Engine, client: WireClient
) -> None:
    """The first fetch takes what its quota could ever allow; the next has to wait for it."""
    await create_topic(client, "orders")
    for _ in range(3):
        await produce(client, "orders", batch(b"x" * 8_000))
    await limit(client, consumer_byte_rate=1_000.0)

    async with connect(engine, client_id=LIMITED) as limited:
        first = await limited.call(fetch_request("orders"), FetchResponse, 12)
        assert (len(first.responses), first.throttle_time_ms) == (1, 0)
        second = await limited.call(fetch_request("orders", 1), FetchResponse, 12)
        assert second.responses == []
        assert 0 < second.throttle_time_ms < 11_000


async def test_session_goes_on_after_a_fetch_that_had_to_wait(
    engine: Engine, client: WireClient
) -> None:
    await create_topic(client, "orders")
    for _ in range(3):
        await produce(client, "orders", batch(b"x" * 9_000))
    await limit(client, consumer_byte_rate=1_000.0)

    async with connect(engine, client_id=LIMITED) as limited:
        begin = fetch_request("orders")
        begin.session_epoch = 0
        first = await limited.call(begin, FetchResponse, 12)
        go_on = FetchRequest(max_wait_ms=0, session_id=first.session_id, session_epoch=1)
        go_on.topics = fetch_request("orders", 1).topics
        second = await limited.call(go_on, FetchResponse, 12)

    assert first.session_id > 0
    assert second.throttle_time_ms > 0
    assert (second.error_code, second.session_id) == (ErrorCode.NONE, first.session_id)
    assert second.responses == []


async def test_changes_of_topics_over_the_quota_are_refused_one_by_one(
    engine: Engine, client: WireClient
) -> None:
    await limit(client, controller_mutation_rate=1.0)
    topics = [
        CreatableTopic(name=name, num_partitions=20, replication_factor=1) for name in ("a", "b")
    ]

    async with connect(engine, client_id=LIMITED) as limited:
        created = await limited.call(CreateTopicsRequest(topics), CreateTopicsResponse, 7)
    async with connect(engine, client_id=LIMITED) as limited:
        doomed = DeleteTopicsRequest([DeleteTopicState("a")])
        deleted = await limited.call(doomed, DeleteTopicsResponse, 6)
    async with connect(engine, client_id=LIMITED) as limited:
        older = await limited.call(DeleteTopicsRequest(topic_names=["a"]), DeleteTopicsResponse, 4)

    exceeded = ErrorCode.THROTTLING_QUOTA_EXCEEDED
    assert [each.error_code for each in created.topics] == [ErrorCode.NONE, exceeded]
    assert created.throttle_time_ms > 0
    assert [each.error_code for each in deleted.responses] == [exceeded]
    assert [each.error_code for each in older.responses] == [ErrorCode.NONE]
    assert older.throttle_time_ms > 0
