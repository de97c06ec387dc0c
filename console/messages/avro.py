"""Avro contents, where the library for it is installed (`pip install 'kconsole[avro]'`)."""

import io
import json
import struct
from collections.abc import Sequence

from console.messages.structure import MISSING, Decode

_DAMAGE = (
    *(EOFError, ValueError, LookupError, TypeError, AttributeError),
    *(ArithmeticError, RecursionError, MemoryError, AssertionError, StopIteration, struct.error),
)
"""What the library raises for bytes that are not of the schema."""


def avro_decoder(schema_text: str, references: Sequence[str]) -> Decode:
    """Decodes contents written with a schema. Raises ImportError, and ValueError for the schema.

    `references` are schemas that it names, each before those that name it.
    """
    import fastavro
    from fastavro.schema import SchemaParseException, UnknownType

    known: dict[str, dict[str, object]] = {}
    try:
        for text in references:
            fastavro.parse_schema(json.loads(text), named_schemas=known)
        parsed = fastavro.parse_schema(json.loads(schema_text), named_schemas=known)
    except (SchemaParseException, UnknownType, RecursionError, TypeError, KeyError) as error:
        raise ValueError(f"not a schema of Avro: {error}") from None

    def decode(content: bytes) -> object:
        stream = io.BytesIO(content)
        try:
            found = fastavro.schemaless_reader(stream, parsed, None)
        except _DAMAGE:
            return MISSING
        return found if stream.tell() == len(content) else MISSING

    return decode
