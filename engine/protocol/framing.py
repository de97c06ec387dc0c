"""Whole frames to send: length, header and body as buffers for one gathered write."""

import struct

from engine.protocol.codec import encode
from engine.protocol.fields import Payload
from engine.protocol.headers import RequestHeader, encode_request_header, encode_response_header
from engine.protocol.layout import Message

_LENGTH = struct.Struct(">i")
_NO_LENGTH = bytes(4)


def response_frame(message: Message, *, api_version: int, correlation_id: int) -> list[Payload]:
    """The buffers of a response frame; the first one is a bytearray that holds length and header.

    Record batches are items of their own, as in `codec.encode`.
    """
    header = encode_response_header(message.API_KEY, api_version, correlation_id)
    return _frame(message, api_version, header)


def request_frame(
    message: Message, *, api_version: int, correlation_id: int, client_id: str | None
) -> list[Payload]:
    """The buffers of a request frame, like `response_frame`."""
    header = RequestHeader(message.API_KEY, api_version, correlation_id, client_id)
    return _frame(message, api_version, encode_request_header(header))


def _frame(message: Message, api_version: int, header: bytes) -> list[Payload]:
    buffers = encode(message, api_version, _NO_LENGTH + header)
    first = buffers[0]
    assert isinstance(first, bytearray)
    _LENGTH.pack_into(first, 0, sum(len(buffer) for buffer in buffers) - 4)
    return buffers
