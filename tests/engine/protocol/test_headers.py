"""Headers against their golden bytes."""

import pytest

from engine.protocol.api_keys import ApiKey
from engine.protocol.errors import MalformedMessage
from engine.protocol.headers import (
    RequestHeader,
    decode_request_header,
    decode_response_header,
    encode_request_header,
    encode_response_header,
)


def test_a_request_that_is_not_flexible_has_header_version_1() -> None:
    header = RequestHeader(ApiKey.METADATA, 8, 5, "me")
    golden = bytes.fromhex("0003 0008 00000005 0002 6d65")
    assert encode_request_header(header) == golden
    assert decode_request_header(golden) == (header, len(golden))


@pytest.mark.point(3)
def test_a_flexible_request_keeps_its_client_id_as_a_legacy_string() -> None:
    header = RequestHeader(ApiKey.METADATA, 9, 5, "me")
    golden = bytes.fromhex("0003 0009 00000005 0002 6d65 00")
    assert encode_request_header(header) == golden
    assert decode_request_header(golden) == (header, len(golden))


def test_a_client_id_may_be_null() -> None:
    golden = bytes.fromhex("0003 0009 00000005 ffff 00")
    header, position = decode_request_header(golden + b"body")
    assert header.client_id is None
    assert position == len(golden)
    assert encode_request_header(header) == golden


@pytest.mark.point(9)
def test_tagged_fields_of_a_header_are_skipped() -> None:
    golden = bytes.fromhex("0003 0009 00000005 ffff  02 00 01 aa  81 01 02 bbcc")
    assert decode_request_header(golden)[1] == len(golden)


def test_the_header_of_an_unknown_api_is_read_as_version_1() -> None:
    header, position = decode_request_header(bytes.fromhex("0fff 0009 00000005 ffff"))
    assert (header.api_key, position) == (0x0FFF, 10)


def test_a_response_header_has_tags_when_the_response_is_flexible() -> None:
    assert encode_response_header(ApiKey.METADATA, 9, 5) == bytes.fromhex("00000005 00")
    assert encode_response_header(ApiKey.METADATA, 8, 5) == bytes.fromhex("00000005")
    assert decode_response_header(bytes.fromhex("00000005 00"), ApiKey.METADATA, 9) == (5, 5)


@pytest.mark.point(2)
@pytest.mark.parametrize("version", range(5))
def test_the_response_header_of_api_versions_never_has_tags(version: int) -> None:
    encoded = encode_response_header(ApiKey.API_VERSIONS, version, 5)
    assert encoded == bytes.fromhex("00000005")
    assert decode_response_header(encoded, ApiKey.API_VERSIONS, version) == (5, 4)


def test_every_truncation_of_a_header_is_malformed() -> None:
    golden = bytes.fromhex("0003 0009 00000005 0002 6d65  01 00 01 aa")
    for end in range(len(golden)):
        with pytest.raises(MalformedMessage):
            decode_request_header(golden[:end])


def test_a_client_id_that_is_not_utf8_is_malformed() -> None:
    with pytest.raises(MalformedMessage):
        decode_request_header(bytes.fromhex("0003 0008 00000005 0002 c328"))
