"""Bytes that no honest peer sends: MalformedMessage or a message, never another exception, never
memory beyond what the bytes justify. None of these bytes is ever shown to kio.
"""

import contextlib
import random
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kernel.limits import MESSAGE_ELEMENTS_MAX
from engine.protocol.advertised import APIS
from engine.protocol.codec import decode, encode_bytes
from engine.protocol.errors import MalformedMessage
from engine.protocol.headers import (
    decode_request_header,
    decode_response_header,
    encode_request_header,
)
from engine.protocol.layout import Message
from engine.protocol.messages.fetch import FetchRequest
from engine.protocol.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol
from engine.protocol.messages.metadata import MetadataRequest
from tests.support.messages import random_message

MESSAGES = [cls for row in APIS.values() for cls in (row.request, row.response)]
PAIRS = [(cls, v) for cls in MESSAGES for v in range(cls.MIN_VERSION, cls.MAX_VERSION + 1)]


@given(pair=st.sampled_from(PAIRS), data=st.binary(max_size=200))
@settings(max_examples=1500)
def test_arbitrary_bytes_are_a_message_or_malformed(
    pair: tuple[type[Message], int], data: bytes
) -> None:
    with contextlib.suppress(MalformedMessage):
        assert_is_whole(decode(pair[0], data, pair[1]), pair[1])


def assert_is_whole(message: Message, version: int) -> None:
    """What was read is a message like any other: it can be written and read again."""
    written = encode_bytes(message, version)
    assert encode_bytes(decode(type(message), written, version), version) == written


@given(
    pair=st.sampled_from(PAIRS),
    seed=st.integers(0, 2**32),
    patch=st.sampled_from(
        [
            b"\xff",
            b"\0",
            b"\xff\xff\xff\xff\x0f",
            b"\x7f\xff\xff\xff",
            b"\x80\0\0\0",
            b"\x80",
            b"\x01",
        ]
    ),
)
@settings(max_examples=1500)
def test_a_valid_message_with_patched_bytes_is_a_message_or_malformed(
    pair: tuple[type[Message], int], seed: int, patch: bytes
) -> None:
    message, version = pair
    rng = random.Random(seed)
    body = bytearray(encode_bytes(random_message(message, version, rng), version))
    at = rng.randrange(len(body) + 1)
    body[at : at + len(patch)] = patch
    with contextlib.suppress(MalformedMessage):
        assert_is_whole(decode(message, body, version), version)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda cls: cls.__name__)
def test_every_truncation_is_malformed(message: type[Message]) -> None:
    for version in {message.MIN_VERSION, message.MAX_VERSION, max(message.MIN_VERSION, 3)}:
        if not message.MIN_VERSION <= version <= message.MAX_VERSION:
            continue
        rng = random.Random(f"{message.__name__} {version}")
        body = encode_bytes(random_message(message, version, rng), version)
        for end in range(min(len(body), 400)):
            with pytest.raises(MalformedMessage):
                decode(message, body[:end], version)


@pytest.mark.point(13)
@pytest.mark.parametrize("message", MESSAGES, ids=lambda cls: cls.__name__)
def test_a_count_of_four_billion_allocates_nothing(message: type[Message]) -> None:
    # Five bytes that made a native reader reserve 32 GiB.
    version = message.MAX_VERSION
    with contextlib.suppress(MalformedMessage):
        decode(message, b"", version)
    for head in (b"", bytes(2), bytes(4), bytes(6)):
        tracemalloc.start()
        with contextlib.suppress(MalformedMessage):
            decode(message, head + b"\xff\xff\xff\xff\x0f" + bytes(64), version)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 100_000


def test_more_elements_than_a_message_may_have_are_malformed() -> None:
    # Elements of two bytes: the claim fits the bytes, the total of elements does not.
    count = MESSAGE_ELEMENTS_MAX + 1
    body = count.to_bytes(4, "big", signed=True) + bytes(2) * count
    with pytest.raises(MalformedMessage, match="more elements"):
        decode(MetadataRequest, body, 1)


def test_text_that_is_not_utf8_is_malformed() -> None:
    body = encode_bytes(JoinGroupRequest(group_id="??"), 5).replace(b"??", b"\xc3\x28")
    with pytest.raises(MalformedMessage, match="UTF-8"):
        decode(JoinGroupRequest, body, 5)


def test_a_surrogate_in_text_is_malformed() -> None:
    body = encode_bytes(JoinGroupRequest(group_id="???"), 5).replace(b"???", b"\xed\xa0\x80")
    with pytest.raises(MalformedMessage, match="UTF-8"):
        decode(JoinGroupRequest, body, 5)


def test_a_varint_without_end_is_malformed() -> None:
    with pytest.raises(MalformedMessage):
        decode(MetadataRequest, b"\xff" * 9, 12)


def test_a_negative_length_that_is_not_null_never_moves_backwards() -> None:
    body = bytearray(encode_bytes(JoinGroupRequest(protocols=[JoinGroupRequestProtocol("p")]), 5))
    for at in range(len(body) - 3):
        patched = bytearray(body)
        patched[at : at + 4] = (-(2**31)).to_bytes(4, "big", signed=True)
        with contextlib.suppress(MalformedMessage):
            found = decode(JoinGroupRequest, patched, 5)
            assert len(encode_bytes(found, 5)) <= len(patched)


@given(data=st.binary(max_size=80))
@settings(max_examples=500)
def test_arbitrary_headers_are_headers_or_malformed(data: bytes) -> None:
    with contextlib.suppress(MalformedMessage):
        header, position = decode_request_header(data)
        assert 10 <= position <= len(data)
        fixed = encode_request_header(header)
        assert decode_request_header(fixed) == (header, len(fixed))
    with contextlib.suppress(MalformedMessage):
        correlation_id, position = decode_response_header(data, FetchRequest.API_KEY, 12)
        assert correlation_id == int.from_bytes(data[:4], "big", signed=True)
        assert 5 <= position <= len(data)


@given(key=st.sampled_from(sorted(APIS)), tail=st.binary(max_size=40))
@settings(max_examples=500)
def test_flexible_headers_of_arbitrary_tags_are_headers_or_malformed(key: int, tail: bytes) -> None:
    version = APIS[key].max_accepted  # type: ignore[index]  # ApiKey is an int
    fixed = key.to_bytes(2, "big") + version.to_bytes(2, "big") + bytes(4) + b"\xff\xff"
    with contextlib.suppress(MalformedMessage):
        _, position = decode_request_header(fixed + tail)
        assert position <= len(fixed + tail)


def test_compact_string_is_no_longer_than_any_string_may_be() -> None:
    """A varint could tell more than the 16 bits that records in the journals have for a length."""
    longest = JoinGroupRequest(
        group_id="g" * 32_767, session_timeout_ms=1, member_id="", protocol_type="", protocols=[]
    )
    assert decode(JoinGroupRequest, encode_bytes(longest, 6), 6) == longest
    longest.group_id += "g"
    with pytest.raises(MalformedMessage):
        decode(JoinGroupRequest, encode_bytes(longest, 6), 6)
