"""Where the partitions of topics live: their directories and their open logs, kept in step.

Directories are made and renamed on the loop thread, a few at a time: each takes some microseconds,
and other clients are served between two handfuls. Nothing is synced when a directory is made: the
metadata log is what survives a crash, and a log syncs its own names with its first commit.
"""

import asyncio
from collections.abc import Callable, Sequence

from engine.broker.catalogue import Topic
from engine.broker.partitions import Partitions, TopicSettings
from engine.kernel.event_log import EventLog
from engine.kernel.ids import TopicPartition
from engine.storage.directory_deletion import DirectoryDeletion
from engine.storage.errors import StorageError, StorageFull
from engine.storage.log_directory import LogDirectory

DIRECTORIES_PER_TURN = 32
"""Directories made or renamed before the loop serves others: about five milliseconds."""


class DirectoryStore:
    """The `TopicStore` of a data directory. Loop thread only, within the metadata log's turn."""

    def __init__(
        self,
        directory: LogDirectory,
        partitions: Partitions,
        settings: TopicSettings,
        discard: Callable[[Sequence[DirectoryDeletion], int], None],
        *,
        events: EventLog,
    ) -> None:
        """`discard` frees the bytes of directories after so many milliseconds."""
        self._directory = directory
        self._partitions = partitions
        self._settings = settings
        self._discard = discard
        self._events = events

    async def create(self, topics: Sequence[tuple[Topic, int]]) -> list[StorageError | None]:
        """Make directories for each topic's partitions from an index on; one outcome a topic."""
        outcomes: list[StorageError | None] = []
        for topic, first in topics:
            wanted = _partitions_of(topic, first)
            stale = [each for each in wanted if self._directory.holds(each)]
            try:
                await self._clear(stale)
                await self._make(topic, wanted)
            except StorageError as error:
                outcomes.append(error)
            else:
                outcomes.append(None)
        return outcomes

    async def delete(self, topics: Sequence[Topic]) -> None:
        """Close the logs of deleted topics and move their directories out of the way.

        A directory that cannot be moved is told and left to the next start.
        """
        for topic in topics:
            config = self._settings.log_config(topic)
            await self._partitions.remove(topic)
            doomed = [each for each in _partitions_of(topic, 0) if self._directory.holds(each)]
            try:
                await self._remove(doomed, config.file_delete_delay_ms)
            except StorageError as error:
                self._events.error("topic_files_left", topic=topic.name, why=str(error))

    def reconfigure(self, topic: Topic) -> None:
        """Let a topic's changed configuration take effect."""
        self._partitions.reconfigure(topic)

    async def _clear(self, stale: Sequence[TopicPartition]) -> None:
        """Get directories out of the way that no topic owns; what holds records is kept aside."""
        with_records = [each for each in stale if self._directory.size_bytes(each)]
        if with_records:
            for path in self._directory.set_aside(with_records):
                self._events.error("partition_set_aside", path=path)
        await self._remove([each for each in stale if each not in with_records])

    async def _make(self, topic: Topic, wanted: Sequence[TopicPartition]) -> None:
        made: list[TopicPartition] = []
        try:
            for handful in _handfuls(wanted):
                self._directory.create_partitions(handful, topic.topic_id)
                made += handful
                await asyncio.sleep(0)
        except StorageError:
            await self._remove(made)
            raise

    async def _remove(self, doomed: Sequence[TopicPartition], delay_ms: int = 0) -> None:
        for handful in _handfuls(doomed):
            try:
                self._discard(self._directory.delete_partitions(handful), delay_ms)
            except OSError as error:
                raise StorageFull(f"{handful[0]} cannot be removed: {error}") from error
            await asyncio.sleep(0)


def _partitions_of(topic: Topic, first: int) -> list[TopicPartition]:
    return [TopicPartition(topic.name, index) for index in range(first, len(topic.partitions))]


def _handfuls(partitions: Sequence[TopicPartition]) -> list[Sequence[TopicPartition]]:
    step = DIRECTORIES_PER_TURN
    return [partitions[start : start + step] for start in range(0, len(partitions), step)]
