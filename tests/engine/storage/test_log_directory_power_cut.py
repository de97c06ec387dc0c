"""Power cuts at any moment: what was synced is there afterwards, and nothing else than was sent.

Goal: with a sync before each acknowledgement nothing acknowledged is lost. Method: a random script
over a data directory (appends, syncs, some of which fail, rolls, checkpoints that other steps
overtake, retention, deletions, partitions made again, kills and clean restarts) runs on a disk in
memory that writes every operation down. From its journal the images that a power cut could have
left are made, each is opened and compared with what had been acknowledged; some are written to and
cut again. The seed alone reproduces a case.
"""

import errno
from contextlib import suppress
from dataclasses import dataclass, field, replace
from random import Random

import pytest

from engine.kernel.ids import TopicId, TopicPartition
from engine.storage.directory_checkpoint import DirectoryCheckpoint
from engine.storage.log_config import LogConfig
from tests.support.clock import FAKE_EPOCH_MS, FakeClock
from tests.support.logs import batch_of, new_disk, open_directory, read_all, sync, values_of
from tests.support.power_cut import power_cut

NAMES = [TopicPartition("orders", 0), TopicPartition("orders", 1)]
CONFIG = LogConfig(segment_bytes=3100, index_interval_bytes=300, retention_bytes=9000)
STEPS = 45
IMAGES = 14
PRODUCER = 9


@dataclass(frozen=True)
class Known:
    """What is known of one partition at one moment."""

    topic_id: TopicId
    acknowledged_end: int = 0
    start: int = 0
    """Records from here on were not deleted."""
    sent: dict[int, frozenset[str]] = field(default_factory=dict)
    """Every value that was ever written at an offset."""
    last_produced: tuple[int, int] | None = None
    """Sequence and offset of the producer's last acknowledged batch of one record."""


class Script:
    """Runs random steps and remembers, for each length of the journal, what was known."""

    def __init__(self, filesystem, clock, random, known=None, epoch=1):
        self.filesystem = filesystem
        self.clock = clock
        self.random = random
        self.epoch = epoch
        """The leader epoch: a new one after each death, as the broker does."""
        self.directory = open_directory(filesystem, clock)
        self.known: dict[TopicPartition, Known] = dict(known or {})
        self.history = [(len(filesystem.journal), dict(self.known))]
        self.checkpoint: DirectoryCheckpoint | None = None
        self.count = 0
        self.sequences = dict.fromkeys(NAMES, 0)

    def run(self, steps):
        for _ in range(steps):
            step = self.random.choice(
                [self.append] * 6
                + [self.append_and_die_before_sync, self.append_whose_sync_fails_and_die]
                + [self.checkpoint_step] * 4
                + [
                    self.roll,
                    self.retain,
                    self.delete_records,
                    self.delete,
                    self.kill,
                    self.restart,
                ]
            )
            step()
            self.remember()

    def remember(self):
        self.history.append((len(self.filesystem.journal), dict(self.known)))

    def log(self, name):
        if name not in self.known:
            self.count += 1
            if self.directory.holds(name):
                self.directory.delete_partitions([name])
            topic_id = TopicId(f"topic {self.count:10}".encode())
            self.directory.create_partitions([name], topic_id)
            self.known[name] = Known(topic_id)
            self.sequences[name] = 0
            self.remember()
        return self.directory.open_partition(name, self.known[name].topic_id, CONFIG)

    def write(self, name):
        """Append and write some batches, the last of them by the producer."""
        log = self.log(name)
        sent = dict(self.known[name].sent)
        produced = None
        for _ in range(self.random.randint(1, 4)):
            for _ in range(self.random.randint(0, 2)):
                self.count += 1
                values = [f"{self.count}.{at}" for at in range(self.random.randint(1, 3))]
                self.stage(log, sent, values)
            self.count += 1
            sequence = self.sequences[name]
            self.sequences[name] += 1
            base = self.stage(log, sent, [f"p{self.count}"], producer=(PRODUCER, 0, sequence))
            produced = (sequence, base)
        self.known[name] = replace(self.known[name], sent=sent)
        log.write_staged()
        return log, produced

    def stage(self, log, sent, values, **options):
        stamp = FAKE_EPOCH_MS + self.count
        padding = "x" * self.random.choice([0, 0, 0, 60, 300, 900])
        values = [value + padding for value in values]
        batch = batch_of(*values, timestamp_ms=stamp, **options)
        base = log.append(batch, leader_epoch=self.epoch).base_offset
        for at, value in enumerate(values):
            sent[base + at] = sent.get(base + at, frozenset()) | {value}
        return base

    def append(self):
        name = self.random.choice(NAMES)
        log, produced = self.write(name)
        sync(log)
        self.known[name] = replace(
            self.known[name], acknowledged_end=log.durable_end_offset, last_produced=produced
        )

    def append_and_die_before_sync(self):
        self.write(self.random.choice(NAMES))
        self.remember()
        self.kill()

    def append_whose_sync_fails_and_die(self):
        """What the system could not write is in memory all the same for the next process."""
        log, _ = self.write(self.random.choice(NAMES))
        self.remember()
        self.filesystem.fail(0, errno.EIO, kinds=["sync"])
        with suppress(OSError):
            log.begin_sync().run()
        self.filesystem.heal()
        self.kill()

    def checkpoint_step(self):
        """Begin, run or end a checkpoint: other steps may come between."""
        if self.checkpoint is None:
            self.checkpoint = self.directory.begin_checkpoint()
        elif not self.random.randint(0, 2):
            self.checkpoint.run()
            self.directory.end_checkpoint(self.checkpoint)
            self.checkpoint = None

    def roll(self):
        self.log(self.random.choice(NAMES)).roll_if_due(self.clock.wall + CONFIG.segment_ms)

    def retain(self):
        name = self.random.choice(NAMES)
        log = self.log(name)
        result = log.apply_retention(None, log.durable_end_offset)
        self.known[name] = replace(self.known[name], start=log.log_start_offset)
        if result.deletion is not None:
            result.deletion.rename()
            if self.random.randint(0, 1):
                result.deletion.unlink()

    def delete_records(self):
        name = self.random.choice(NAMES)
        log = self.log(name)
        end = log.durable_end_offset
        log.delete_records(
            self.random.choice([end, self.random.randint(log.log_start_offset, end)])
        )
        self.known[name] = replace(self.known[name], start=log.log_start_offset)

    def delete(self):
        name = self.random.choice(NAMES)
        if self.known.pop(name, None) is None:
            return
        self.remember()
        (deletion,) = self.directory.delete_partitions([name])
        if self.random.randint(0, 1):
            deletion.unlink()

    def kill(self):
        self.checkpoint = None
        self.epoch += 1
        self.filesystem.locked.clear()
        self.directory = open_directory(self.filesystem, self.clock)
        for name in self.known:
            log = self.log(name)
            assert log.damages == ()
            what = self.known[name]
            first_new = self.sequences[name] = next_sequence(log)
            produced = what.last_produced
            if produced is not None and produced[0] + 1 != first_new:
                produced = None
            # Consumers may read what was recovered, so it must stay.
            self.known[name] = replace(
                what, acknowledged_end=log.durable_end_offset, last_produced=produced
            )

    def restart(self):
        if self.checkpoint is not None:
            self.checkpoint.run()
            self.directory.end_checkpoint(self.checkpoint)
            self.checkpoint = None
        for name in self.known:
            sync(self.log(name))
        assert self.directory.close()
        self.directory = open_directory(self.filesystem, self.clock)
        assert self.directory.was_clean
        assert not any(self.log(name).damages for name in self.known)


