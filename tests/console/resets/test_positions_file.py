"""Positions as a file: what is written is read back, and what is wrong is told with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.model.names import TopicPartition
from console.resets.positions_file import parse_positions, positions_text

NAMES = st.from_regex(r"[a-zA-Z0-9._-]{1,20}", fullmatch=True)
KEYS = st.builds(TopicPartition, NAMES, st.integers(0, 2**31 - 1))


@given(st.dictionaries(KEYS, st.integers(0, 2**63 - 1), min_size=1))
def test_what_is_written_is_read_back(positions: dict[TopicPartition, int]) -> None:
    assert parse_positions(positions_text(positions).encode(), "billing") == positions


def test_it_is_the_form_of_kafkas_tool() -> None:
    positions = {TopicPartition("orders", 1): 20, TopicPartition("mails", 0): 7}
    assert positions_text(positions) == "mails,0,7\norders,1,20\n"


def test_a_file_of_several_groups_gives_those_of_the_one_that_is_meant() -> None:
    lines = ('\ufeff"billing",orders,0,5', "fraud,orders,0,9", "", "billing, orders, 1, 6", "")
    content = "\r\n".join(lines).encode()
    assert parse_positions(content, "billing") == {
        TopicPartition("orders", 0): 5,
        TopicPartition("orders", 1): 6,
    }


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no positions"),
        (b"\n\n", "no positions"),
        (b"fraud,orders,0,9\n", "other groups only: fraud"),
        (b"a\x1b[1m,orders,0,9\n", "other groups only: a␛"),
        (b"orders,0,5\norders,0,6\n", "line 2: orders-0 is there twice"),
        (b"topic,partition,offset\n", "line 1: partition and offset are whole numbers"),
        (b"orders,0\n", "line 1: expected topic,partition,offset"),
        (b"orders,-1,5\n", "line 1: there is no such partition"),
        (b"orders,0,9223372036854775808\n", "line 1: there is no such partition or offset"),
        (b",0,5\n", "line 1: there is no such partition"),
        (b'orders,0,5\n"orders,1,6\n', "line 2"),
        (b"\xff\xfe", "not a text in UTF-8"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(content: bytes, said: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_positions(content, "billing")
    assert said in str(caught.value)


@given(st.binary(max_size=200))
def test_no_content_does_more_than_be_refused(content: bytes) -> None:
    try:
        found = parse_positions(content, "billing")
    except ValueError:
        return
    assert found
