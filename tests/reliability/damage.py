"""Damages a data directory in every way that disks do, and verifies what a broker makes of it.

    python -m tests.reliability.damage [--seed N] [--flips 1000] [--every 1] [--seconds BUDGET]
        [--keep DIR]

A broker's directory with every kind of file, all of it saved, gets one damage at a time: a flipped
bit in a file of each kind and in each field of a batch; zeros or garbage behind a log's end; a file
of records cut at any byte of its last two batches; two segments that changed places; an older copy
of a segment. A broker that starts on it must serve no byte that was not written, lose no more than
the batch concerned, tell what it cannot read and delete nothing. Damage of what is derived must
cost nothing at all. `--every N` takes each N-th cut, tail and swap only. Prints one JSON line; a
damaged directory with a fault is kept.
"""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.reliability import command
from tests.reliability.cut_life import TABLE
from tests.reliability.damaged_disk import (
    Found,
    Truth,
    WrittenBatch,
    inspect,
    write_truth,
    write_unsaved,
)
from tests.reliability.recorded_disk import put_image
from tests.reliability.verifier import FAULTS_KEPT
from tests.support.logs import ROOT
from tests.support.memory_filesystem import MemoryFileSystem

FIELDS = {
    "base offset": (0, 8),
    "length": (8, 12),
    "leader epoch": (12, 16),
    "magic": (16, 17),
    "crc": (17, 21),
    "attributes": (21, 23),
    "last offset delta": (23, 27),
    "base timestamp": (27, 35),
    "max timestamp": (35, 43),
    "producer id": (43, 51),
    "producer epoch": (51, 53),
    "base sequence": (53, 57),
    "record count": (57, 61),
    "body": (61, 10**9),
}
"""The bytes of a batch, by field."""
COVERED = {name for name, (start, _) in FIELDS.items() if start >= 17}
"""The fields that the CRC covers, and the CRC."""
KINDS = {
    ".log": "log",
    ".index": "offset index",
    ".timeindex": "time index",
    ".snapshot": "producer snapshot",
    "leader-epoch-checkpoint": "leader epochs",
    "leader-epoch-checkpoint.crc": "leader epochs",
    "partition.metadata": "partition metadata",
    "meta.properties": "meta properties",
    "recovery-point-offset-checkpoint": "recovery points",
    "log-start-offset-checkpoint": "log starts",
    "cleaner-offset-checkpoint": "cleaned offsets",
    "offset-checkpoint-checksums": "checksums of offsets",
    "last-trusted-time": "trusted time",
    "__cluster_metadata-0": "metadata log",
    "__consumer_offsets-0": "group journal",
}
TAILS = (1, 11, 12, 60, 61, 62, 511, 512, 4096)
"""Bytes of zeros or garbage behind the end of a log."""


class Case(NamedTuple):
    """One damage."""

    what: str
    disk: MemoryFileSystem
    batch: WrittenBatch | None = None
    """The one that it may cost."""
    truth: Truth | None = None
    """What must be there, if that is not what was written."""


def kind_of(path: str) -> str:
    """What sort of file a path is, for the count; empty for what holds nothing."""
    directory, _, name = path.rpartition("/")
    folder = directory.rpartition("/")[2]
    if name.endswith(".log") and folder in KINDS:
        return KINDS[folder]
    return next((kind for suffix, kind in KINDS.items() if name.endswith(suffix)), "")


