"""Sending records: batches, partitions, outcomes, and what may be sent twice."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.client.errors import BrokerError, ClientError, TimedOut, Unreachable, Unsendable
from engine.client.kafka import KafkaClient
from engine.client.producer import (
    NOBODY,
    UNKNOWN_OFFSET,
    Delivered,
    Outgoing,
    ProducerSettings,
)
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.api_versions import ApiVersionsRequest
from engine.protocol.messages.init_producer_id import (
    InitProducerIdRequest,
    InitProducerIdResponse,
)
from engine.protocol.messages.produce import (
    BatchIndexAndErrorMessage,
    PartitionProduceResponse,
    ProduceRequest,
    ProduceResponse,
    TopicProduceResponse,
)
from engine.records.batch import BatchHeader, read_header
from engine.records.compression import Compression
from engine.records.record import iterate_records
from tests.support.scripted_broker import Answer, Drop, Hang, all_versions
from tests.support.scripted_cluster import IMPATIENT, ScriptedCluster

IDEMPOTENT = ProducerSettings(is_idempotent=True)


class Log:
    """A broker's partitions: appends what is produced and remembers it."""

    def __init__(self) -> None:
        self.values: dict[int, list[bytes]] = {}
        self.headers: list[BatchHeader] = []
        self.failures: list[Callable[[], Answer] | ErrorCode] = []

    def produce(self, request: ProduceRequest) -> Answer:
        failure = self.failures.pop(0) if self.failures else ErrorCode.NONE
        if not isinstance(failure, ErrorCode):
            return failure()
        topics = [
            TopicProduceResponse(
                topic.name,
                partition_responses=[
                    self.append(data.index, data.records, failure) for data in topic.partition_data
                ],
            )
            for topic in request.topic_data
        ]
        return ProduceResponse(responses=topics)

    def append(self, partition: int, records: object, code: ErrorCode) -> PartitionProduceResponse:
        assert isinstance(records, memoryview)
        self.headers.append(read_header(records))
        log = self.values.setdefault(partition, [])
        answer = PartitionProduceResponse(
            index=partition, error_code=int(code), base_offset=len(log)
        )
        if code is ErrorCode.NONE:
            log.extend(record.value or b"" for record in iterate_records(records, 1 << 20))
        return answer


def on(cluster: ScriptedCluster) -> Log:
    log = Log()
    cluster.on_all(ProduceRequest, log.produce)
    cluster.on_all(InitProducerIdRequest, InitProducerIdResponse(producer_id=7, producer_epoch=2))
    return log


async def send(
    client: KafkaClient, *records: Outgoing, settings: ProducerSettings | None = None
) -> list[Delivered | ClientError]:
    return await client.producer(settings).send("t", records)


async def test_records_go_where_they_are_told_and_the_outcomes_keep_their_order() -> None:
    async with ScriptedCluster(2, {"t": [1, 2]}) as cluster, cluster.client() as client:
        log = on(cluster)
        outcomes = await send(
            client,
            Outgoing(b"a", partition=1),
            Outgoing(b"b", partition=0),
            Outgoing(b"c", partition=1),
        )
        now_ms = cluster.clock.wall_ms()
        assert outcomes == [
            Delivered(1, 0, now_ms),
            Delivered(0, 0, now_ms),
            Delivered(1, 1, now_ms),
        ]
        assert log.values == {0: [b"b"], 1: [b"a", b"c"]}


async def test_many_records_become_several_batches_in_order() -> None:
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client() as client:
        log = on(cluster)
        values = [bytes([65 + n]) * 100 for n in range(10)]
        settings = ProducerSettings(batch_bytes=300, compression=Compression.ZSTD)
        outcomes = await send(client, *map(Outgoing, values), settings=settings)
        assert log.values[0] == values
        assert [getattr(outcome, "offset", None) for outcome in outcomes] == list(range(10))
        assert len(log.headers) == 5


