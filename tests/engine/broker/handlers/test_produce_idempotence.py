"""Produce by idempotent producers, as they see it, and requests in flight."""

from pathlib import Path

import pytest

from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.produce import ProduceResponse
from tests.support.counted_filesystem import CountedFileSystem
from tests.support.running_engine import (
    PRODUCE_VERSION,
    batch,
    connect,
    create_topic,
    fetch,
    produce,
    produce_request,
    running_engine,
    values_of,
)
from tests.support.wire_client import WireClient

EVERYTHING = 1 << 40


@pytest.mark.point(30)
async def test_retry_of_an_idempotent_batch_returns_the_original_offset(
    client: WireClient,
) -> None:
    await create_topic(client, "orders")
    await produce(client, "orders", batch(b"before"))
    first = batch(b"a", b"b", producer_id=9, producer_epoch=0, base_sequence=0)

    answers = [(await produce(client, "orders", bytes(first)))[0] for _ in range(3)]

    assert [each.base_offset for each in answers] == [1, 1, 1]
    assert values_of(await fetch(client, "orders")) == [b"before", b"a", b"b"]


@pytest.mark.point(35)
async def test_gap_in_the_sequence_is_out_of_order(client: WireClient) -> None:
    await create_topic(client, "orders")
    await produce(client, "orders", batch(b"a", producer_id=9, producer_epoch=0, base_sequence=0))

    (answer,) = await produce(
        client, "orders", batch(b"c", producer_id=9, producer_epoch=0, base_sequence=2)
    )

    assert answer.error_code == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER


@pytest.mark.point(37)
async def test_older_epoch_of_a_producer_is_fenced_off(client: WireClient) -> None:
    await create_topic(client, "orders")
    await produce(client, "orders", batch(b"a", producer_id=9, producer_epoch=3, base_sequence=0))

    (answer,) = await produce(
        client, "orders", batch(b"b", producer_id=9, producer_epoch=2, base_sequence=1)
    )

    assert answer.error_code == ErrorCode.INVALID_PRODUCER_EPOCH


@pytest.mark.point(39)
async def test_five_requests_in_flight_are_appended_in_order_after_an_error(
    client: WireClient,
) -> None:
    """The first of six pipelined requests is corrupt; those behind it keep their order."""
    await create_topic(client, "orders")
    corrupt = batch(b"x")
    corrupt[-1] ^= 1
    sent = [client.send(produce_request("orders", corrupt), PRODUCE_VERSION)]
    sent += [
        client.send(produce_request("orders", batch(b"%d" % number)), PRODUCE_VERSION)
        for number in range(5)
    ]

    received = [await client.receive(ProduceResponse, PRODUCE_VERSION) for _ in sent]

    assert [correlation_id for correlation_id, _ in received] == sent
    answers = [response.responses[0].partition_responses[0] for _, response in received]
    assert answers[0].error_code == ErrorCode.CORRUPT_MESSAGE
    assert [answer.base_offset for answer in answers[1:]] == [0, 1, 2, 3, 4]
    assert values_of(await fetch(client, "orders")) == [b"0", b"1", b"2", b"3", b"4"]


@pytest.mark.point(39)
async def test_what_follows_a_first_batch_that_found_no_room_is_told_to_wait_for_it(
    tmp_path: Path,
) -> None:
    disk = CountedFileSystem(tmp_path, EVERYTHING)
    async with (
        running_engine(tmp_path / "data", filesystem=disk, disk_reserve_bytes=0) as engine,
        connect(engine) as client,
    ):
        await create_topic(client, "orders")

        async def send(sequence: int) -> tuple[int, int]:
            records = batch(
                b"%d" % sequence, producer_id=9, producer_epoch=0, base_sequence=sequence
            )
            (answer,) = await produce(client, "orders", records)
            return answer.error_code, answer.base_offset

        disk.size_bytes = 0
        assert await send(0) == (ErrorCode.KAFKA_STORAGE_ERROR, -1)
        disk.size_bytes = EVERYTHING
        assert await send(1) == (ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, -1)
        assert [await send(each) for each in range(3)] == [(0, 0), (0, 1), (0, 2)]
        assert values_of(await fetch(client, "orders")) == [b"0", b"1", b"2"]
