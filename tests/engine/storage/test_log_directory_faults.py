"""The n-th call to the disk fails, for every n: once and for ever, by every kind of error.

Goal: nothing is acknowledged that is not on disk, nothing acknowledged is lost, and only errors
come out that callers expect. Method: a fixed script runs over a disk in memory whose n-th operation
fails. Then the process dies, or power is cut, and what the disk holds is compared with what was
acknowledged.
"""

import errno
from random import Random

import pytest

from engine.kernel.ids import TopicId, TopicPartition
from engine.storage.errors import (
    ChangeFailed,
    LogFenced,
    PartitionExists,
    StorageError,
    StorageFull,
)
from engine.storage.log_config import LogConfig
from tests.support.clock import FakeClock
from tests.support.logs import (
    EVERYTHING,
    batch_of,
    checkpoint_all,
    new_disk,
    open_directory,
    read_all,
    values_of,
)
from tests.support.power_cut import power_cut

FIRST, SECOND = TopicPartition("orders", 0), TopicPartition("orders", 1)
CONFIG = LogConfig(segment_bytes=400, index_interval_bytes=100, retention_bytes=900)
WRITES = ("write",)
KINDS = {
    "EIO": (errno.EIO, None),
    "ENOSPC": (errno.ENOSPC, None),
    "EINTR": (errno.EINTR, None),
    "EMFILE": (errno.EMFILE, ("open", "list", "syncdir")),
    "short": (None, WRITES),
}


class Script:
    """The same steps each time. What is acknowledged is remembered; what fails is given up."""

    def __init__(self, filesystem, clock):
        self.filesystem = filesystem
        self.clock = clock
        self.topic_ids = {}
        self.acknowledged = {}
        """Values by partition and offset: promised to be on disk."""
        self.sent = {}
        """Values by partition and offset that may be there."""
        self.count = 0
        self.left = set()
        """Deleted partitions whose directories are left to the next start."""

    def run(self):
        for _ in range(2):
            try:
                directory = open_directory(self.filesystem, self.clock)
            except OSError:
                return
            self.left.clear()
            self.use(directory)
            directory.close()

    def use(self, directory):
        for name in (FIRST, SECOND):
            self.create(directory, name)
        self.append(directory, FIRST, batches=3)
        self.append(directory, SECOND)
        self.attempt(lambda: checkpoint_all(directory))
        self.append(directory, FIRST, batches=5)
        self.retain(directory, FIRST)
        self.append(directory, FIRST)
        self.attempt(lambda: checkpoint_all(directory))
        self.delete(directory, SECOND)
        self.create(directory, SECOND)
        self.append(directory, SECOND, batches=2)
        self.append(directory, FIRST)

    def attempt(self, call, *arguments):
        """The result, or None when it failed in a way that callers expect."""
        try:
            return call(*arguments)
        except FileNotFoundError:
            raise
        except (StorageError, OSError):
            return None

    def create(self, directory, name):
        if name in self.topic_ids or name in self.left:
            return
        topic_id = TopicId(f"topic {self.count:10}".encode())
        self.count += 1
        if directory.holds(name):
            self.attempt(directory.delete_partitions, [name])
        try:
            directory.create_partitions([name], topic_id)
        except (StorageFull, ChangeFailed, PartitionExists):
            return
        self.topic_ids[name] = topic_id
        self.acknowledged[name] = {}
        self.sent[name] = {}

    def log(self, directory, name):
        if name not in self.topic_ids:
            return None
        return self.attempt(directory.open_partition, name, self.topic_ids[name], CONFIG)

    def append(self, directory, name, batches=1):
        log = self.log(directory, name)
        if log is None:
            return
        for _ in range(batches):
            self.count += 1
            value = f"{self.count} " + "x" * 30
            was_fenced = log.is_fenced
            try:
                base = log.append(batch_of(value, value), leader_epoch=1).base_offset
                self.sent[name] |= {base: value, base + 1: value}
                log.write_staged()
            except LogFenced:
                assert log.is_fenced
                continue
            except StorageFull:
                assert not log.is_fenced
                assert log.log_end_offset == log.written_end_offset == base
                continue
            assert not was_fenced
            self.sync(log, name)

    def sync(self, log, name):
        ticket = log.begin_sync()
        try:
            ticket.run()
        except OSError as error:
            log.fail_sync(error)
            is_put_off = error.errno == errno.EMFILE
            assert log.is_fenced != is_put_off
            return
        log.end_sync(ticket)
        assert log.durable_end_offset == ticket.end_offset == log.log_end_offset
        self.acknowledged[name].update(
            {
                at: value
                for at, value in self.sent[name].items()
                if log.log_start_offset <= at < log.durable_end_offset
            }
        )

    def retain(self, directory, name):
        log = self.log(directory, name)
        if log is None:
            return
        result = self.attempt(log.apply_retention, None, log.durable_end_offset)
        self.give_up_before(name, log.log_start_offset)
        if result is not None and result.deletion is not None:
            self.attempt(result.deletion.rename)
            self.attempt(result.deletion.unlink)

    def give_up_before(self, name, start):
        kept = {at: value for at, value in self.acknowledged[name].items() if at >= start}
        self.acknowledged[name] = kept

    def delete(self, directory, name):
        if name not in self.topic_ids:
            return
        del self.topic_ids[name]
        try:
            deletions = directory.delete_partitions([name])
        except OSError:
            self.left.add(name)
            return
        for deletion in deletions:
            self.attempt(deletion.unlink)


def check(script, image, case):
    """Everything acknowledged is on a disk, and nothing that was not sent."""
    directory = open_directory(image, script.clock)
    for name, topic_id in script.topic_ids.items():
        log = directory.open_partition(name, topic_id, CONFIG)
        assert log.damages == (), case
        records = read_all(log, log.log_start_offset)
        found = {r.offset: v for r, v in zip(records, values_of(records), strict=True)}
        for at, value in script.acknowledged[name].items():
            assert found.get(at) == value, f"{case}: {name} lost {at}"
        for at, value in found.items():
            assert script.sent[name].get(at) == value, f"{case}: {name} made up {at}"
        log.append(batch_of("more"), leader_epoch=2)
        log.write_staged()
    checkpoint_all(directory)
    assert directory.close()


def played(number, error, is_sticky, kinds):
    clock = FakeClock()
    filesystem = new_disk(clock)
    filesystem.fail(number, error, is_sticky=is_sticky, kinds=kinds)
    script = Script(filesystem, clock)
    script.run()
    return script


@pytest.mark.parametrize("is_sticky", [False, True], ids=["once", "for ever"])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_acknowledged_is_lost_whichever_call_fails(kind, is_sticky):
    error, kinds = KINDS[kind]
    calls = played(EVERYTHING, error, is_sticky, kinds).filesystem.operations
    count = sum(calls[each] for each in kinds or calls)
    assert count > 25
    for number in range(count):
        script = played(number, error, is_sticky, kinds)
        filesystem = script.filesystem
        filesystem.heal()
        case = f"call {number} fails with {kind}"
        image = power_cut(filesystem, len(filesystem.journal), Random(number))
        check(script, image, case + ", power cut")
        filesystem.locked.clear()
        check(script, filesystem, case)