async def test_a_topic_that_does_not_exist_is_raised() -> None:
    async with ScriptedCluster(1) as cluster, cluster.client() as client:
        with pytest.raises(BrokerError) as caught:
            await send(client, Outgoing(b"v"))
        assert caught.value.code is ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


async def test_a_partition_that_does_not_exist_is_the_records_own_error() -> None:
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client() as client:
        log = on(cluster)
        good, bad = await send(client, Outgoing(b"a", partition=0), Outgoing(b"b", partition=4))
        assert isinstance(good, Delivered)
        assert isinstance(bad, BrokerError)
        assert log.values == {0: [b"a"]}


async def test_a_partition_that_was_added_meanwhile_is_found() -> None:
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client() as client:
        log = on(cluster)
        await client.cluster.metadata()
        cluster.leaders["t"] = [1, 1]
        (outcome,) = await send(client, Outgoing(b"v", partition=1))
        assert isinstance(outcome, Delivered)
        assert log.values == {1: [b"v"]}


async def test_a_refusal_that_may_pass_is_tried_again() -> None:
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client() as client:
        log = on(cluster)
        log.failures = [ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.NOT_ENOUGH_REPLICAS]
        (outcome,) = await send(client, Outgoing(b"v"))
        assert isinstance(outcome, Delivered)
        assert log.values == {0: [b"v"]}


@pytest.mark.parametrize(
    "failure", [ErrorCode.REQUEST_TIMED_OUT, ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND, Drop]
)
async def test_a_batch_that_may_be_stored_is_not_sent_again(
    failure: ErrorCode | Callable[[], Answer],
) -> None:
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client() as client:
        log = on(cluster)
        log.failures = [failure]
        (outcome,) = await send(client, Outgoing(b"v"))
        assert isinstance(outcome, ClientError)
        assert len(cluster.nodes[1].requests(ProduceRequest)) == 1


@pytest.mark.parametrize("failure", [ErrorCode.REQUEST_TIMED_OUT, Drop])
async def test_an_idempotent_producer_sends_the_same_batch_again(
    failure: ErrorCode | Callable[[], Answer],
) -> None:
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client() as client:
        log = on(cluster)
        log.failures = [failure]
        (outcome,) = await send(client, Outgoing(b"v"), settings=IDEMPOTENT)
        assert isinstance(outcome, Delivered)
        sent = cluster.nodes[1].requests(ProduceRequest)
        first, again = (bytes(r.topic_data[0].partition_data[0].records) for r in sent)
        assert first == again
        header = read_header(first)
        assert (header.producer_id, header.producer_epoch, header.base_sequence) == (7, 2, 0)


async def test_sequences_go_on_and_a_duplicate_is_a_success_of_unknown_offset() -> None:
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client() as client:
        log = on(cluster)
        producer = client.producer(IDEMPOTENT)
        await producer.send("t", [Outgoing(b"a"), Outgoing(b"b")])
        cluster.nodes[1].script[ProduceRequest] = ProduceResponse(
            responses=[
                TopicProduceResponse(
                    "t",
                    partition_responses=[
                        PartitionProduceResponse(
                            index=0, error_code=ErrorCode.DUPLICATE_SEQUENCE_NUMBER, base_offset=-1
                        )
                    ],
                )
            ]
        )
        (outcome,) = await producer.send("t", [Outgoing(b"c")])
        assert isinstance(outcome, Delivered)
        assert outcome.offset == UNKNOWN_OFFSET
        cluster.on_all(ProduceRequest, log.produce)
        await producer.send("t", [Outgoing(b"d")])
        assert [header.base_sequence for header in log.headers] == [0, 3]
        assert len(cluster.nodes[1].requests(InitProducerIdRequest)) == 1


async def test_after_a_failure_an_idempotent_producer_takes_a_new_identity() -> None:
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client() as client:
        log = on(cluster)
        producer = client.producer(IDEMPOTENT)
        log.failures = [ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER]
        (outcome,) = await producer.send("t", [Outgoing(b"a")])
        assert isinstance(outcome, BrokerError)
        await producer.send("t", [Outgoing(b"b")])
        assert len(cluster.nodes[1].requests(InitProducerIdRequest)) == 2
        assert [header.base_sequence for header in log.headers] == [0, 0]


