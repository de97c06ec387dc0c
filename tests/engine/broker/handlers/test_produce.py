"""Produce, as clients see it: which batches are taken, what is answered, and when not at all."""

import pytest

from engine import Engine
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    ProduceResponse,
    TopicProduceData,
)
from engine.records.batch import LOG_APPEND_TIME_BIT, has_valid_crc, read_header, stamp_crc
from engine.records.builder import NewRecord, build_batch
from engine.records.compression import Compression
from tests.support.running_engine import (
    PRODUCE_VERSION,
    batch,
    connect,
    create_topic,
    fetch,
    produce,
    produce_request,
    records_of,
    values_of,
)
from tests.support.wire_client import WireClient

NOW_MS = 1_700_000_000_000


@pytest.mark.parametrize("version", range(3, 13))
async def test_every_version_appends_and_tells_the_base_offset(
    client: WireClient, version: int
) -> None:
    await create_topic(client, "orders")
    await produce(client, "orders", batch(b"first"))

    (answer,) = await produce(client, "orders", batch(b"a", b"b"), version=version)

    assert answer.error_code == ErrorCode.NONE
    assert answer.base_offset == 1
    assert answer.log_append_time_ms == -1
    assert values_of(await fetch(client, "orders")) == [b"first", b"a", b"b"]


async def test_version_13_names_topics_by_id(client: WireClient) -> None:
    topic_id = await create_topic(client, "orders")

    (answer,) = await produce(client, "", batch(b"a"), version=13, topic_id=topic_id)

    assert (answer.error_code, answer.base_offset) == (ErrorCode.NONE, 0)


@pytest.mark.point(31)
async def test_unknown_topic_id_is_unknown_topic_id(client: WireClient) -> None:
    (answer,) = await produce(client, "", batch(b"a"), version=13, topic_id=b"\x07" * 16)

    assert answer.error_code == ErrorCode.UNKNOWN_TOPIC_ID


@pytest.mark.point(31)
async def test_unknown_topic_is_not_created(client: WireClient) -> None:
    for _ in range(2):
        (answer,) = await produce(client, "nowhere", batch(b"a"))
        assert answer.error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
        assert answer.base_offset == -1


@pytest.mark.point(33)
@pytest.mark.parametrize("index", [-1, 1, 2**31 - 1])
async def test_partition_that_is_not_there_is_an_error_of_its_own(
    client: WireClient, index: int
) -> None:
    await create_topic(client, "orders")
    data = [
        PartitionProduceData(index=index, records=batch(b"a")),
        PartitionProduceData(index=0, records=batch(b"b")),
    ]
    request = ProduceRequest(
        acks=-1, topic_data=[TopicProduceData(name="orders", partition_data=data)]
    )

    response = await client.call(request, ProduceResponse, PRODUCE_VERSION)

    missing, present = response.responses[0].partition_responses
    assert missing.error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    assert present.error_code == ErrorCode.NONE


@pytest.mark.point(17)
@pytest.mark.parametrize("acks", [2, -2, 100])
async def test_other_acks_are_refused_for_each_partition(client: WireClient, acks: int) -> None:
    await create_topic(client, "orders", 2)

    answers = await produce(client, "orders", batch(b"a"), batch(b"b"), acks=acks)

    assert [each.error_code for each in answers] == [ErrorCode.INVALID_REQUIRED_ACKS] * 2
    assert (await fetch(client, "orders")).high_watermark == 0


async def test_acks_one_is_answered_and_appended(client: WireClient) -> None:
    await create_topic(client, "orders")

    (answer,) = await produce(client, "orders", batch(b"a"), acks=1)
    (again,) = await produce(client, "orders", batch(b"b"), acks=-1)

    assert (answer.error_code, answer.base_offset) == (ErrorCode.NONE, 0)
    assert again.base_offset == 1


@pytest.mark.point(18)
async def test_acks_zero_gets_no_answer(client: WireClient) -> None:
    await create_topic(client, "orders")
    client.send(produce_request("orders", batch(b"silent"), acks=0), PRODUCE_VERSION)

    (answer,) = await produce(client, "orders", batch(b"told"))

    assert answer.base_offset == 1
    assert values_of(await fetch(client, "orders")) == [b"silent", b"told"]


@pytest.mark.point(18)
async def test_acks_zero_with_an_error_closes_the_connection(client: WireClient) -> None:
    client.send(produce_request("nowhere", batch(b"a"), acks=0), PRODUCE_VERSION)

    assert await client.is_closed_by_peer()


