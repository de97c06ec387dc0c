"""The headers before requests and responses, in every version that still exists.

A request header is version 1, or version 2 when the request itself is flexible; its client id is a
legacy string in both (KIP-482). A response header is version 0, or version 1 when the response is
flexible - except that of ApiVersions, which is always version 0, so that a client can read an
answer in a version that it did not expect (KIP-511).
"""

import struct
from typing import NamedTuple

from engine.protocol.api_keys import FLEXIBLE_FROM, ApiKey
from engine.protocol.errors import MalformedMessage
from engine.protocol.fields import NEVER
from engine.protocol.wire import read_long_varint

_FIXED = struct.Struct(">hhih")
_FIXED_UNPACK = _FIXED.unpack_from
_CORRELATION = struct.Struct(">i")

_FLEXIBLE_RESPONSE_FROM = {
    key: version for key, version in FLEXIBLE_FROM.items() if key != ApiKey.API_VERSIONS
}


class RequestHeader(NamedTuple):
    """Who asks what. `api_key` is a plain number: a peer may send one that has no name."""

    api_key: int
    api_version: int
    correlation_id: int
    client_id: str | None


def decode_request_header(data: memoryview | bytes, start: int = 0) -> tuple[RequestHeader, int]:
    """The header of a request frame and the position of the body. Raises MalformedMessage.

    The header of an API that is not known is read as version 1: its body cannot be read either.
    """
    try:
        api_key, api_version, correlation_id, length = _FIXED_UNPACK(data, start)
        position = start + 10
        client_id: str | None = None
        if length >= 0:
            behind = position + length
            if behind > len(data):
                raise MalformedMessage("the client id is longer than the request")
            client_id = str(data[position:behind], "utf-8")
            position = behind
        if api_version >= FLEXIBLE_FROM.get(api_key, NEVER):
            position = _skip_tagged_fields(memoryview(data), position)
    except (struct.error, IndexError) as error:
        raise MalformedMessage("a request ends within its header") from error
    except UnicodeDecodeError as error:
        raise MalformedMessage("the client id is not UTF-8") from error
    return RequestHeader(api_key, api_version, correlation_id, client_id), position


def encode_request_header(header: RequestHeader) -> bytes:
    """The bytes of a request header. The client id has at most 32,767 bytes."""
    client_id = b"" if header.client_id is None else header.client_id.encode()
    length = -1 if header.client_id is None else len(client_id)
    fixed = _FIXED.pack(header.api_key, header.api_version, header.correlation_id, length)
    if header.api_version >= FLEXIBLE_FROM.get(header.api_key, NEVER):
        return fixed + client_id + b"\0"
    return fixed + client_id


def encode_response_header(api_key: int, api_version: int, correlation_id: int) -> bytes:
    """The bytes of the header that answers a request of this key and version."""
    if api_version >= _FLEXIBLE_RESPONSE_FROM.get(api_key, NEVER):
        return _CORRELATION.pack(correlation_id) + b"\0"
    return _CORRELATION.pack(correlation_id)


def decode_response_header(
    data: memoryview | bytes, api_key: int, api_version: int, start: int = 0
) -> tuple[int, int]:
    """The correlation id of a response frame and the position of the body.

    Raises MalformedMessage.
    """
    try:
        (correlation_id,) = _CORRELATION.unpack_from(data, start)
        position = start + 4
        if api_version >= _FLEXIBLE_RESPONSE_FROM.get(api_key, NEVER):
            position = _skip_tagged_fields(memoryview(data), position)
    except (struct.error, IndexError) as error:
        raise MalformedMessage("a response ends within its header") from error
    return correlation_id, position


def _skip_tagged_fields(data: memoryview, position: int) -> int:
    """The position behind the tagged fields of a header, none of which has a meaning here."""
    count = data[position]
    position += 1
    if count == 0:
        return position
    if count > 127:
        count, position = read_long_varint(data, position, count)
    if count * 2 > len(data) - position:
        raise MalformedMessage("a header claims more tagged fields than it can hold")
    for _ in range(count):
        _, position = _read_varint(data, position)
        size, position = _read_varint(data, position)
        position += size
        if position > len(data):
            raise MalformedMessage("a tagged field of a header is longer than the message")
    return position


def _read_varint(data: memoryview, position: int) -> tuple[int, int]:
    first = data[position]
    if first < 0x80:
        return first, position + 1
    return read_long_varint(data, position + 1, first)
