"""A broker process into which one bug was planted, to see whether the verifier catches it.

    python -m tests.reliability.planted [--bug NAME] [--record FILE] [--sync-delay-ms N] serve ...

The classes of the engine are changed in this process before `kconsole` starts in it; the product
has no line for it. Each bug is one that a broker could well have. Without a bug the process is a
broker like any other. With `--record` its disk writes down what it does.
"""

import argparse
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import engine.host
from console.cli import main as console
from engine.broker.commit import GroupCommit
from engine.broker.group_shard import GroupShard
from engine.broker.handlers import fetch
from engine.broker.metadata_log import MetadataLog
from engine.records.batch import read_header, stamp
from engine.storage.log_writer import LogWriter, StagedBatch
from engine.storage.partition_log import PartitionLog
from engine.storage.posix import PosixFile
from engine.storage.producer_state import ProducerState
from engine.storage.recovery import Recovery
from tests.reliability.recorded_disk import RecordedFileSystem

VERIFIED = "verified"
"""The topic whose logs are harmed."""
DROPPED_EVERY = 5
SWAPS = 4
"""Of each log: later batches are not kept waiting for one to change places with."""
COMMITS_KEPT = 5
OFFSET_COMMIT = b"\x00\x01"
"""How the key of a group's committed offset begins."""


def acknowledge_before_sync() -> None:
    """Producers are answered once the file is written."""
    honest = GroupCommit._written

    def written(self: GroupCommit, partition: Any) -> None:
        honest(self, partition)
        partition.advance(partition.log.written_end_offset, partition.appended_bytes)

    GroupCommit._written = written


def drop_a_batch() -> None:
    """Now and then a batch gets its offsets and never comes into the file."""
    honest = LogWriter.stage
    counts: Counter[str] = Counter()

    def stage(self: LogWriter, batch: StagedBatch) -> None:
        directory = self._segments.directory
        counts[directory] += 1
        if f"/{VERIFIED}-" in directory and counts[directory] % DROPPED_EVERY == 0:
            self.log_end_offset = batch.last_offset + 1
        else:
            honest(self, batch)

    LogWriter.stage = stage


def reuse_a_sequence() -> None:
    """What a producer sends again is taken for new."""
    ProducerState.admit = lambda _self, _header: None


def swap_two_batches() -> None:
    """Two batches that wait for one write change places."""
    honest = PartitionLog.write_staged
    swaps: Counter[str] = Counter()

    def write_staged(self: PartitionLog, *, may_hold: bool = True) -> None:
        staged = self._writer.staged
        name = str(self.topic_partition)
        if staged and self.topic_partition.topic == VERIFIED and swaps[name] < SWAPS:
            if len(staged) == 1:
                return
            swaps[name] += 1
            staged[:2] = _swapped(*staged[:2])
        honest(self, may_hold=may_hold)

    PartitionLog.write_staged = write_staged


def _swapped(first: StagedBatch, second: StagedBatch) -> tuple[StagedBatch, StagedBatch]:
    base_offset = first.base_offset
    placed = []
    for batch in (second, first):
        last_offset = base_offset + batch.last_offset - batch.base_offset
        stamp(batch.buffer, 0, base_offset, read_header(batch.buffer).leader_epoch)
        placed.append(batch._replace(base_offset=base_offset, last_offset=last_offset))
        base_offset = last_offset + 1
    return placed[0], placed[1]


def lose_a_commit() -> None:
    """Commits of groups are answered, and after the first few not kept."""
    honest = GroupShard.follow
    seen: Counter[str] = Counter()

    def follow(self: GroupShard, outcome: Any) -> None:
        if outcome.records and all(each.key[:2] == OFFSET_COMMIT for each in outcome.records):
            seen["commits"] += 1
            if seen["commits"] > COMMITS_KEPT:
                outcome = replace(outcome, records=())
        honest(self, outcome)

    GroupShard.follow = follow


def resurrect_a_topic() -> None:
    """That a topic was deleted is known to this process only."""
    honest = MetadataLog.commit

    async def commit(self: MetadataLog, entries: Any) -> None:
        if entries and all(entry.kind == "topic-deleted" for entry in entries):
            for entry in entries:
                self._replay(entry)
        else:
            await honest(self, entries)

    MetadataLog.commit = commit


def serve_beyond_high_watermark() -> None:
    """Consumers are handed what is written and not yet on disk."""
    honest = fetch._Reading.read

    def read(self: Any, partition: Any, asked: Any, data: Any) -> None:
        promised = partition.high_watermark
        partition.high_watermark = max(promised, partition.log.written_end_offset)
        try:
            honest(self, partition, asked, data)
        finally:
            partition.high_watermark = promised

    fetch._Reading.read = read


def forget_a_truncation() -> None:
    """Recovery finds the torn tail and leaves it in the file."""
    honest_cut, honest_truncate = Recovery._cut, PosixFile.truncate
    cutting = threading.local()

    def truncate(self: PosixFile, length: int) -> None:
        if not getattr(cutting, "is_under_way", False):
            honest_truncate(self, length)

    def cut(self: Recovery, *where: Any) -> None:
        cutting.is_under_way = True
        try:
            honest_cut(self, *where)
        finally:
            cutting.is_under_way = False

    PosixFile.truncate = truncate
    Recovery._cut = cut


BUGS: Mapping[str, Callable[[], None]] = {
    "acknowledge before sync": acknowledge_before_sync,
    "drop a batch": drop_a_batch,
    "reuse a sequence": reuse_a_sequence,
    "swap two batches": swap_two_batches,
    "lose a commit": lose_a_commit,
    "resurrect a deleted topic": resurrect_a_topic,
    "serve beyond the high watermark": serve_beyond_high_watermark,
    "forget a truncation": forget_a_truncation,
}


def program(
    *, bug: str = "", record: Path | None = None, sync_delay_ms: int = 0
) -> tuple[str, ...]:
    """The words after `python` that start such a process."""
    return (
        *("-m", "tests.reliability.planted", "--sync-delay-ms", str(sync_delay_ms)),
        *(("--bug", bug) if bug else ()),
        *(("--record", str(record)) if record else ()),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--bug", choices=BUGS)
    parser.add_argument("--record", type=Path)
    parser.add_argument("--sync-delay-ms", type=int, default=0)
    given, words = parser.parse_known_args()
    if given.bug:
        BUGS[given.bug]()
    if given.record:
        data = Path(words[words.index("--data") + 1]).resolve()
        delay_s = given.sync_delay_ms / 1000
        engine.host.PosixFileSystem = lambda: RecordedFileSystem(data, given.record, delay_s)
    console(words, prog_name="kconsole")


if __name__ == "__main__":
    main()
