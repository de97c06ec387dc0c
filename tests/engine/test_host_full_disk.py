"""A broker on a disk without any room: it starts, serves what is there, and refuses what is new."""

import pytest

from engine.protocol.error_codes import ErrorCode
from engine.storage.last_run import CLEAN_SHUTDOWN
from tests.support.counted_filesystem import CountedFileSystem, room
from tests.support.running_engine import (
    batch,
    connect,
    create_topic,
    fetch,
    produce,
    running_engine,
    values_of,
)

EVERYTHING = 1 << 40


@pytest.mark.parametrize("has_died", [True, False])
async def test_a_start_needs_no_room(tmp_path, has_died):
    """Who died must begin a leader epoch, and that is to be written."""
    data = tmp_path / "data"
    async with running_engine(data) as engine, connect(engine) as client:
        await create_topic(client, "orders")
        await produce(client, "orders", batch(b"before"))
    if has_died:
        (data / CLEAN_SHUTDOWN).unlink()
    full = CountedFileSystem(tmp_path, EVERYTHING - room(tmp_path, EVERYTHING))
    assert full.room() == 0
    async with (
        running_engine(data, filesystem=full) as engine,
        connect(engine) as client,
    ):
        assert values_of(await fetch(client, "orders")) == [b"before"]
        (answer,) = await produce(client, "orders", batch(b"more"))
        assert answer.error_code == ErrorCode.KAFKA_STORAGE_ERROR
