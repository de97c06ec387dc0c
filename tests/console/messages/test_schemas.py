"""Contents that name their schema by an id."""

import sys
from collections.abc import Mapping

import pytest

from console.messages.schemas import IDS_MAX, RETRY_S, Schemas, schema_id_of
from console.messages.structure import MISSING
from console.port.readings import RecordReading
from console.port.schema_registry import (
    RegistryUnreachable,
    Schema,
    SchemaKind,
    SchemaUnusable,
)
from tests.support.clock import FakeClock

JSON = Schema(SchemaKind.JSON, "{}")


class Source:
    """A registry in memory that remembers what it was asked."""

    def __init__(self, schemas: Mapping[int, Schema]) -> None:
        self.schemas = dict(schemas)
        self.asked: list[int] = []

    async def schema(self, schema_id: int) -> Schema:
        self.asked.append(schema_id)
        if schema_id not in self.schemas:
            raise SchemaUnusable("the registry does not know it")
        return self.schemas[schema_id]


def framed(schema_id: int, content: bytes = b'{"a": 1}') -> bytes:
    """A content that names a schema."""
    return b"\x00" + schema_id.to_bytes(4, "big") + content


def record(*contents: bytes | None) -> RecordReading:
    """A record with a value, or with a key and a value."""
    key, value = (None, *contents)[-2:]
    return RecordReading(0, 0, key, value, ())


def test_only_a_zero_byte_and_four_more_name_a_schema() -> None:
    assert schema_id_of(framed(7)) == 7
    for content in (b"", b"\x00\x00\x00\x07", b'{"a": 1}'):
        assert schema_id_of(content) is None


async def test_a_schema_is_fetched_once_for_keys_and_values() -> None:
    source = Source({7: JSON, 8: JSON})
    schemas = Schemas(source, FakeClock())
    assert schemas.decode(framed(7)) is MISSING, "nothing waits while it decodes"
    await schemas.prepare([record(framed(7), framed(8)), record(framed(8)), record(b"text")])
    await schemas.prepare([record(framed(7))])
    assert source.asked == [7, 8]
    assert schemas.decode(framed(7)) == {"a": 1}
    assert schemas.problem_of(framed(7)) == ""


async def test_why_a_schema_cannot_be_had_is_told_and_it_is_asked_for_again_later() -> None:
    source, clock = Source({}), FakeClock()
    schemas = Schemas(source, clock)
    for _ in range(3):
        await schemas.prepare([record(framed(7))])
    assert source.asked == [7]
    assert schemas.problem_of(framed(7)) == "schema 7: the registry does not know it"
    clock.advance(RETRY_S)
    source.schemas[7] = JSON
    await schemas.prepare([record(framed(7))])
    assert schemas.problem_of(framed(7)) == ""
    assert schemas.decode(framed(7)) == {"a": 1}


async def test_a_registry_that_is_silent_is_asked_for_one_schema_only() -> None:
    class Silent(Source):
        async def schema(self, schema_id: int) -> Schema:
            await super().schema(schema_id)
            raise RegistryUnreachable("the registry did not answer within 5 s")

    source, clock = Silent({7: JSON, 8: JSON}), FakeClock()
    schemas = Schemas(source, clock)
    await schemas.prepare([record(framed(7), framed(8))])
    assert source.asked == [7]
    assert "did not answer" in schemas.problem_of(framed(8))
    clock.advance(RETRY_S)
    await schemas.prepare([record(framed(8))])
    assert source.asked == [7, 8]


async def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastavro", None)
    schemas = Schemas(Source({7: Schema(SchemaKind.AVRO, '"string"')}), FakeClock())
    await schemas.prepare([record(framed(7))])
    assert "kconsole[avro]" in schemas.problem_of(framed(7))


async def test_a_schema_that_is_none_is_told() -> None:
    for kind in (SchemaKind.AVRO, SchemaKind.PROTOBUF):
        schemas = Schemas(Source({7: Schema(kind, "nonsense")}), FakeClock())
        await schemas.prepare([record(framed(7))])
        assert schemas.problem_of(framed(7)).startswith("schema 7: ")


async def test_a_topic_of_random_ids_does_not_fill_the_memory() -> None:
    source = Source({})
    schemas = Schemas(source, FakeClock())
    await schemas.prepare([record(framed(number)) for number in range(IDS_MAX + 50)])
    assert len(source.asked) == IDS_MAX
