"""Avro contents."""

import io
import json

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.messages.avro import avro_decoder
from console.messages.structure import MISSING

ADDRESS = json.dumps(
    {"type": "record", "name": "Address", "fields": [{"name": "city", "type": "string"}]}
)
ORDER = json.dumps(
    {
        "type": "record",
        "name": "Order",
        "fields": [
            {"name": "total", "type": "double"},
            {"name": "note", "type": ["null", "string"]},
            {"name": "colour", "type": {"type": "enum", "name": "C", "symbols": ["RED", "BLUE"]}},
            {"name": "to", "type": "Address"},
        ],
    }
)
DOCUMENT = {"total": 12.5, "note": None, "colour": "BLUE", "to": {"city": "Köln"}}


def encoded(document: object) -> bytes:
    """A document as a producer writes it."""
    known: dict[str, dict[str, object]] = {}
    fastavro.parse_schema(json.loads(ADDRESS), named_schemas=known)
    parsed = fastavro.parse_schema(json.loads(ORDER), named_schemas=known)
    stream = io.BytesIO()
    fastavro.schemaless_writer(stream, parsed, document)
    return stream.getvalue()


def test_a_document_comes_back_with_what_its_schema_refers_to() -> None:
    assert avro_decoder(ORDER, [ADDRESS])(encoded(DOCUMENT)) == DOCUMENT


@pytest.mark.parametrize("schema", ["{", '{"type": "record"}', '"Nowhere"', "[" * 5000])
def test_what_is_no_schema_is_refused(schema: str) -> None:
    with pytest.raises(ValueError):
        avro_decoder(schema, [])


@given(st.binary(max_size=40))
def test_other_bytes_are_not_taken_for_a_document(content: bytes) -> None:
    found = avro_decoder(ORDER, [ADDRESS])(content)
    assert found is MISSING or isinstance(found, dict)


def test_a_byte_too_many_is_not_passed_over() -> None:
    assert avro_decoder(ORDER, [ADDRESS])(encoded(DOCUMENT) + b"\x00") is MISSING
