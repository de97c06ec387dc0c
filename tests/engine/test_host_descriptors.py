"""Fetches while the process has no file descriptor left to read a segment with."""

import errno
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from engine import Engine
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.fetch import FetchPartition, FetchResponse, FetchTopic
from engine.storage.posix import PosixFile, PosixFileSystem
from tests.support.running_engine import (
    FETCH_VERSION,
    batch,
    connect,
    create_topic,
    fetch,
    fetch_request,
    produce,
    running_engine,
    values_of,
)
from tests.support.waiting import until

RECORDS = 10


class ShortOfDescriptors(PosixFileSystem):
    """The file system of the machine, which opens no segment of `scarce` while it is short."""

    def __init__(self) -> None:
        self.is_short = False
        self.refusals = 0

    def open(self, path: str, *, writable: bool = False, create: bool = False) -> PosixFile:
        if self.is_short and "/scarce-" in path:
            self.refusals += 1
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE), path)
        return super().open(path, writable=writable, create=create)


@asynccontextmanager
async def short_engine(tmp_path: Path) -> AsyncIterator[tuple[Engine, ShortOfDescriptors]]:
    """An engine that has `scarce` open and cannot open any but its newest segment."""
    disk = ShortOfDescriptors()
    async with running_engine(tmp_path / "data") as engine, connect(engine) as client:
        await create_topic(client, "scarce", internal_segment_bytes="200")
        await create_topic(client, "other")
        for number in range(RECORDS):
            await produce(client, "scarce", batch(b"%d" % number))
        await produce(client, "other", batch(b"other"))
    async with running_engine(tmp_path / "data", filesystem=disk) as engine:
        async with connect(engine) as client:
            assert values_of(await fetch(client, "scarce", RECORDS - 1)) == [b"9"]
        disk.is_short = True
        yield engine, disk


async def test_a_partition_gives_nothing_for_now_and_no_error(tmp_path: Path) -> None:
    async with short_engine(tmp_path) as (engine, disk), connect(engine) as client:
        data = await fetch(client, "scarce")
        assert (data.error_code, values_of(data)) == (ErrorCode.NONE, [])
        assert (data.log_start_offset, data.high_watermark) == (0, RECORDS)

        disk.is_short = False
        data = await fetch(client, "scarce")
        assert values_of(data)[0] == b"0"


async def test_the_other_partitions_of_a_fetch_are_served(tmp_path: Path) -> None:
    request = fetch_request("scarce")
    other = FetchPartition(partition=0, fetch_offset=0, partition_max_bytes=1 << 20)
    request.topics.append(FetchTopic(topic="other", partitions=[other]))
    async with short_engine(tmp_path) as (engine, _), connect(engine) as client:
        response = await client.call(request, FetchResponse, FETCH_VERSION)

        scarce, served = (topic.partitions[0] for topic in response.responses)
        assert (scarce.error_code, values_of(scarce)) == (ErrorCode.NONE, [])
        assert values_of(served) == [b"other"]


async def test_a_fetch_waits_and_reads_anew_instead_of_coming_back_at_once(tmp_path: Path) -> None:
    async with short_engine(tmp_path) as (engine, disk), connect(engine) as client:
        client.send(fetch_request("scarce", max_wait_ms=300), FETCH_VERSION)
        await until(lambda: disk.refusals)
        disk.is_short = False

        _, response = await client.receive(FetchResponse, FETCH_VERSION)
        assert values_of(response.responses[0].partitions[0])[0] == b"0"


async def test_the_log_is_not_flooded(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with short_engine(tmp_path) as (engine, _), connect(engine) as client:
        for _ in range(50):
            await fetch(client, "scarce")
        assert 0 < caplog.text.count("read_put_off partition=scarce-0") <= 10
