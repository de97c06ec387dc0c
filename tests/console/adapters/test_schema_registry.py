"""A schema registry over HTTP: what is asked, what is understood, what is said when it fails."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.adapters.schema_registry import THREAD_NAME, SchemaRegistry
from console.port.schema_registry import (
    NamedText,
    RegistryAddress,
    Schema,
    SchemaKind,
    SchemaUnusable,
)
from engine.client.secret import EnvironmentSecret
from tests.support.schema_registries import RegistryServer, registry_server


@pytest.fixture
def registry() -> Iterator[RegistryServer]:
    with registry_server() as server:
        yield server


async def asked(registry: RegistryServer) -> Schema:
    """The schema 7 of a registry."""
    return await SchemaRegistry(RegistryAddress(registry.url)).schema(7)


async def test_avro_is_what_a_registry_does_not_name(registry: RegistryServer) -> None:
    registry.say("/schemas/ids/7", schema='"string"')
    assert await asked(registry) == Schema(SchemaKind.AVRO, '"string"')


async def test_references_come_before_what_refers_to_them(registry: RegistryServer) -> None:
    def reference(name: str) -> dict[str, object]:
        return {"name": name, "subject": f"s/{name}", "version": 1}

    registry.say("/schemas/ids/7", schema="top", references=[reference("a"), reference("b")])
    registry.say("/subjects/s%2Fa/versions/1", schema="A", references=[reference("b")])
    registry.say("/subjects/s%2Fb/versions/1", schema="B", references=[reference("a")])
    found = await asked(registry)
    assert found.references == (NamedText("b", "B"), NamedText("a", "A"))


async def test_protobuf_is_asked_for_in_its_serialized_form(registry: RegistryServer) -> None:
    registry.say("/schemas/ids/7", schema="text", schemaType="PROTOBUF")
    registry.say("/schemas/ids/7?format=serialized", schema="AAAA", schemaType="PROTOBUF")
    assert await asked(registry) == Schema(SchemaKind.PROTOBUF, "AAAA")


async def test_name_and_password_are_sent_and_the_password_is_never_shown(
    registry: RegistryServer,
) -> None:
    registry.say("/schemas/ids/7", schema='"string"')
    environment = {"WORD": "hidden"}
    address = RegistryAddress(registry.url, "me", EnvironmentSecret("WORD", environment))
    await SchemaRegistry(address).schema(7)
    assert registry.asked[-1][1] == "Basic bWU6aGlkZGVu"
    assert "hidden" not in repr(address)
    environment.clear()
    with pytest.raises(SchemaUnusable, match="WORD is not set"):
        await SchemaRegistry(address).schema(7)
    assert len(registry.asked) == 1


@pytest.mark.parametrize(
    ("status", "answer", "reason"),
    [
        (404, {}, "does not know it"),
        (401, {}, "does not let this user"),
        (302, {}, "answers 302"),
        (500, {"message": "broken \x1b[2J"}, "answers 500: broken ␛[2J"),
        (200, {"schema": 5}, "has no schema"),
        (200, {"schema": "x", "schemaType": "XML"}, "language is XML"),
        (200, {"schema": "x", "references": {"a": 1}}, "unknown way"),
        (200, {"schema": "x", "references": [{"name": "a"}]}, "unknown way"),
    ],
)
async def test_why_there_is_no_schema_is_told(
    registry: RegistryServer, status: int, answer: dict[str, object], reason: str
) -> None:
    registry.say("/schemas/ids/7", status, **answer)
    with pytest.raises(SchemaUnusable) as refused:
        await asked(registry)
    assert reason in str(refused.value)
    assert len(registry.asked) == 1


async def test_an_answer_that_is_no_json_is_told(registry: RegistryServer) -> None:
    registry.answers["/schemas/ids/7"] = (200, b"<html>")
    with pytest.raises(SchemaUnusable, match="no JSON"):
        await asked(registry)


async def test_a_registry_that_is_not_there_is_told() -> None:
    with pytest.raises(SchemaUnusable, match="cannot be reached"):
        await SchemaRegistry(RegistryAddress("http://127.0.0.1:1")).schema(7)


async def test_a_registry_that_is_silent_keeps_nobody_from_leaving() -> None:
    """Python waits for no daemon threads at its end; the loop waits for those of its pool."""
    asked = asyncio.Event()
    gone = asyncio.Event()

    async def be_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await gone.wait()
        writer.close()

    async with await asyncio.start_server(be_silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        registry = SchemaRegistry(RegistryAddress(f"http://127.0.0.1:{port}"))
        asking = asyncio.create_task(registry.schema(7))
        await asked.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        (thread,) = [each for each in threading.enumerate() if each.name == THREAD_NAME]
        assert thread.daemon
        gone.set()
        await asyncio.to_thread(thread.join)


async def test_authorities_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    address = RegistryAddress("https://127.0.0.1:1", ca=tmp_path / "missing.pem")
    with pytest.raises(SchemaUnusable, match="cannot be used"):
        await SchemaRegistry(address).schema(7)


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError):
        SchemaRegistry(RegistryAddress("file:///etc/passwd"))
