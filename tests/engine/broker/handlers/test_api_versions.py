"""ApiVersions: always answered, in a form that the asking client can read (KIP-35, KIP-511)."""

import struct

import pytest

from engine.broker.api_table import SERVED_APIS
from engine.broker.context import ConnectionFacts, RequestContext
from engine.broker.handlers.api_versions import ApiVersionsHandler
from engine.protocol.api_keys import ApiKey
from engine.protocol.codec import decode
from engine.protocol.error_codes import ErrorCode
from engine.protocol.headers import RequestHeader
from engine.protocol.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from tests.support.wire_client import WireClient

LEVELS = {"eligible.leader.replicas.version": 1, "group.version": 1, "metadata.version": 30}
REQUEST = ApiVersionsRequest("librdkafka", "2.15.0")


@pytest.mark.parametrize("version", range(5))
async def test_every_version_lists_what_is_served(client: WireClient, version: int) -> None:
    response = await client.call(REQUEST, ApiVersionsResponse, version)

    assert response.error_code == ErrorCode.NONE
    assert [each.api_key for each in response.api_keys] == sorted(SERVED_APIS)


@pytest.mark.point(5)
@pytest.mark.parametrize("version", range(5))
async def test_features_are_final_and_told_as_the_client_can_read_them(
    client: WireClient, version: int
) -> None:
    """Clients before version 4 cannot read that a feature may be at level 0."""
    response = await client.call(REQUEST, ApiVersionsResponse, version)

    supported = {each.name: each.max_version for each in response.supported_features}
    final = {each.name: each.max_version_level for each in response.finalized_features}
    if version >= 4:
        assert supported == {**LEVELS, "kraft.version": 1}
    else:
        assert supported == ({"metadata.version": 30} if version == 3 else {})
    assert final == (LEVELS if version >= 3 else {})
    assert response.finalized_features_epoch == (0 if version >= 3 else -1)


@pytest.mark.point(6)
async def test_produce_is_listed_from_zero(client: WireClient) -> None:
    response = await client.call(REQUEST, ApiVersionsResponse, 3)

    ranges = {each.api_key: (each.min_version, each.max_version) for each in response.api_keys}
    assert ranges[ApiKey.PRODUCE] == (0, 13)
    assert ranges[ApiKey.FETCH][0] == 4


@pytest.mark.point(1)
@pytest.mark.parametrize("version", [5, 127, 32767, -1])
async def test_unknown_version_is_answered_in_version_0_with_its_own_range(
    client: WireClient, version: int
) -> None:
    """The rest of the request cannot be read and is not looked at."""
    body = struct.pack(">hhi", ApiKey.API_VERSIONS, version, 77) + b"\xff whatever"
    client.write(struct.pack(">i", len(body)) + body)

    frame = await client.receive_frame()

    assert struct.unpack_from(">i", frame) == (77,)
    response = decode(ApiVersionsResponse, frame, 0, 4)
    assert response.error_code == ErrorCode.UNSUPPORTED_VERSION
    (only,) = response.api_keys
    assert (only.api_key, only.min_version, only.max_version) == (ApiKey.API_VERSIONS, 0, 4)


@pytest.mark.point(4)
@pytest.mark.parametrize(
    ("name", "version"), [("", "1"), ("name", ""), ("-name", "1"), ("a b", "1"), ("name", "1.")]
)
async def test_software_that_is_no_name_is_an_invalid_request(
    client: WireClient, name: str, version: str
) -> None:
    response = await client.call(ApiVersionsRequest(name, version), ApiVersionsResponse, 3)

    assert response.error_code == ErrorCode.INVALID_REQUEST
    assert response.api_keys == []


def test_of_long_names_of_software_the_beginning_is_kept() -> None:
    context = RequestContext(
        RequestHeader(ApiKey.API_VERSIONS, 3, 1, "c"), ConnectionFacts("TEST", "10.0.0.1", 1)
    )
    response = ApiVersionsHandler(()).handle(ApiVersionsRequest("n" * 30_000, "1.2"), context)
    assert response.error_code == ErrorCode.NONE
    facts = context.connection
    assert (facts.software_name, facts.software_version) == ("n" * 64, "1.2")
