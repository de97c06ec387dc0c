"""The bytes of metadata entries, and the refusal of all others."""

import pytest

from engine.broker.metadata_entries import (
    Entry,
    UnknownMetadata,
    decode_entry,
    encode_entry,
    number,
    text,
    texts,
)


def test_an_entry_survives_its_bytes():
    entry = Entry("topic", {"name": "é", "partitions": [[3, [1]]], "configs": {"a": "b"}})
    assert decode_entry(encode_entry(entry)) == entry


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'{"version":2,"kind":"topic","body":{}}',
        b'{"version":1,"kind":7,"body":{}}',
        b'{"version":1,"kind":"topic"}',
        b"\xff",
    ],
)
def test_bytes_of_another_form_are_refused(data):
    with pytest.raises(UnknownMetadata):
        decode_entry(data)


def test_fields_of_another_type_are_refused():
    entry = Entry("k", {"flag": True, "list": []})
    for read in (text, number, texts):
        for name in ("flag", "list", "missing"):
            with pytest.raises(UnknownMetadata):
                read(entry, name)
