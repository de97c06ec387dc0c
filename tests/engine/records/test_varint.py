"""Variable-length integers: the bytes of two independent encoders, and what no encoder writes."""

import pytest
from aiokafka.record.util import decode_varint as aiokafka_decode
from hypothesis import given
from hypothesis import strategies as st
from kafka.record.util import encode_varint as kafka_python_encode

from engine.records.errors import CorruptBatch
from engine.records.varint import decode_varint, decode_varlong, encode_varint

INT32 = st.integers(-(2**31), 2**31 - 1)
INT64 = st.integers(-(2**63), 2**63 - 1)

GOLDEN = [
    (0, "00"),
    (-1, "01"),
    (1, "02"),
    (63, "7e"),
    (-64, "7f"),
    (64, "8001"),
    (-65, "8101"),
    (8191, "fe7f"),
    (8192, "808001"),
    (2**31 - 1, "feffffff0f"),
    (-(2**31), "ffffffff0f"),
    (2**63 - 1, "feffffffffffffffff01"),
    (-(2**63), "ffffffffffffffffff01"),
]
"""Values of Kafka's `ByteUtilsTest`."""


@pytest.mark.parametrize(("value", "golden"), GOLDEN)
def test_golden_values(value: int, golden: str) -> None:
    encoded = bytes.fromhex(golden)
    assert encode_varint(value) == encoded
    assert decode_varlong(encoded, 0) == (value, len(encoded))


@given(INT64)
def test_encodes_as_kafka_python_does(value: int) -> None:
    written = bytearray()
    kafka_python_encode(value, written.append)
    assert encode_varint(value) == written


@given(INT64)
def test_is_decoded_by_aiokafka(value: int) -> None:
    encoded = encode_varint(value)
    assert aiokafka_decode(bytearray(encoded), 0) == (value, len(encoded))


@given(INT32, st.binary(max_size=3), st.binary(max_size=3))
def test_decodes_at_a_position_and_tells_the_one_behind(
    value: int, before: bytes, after: bytes
) -> None:
    encoded = encode_varint(value)
    buffer = before + encoded + after
    expected = (value, len(before) + len(encoded))
    assert decode_varint(buffer, len(before)) == expected
    assert decode_varint(memoryview(buffer), len(before)) == expected
    assert decode_varlong(bytearray(buffer), len(before)) == expected


@given(INT64)
def test_every_cut_is_corrupt(value: int) -> None:
    encoded = encode_varint(value)
    for length in range(len(encoded)):
        with pytest.raises(CorruptBatch):
            decode_varlong(encoded[:length], 0)


@pytest.mark.parametrize("encoded", ["ffffffffff01", "ffffffffffffff"])
def test_varint_of_more_than_five_bytes_is_corrupt(encoded: str) -> None:
    with pytest.raises(CorruptBatch):
        decode_varint(bytes.fromhex(encoded), 0)


def test_varlong_of_more_than_ten_bytes_is_corrupt() -> None:
    with pytest.raises(CorruptBatch):
        decode_varlong(b"\x80" * 10 + b"\x00", 0)


def test_varint_beyond_32_bits_is_corrupt() -> None:
    """Five bytes have room for 35 bits."""
    assert decode_varint(bytes.fromhex("ffffffff0f"), 0) == (-(2**31), 5)
    with pytest.raises(CorruptBatch):
        decode_varint(bytes.fromhex("ffffffff1f"), 0)


def test_varlong_beyond_64_bits_is_corrupt() -> None:
    """Ten bytes have room for 70 bits; Kafka refuses more than 64 too."""
    with pytest.raises(CorruptBatch):
        decode_varlong(bytes.fromhex("ffffffffffffffffff02"), 0)


@given(st.binary(max_size=12), st.integers(0, 11))
def test_any_bytes_give_a_value_in_range_or_are_corrupt(data: bytes, position: int) -> None:
    try:
        value, end = decode_varlong(data, position)
    except CorruptBatch:
        return
    assert -(2**63) <= value < 2**63
    assert position < end <= min(len(data), position + 10)
