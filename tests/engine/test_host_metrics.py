"""What an engine tells of itself over HTTP."""

import asyncio
from pathlib import Path

from engine.server.frames import POOLED_BUFFER_BYTES, SCRATCH_BYTES
from tests.support.running_engine import (
    PRODUCE_VERSION,
    batch,
    connect,
    create_topic,
    fetch,
    produce,
    running_engine,
)


async def get(address: object, path: str) -> tuple[int, str]:
    host, _, port = str(address).rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {path} HTTP/1.1\r\n\r\n".encode())
    head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    return int(head.split(" ")[1]), body


async def test_metrics_and_health_are_served_when_asked_for(tmp_path: Path) -> None:
    settings = {"metrics_listen": "127.0.0.1:0"}
    async with running_engine(tmp_path / "data", **settings) as engine, connect(engine) as client:
        await create_topic(client, "orders")
        await produce(client, "orders", batch(b"a", b"b"))
        await fetch(client, "orders")

        status, text = await get(engine.metrics_address, "/metrics")

        assert status == 200
        lines = text.splitlines()
        assert f'kconsole_requests_total{{api="Produce",version="{PRODUCE_VERSION}"}} 1' in lines
        assert 'kconsole_topic_in_records_total{topic="orders"} 2' in lines
        assert "kconsole_partitions_open 1" in lines
        assert "kconsole_request_buffer_bytes 0" in lines
        assert any(line.startswith("process_resident_memory_bytes ") for line in lines)
        assert await get(engine.metrics_address, "/health/live") == (200, "live\n")
        assert await get(engine.metrics_address, "/health/ready") == (200, "ready\n")


async def test_memory_kept_for_large_requests_is_told(tmp_path: Path) -> None:
    settings = {"metrics_listen": "127.0.0.1:0"}
    async with (
        running_engine(tmp_path / "data", **settings) as engine,
        connect(engine) as client,
    ):
        await create_topic(client, "t")
        _, before = await get(engine.metrics_address, "/metrics")
        await produce(client, "t", batch(bytes(2 * SCRATCH_BYTES)))
        _, after = await get(engine.metrics_address, "/metrics")

    assert "kconsole_request_buffer_kept_bytes 0" in before.splitlines()
    assert f"kconsole_request_buffer_kept_bytes {POOLED_BUFFER_BYTES}" in after.splitlines()


async def test_without_a_metrics_address_nothing_is_served(tmp_path: Path) -> None:
    async with running_engine(tmp_path / "data") as engine:
        assert engine.metrics_address is None
