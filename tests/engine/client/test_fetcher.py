"""Fetching: from each leader at once, opened as a consumer would."""

import pytest

from engine.client.errors import BrokerError, ClientError
from engine.client.fetcher import Fetched, FetchSettings
from engine.client.offsets import Isolation
from engine.kernel.ids import TopicPartition
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.fetch import (
    AbortedTransaction,
    FetchableTopicResponse,
    FetchRequest,
    FetchResponse,
    PartitionData,
)
from engine.records.builder import NewRecord, build_batch
from tests.support.scripted_cluster import ScriptedCluster

T0, T1 = TopicPartition("t", 0), TopicPartition("t", 1)


def batch(base_offset: int, *values: bytes, producer_id: int = -1) -> bytes:
    return bytes(
        build_batch(
            [NewRecord(1, None, value) for value in values],
            base_offset=base_offset,
            producer_id=producer_id,
            is_transactional=producer_id >= 0,
        )
    )


def answer(*partitions: PartitionData) -> FetchResponse:
    return FetchResponse(responses=[FetchableTopicResponse("t", partitions=list(partitions))])


def full(partition: int, records: bytes | None) -> PartitionData:
    return PartitionData(
        partition, high_watermark=9, last_stable_offset=8, log_start_offset=2, records=records
    )


def values(fetched: Fetched | ClientError) -> list[bytes | None]:
    assert isinstance(fetched, Fetched)
    return [record.value for record in fetched.records]


async def test_records_come_from_every_leader_with_the_partitions_state() -> None:
    async with ScriptedCluster(2, {"t": [1, 2]}) as cluster, cluster.client() as client:
        cluster.nodes[1].script[FetchRequest] = answer(full(0, batch(4, b"a", b"b")))
        cluster.nodes[2].script[FetchRequest] = answer(full(1, batch(0, b"c")))
        fetched = await client.fetcher().fetch({T0: 5, T1: 0})
        assert values(fetched[T0]) == [b"b"]
        assert values(fetched[T1]) == [b"c"]
        first = fetched[T0]
        assert isinstance(first, Fetched)
        assert (first.next_offset, first.high_watermark) == (6, 9)
        assert (first.last_stable_offset, first.log_start_offset) == (8, 2)


@pytest.mark.parametrize("records", [None, b""])
async def test_nothing_to_read_stays_where_it_is(records: bytes | None) -> None:
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client() as client:
        cluster.nodes[1].script[FetchRequest] = answer(full(0, records))
        fetched = (await client.fetcher().fetch({T0: 9}))[T0]
        assert isinstance(fetched, Fetched)
        assert (fetched.records, fetched.next_offset) == ((), 9)


async def test_the_request_is_that_of_a_consumer_without_session() -> None:
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client() as client:
        cluster.nodes[1].script[FetchRequest] = answer(full(0, b""))
        settings = FetchSettings(wait_ms_max=10, bytes_max=1000, partition_bytes_max=100)
        await client.fetcher(settings).fetch({T0: 3})
        (asked,) = [a for a in cluster.nodes[1].asked if isinstance(a.message, FetchRequest)]
        request = asked.message
        assert asked.version == 12
        assert (request.session_id, request.session_epoch) == (0, -1)
        assert (request.max_wait_ms, request.max_bytes, request.min_bytes) == (10, 1000, 1)
        (partition,) = request.topics[0].partitions
        assert (partition.fetch_offset, partition.partition_max_bytes) == (3, 100)
        assert partition.current_leader_epoch == -1


async def test_fetching_does_not_use_the_connection_for_requests() -> None:
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client() as client:
        cluster.nodes[1].script[FetchRequest] = answer(full(0, b""))
        await client.cluster.metadata()
        await client.fetcher().fetch({T0: 3})
        assert cluster.nodes[1].connections == 2


async def test_an_offset_that_is_gone_is_an_error_beside_a_value() -> None:
    async with ScriptedCluster(1, {"t": [1, 1]}) as cluster, cluster.client() as client:
        gone = PartitionData(1, ErrorCode.OFFSET_OUT_OF_RANGE)
        cluster.nodes[1].script[FetchRequest] = answer(full(0, batch(0, b"a")), gone)
        fetched = await client.fetcher().fetch({T0: 0, T1: 0})
        assert values(fetched[T0]) == [b"a"]
        error = fetched[T1]
        assert isinstance(error, BrokerError)
        assert error.code is ErrorCode.OFFSET_OUT_OF_RANGE


async def test_aborted_records_are_left_out_for_readers_of_committed_ones_alone() -> None:
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client() as client:
        data = full(0, batch(0, b"aborted", producer_id=7) + batch(1, b"kept"))
        data.aborted_transactions = [AbortedTransaction(7, 0)]
        cluster.nodes[1].script[FetchRequest] = answer(data)
        committed = client.fetcher(FetchSettings(isolation=Isolation.READ_COMMITTED))
        assert values((await committed.fetch({T0: 0}))[T0]) == [b"kept"]
        assert values((await client.fetcher().fetch({T0: 0}))[T0]) == [b"aborted", b"kept"]


async def test_a_damaged_batch_is_told_once_what_came_before_it_was_read() -> None:
    damaged = bytearray(batch(1, b"b"))
    damaged[-1] ^= 1
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client() as client:
        cluster.nodes[1].script[FetchRequest] = answer(full(0, batch(0, b"a") + damaged))
        first = (await client.fetcher().fetch({T0: 0}))[T0]
        assert values(first) == [b"a"]
        cluster.nodes[1].script[FetchRequest] = answer(full(0, bytes(damaged)))
        second = (await client.fetcher().fetch({T0: 1}))[T0]
        assert isinstance(second, BrokerError)
        assert second.code is ErrorCode.CORRUPT_MESSAGE
