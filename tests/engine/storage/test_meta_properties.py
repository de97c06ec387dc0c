"""Whose data a directory holds, in Kafka's file."""

import pytest

from engine.storage.errors import MalformedFile
from engine.storage.meta_properties import (
    DirectoryIdentity,
    decode_properties,
    encode_properties,
)

IDENTITY = DirectoryIdentity("AAECAwQFBgcICQoLDA0ODw", 3, "EBESExQVFhcYGRobHB0eHw")
GOLDEN = (
    b"version=1\n"
    b"cluster.id=AAECAwQFBgcICQoLDA0ODw\n"
    b"node.id=3\n"
    b"directory.id=EBESExQVFhcYGRobHB0eHw\n"
)


def test_the_file_is_kafkas():
    assert encode_properties(IDENTITY) == GOLDEN
    assert decode_properties(GOLDEN, "x") == IDENTITY


def test_a_file_that_kafka_wrote_is_read():
    """Kafka writes comments, and the keys in an order of its own."""
    content = (
        b"#\n#Wed Nov 25 22:08:29 UTC 2026\n"
        b"node.id=3\r\ndirectory.id=EBESExQVFhcYGRobHB0eHw\nversion=1\n\n"
        b"cluster.id=AAECAwQFBgcICQoLDA0ODw\n"
    )
    assert decode_properties(content, "x") == IDENTITY


@pytest.mark.parametrize("missing", [b"version", b"cluster.id", b"node.id"])
def test_a_file_without_a_property_is_refused(missing):
    lines = [line for line in GOLDEN.splitlines(True) if not line.startswith(missing)]
    with pytest.raises(MalformedFile):
        decode_properties(b"".join(lines), "x")


@pytest.mark.parametrize(
    "content", [b"", bytes(80), GOLDEN.replace(b"=1", b"=2"), GOLDEN.replace(b"=3", b"=x"), b"\xff"]
)
def test_a_file_that_says_something_else_is_refused(content):
    with pytest.raises(MalformedFile) as refused:
        decode_properties(content, "some/path")
    assert refused.value.path == "some/path"