@pytest.mark.point(19)
async def test_more_in_sync_replicas_than_there_are_replicas_are_not_asked_for(
    client: WireClient,
) -> None:
    """KIP-966: the effective minimum is at most the replication factor, which is 1 here."""
    await create_topic(client, "orders", min_insync_replicas="2")

    (answer,) = await produce(client, "orders", batch(b"a"))

    assert (answer.error_code, answer.base_offset) == (ErrorCode.NONE, 0)


@pytest.mark.point(20)
async def test_partition_without_records_is_invalid(client: WireClient) -> None:
    await create_topic(client, "orders", 2)

    answers = await produce(client, "orders", b"", None)

    assert [each.error_code for each in answers] == [ErrorCode.INVALID_RECORD] * 2


@pytest.mark.point(20)
async def test_two_batches_for_one_partition_are_refused(client: WireClient) -> None:
    await create_topic(client, "orders")

    (answer,) = await produce(client, "orders", batch(b"a") + batch(b"b"))

    assert answer.error_code == ErrorCode.INVALID_RECORD
    assert (await fetch(client, "orders")).high_watermark == 0


@pytest.mark.point(23)
async def test_corrupt_batch_fails_alone(client: WireClient) -> None:
    await create_topic(client, "orders", 2)
    corrupt = batch(b"a")
    corrupt[-1] ^= 1

    first, second = await produce(client, "orders", corrupt, batch(b"b"))

    assert first.error_code == ErrorCode.CORRUPT_MESSAGE
    assert second.error_code == ErrorCode.NONE
    assert (await fetch(client, "orders")).high_watermark == 0


@pytest.mark.point(33)
async def test_same_partition_twice_in_one_request_is_no_crash(client: WireClient) -> None:
    await create_topic(client, "orders")
    data = [PartitionProduceData(index=0, records=batch(value)) for value in (b"a", b"b")]
    request = ProduceRequest(
        acks=-1, topic_data=[TopicProduceData(name="orders", partition_data=data)]
    )

    response = await client.call(request, ProduceResponse, PRODUCE_VERSION)

    answers = response.responses[0].partition_responses
    assert [each.base_offset for each in answers] == [0, 1]


@pytest.mark.point(21)
async def test_zstd_needs_version_7(client: WireClient) -> None:
    await create_topic(client, "orders")
    compressed = batch(b"a" * 100, compression=Compression.ZSTD)

    (old,) = await produce(client, "orders", compressed, version=6)
    (new,) = await produce(client, "orders", compressed, version=7)

    assert old.error_code == ErrorCode.UNSUPPORTED_COMPRESSION_TYPE
    assert new.error_code == ErrorCode.NONE


@pytest.mark.point(25)
async def test_batch_larger_than_the_topic_takes_is_too_large(client: WireClient) -> None:
    await create_topic(client, "orders", max_message_bytes="200")

    (large,) = await produce(client, "orders", batch(b"x" * 300))
    (small,) = await produce(client, "orders", batch(b"x" * 50))

    assert large.error_code == ErrorCode.MESSAGE_TOO_LARGE
    assert small.error_code == ErrorCode.NONE


@pytest.mark.point(26)
async def test_compacted_topic_names_the_records_without_key(client: WireClient) -> None:
    await create_topic(client, "orders", cleanup_policy="compact")
    mixed = build_batch(
        [
            NewRecord(NOW_MS, b"k", b"1"),
            NewRecord(NOW_MS, None, b"2"),
            NewRecord(NOW_MS, b"k", b"3"),
            NewRecord(NOW_MS, None, b"4"),
        ]
    )

    (answer,) = await produce(client, "orders", mixed)

    assert answer.error_code == ErrorCode.INVALID_RECORD
    assert [fault.batch_index for fault in answer.record_errors] == [1, 3]
    assert all(fault.batch_index_error_message for fault in answer.record_errors)


@pytest.mark.point(27)
async def test_log_append_time_is_told_and_stored(client: WireClient) -> None:
    await create_topic(client, "orders", message_timestamp_type="LogAppendTime")

    (answer,) = await produce(client, "orders", batch(b"a", timestamp_ms=1000))

    (record,) = records_of(await fetch(client, "orders"))
    assert answer.log_append_time_ms > NOW_MS
    assert record.timestamp_ms == answer.log_append_time_ms


@pytest.mark.point(27)
async def test_append_time_that_a_producer_claims_is_taken_back(client: WireClient) -> None:
    await create_topic(client, "orders")
    claiming = batch(b"a")
    claiming[22] |= LOG_APPEND_TIME_BIT
    stamp_crc(claiming)

    (answer,) = await produce(client, "orders", claiming)

    assert answer.error_code == ErrorCode.NONE
    stored = (await fetch(client, "orders")).records
    assert isinstance(stored, memoryview)
    assert not read_header(stored).is_log_append_time
    assert has_valid_crc(stored)


