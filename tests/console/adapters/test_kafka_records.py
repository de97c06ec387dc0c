"""How records stand to transactions, told from what a scripted leader answers."""

from collections.abc import Callable

from console.adapters.kafka_records import KafkaRecords
from console.model.names import TopicPartition
from console.port.errors import Failed
from console.port.readings import RecordsReading, Standing
from engine.client.offsets import Isolation
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

KEY = TopicPartition("t", 0)
END = 9
Leader = Callable[[FetchRequest], FetchResponse]


def batch(base_offset: int, count: int, producer_id: int = -1) -> bytes:
    return bytes(
        build_batch(
            [NewRecord(1, None, b"v")] * count,
            base_offset=base_offset,
            producer_id=producer_id,
            is_transactional=producer_id >= 0,
        )
    )


COMMITTED = batch(0, 2, 7) + batch(2, 2, 8) + batch(4, 1)
"""Of the producer 8 the transaction was aborted."""

BEYOND = batch(5, 2, 7) + batch(7, 1) + batch(8, 1, 8)


def leader(stable: Callable[[int], int], asked: list[FetchRequest]) -> Leader:
    """Answers as Kafka does; `stable` is the last stable offset at each request from 0 on."""

    def answer(request: FetchRequest) -> FetchResponse:
        number = len(asked)
        asked.append(request)
        last_stable = stable(number)
        is_committed = request.isolation_level == Isolation.READ_COMMITTED
        position = request.topics[0].partitions[0].fetch_offset
        end = last_stable if is_committed else END
        records = b""
        if position < end:
            records = (COMMITTED if position < 5 else b"") + (BEYOND if end == END else b"")
        data = PartitionData(
            0,
            high_watermark=END,
            last_stable_offset=last_stable,
            log_start_offset=0,
            records=records,
        )
        if is_committed:
            data.aborted_transactions = [AbortedTransaction(8, 2)]
        return FetchResponse(responses=[FetchableTopicResponse("t", partitions=[data])])

    return answer


async def read(
    position: int, stable: Callable[[int], int]
) -> tuple[RecordsReading, list[FetchRequest]]:
    asked: list[FetchRequest] = []
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client() as client:
        cluster.nodes[1].script[FetchRequest] = leader(stable, asked)
        reading = (await KafkaRecords(lambda: client).read({KEY: position}, wait_ms=10))[KEY]
    assert isinstance(reading, RecordsReading)
    return reading, asked


def standings(reading: RecordsReading) -> list[tuple[int, Standing]]:
    return [(record.offset, record.standing) for record in reading.records]


async def test_aborted_records_are_read_and_marked_in_one_request() -> None:
    reading, asked = await read(0, lambda _: 5)
    assert standings(reading) == [
        *((offset, Standing.SETTLED) for offset in (0, 1)),
        *((offset, Standing.ABORTED) for offset in (2, 3)),
        (4, Standing.SETTLED),
    ]
    assert (reading.next_offset, reading.high_watermark) == (5, END)
    assert len(asked) == 1


async def test_behind_the_last_stable_offset_all_is_read_at_once_and_marked() -> None:
    reading, asked = await read(5, lambda _: 5)
    assert standings(reading) == [
        *((offset, Standing.OPEN) for offset in (5, 6)),
        (7, Standing.HELD_BACK),
        (8, Standing.OPEN),
    ]
    assert reading.next_offset == END
    assert [request.max_wait_ms for request in asked] == [10, 0]


async def test_what_ended_between_two_requests_is_asked_for_once_more() -> None:
    reading, asked = await read(5, lambda number: END if number else 5)
    assert standings(reading) == [
        *((offset, Standing.SETTLED) for offset in (5, 6, 7)),
        (8, Standing.ABORTED),
    ]
    assert [request.isolation_level for request in asked] == [1, 0, 1]


async def test_what_a_broker_cannot_read_from_its_disk_is_said_to_be_damaged_and_where() -> None:
    data = PartitionData(0, error_code=ErrorCode.KAFKA_STORAGE_ERROR, high_watermark=-1)
    answer = FetchResponse(responses=[FetchableTopicResponse("t", partitions=[data])])
    async with ScriptedCluster(1, {"t": [1]}) as cluster, cluster.client() as client:
        cluster.nodes[1].script[FetchRequest] = lambda _: answer
        found = await KafkaRecords(lambda: client).read({KEY: 1_234})
    failure = found[KEY]
    assert isinstance(failure, Failed)
    assert failure.code == "KAFKA_STORAGE_ERROR"
    assert "at offset 1,234 the data on the broker's disk is damaged" in failure.reason


async def test_at_the_end_nothing_more_is_asked() -> None:
    reading, asked = await read(END, lambda _: 5)
    assert (reading.records, reading.next_offset, len(asked)) == ((), END, 1)
