"""The tiny HTTP server answers its few paths and nothing else, within its bounds."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from engine.server.http import CONNECTIONS_MAX, REQUEST_BYTES_MAX, Answer, HttpServer


@pytest.fixture
async def server() -> AsyncIterator[HttpServer]:
    made = HttpServer(
        {"/metrics": lambda: Answer(200, "up 1\n"), "/health/ready": lambda: Answer(503, "no\n")}
    )
    await made.start("127.0.0.1", 0)
    yield made
    made.close()


async def ask(server: HttpServer, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    return answer


async def test_page_comes_with_its_length(server: HttpServer) -> None:
    answer = await ask(server, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")

    head, body = answer.split(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Content-Length: 5" in head
    assert body == b"up 1\n"


async def test_head_gets_the_length_and_no_body(server: HttpServer) -> None:
    answer = await ask(server, b"HEAD /metrics HTTP/1.1\r\n\r\n")

    head, body = answer.split(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Content-Length: 5" in head
    assert body == b""


async def test_other_verbs_are_told_which_are_served(server: HttpServer) -> None:
    assert b"\r\nAllow: GET, HEAD\r\n" in await ask(server, b"POST /metrics HTTP/1.1\r\n\r\n")


async def test_query_is_ignored(server: HttpServer) -> None:
    assert b"up 1" in await ask(server, b"GET /metrics?a=b HTTP/1.0\r\n\r\n")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /health/ready HTTP/1.1\r\n\r\n", b"503"),
        (b"GET /nothing HTTP/1.1\r\n\r\n", b"404"),
        (b"POST /metrics HTTP/1.1\r\n\r\n", b"405"),
        (b"\x00\x00\x00\x14garbage\r\n\r\n", b"400"),
        (b"GET /metrics HTTP/1.1\r\n" + b"a" * REQUEST_BYTES_MAX, b"431"),
    ],
)
async def test_other_requests_are_refused(
    server: HttpServer, request_: bytes, status: bytes
) -> None:
    assert (await ask(server, request_)).split(b" ")[1] == status


async def test_connections_beyond_the_bound_are_dropped(server: HttpServer) -> None:
    waiting = [
        await asyncio.open_connection(server.host, server.port) for _ in range(CONNECTIONS_MAX)
    ]
    reader, writer = await asyncio.open_connection(server.host, server.port)

    with contextlib.suppress(ConnectionError):
        assert await reader.read() == b"", "neither an end nor a reset but an answer"
    writer.close()
    for _, open_writer in waiting:
        open_writer.close()
