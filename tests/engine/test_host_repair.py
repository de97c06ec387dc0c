"""Damage in the broker's own logs: what it keeps from working, and the way out of it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from console.cli import main
from engine import Engine, EngineConfig
from engine.failures import failure_of
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.metadata import MetadataRequest, MetadataResponse
from engine.protocol.messages.offset_commit import OffsetCommitResponse
from engine.protocol.messages.offset_fetch import OffsetFetchResponse
from engine.records.batch import HEADER_SIZE, split_batches
from engine.records.crc import crc32c
from engine.storage.errors import StorageDamaged
from tests.support import group_requests
from tests.support.offset_churn import find_coordinators
from tests.support.running_engine import (
    batch,
    connect,
    create_topic,
    fetch,
    produce,
    running_engine,
    values_of,
)
from tests.support.wire_client import WireClient

OFFSETS = {"offsets_topic_num_partitions": 1}
GROUP = "group-0"
CRC_START, CRC_END = 17, 21
"""Where a batch has its checksum, which covers what comes behind it."""


def damage(log: Path, holding: bytes) -> None:
    """Change one bit of the first batch of a log that holds some bytes."""
    content = bytearray(log.read_bytes())
    position = 0
    for each in split_batches(bytes(content)):
        if holding in bytes(each):
            content[position + len(each) - 1] ^= 1
            log.write_bytes(content)
            return
        position += len(each)
    raise AssertionError(f"nothing in {log} holds {holding!r}")


def spoil(log: Path, holding: bytes) -> None:
    """Make the records of the first batch that holds some bytes unreadable, under a true CRC."""
    content = bytearray(log.read_bytes())
    position = 0
    for each in split_batches(bytes(content)):
        if holding in bytes(each):
            content[position + HEADER_SIZE] = 0
            of_crc = content[position + CRC_END : position + len(each)]
            content[position + CRC_START : position + CRC_END] = crc32c(of_crc).to_bytes(4, "big")
            log.write_bytes(content)
            return
        position += len(each)
    raise AssertionError(f"nothing in {log} holds {holding!r}")


SPOILERS = pytest.mark.parametrize("harm", [damage, spoil])


def log_of(data: Path, partition: str) -> Path:
    (log,) = (data / partition).glob("*.log")
    return log


def repair(data: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["repair", str(data), *options])
    return result.exit_code, result.stdout


async def committed(client: WireClient, topic: str) -> int:
    """The position of the group in partition 0."""
    await find_coordinators(client)
    asked = group_requests.fetch(GROUP, {topic: [0]})
    response = await client.call(asked, OffsetFetchResponse, 8)
    (group,) = response.groups
    assert group.error_code == ErrorCode.NONE
    return group.topics[0].partitions[0].committed_offset


async def commit(client: WireClient, topic: str, offset: int, told: str) -> None:
    request = group_requests.commit(GROUP, {topic: [(0, offset, -1, told)]})
    response = await client.call(request, OffsetCommitResponse, 9)
    assert response.topics[0].partitions[0].error_code == ErrorCode.NONE


@SPOILERS
async def test_groups_come_back_with_every_commit_that_can_be_read(
    harm: Callable[[Path, bytes], None], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    data = tmp_path / "data"
    async with running_engine(data, **OFFSETS) as engine, connect(engine) as client:
        for topic in ("kept", "newer", "fallen-back"):
            await create_topic(client, topic)
        await find_coordinators(client)
        await commit(client, "kept", 1, "first")
        await commit(client, "fallen-back", 2, "first")
        await commit(client, "fallen-back", 3, "damaged")
        await commit(client, "newer", 4, "last")
    harm(log_of(data, "__consumer_offsets-0"), b"damaged")
    async with running_engine(data, **OFFSETS) as engine, connect(engine) as client:
        code = ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
        while code == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
            asked = group_requests.fetch(GROUP, {"kept": [0]})
            response = await client.call(asked, OffsetFetchResponse, 8)
            code = response.groups[0].error_code
        assert code == ErrorCode.NOT_COORDINATOR
        assert "groups_not_loaded partition=__consumer_offsets-0" in caplog.text
        assert "kconsole repair DIR" in caplog.text

    exit_code, told = repair(data)
    assert exit_code == 3
    assert "__consumer_offsets-0: offsets 2 to 2 cannot be read" in told
    assert "damaged ranges: 1; nothing was changed" in told
    exit_code, told = repair(data, "--write")
    assert exit_code == 0
    assert f"{data}/__consumer_offsets-0.1-damaged" in told

    async with running_engine(data, **OFFSETS) as engine, connect(engine) as client:
        assert await committed(client, "kept") == 1
        assert await committed(client, "fallen-back") == 2
        assert await committed(client, "newer") == 4
    assert repair(data) == (0, f"{data}: nothing to repair\n")


async def names_of(client: WireClient) -> set[str | None]:
    response = await client.call(MetadataRequest(topics=None), MetadataResponse, 12)
    return {topic.name for topic in response.topics}


@SPOILERS
async def test_the_broker_starts_with_every_topic_that_can_be_read(
    harm: Callable[[Path, bytes], None], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    async with running_engine(data) as engine, connect(engine) as client:
        for topic in ("first", "unlucky", "last"):
            await create_topic(client, topic)
            await produce(client, topic, batch(topic.encode()))
    harm(log_of(data, "__cluster_metadata-0"), b"unlucky")
    with pytest.raises(StorageDamaged) as refused:
        await Engine(EngineConfig(data=str(data), listen="127.0.0.1:0")).start()
    assert f"`kconsole repair {data}`" in failure_of(refused.value, str(data)).message

    assert repair(data)[0] == 3
    exit_code, told = repair(data, "--write")
    assert exit_code == 0
    assert "set aside at the next start" in told

    async with running_engine(data) as engine, connect(engine) as client:
        assert await names_of(client) == {"first", "last"}
        assert values_of(await fetch(client, "last")) == [b"last"]
    (stray,) = data.glob("unlucky-0.*-stray")
    assert b"unlucky" in log_of(stray.parent, stray.name).read_bytes()
