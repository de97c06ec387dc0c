"""Directories of topics: what is told when the disk does not let them be changed."""

import errno
import os
from pathlib import Path

import pytest

from engine.broker.catalogue import Topic
from engine.broker.new_topics import NewTopic
from engine.broker.topic_settings import TopicConfigurations
from engine.broker.topic_store import DirectoryStore
from engine.storage.errors import ChangeFailed, StorageError, StorageFull
from tests.support.memory_filesystem import MemoryFileSystem
from tests.support.topic_broker import TopicBroker, append


def store_of(broker: TopicBroker) -> DirectoryStore:
    return DirectoryStore(
        broker.directory,
        broker.partitions,
        TopicConfigurations(broker.metadata.settings, broker.metadata.catalogue),
        broker.maintenance.discard,
        events=broker.events,
    )


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (errno.ENOSPC, StorageFull),
        (errno.EDQUOT, StorageFull),
        (errno.EMFILE, StorageFull),
        (errno.EIO, ChangeFailed),
        (errno.EROFS, ChangeFailed),
    ],
)
@pytest.mark.parametrize("step", ["rename", "syncdir"])
@pytest.mark.parametrize("has_records", [True, False])
async def test_only_a_full_disk_is_told_as_full(
    step: str, code: int, kind: type[StorageError], has_records: bool
) -> None:
    """A directory is in the way of a new topic, and does not go."""
    disk = MemoryFileSystem()
    disk.directories.add("/data")
    broker = TopicBroker(Path("/data"), filesystem=disk)
    (topic,) = await broker.admin.create([NewTopic("t")])
    assert isinstance(topic, Topic)
    if has_records:
        await append(broker, "t")
    disk.fail(0, code, is_sticky=True, kinds=(step,))

    (failed,) = await store_of(broker).create([(topic, 0)])

    disk.heal()
    assert type(failed) is kind
    assert os.strerror(code) in str(failed)
    assert "t-0" in str(failed) or "the data directory" in str(failed)
    await broker.close()