async def test_errors_of_the_log_tell_its_start_and_those_before_it_do_not(
    client: WireClient,
) -> None:
    await create_topic(client, "orders")
    gap = batch(b"a", producer_id=9, producer_epoch=0, base_sequence=7)
    await produce(client, "orders", batch(b"a", producer_id=9, producer_epoch=0, base_sequence=0))

    (out_of_order,) = await produce(client, "orders", gap)
    (two,) = await produce(client, "orders", batch(b"a") + batch(b"b"))

    assert out_of_order.error_code == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert out_of_order.log_start_offset == 0
    assert two.error_code == ErrorCode.INVALID_RECORD
    assert two.log_start_offset == -1


async def test_topics_without_partitions_are_left_out_of_the_answer(client: WireClient) -> None:
    assert (await client.call(produce_request("orders"), ProduceResponse, 12)).responses == []


@pytest.mark.point(28)
async def test_record_from_the_future_is_an_invalid_timestamp(client: WireClient) -> None:
    await create_topic(client, "orders", message_timestamp_after_max_ms="1000")

    (answer,) = await produce(client, "orders", batch(b"a", timestamp_ms=2**40 * 10))

    assert answer.error_code == ErrorCode.INVALID_TIMESTAMP
    assert [fault.batch_index for fault in answer.record_errors] == [0]


async def test_transactional_batch_is_refused(client: WireClient) -> None:
    await create_topic(client, "orders")
    transactional = batch(
        b"a", producer_id=1, producer_epoch=0, base_sequence=0, is_transactional=True
    )
    request = produce_request("orders", bytes(transactional))
    request.transactional_id = "payments"

    (anonymous,) = await produce(client, "orders", transactional)
    named = await client.call(request, ProduceResponse, PRODUCE_VERSION)

    assert anonymous.error_code == ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED
    (answer,) = named.responses[0].partition_responses
    assert answer.error_code == ErrorCode.INVALID_TXN_STATE


@pytest.mark.point(24)
async def test_control_batch_from_a_client_is_refused(client: WireClient) -> None:
    await create_topic(client, "orders")

    (answer,) = await produce(
        client, "orders", batch(b"a", producer_id=1, producer_epoch=0, is_control=True)
    )

    assert answer.error_code == ErrorCode.INVALID_RECORD


@pytest.mark.point(24)
async def test_producer_id_without_sequence_is_refused(client: WireClient) -> None:
    await create_topic(client, "orders")

    (answer,) = await produce(client, "orders", batch(b"a", producer_id=5, producer_epoch=0))

    assert answer.error_code == ErrorCode.INVALID_RECORD


@pytest.mark.point(22)
async def test_stamping_leaves_the_crc_valid(client: WireClient) -> None:
    await create_topic(client, "orders")
    await produce(client, "orders", batch(b"a"))
    await produce(client, "orders", batch(b"b", b"c"))

    data = await fetch(client, "orders", 1)

    assert isinstance(data.records, memoryview)
    stored = bytearray(data.records)
    header = read_header(stored)
    assert (header.base_offset, header.leader_epoch) == (1, 0)
    stamp_crc(stored)
    assert read_header(stored).crc == header.crc


@pytest.mark.point(29)
@pytest.mark.parametrize("codec", list(Compression))
async def test_compressed_batches_are_stored_as_they_came(
    client: WireClient, codec: Compression
) -> None:
    await create_topic(client, "orders")
    original = batch(b"v" * 500, b"w" * 500, compression=codec)

    await produce(client, "orders", bytes(original))

    data = await fetch(client, "orders")
    assert isinstance(data.records, memoryview)
    assert bytes(data.records[21:]) == bytes(original[21:])


@pytest.mark.point(32)
async def test_internal_topic_is_for_the_admin_client_only(
    engine: Engine, client: WireClient
) -> None:
    await create_topic(client, "__consumer_offsets", 1)

    (refused,) = await produce(client, "__consumer_offsets", batch(b"a", key=b"k"))
    async with connect(engine, client_id="__admin_client") as admin:
        (taken,) = await produce(admin, "__consumer_offsets", batch(b"a", key=b"k"))

    assert refused.error_code == ErrorCode.INVALID_TOPIC_EXCEPTION
    assert taken.error_code == ErrorCode.NONE