class Damages:
    """One directory damaged again and again, and what was found."""

    def __init__(self, truth: Truth, unsaved: Truth, random: Random, work: Path) -> None:
        self._truth = truth
        self._unsaved = unsaved
        self._random = random
        self._work = work
        self.tried: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.faults: list[str] = []

    def flips(self, count: int) -> Iterator[Case]:
        """Half of them in the fields of batches, the others in files of every kind."""
        others: dict[str, list[str]] = {}
        for path, inode in sorted(self._truth.disk.files.items()):
            kind = kind_of(path)
            if inode.content and kind and kind != "log":
                others.setdefault(kind, []).append(path)
        kinds, fields = sorted(others), sorted(FIELDS)
        for number in range(count):
            if number % 2:
                yield self._flip_in_batch(fields[number // 2 % len(fields)])
            else:
                kind = kinds[number // 2 % len(kinds)]
                path = self._random.choice(others[kind])
                size = len(self._truth.disk.files[path].content)
                yield self._flip(kind, path, self._random.randrange(size), None)

    def _flip_in_batch(self, field: str) -> Case:
        start, end = FIELDS[field]
        # Compaction keeps a batch without records for what it says of its producer.
        batches = [b for b in self._truth.batches if b.position + start < b.end_position]
        batch = self._random.choice(batches)
        at = self._random.randrange(
            batch.position + start, min(batch.position + end, batch.end_position)
        )
        return self._flip(f"log, {field}", batch.path, at, batch)

    def _flip(self, kind: str, path: str, at: int, batch: WrittenBatch | None) -> Case:
        disk = self._truth.disk.copy()
        bit = self._random.randrange(8)
        disk.files[path].content[at] ^= 1 << bit
        return Case(f"flip in {kind}: {path} byte {at} bit {bit}", disk, batch)

    def tails(self) -> Iterator[Case]:
        """Zeros and garbage behind the last batch of each log."""
        for path in self._last_files():
            for size in TAILS:
                for name, tail in (
                    ("zeros", bytes(size)),
                    ("garbage", self._random.randbytes(size)),
                ):
                    disk = self._truth.disk.copy()
                    disk.files[path].content.extend(tail)
                    yield Case(f"{name} behind a log: {path}, {size} bytes", disk)

    def cuts(self) -> Iterator[Case]:
        """A cut at every byte of the last two batches of each log."""
        for path in self._last_files():
            for batch in self._truth.batches_of(path)[-2:]:
                for length in range(batch.position, batch.end_position):
                    disk = self._truth.disk.copy()
                    del disk.files[path].content[length:]
                    yield Case(f"cut of a saved log: {path} at {length}", disk, batch)

    def torn(self) -> Iterator[Case]:
        """A cut at every byte of the last two batches that no checkpoint covers.

        The log ends with the last whole batch then, and nothing is told: nobody was promised more.
        """
        unsaved = self._unsaved
        for topic, values in unsaved.values.items():
            for batch in [each for each in unsaved.batches if each.topic == topic][-2:]:
                end_offset = batch.base_offset
                whole = {offset: value for offset, value in values.items() if offset < end_offset}
                expected = replace(
                    unsaved,
                    disk=self._truth.disk,
                    values=unsaved.values | {topic: whole},
                    ends=unsaved.ends | {topic: end_offset},
                )
                for length in range(batch.position, batch.end_position):
                    disk = unsaved.disk.copy()
                    del disk.files[batch.path].content[length:]
                    yield Case(f"torn tail: {batch.path} at {length}", disk, None, expected)

    def swaps(self) -> Iterator[Case]:
        """Two segments of a log that changed places, and an older copy of each.

        Of a compacted log offsets may be missing, so that an older copy of it cannot be told.
        """
        for topic in self._truth.values:
            paths = sorted({each.path for each in self._truth.batches if each.topic == topic})
            for first, second in pairwise(paths):
                disk = self._truth.disk.copy()
                files = disk.files
                files[first].content, files[second].content = (
                    files[second].content,
                    files[first].content,
                )
                yield Case(f"swapped segments: {first} and {second}", disk)
            for path in paths if topic != TABLE else ():
                for batch in self._truth.batches_of(path)[1:]:
                    disk = self._truth.disk.copy()
                    del disk.files[path].content[batch.position :]
                    what = f"older copy of a segment: {path} up to {batch.position}"
                    yield Case(what, disk)

    def _last_files(self) -> list[str]:
        """The newest file with records of each topic that has any."""
        newest: dict[str, str] = {}
        for batch in self._truth.batches:
            newest[batch.topic] = max(batch.path, newest.get(batch.topic, ""))
        return [*newest.values()]

    async def judge(self, case: Case) -> None:
        """Look at one damaged disk."""
        name = case.what.partition(":")[0]
        before = case.disk.copy()
        is_untold = name == "flip in log, base offset" and case.batch.topic == TABLE
        moved = case.batch if is_untold else None
        found = await inspect(case.truth or self._truth, case.disk, moved)
        self.tried[name] += 1
        self.told[name] += found.is_told
        faults = [*found.faults, *self._excess(name, found, case.batch)]
        if faults:
            put_image(before, self._work / f"case-{self.tried.total()}", ROOT)
            self.faults += [f"{case.what}: {fault}" for fault in faults]
            del self.faults[FAULTS_KEPT:]

    def _excess(self, name: str, found: Found, batch: WrittenBatch | None) -> Iterator[str]:
        """What is unreadable beyond what the damage may cost, or was not noticed."""
        if name.startswith(("zeros", "garbage", "torn")) and found.is_told:
            yield f"what is behind the end cost {found.unreadable} {found.refusals}"
        if batch is None:
            return
        for topic, offsets in found.unreadable.items():
            beyond = offsets - batch.offsets if topic == batch.topic else offsets
            lost = beyond & self._truth.values[topic].keys()
            if lost and not name.startswith("cut"):
                yield f"{topic}: {sorted(lost)} are unreadable as well"
        field = name.removeprefix("flip in log, ")
        if field in COVERED and not found.is_told:
            yield "was not noticed"


async def _run(
    seed: int, flips: int, every: int, deadline: float, work: Path
) -> tuple[Damages, bool]:
    truth = await write_truth(seed)
    damages = Damages(truth, await write_unsaved(truth), Random(seed), work)
    for cases, step in (
        (damages.flips(flips), 1),
        (damages.tails(), every),
        (damages.torn(), every),
        (damages.cuts(), every),
        (damages.swaps(), every),
    ):
        for case in islice(cases, 0, None, step):
            await damages.judge(case)
            if time.monotonic() > deadline:
                return damages, False
    return damages, True


def run(seed: int, flips: int, seconds: float, work: Path, *, every: int = 1) -> dict[str, object]:
    """Damage and judge; the result as plain values."""
    damages, is_whole = asyncio.run(_run(seed, flips, every, time.monotonic() + seconds, work))
    flipped = [name for name in damages.tried if name.startswith("flip")]
    return {
        "seed": seed,
        "damages": damages.tried.total(),
        "every": every,
        "flips": sum(damages.tried[name] for name in flipped),
        "by_kind": dict(sorted(damages.tried.items())),
        "told_by_kind": dict(sorted(damages.told.items())),
        "faults": damages.faults,
        "clean": not damages.faults and is_whole,
    }


def main() -> int:
    parser = command.parser(__doc__)
    parser.add_argument("--flips", type=int, default=1000)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3600)
    given = parser.parse_args()
    return command.carry_out(
        given,
        "damage",
        lambda work: run(given.seed, given.flips, given.seconds, work, every=given.every),
    )


if __name__ == "__main__":
    sys.exit(main())
