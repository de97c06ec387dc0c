"""Protobuf contents: which message of the file, and what is in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.messages.protobuf import protobuf_decoder
from console.messages.structure import MISSING, Decode
from tests.support.protobuf_files import ORDER_MESSAGE, order_file, place_file


@pytest.fixture(scope="module")
def decode() -> Decode:
    """Decodes messages of the file of orders."""
    return protobuf_decoder(order_file(), [("place.proto", place_file())])


def test_a_message_is_found_by_its_place_in_the_file(decode: Decode) -> None:
    order = {"total": 123, "ship_to": {"city": "Bonn"}, "at": "1970-01-01T00:00:01Z"}
    assert decode(b"\x02\x02" + ORDER_MESSAGE) == order
    assert decode(b"\x04\x02\x00\x0a\x01A") == {"sku": "A"}
    assert decode(b"\x00") == {}


@pytest.mark.parametrize("prefix", [b"", b"\x02", b"\x02\x0e", b"\x01", b"\xff" * 8, b"\x7e"])
def test_a_place_that_is_not_there_is_no_message(decode: Decode, prefix: bytes) -> None:
    assert decode(prefix) is MISSING


@given(content=st.binary(max_size=40))
def test_no_bytes_break_it(decode: Decode, content: bytes) -> None:
    found = decode(content)
    assert found is MISSING or isinstance(found, dict)


@pytest.mark.parametrize("schema", ['syntax = "proto3";', "AAAA", ""])
def test_a_schema_that_is_no_description_is_refused(schema: str) -> None:
    if schema:
        with pytest.raises(ValueError, match="file descriptor"):
            protobuf_decoder(schema, [])
    else:
        assert protobuf_decoder(schema, [])(b"\x00") is MISSING
