"""Where the partitions of topics live: their directories and their open logs, kept in step.

Directories are made and renamed on the loop thread, a few at a time: each takes some microseconds,
and other clients are served between two handfuls. What waits for the disk is done aside. Nothing is
synced when a directory is made: the metadata log is what survives a crash, and a log syncs its own
names with its first commit.
"""

import asyncio
from collections.abc import Callable, Sequence

from engine.broker.catalogue import Topic
from engine.broker.partitions import Partitions, TopicSettings
from engine.kernel.event_log import EventLog
from engine.kernel.ids import TopicPartition
from engine.storage.directory_deletion import DirectoryDeletion
from engine.storage.errors import StorageError, change_failure
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
        wanted = [(topic, _partitions_of(topic, first)) for topic, first in topics]
        holds = self._directory.holds
        try:
            await self._free_names([each for _, some in wanted for each in some if not holds(each)])
        except StorageError as error:
            return [error for _ in topics]
        outcomes: list[StorageError | None] = []
        for topic, partitions in wanted:
            try:
                await self._clear([each for each in partitions if holds(each)])
                await self._make(topic, partitions)
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
                await self._move_away(doomed, config.file_delete_delay_ms)
            except StorageError as error:
                self._events.error("topic_files_left", topic=topic.name, why=str(error))
        try:
            await self._sync_names()
        except StorageError as error:
            self._events.error("deletions_not_synced", why=str(error))

    def reconfigure(self, topic: Topic) -> None:
        """Let a topic's changed configuration take effect."""
        self._partitions.reconfigure(topic)

    async def _free_names(self, names: Sequence[TopicPartition]) -> None:
        if names:
            await asyncio.to_thread(self._directory.free_names, names)

    async def _clear(self, stale: Sequence[TopicPartition]) -> None:
        """Get directories out of the way that no topic owns; what holds records is kept aside."""
        if not stale:
            return
        try:
            with_records = [each for each in stale if self._directory.size_bytes(each)]
            aside = self._directory.set_aside(with_records) if with_records else ()
        except OSError as error:
            raise change_failure(f"what is in the way of {stale[0]} cannot go", error) from error
        for path in aside:
            self._events.error("partition_set_aside", path=path)
        await self._move_away([each for each in stale if each not in with_records])
        await self._sync_names()
        await self._free_names(stale)

    async def _make(self, topic: Topic, wanted: Sequence[TopicPartition]) -> None:
        made: list[TopicPartition] = []
        try:
            for handful in _handfuls(wanted):
                self._directory.create_partitions(handful, topic.topic_id, are_names_free=True)
                made += handful
                await asyncio.sleep(0)
        except StorageError:
            await self._move_away(made)
            await self._sync_names()
            raise

    async def _move_away(self, doomed: Sequence[TopicPartition], delay_ms: int = 0) -> None:
        """Rename directories, which `_sync_names` puts on disk; a start would do as much for all
        that no topic owns.
        """
        if doomed and self._directory.running is not None:
            await asyncio.to_thread(self._directory.withdraw, doomed)
        for handful in _handfuls(doomed):
            try:
                deletions = self._directory.delete_partitions(handful, is_synced=False)
            except OSError as error:
                raise change_failure(f"{handful[0]} cannot be removed", error) from error
            self._discard(deletions, delay_ms)
            await asyncio.sleep(0)

    async def _sync_names(self) -> None:
        """Before a name may be that of another partition, nobody must find the old one there."""
        try:
            await asyncio.to_thread(self._directory.sync_names)
        except OSError as error:
            raise change_failure("the data directory cannot be synced", error) from error


def _partitions_of(topic: Topic, first: int) -> list[TopicPartition]:
    return [TopicPartition(topic.name, index) for index in range(first, len(topic.partitions))]


def _handfuls(partitions: Sequence[TopicPartition]) -> list[Sequence[TopicPartition]]:
    step = DIRECTORIES_PER_TURN
    return [partitions[start : start + step] for start in range(0, len(partitions), step)]
