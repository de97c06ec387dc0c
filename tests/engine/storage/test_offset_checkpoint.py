"""Kafka's files of one offset per partition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernel.ids import TopicPartition
from engine.storage.errors import MalformedFile
from engine.storage.offset_checkpoint import decode_offsets, encode_offsets

GOLDEN = b"0\n3\na.b-c 0 7\norders 2 9223372036854775807\norders 10 0\n"
OFFSETS = {
    TopicPartition("orders", 10): 0,
    TopicPartition("orders", 2): 2**63 - 1,
    TopicPartition("a.b-c", 0): 7,
}


def test_the_file_is_kafkas_in_the_order_of_partitions():
    assert encode_offsets(OFFSETS) == GOLDEN
    assert decode_offsets(GOLDEN, "x") == OFFSETS
    assert encode_offsets({}) == b"0\n0\n"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"0\n",
        b"1\n0\n",
        b"0\n2\norders 0 1\n",
        b"0\n0\norders 0 1\n",
        b"0\n1\norders 0\n",
        b"0\n1\norders 0 1 2\n",
        b"0\n1\norders x 1\n",
        b"0\n1\norders 0 -1\n",
        bytes(30),
        b"\xff\xfe\n",
    ],
)
def test_a_file_that_says_something_else_is_refused(content):
    with pytest.raises(MalformedFile) as refused:
        decode_offsets(content, "some/path")
    assert refused.value.path == "some/path"


def test_a_file_cut_anywhere_but_behind_its_last_digit_is_refused():
    for length in range(len(GOLDEN) - 1):
        with pytest.raises(MalformedFile):
            decode_offsets(GOLDEN[:length], "x")


NAMES = st.text(st.sampled_from("abcXYZ019._-"), min_size=1, max_size=20)
PARTITIONS = st.builds(TopicPartition, NAMES, st.integers(0, 2**31 - 1))


@given(st.dictionaries(PARTITIONS, st.integers(0, 2**63 - 1), max_size=10))
def test_what_was_written_is_read(offsets):
    assert decode_offsets(encode_offsets(offsets), "x") == offsets
