"""A broker on a disk without any room: it starts, serves what is there, and refuses what is new."""

import pytest

from engine.protocol.error_codes import ErrorCode
from engine.storage.last_run import CLEAN_SHUTDOWN
from engine.storage.spare_room import FILE_NAME, SPARE_BYTES, STEP_BYTES
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


def full_disk(path):
    """A disk that has room for what is there and for no byte more."""
    full = CountedFileSystem(path, EVERYTHING - room(path, EVERYTHING))
    assert full.room() == 0
    return full


@pytest.mark.parametrize("has_died", [True, False])
async def test_a_start_needs_no_room(tmp_path, has_died):
    """Who died must begin a leader epoch, and that is to be written."""
    data = tmp_path / "data"
    async with running_engine(data) as engine, connect(engine) as client:
        await create_topic(client, "orders")
        await produce(client, "orders", batch(b"before"))
    if has_died:
        (data / CLEAN_SHUTDOWN).unlink()
    full = full_disk(tmp_path)
    async with (
        running_engine(data, filesystem=full) as engine,
        connect(engine) as client,
    ):
        assert values_of(await fetch(client, "orders")) == [b"before"]
        (answer,) = await produce(client, "orders", batch(b"more"))
        assert answer.error_code == ErrorCode.KAFKA_STORAGE_ERROR


async def test_each_death_on_a_full_disk_takes_no_more_than_a_step_of_the_spare_room(tmp_path):
    data = tmp_path / "data"
    async with running_engine(data) as engine, connect(engine) as client:
        await create_topic(client, "orders")
        await produce(client, "orders", batch(b"before"))
    for death in range(1, 4):
        (data / CLEAN_SHUTDOWN).unlink(missing_ok=True)
        async with (
            running_engine(data, filesystem=full_disk(tmp_path)) as engine,
            connect(engine) as client,
        ):
            assert values_of(await fetch(client, "orders")) == [b"before"]
        assert (data / FILE_NAME).stat().st_size == SPARE_BYTES - death * STEP_BYTES
