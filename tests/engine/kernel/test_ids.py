"""Topic ids as text, as Kafka's tools print them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernel.ids import TopicId, TopicPartition, format_topic_id, parse_topic_id


@given(st.binary(min_size=16, max_size=16))
def test_text_of_an_id_reads_back_as_the_id(raw: bytes) -> None:
    assert parse_topic_id(format_topic_id(TopicId(raw))) == raw


@pytest.mark.parametrize("text", ["", "AAAA", "not base64 at all"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"topic id|base64|padding|data"):
        parse_topic_id(text)


def test_partition_is_written_as_its_directory_is_named() -> None:
    assert str(TopicPartition("orders", 3)) == "orders-3"
