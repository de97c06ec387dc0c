"""Partitions open on first use, and one that cannot be opened is not tried all the time."""

import errno
from pathlib import Path

import pytest

from engine.broker.new_topics import NewTopic
from engine.broker.partitions import OPEN_RETRY_S, PartitionUnavailable
from engine.storage.posix import PosixFile, PosixFileSystem
from tests.support.topic_broker import append, topic_broker


class Troubled(PosixFileSystem):
    """Cannot open segments for a while; counts how often that was tried."""

    is_broken = False
    tries = 0

    def open(self, path: str, *, writable: bool = False, create: bool = False) -> PosixFile:
        if self.is_broken and path.endswith("t-0/00000000000000000000.log"):
            self.tries += 1
            raise OSError(errno.EIO, "the disk says no")
        return super().open(path, writable=writable, create=create)


async def test_log_that_cannot_be_opened_is_tried_again_after_a_while(tmp_path: Path) -> None:
    """Each try may read much, and clients ask all the time."""
    filesystem = Troubled()
    async with topic_broker(tmp_path / "data") as broker:
        await broker.admin.create([NewTopic("t")])
        await append(broker, "t")
    async with topic_broker(tmp_path / "data", filesystem=filesystem) as broker:
        filesystem.is_broken = True
        for _ in range(3):
            with pytest.raises(PartitionUnavailable, match="the disk says no"):
                broker.partitions.find("t", 0)
        assert filesystem.tries == 1
        filesystem.is_broken = False

        broker.clock.advance(OPEN_RETRY_S)

        partition = broker.partitions.find("t", 0)
        assert partition is not None
        assert partition.high_watermark == 1
