"""Placing records: the Java client's hash, golden values from Kafka's own tests."""

import pytest

from engine.client.partitioner import Partitioner, murmur2, partition_of_key


@pytest.mark.parametrize(
    ("key", "signed_hash"),
    [
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
        (b"", 275646681),
    ],
)
def test_the_hash_is_kafkas(key: bytes, signed_hash: int) -> None:
    assert murmur2(key) == signed_hash % 2**32


def test_a_negative_hash_gives_a_partition() -> None:
    assert partition_of_key(b"21", 6) == (-973932308 & 0x7FFF_FFFF) % 6


def test_records_without_key_go_round_the_partitions_with_a_leader() -> None:
    partitioner = Partitioner()
    assert [partitioner.place(None, 4, [0, 2]) for _ in range(4)] == [0, 2, 0, 2]


def test_a_key_stays_where_it_is_even_without_leader() -> None:
    partitioner = Partitioner()
    assert partitioner.place(b"abc", 6, [0]) == partition_of_key(b"abc", 6)


def test_without_any_leader_every_partition_has_its_turn() -> None:
    partitioner = Partitioner()
    assert [partitioner.place(None, 3, []) for _ in range(4)] == [0, 1, 2, 0]