def next_sequence(log):
    for producer in log.active_producers():
        return producer.last_sequence + 1
    return 0


def assert_known(image, clock, known, case):
    """Open an image and compare it with what was known."""
    directory = open_directory(image, clock)
    after = {}
    for name, what in known.items():
        log = directory.open_partition(name, what.topic_id, CONFIG)
        assert log.damages == (), case
        assert log.log_start_offset <= max(what.start, log.log_end_offset), case
        assert log.log_end_offset == log.durable_end_offset >= what.acknowledged_end, case
        records = read_all(log, log.log_start_offset)
        offsets = [record.offset for record in records]
        assert offsets == list(range(log.log_start_offset, log.log_end_offset)), case
        for record, value in zip(records, values_of(records), strict=True):
            assert value in what.sent[record.offset], case
        if records:
            assert_times(log, records, case)
        if what.last_produced is not None and what.last_produced[1] >= log.log_start_offset:
            sequence, offset = what.last_produced
            again = log.append(batch_of("?", producer=(PRODUCER, 0, sequence)), leader_epoch=1)
            assert (again.is_duplicate, again.base_offset) == (True, offset), case
        after[name] = replace(
            what, acknowledged_end=log.durable_end_offset, start=log.log_start_offset
        )
    directory.close()
    return after


def assert_times(log, records, case):
    """The time index agrees with a scan. Deleted records of a segment count too, as in Kafka."""
    at = records[len(records) // 2].timestamp_ms
    found = log.offset_for_timestamp(at)
    assert found is not None, case
    assert found.offset == next(each.offset for each in records if each.timestamp_ms >= at), case
    last = log.max_timestamp_offset()
    assert last is not None, case
    if log.log_start_offset == log.segments()[0].base_offset:
        assert last.timestamp_ms == max(record.timestamp_ms for record in records), case


def moments(script, random):
    """Lengths of the journal: where something was just synced, and any others."""
    journal = script.filesystem.journal
    first = script.history[0][0]
    syncs = [at for at, op in enumerate(journal, 1) if op.kind.startswith("sync") and at >= first]
    anywhere = range(first, len(journal) + 1)
    return random.sample(syncs, IMAGES // 2) + random.choices(anywhere, k=IMAGES // 2)


def known_at(script, length):
    """What was known when the journal had a length, and what the step under way may have done.

    It may have sent and deleted records; of a partition that it deletes nothing is known.
    """
    known = [names for at, names in script.history if at <= length][-1]
    later = next((names for at, names in script.history if at > length), known)
    return {
        name: replace(what, sent=later[name].sent, start=max(what.start, later[name].start))
        for name, what in known.items()
        if name in later and later[name].topic_id == what.topic_id
    }


@pytest.mark.parametrize("seed", range(18))
def test_nothing_acknowledged_is_lost_whenever_power_is_cut(seed):
    random = Random(seed)
    clock = FakeClock()
    script = Script(new_disk(clock), clock, random)
    script.run(STEPS)
    for length in moments(script, random):
        case = f"seed {seed}, {length} operations"
        image = power_cut(script.filesystem, length, random)
        after = assert_known(image, clock, known_at(script, length), case)
        if random.randint(0, 2):
            continue
        second = Script(image, clock, random, after, script.epoch)
        second.kill()
        second.remember()
        second.run(8)
        length = random.randint(second.history[0][0], len(image.journal))
        image = power_cut(image, length, random)
        assert_known(image, clock, known_at(second, length), case + ", cut again")
