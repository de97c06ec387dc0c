"""Frames: the length counts everything behind it."""

from engine.protocol.codec import decode, encode_bytes
from engine.protocol.framing import request_frame, response_frame
from engine.protocol.headers import decode_request_header, decode_response_header
from engine.protocol.messages.fetch import FetchableTopicResponse, FetchResponse, PartitionData
from engine.protocol.messages.heartbeat import HeartbeatRequest
from tests.support.kio_oracle import joined


def test_a_request_frame_holds_length_header_and_body() -> None:
    request = HeartbeatRequest("g", 1, "m")
    frame = joined(request_frame(request, api_version=4, correlation_id=8, client_id="me"))
    assert int.from_bytes(frame[:4], "big") == len(frame) - 4
    header, position = decode_request_header(frame, 4)
    assert (header.correlation_id, header.client_id) == (8, "me")
    assert decode(HeartbeatRequest, frame, 4, position) == request


def test_the_length_of_a_response_frame_counts_record_batches() -> None:
    records = b"r" * 1000
    topic = FetchableTopicResponse("t", partitions=[PartitionData(records=records)])
    response = FetchResponse(responses=[topic])
    buffers = response_frame(response, api_version=12, correlation_id=8)
    assert buffers[1] is records
    frame = joined(buffers)
    assert int.from_bytes(frame[:4], "big") == len(frame) - 4
    correlation_id, position = decode_response_header(frame, response.API_KEY, 12, 4)
    assert correlation_id == 8
    assert frame[position:] == encode_bytes(response, 12)
