"""Which errors a response tells, wherever in it they stand."""

import dataclasses
from typing import Any

import pytest

from engine.protocol.advertised import APIS
from engine.protocol.api_keys import ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.layout import slots_of
from engine.protocol.messages.describe_cluster import DescribeClusterResponse
from engine.protocol.messages.fetch import FetchableTopicResponse, FetchResponse, PartitionData
from engine.protocol.messages.heartbeat import HeartbeatResponse
from engine.protocol.messages.produce import (
    PartitionProduceResponse,
    ProduceResponse,
    TopicProduceResponse,
)
from engine.protocol.told_errors import errors_told

FENCED, MISSING = ErrorCode.FENCED_LEADER_EPOCH, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


def produced(*codes: int) -> ProduceResponse:
    answers = [PartitionProduceResponse(index, code) for index, code in enumerate(codes)]
    return ProduceResponse([TopicProduceResponse("a", partition_responses=answers)])


def test_what_went_well_tells_nothing() -> None:
    assert list(errors_told(HeartbeatResponse())) == []
    assert list(errors_told(produced(0, 0))) == []
    assert list(errors_told(DescribeClusterResponse())) == []


def test_each_error_is_told_as_often_as_it_stands_there() -> None:
    assert list(errors_told(HeartbeatResponse(error_code=FENCED))) == [FENCED]
    assert list(errors_told(produced(MISSING, 0, FENCED, MISSING))) == [MISSING, FENCED, MISSING]


def test_errors_of_the_whole_and_of_parts_are_told_both() -> None:
    topic = FetchableTopicResponse(partitions=[PartitionData(0, MISSING), PartitionData(1)])
    response = FetchResponse(error_code=ErrorCode.INVALID_REQUEST, responses=[topic])
    assert sorted(errors_told(response)) == sorted([ErrorCode.INVALID_REQUEST, MISSING])


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.name)
def test_every_response_can_be_asked(api: ApiKey) -> None:
    """A response in which each error code of the first level is set tells as many errors."""
    kind = APIS[api].response
    response: Any = kind()
    codes = [slot.name for slot in slots_of(kind, 0) if slot.name == "error_code"]
    assert list(errors_told(response)) == []
    for name in codes:
        response = dataclasses.replace(response, **{name: FENCED})
    assert list(errors_told(response)) == [FENCED] * len(codes)
