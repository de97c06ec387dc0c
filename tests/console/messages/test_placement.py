"""Where records of a key probably are, told by the clients that place them."""

import zlib

from hypothesis import given
from hypothesis import strategies as st

from console.messages.placement import murmur2, probable_partitions
from engine.client.partitioner import partition_of_key


@given(st.binary(max_size=40), st.integers(1, 100))
def test_java_is_guessed_first_and_librdkafka_next(key: bytes, count: int) -> None:
    guessed = probable_partitions(key, count)
    assert guessed[0] == partition_of_key(key, count)
    assert guessed[-1] == zlib.crc32(key) % count


def test_the_hash_is_that_of_kafkas_own_tests() -> None:
    known = {b"21": -973932308, b"foobar": -790332482, b"a-little-bit-long-string": -985981536}
    for key, signed in known.items():
        assert murmur2(key) == signed & 0xFFFF_FFFF
