"""Contents that name their schema by an id."""

import asyncio
import sys

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
from tests.support.schema_registries import JSON, MemoryRegistry, framed


def record(*contents: bytes | None) -> RecordReading:
    """A record with a value, or with a key and a value."""
    key, value = (None, *contents)[-2:]
    return RecordReading(0, 0, key, value, ())


def test_only_a_zero_byte_and_four_more_name_a_schema() -> None:
    assert schema_id_of(framed(7)) == 7
    for content in (b"", b"\x00\x00\x00\x07", b'{"a": 1}'):
        assert schema_id_of(content) is None


async def test_a_schema_is_fetched_once_for_keys_and_values() -> None:
    source = MemoryRegistry({7: JSON, 8: JSON})
    schemas = Schemas(source, FakeClock())
    assert schemas.decode(framed(7)) is MISSING, "nothing waits while it decodes"
    await schemas.prepare([record(framed(7), framed(8)), record(framed(8)), record(b"text")])
    await schemas.prepare([record(framed(7))])
    assert source.asked == [7, 8]
    assert schemas.decode(framed(7)) == {"a": 1}
    assert schemas.about(framed(7)) == "JSON Schema, schema 7"


async def test_why_a_schema_cannot_be_had_is_told_and_it_is_asked_for_again_later() -> None:
    source, clock = MemoryRegistry({}), FakeClock()
    schemas = Schemas(source, clock)
    for _ in range(3):
        await schemas.prepare([record(framed(7))])
    assert source.asked == [7]
    assert schemas.about(framed(7)) == "schema 7: the registry does not know it"
    clock.advance(RETRY_S)
    source.schemas[7] = JSON
    await schemas.prepare([record(framed(7))])
    assert schemas.about(framed(7)) == "JSON Schema, schema 7"
    assert schemas.decode(framed(7)) == {"a": 1}


async def test_a_registry_that_is_silent_is_asked_for_one_schema_only() -> None:
    class Silent(MemoryRegistry):
        async def schema(self, schema_id: int) -> Schema:
            await super().schema(schema_id)
            raise RegistryUnreachable("the registry did not answer within 5 s")

    source, clock = Silent({7: JSON, 8: JSON}), FakeClock()
    schemas = Schemas(source, clock)
    await schemas.prepare([record(framed(7), framed(8))])
    assert source.asked == [7]
    assert "did not answer" in schemas.about(framed(8))
    clock.advance(RETRY_S)
    await schemas.prepare([record(framed(8))])
    assert source.asked == [7, 8]


async def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastavro", None)
    schemas = Schemas(MemoryRegistry({7: Schema(SchemaKind.AVRO, '"string"')}), FakeClock())
    await schemas.prepare([record(framed(7))])
    assert "kconsole[avro]" in schemas.about(framed(7))


async def test_a_schema_that_is_none_is_told() -> None:
    for kind in (SchemaKind.AVRO, SchemaKind.PROTOBUF):
        schemas = Schemas(MemoryRegistry({7: Schema(kind, "nonsense")}), FakeClock())
        await schemas.prepare([record(framed(7))])
        assert schemas.about(framed(7)).startswith("schema 7: ")


async def test_a_topic_of_random_ids_does_not_fill_the_memory() -> None:
    source = MemoryRegistry({})
    schemas = Schemas(source, FakeClock())
    await schemas.prepare([record(framed(number)) for number in range(IDS_MAX + 50)])
    assert len(source.asked) == IDS_MAX


async def test_what_is_shown_is_wanted_once_and_fetched_beside() -> None:
    source = MemoryRegistry({7: JSON})
    wanted: list[bool] = []
    schemas = Schemas(source, FakeClock(), lambda: wanted.append(True))
    for _ in range(2):
        assert schemas.decode(framed(7)) is MISSING
    assert wanted == [True]
    assert schemas.about(framed(7)) == "schema 7 is being fetched"
    await schemas.fetch_wanted()
    assert not schemas.has_wanted
    assert schemas.decode(framed(7)) == {"a": 1}
    assert wanted == [True]


async def test_what_was_refused_is_not_wanted_again_before_its_time() -> None:
    source, clock = MemoryRegistry({}), FakeClock()
    schemas = Schemas(source, clock)
    schemas.decode(framed(7))
    await schemas.fetch_wanted()
    schemas.decode(framed(7))
    assert not schemas.has_wanted
    clock.advance(RETRY_S)
    schemas.decode(framed(7))
    assert schemas.has_wanted


async def test_those_who_want_the_same_schema_at_a_time_ask_once() -> None:
    source = MemoryRegistry({7: JSON})
    source.gate.clear()
    schemas = Schemas(source, FakeClock())
    schemas.decode(framed(7))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(schemas.fetch_wanted())
        tasks.create_task(schemas.prepare([record(framed(7))]))
        await asyncio.sleep(0)
        source.gate.set()
    assert source.asked == [7]


async def test_fetching_that_is_cancelled_is_begun_anew_by_the_next_who_looks() -> None:
    source = MemoryRegistry({7: JSON})
    source.gate.clear()
    schemas = Schemas(source, FakeClock())
    schemas.decode(framed(7))
    fetching = asyncio.create_task(schemas.fetch_wanted())
    await asyncio.sleep(0)
    fetching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetching
    assert not schemas.has_wanted
    schemas.decode(framed(7))
    assert schemas.has_wanted


async def test_a_content_that_is_not_of_its_schema_is_told() -> None:
    schemas = Schemas(MemoryRegistry({7: JSON}), FakeClock())
    await schemas.prepare([record(framed(7))])
    assert schemas.about(framed(7, b"{")) == "it is not of JSON Schema, schema 7"
    assert schemas.about(None) == schemas.about(b"text") == ""


async def test_what_a_registry_or_a_library_says_is_cleaned_and_cut() -> None:
    source = MemoryRegistry({})
    source.error = SchemaUnusable("not a schema of Avro: \x1b]0;owned\x07" + "x" * 9_000)
    schemas = Schemas(source, FakeClock())
    await schemas.prepare([record(framed(7))])
    said = schemas.about(framed(7))
    assert said.startswith("schema 7: not a schema of Avro: ␛]0;owned␇")
    assert len(said) < 400
