"""Which topic a directory belongs to, in Kafka's file."""

import pytest

from engine.kernel.ids import TopicId
from engine.storage.errors import MalformedFile
from engine.storage.partition_metadata import decode_metadata, encode_metadata

TOPIC = TopicId(bytes(range(16)))
GOLDEN = b"version: 0\ntopic_id: AAECAwQFBgcICQoLDA0ODw"


def test_the_file_is_kafkas():
    assert encode_metadata(TOPIC) == GOLDEN
    assert decode_metadata(GOLDEN, "x") == TOPIC
    assert decode_metadata(GOLDEN + b"\n", "x") == TOPIC


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"version: 1\ntopic_id: AAECAwQFBgcICQoLDA0ODw",
        b"version: 0",
        b"version: 0\ntopic_id: AAEC",
        b"version: 0\ntopic_id: AAECAwQFBgcICQoLDA0ODw0000",
        b"version 0\ntopic_id AAECAwQFBgcICQoLDA0ODw",
        bytes(43),
        b"\xff" * 43,
    ],
)
def test_a_file_that_says_something_else_is_refused(content):
    with pytest.raises(MalformedFile) as refused:
        decode_metadata(content, "some/path")
    assert refused.value.path == "some/path"
