"""Hashes and lengths as Java computes them."""

import tracemalloc
from typing import Final

import pytest

from engine.coordinator.java_strings import group_partition, java_string_hash, utf16_length

GROUPS: Final = 20
LENGTH: Final = 32_767


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("a", 97),
        ("hello", 99162322),
        ("console-consumer-12345", 158455506),
        ("äöü", 226986),
        ("😀", 1772899),
        ("polygenelubricants", -2147483648),
    ],
)
def test_hash_is_java_s(text: str, expected: int) -> None:
    assert java_string_hash(text) == expected


@pytest.mark.point(87)
def test_partition_is_the_one_that_a_real_kafka_chose() -> None:
    assert group_partition("orders", 50) == 31


def test_smallest_hash_is_partition_zero() -> None:
    assert group_partition("polygenelubricants", 50) == 0


def test_ids_of_groups_that_are_made_up_do_not_fill_the_memory() -> None:
    tracemalloc.start()
    try:
        for number in range(GROUPS):
            group_partition(f"{number:0{LENGTH}}", 50)
        kept_bytes, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept_bytes < GROUPS * LENGTH / 10


def test_length_counts_utf_16_code_units() -> None:
    assert utf16_length("aé😀") == 4
