"""How much room partitions take in the data directory, and how much its file system has."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from engine.kernel.ids import TopicPartition
from engine.storage.log_directory import LogDirectory

PARTITIONS_PER_TURN = 100
"""Partitions measured before the loop serves others: one that is not open costs a few looks at
its directory."""


class Space(NamedTuple):
    """What a data directory holds and what its file system has room for."""

    sizes: Mapping[TopicPartition, int]
    """Bytes of each partition that was asked for."""
    total_bytes: int
    usable_bytes: int


class SpaceMeter:
    """Measures one data directory. Loop thread only."""

    def __init__(self, directory: LogDirectory) -> None:
        self._directory = directory

    @property
    def path(self) -> str:
        """The data directory."""
        return self._directory.path

    async def measure(self, partitions: Sequence[TopicPartition]) -> Space:
        """Sizes of partitions, by their log files. Raises OSError."""
        sizes: dict[TopicPartition, int] = {}
        for count, topic_partition in enumerate(partitions, start=1):
            sizes[topic_partition] = self._directory.size_bytes(topic_partition)
            if count % PARTITIONS_PER_TURN == 0:
                await asyncio.sleep(0)
        return Space(sizes, *self._directory.space())
