"""CRC-32C against published values and a bit-by-bit computation."""

from hypothesis import given
from hypothesis import strategies as st

from engine.records.crc import crc32c

REFLECTED_POLYNOMIAL = 0x82F63B78


def bit_by_bit(data: bytes) -> int:
    """The definition: Castagnoli's polynomial, reflected, all ones before and after."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (REFLECTED_POLYNOMIAL if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def test_published_values() -> None:
    """RFC 3720, B.4, and the check value of the catalogue of CRCs."""
    assert crc32c(b"123456789") == 0xE3069283
    assert crc32c(bytes(32)) == 0x8A9136AA
    assert crc32c(b"\xff" * 32) == 0x62A8AB43
    assert crc32c(bytes(range(32))) == 0x46DD794E
    assert crc32c(b"") == 0


@given(st.binary(max_size=200))
def test_is_the_definition_on_every_kind_of_buffer(data: bytes) -> None:
    expected = bit_by_bit(data)
    padded = b"x" + data + b"y"
    assert crc32c(data) == expected
    assert crc32c(bytearray(data)) == expected
    assert crc32c(memoryview(padded)[1:-1]) == expected
