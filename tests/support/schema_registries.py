"""Schema registries: one in memory, and one over HTTP that answers what it is told to."""

import asyncio
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from console.port.schema_registry import Schema, SchemaKind, SchemaUnusable

JSON = Schema(SchemaKind.JSON, "{}")
ORDER = Schema(
    SchemaKind.AVRO,
    json.dumps(
        {
            "type": "record",
            "name": "Order",
            "fields": [{"name": "total", "type": "long"}, {"name": "city", "type": "string"}],
        }
    ),
)


def framed(schema_id: int, content: bytes = b'{"a": 1}') -> bytes:
    """A content that names a schema."""
    return b"\x00" + schema_id.to_bytes(4, "big") + content


def order(total: int, city: str) -> bytes:
    """An order in Avro, for numbers and cities that take one byte to tell their size."""
    return bytes([2 * total, 2 * len(city)]) + city.encode()


class MemoryRegistry:
    """A registry in memory that remembers what it was asked. Answers wait for `gate`."""

    def __init__(self, schemas: Mapping[int, Schema]) -> None:
        self.schemas = dict(schemas)
        self.asked: list[int] = []
        self.error: SchemaUnusable | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def schema(self, schema_id: int) -> Schema:
        self.asked.append(schema_id)
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        if schema_id not in self.schemas:
            raise SchemaUnusable("the registry does not know it")
        return self.schemas[schema_id]


class RegistryServer(ThreadingHTTPServer):
    """Answers by path, and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.asked: list[tuple[str, str | None]] = []

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}"

    def say(self, path: str, status: int = 200, **answer: object) -> None:
        """What to answer at a path."""
        self.answers[path] = (status, json.dumps(answer).encode())


class _Answer(BaseHTTPRequestHandler):
    """One request to a `RegistryServer`."""

    def do_GET(self) -> None:
        registry = self.server
        assert isinstance(registry, RegistryServer)
        registry.asked.append((self.path, self.headers.get("Authorization")))
        status, content = registry.answers.get(self.path, (404, b"{}"))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", registry.url + "/elsewhere")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@contextmanager
def registry_server() -> Iterator[RegistryServer]:
    """A registry that serves until the end of the block."""
    with RegistryServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