async def test_what_follows_a_failed_batch_is_not_sent() -> None:
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client() as client:
        log = on(cluster)
        log.failures = [ErrorCode.MESSAGE_TOO_LARGE]
        settings = ProducerSettings(batch_bytes=1)
        outcomes = await send(client, Outgoing(b"a"), Outgoing(b"b"), settings=settings)
        codes = [error.code for error in outcomes if isinstance(error, BrokerError)]
        assert codes == [ErrorCode.MESSAGE_TOO_LARGE] * 2
        assert log.values == {0: []}


async def test_a_record_at_fault_has_the_brokers_words() -> None:
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client() as client:
        cluster.on_all(
            ProduceRequest,
            ProduceResponse(
                responses=[
                    TopicProduceResponse(
                        "t",
                        partition_responses=[
                            PartitionProduceResponse(
                                index=0,
                                error_code=ErrorCode.INVALID_RECORD,
                                error_message="one record has no key",
                                record_errors=[BatchIndexAndErrorMessage(1, "no key")],
                            )
                        ],
                    )
                ]
            ),
        )
        first, second = await send(client, Outgoing(b"a"), Outgoing(b"b"))
        assert "one record has no key" in str(first)
        assert isinstance(second, BrokerError)
        assert second.message == "no key"


async def test_the_brokers_time_is_told_where_it_counts() -> None:
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client() as client:
        cluster.on_all(
            ProduceRequest,
            ProduceResponse(
                responses=[
                    TopicProduceResponse(
                        "t",
                        partition_responses=[
                            PartitionProduceResponse(index=0, base_offset=4, log_append_time_ms=99)
                        ],
                    )
                ]
            ),
        )
        assert await send(client, Outgoing(b"a", timestamp_ms=5)) == [Delivered(0, 4, 99)]


async def test_without_acknowledgement_nothing_is_waited_for() -> None:
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client() as client:
        cluster.on_all(ProduceRequest, Hang())
        settings = ProducerSettings(acks=NOBODY)
        (outcome,) = await send(client, Outgoing(b"a", timestamp_ms=5), settings=settings)
        assert outcome == Delivered(0, UNKNOWN_OFFSET, 5)
        await cluster.nodes[1].until_asked(ProduceRequest)


async def test_topics_are_named_and_not_numbered() -> None:
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client() as client:
        on(cluster)
        cluster.on_all(ApiVersionsRequest, all_versions({ApiKey.PRODUCE: (0, 13)}))
        await send(client, Outgoing(b"a"))
        (asked,) = [a for a in cluster.nodes[1].asked if isinstance(a.message, ProduceRequest)]
        assert asked.version == 12
        assert asked.message.topic_data[0].name == "t"


async def test_a_record_that_cannot_be_carried_is_an_error_and_nothing_is_sent() -> None:
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client() as client:
        log = on(cluster)
        (outcome,) = await send(client, Outgoing(b"a", headers=(("\udcff", b""),)))
        assert isinstance(outcome, Unsendable)
        assert log.values == {}


async def test_a_dead_leader_costs_only_its_own_records() -> None:
    async with ScriptedCluster(2, {"t": [1, 2]}) as cluster, cluster.client() as client:
        on(cluster)
        await client.cluster.metadata()
        await cluster.nodes[2].stop()
        good, bad = await send(client, Outgoing(b"a", partition=0), Outgoing(b"b", partition=1))
        assert isinstance(good, Delivered)
        assert isinstance(bad, Unreachable)


async def test_no_answer_is_a_time_out() -> None:
    hasty = replace(IMPATIENT, request_timeout_s=0.05)
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client(hasty) as client:
        cluster.on_all(ProduceRequest, Hang())
        (outcome,) = await send(client, Outgoing(b"a"))
        assert isinstance(outcome, TimedOut)
