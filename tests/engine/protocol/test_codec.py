"""The public codec: golden bytes, nullability, tagged fields, record batches, versions."""

import pytest

from engine.protocol.api_keys import ApiKey
from engine.protocol.codec import decode, encode, encode_bytes
from engine.protocol.errors import MalformedMessage, UnsupportedVersion
from engine.protocol.messages.api_versions import (
    ApiVersion,
    ApiVersionsRequest,
    ApiVersionsResponse,
)
from engine.protocol.messages.create_topics import CreatableTopicResult, CreateTopicsResponse
from engine.protocol.messages.fetch import (
    EpochEndOffset,
    FetchableTopicResponse,
    FetchResponse,
    PartitionData,
)
from engine.protocol.messages.heartbeat import HeartbeatRequest
from engine.protocol.messages.metadata import MetadataRequest
from engine.protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)


def test_heartbeat_in_a_version_that_is_not_flexible() -> None:
    request = HeartbeatRequest(group_id="g", generation_id=7, member_id="m", group_instance_id=None)
    golden = bytes.fromhex("0001 67  00000007  0001 6d  ffff")
    assert encode_bytes(request, 3) == golden
    assert decode(HeartbeatRequest, golden, 3) == request


def test_heartbeat_in_a_flexible_version() -> None:
    request = HeartbeatRequest(group_id="g", generation_id=7, member_id="m", group_instance_id=None)
    golden = bytes.fromhex("02 67  00000007  02 6d  00  00")
    assert encode_bytes(request, 4) == golden
    assert decode(HeartbeatRequest, golden, 4) == request


def test_api_versions_carries_what_follows_the_tagged_fields() -> None:
    response = ApiVersionsResponse(api_keys=[ApiVersion(ApiKey.FETCH, 4, 17)], throttle_time_ms=9)
    golden = bytes.fromhex("0000  02  0001 0004 0011 00  00000009  00")
    assert encode_bytes(response, 3) == golden
    assert decode(ApiVersionsResponse, golden, 3) == response


@pytest.mark.point(10)
def test_null_and_empty_differ() -> None:
    everything = MetadataRequest(topics=None)
    nothing = MetadataRequest(topics=[])
    assert decode(MetadataRequest, encode_bytes(everything, 9), 9).topics is None
    assert decode(MetadataRequest, encode_bytes(nothing, 9), 9).topics == []


def test_null_is_refused_where_the_version_has_none() -> None:
    null_topics_v0 = bytes.fromhex("ffffffff")
    with pytest.raises(MalformedMessage, match="topics"):
        decode(MetadataRequest, null_topics_v0, 0)


def test_a_field_that_the_version_lacks_is_left_out_and_read_as_its_default() -> None:
    request = ApiVersionsRequest(client_software_name="kconsole", client_software_version="1")
    assert encode_bytes(request, 0) == b""
    assert decode(ApiVersionsRequest, b"", 0).client_software_name == ""


@pytest.mark.point(9)
def test_unknown_tagged_fields_are_skipped() -> None:
    body = bytes.fromhex("02 67  00000007  02 6d  00") + bytes.fromhex("02  05 03 aabbcc  81 01 00")
    assert decode(HeartbeatRequest, body, 4).group_id == "g"


def test_tagged_structure_comes_back_and_its_absence_is_none() -> None:
    partitions = [
        PartitionData(partition_index=0, diverging_epoch=EpochEndOffset(epoch=3, end_offset=12)),
        PartitionData(partition_index=1),
    ]
    response = FetchResponse(responses=[FetchableTopicResponse("t", partitions=partitions)])
    decoded = decode(FetchResponse, encode_bytes(response, 12), 12)
    first, second = decoded.responses[0].partitions
    assert first.diverging_epoch == EpochEndOffset(epoch=3, end_offset=12)
    assert second.diverging_epoch is None
    assert first.current_leader is None


def test_a_tag_whose_size_is_wrong_is_malformed() -> None:
    response = FetchResponse(
        responses=[
            FetchableTopicResponse(
                "t", partitions=[PartitionData(diverging_epoch=EpochEndOffset(3, 12))]
            )
        ]
    )
    body = bytearray(encode_bytes(response, 12))
    size_at = body.index(bytes.fromhex("01 00 0d")) + 2
    body[size_at] -= 1
    with pytest.raises(MalformedMessage):
        decode(FetchResponse, body, 12)


def produce(records: bytes | None) -> ProduceRequest:
    return ProduceRequest(
        acks=-1,
        topic_data=[TopicProduceData("t", partition_data=[PartitionProduceData(0, records)])],
    )


@pytest.mark.parametrize("version", [3, 9])
def test_record_batches_pass_through_uncopied(version: int) -> None:
    records = b"r" * 5000
    buffers = encode(produce(records), version)
    assert buffers[1] is records
    frame = encode_bytes(produce(records), version)
    decoded = decode(ProduceRequest, frame, version).topic_data[0].partition_data[0].records
    assert isinstance(decoded, memoryview)
    assert decoded.obj is frame
    assert decoded == records


@pytest.mark.parametrize("version", [3, 9])
def test_null_and_empty_record_batches_differ(version: int) -> None:
    def decoded(records: bytes | None) -> object:
        frame = encode_bytes(produce(records), version)
        return decode(ProduceRequest, frame, version).topic_data[0].partition_data[0].records

    assert decoded(None) is None
    assert decoded(b"") == b""


def test_bytes_behind_the_message_are_ignored_as_kafka_does() -> None:
    body = encode_bytes(HeartbeatRequest("g"), 4)
    assert decode(HeartbeatRequest, body + b"xx", 4) == HeartbeatRequest("g")


def test_decoding_begins_where_it_is_told() -> None:
    body = encode_bytes(HeartbeatRequest("g"), 4)
    assert decode(HeartbeatRequest, b"header" + body, 4, start=6) == HeartbeatRequest("g")


def test_encoding_begins_with_the_prefix() -> None:
    buffers = encode(HeartbeatRequest("g"), 4, b"head")
    assert buffers == [b"head" + encode_bytes(HeartbeatRequest("g"), 4)]


@pytest.mark.parametrize("version", [-1, 5])
def test_a_version_that_does_not_exist_is_refused(version: int) -> None:
    with pytest.raises(UnsupportedVersion):
        decode(HeartbeatRequest, b"", version)
    with pytest.raises(UnsupportedVersion):
        encode(HeartbeatRequest(), version)


def test_decoded_messages_share_no_defaults() -> None:
    body = encode_bytes(MetadataRequest(topics=[]), 9)
    first, second = decode(MetadataRequest, body, 9), decode(MetadataRequest, body, 9)
    assert first.topics is not second.topics


@pytest.mark.parametrize("version", [4, 5])
def test_sentence_longer_than_a_string_may_be_is_cut(version: int) -> None:
    """The sign that would not fit goes as a whole."""
    told = CreatableTopicResult("t", error_message="語" * 11_000)
    response = decode(
        CreateTopicsResponse, encode_bytes(CreateTopicsResponse(topics=[told]), version), version
    )
    (found,) = response.topics
    assert found.error_message == "語" * 10_921 + "…"
