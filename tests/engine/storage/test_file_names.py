"""The names of Kafka's layout."""

import pytest

from engine.kernel.ids import TopicPartition
from engine.storage.file_names import (
    LOG,
    NAME_BYTES_MAX,
    OFFSET_INDEX,
    SNAPSHOT,
    base_offset_of,
    deleted_directory,
    partition_of,
    segment_file,
    stray_directory,
)


def test_a_segments_files_are_named_by_twenty_digits():
    assert segment_file(0, LOG) == "00000000000000000000.log"
    assert segment_file(2**63 - 1, OFFSET_INDEX) == "09223372036854775807.index"
    assert base_offset_of("00000000000000000042.snapshot", SNAPSHOT) == 42


@pytest.mark.parametrize(
    "name",
    [
        "00000000000000000042.index",
        "0000000000000000042.log",
        "000000000000000000042.log",
        "0000000000000000004x.log",
        "-0000000000000000042.log",
        "00000000000000000042",
        "00000000000000000042.log.deleted",
        "٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠.log",
        ".log",
    ],
)
def test_other_names_are_no_segments(name):
    assert base_offset_of(name, LOG) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("orders-0", ("orders", 0)),
        ("a-b-12", ("a-b", 12)),
        ("a.b_c-1", ("a.b_c", 1)),
        ("-0", None),
        ("orders", None),
        ("orders-", None),
        ("orders-00", None),
        ("orders-01", None),
        ("orders--1", ("orders-", 1)),
        ("..-0", None),
        (".-0", None),
        ("or ders-0", None),
        ("orders-0.0123456789abcdef-delete", None),
        ("x" * 249 + "-0", ("x" * 249, 0)),
        ("x" * 250 + "-0", None),
        ("orders-0\n", None),
    ],
)
def test_a_directorys_name_tells_its_partition(name, expected):
    found = partition_of(name)
    assert found == (None if expected is None else TopicPartition(*expected))


@pytest.mark.parametrize("make", [deleted_directory, stray_directory])
@pytest.mark.parametrize("topic", ["orders", "x" * 249])
def test_a_directory_out_of_use_is_no_partition_and_fits(make, topic):
    name = make(TopicPartition(topic, 123), "0" * 32)
    assert partition_of(name) is None
    assert len(name) <= NAME_BYTES_MAX
    assert make(TopicPartition(topic, 123), "1" * 32) != name
