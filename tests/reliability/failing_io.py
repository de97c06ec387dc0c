"""Lets the n-th operation of a broker's disk fail, for every n, and verifies what is left.

    python -m tests.reliability.failing_io [--seed N] [--every 1] [--seconds BUDGET] [--keep DIR]

The same short life of a broker (`tests.reliability.cut_life`) is lived again and again; in each its
disk fails at another operation, with EIO, ENOSPC or EINTR or by writing a part only, once or from
then on for ever. Then the disk is whole again and the process dies, or power is cut: a broker must
start on what is left, everything that had been acknowledged must be there, and nothing that was not
sent. `--every N` tries each N-th operation only. Prints one JSON line; a disk with a fault is kept
as a data directory.
"""

import asyncio
import errno
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

from engine.kernel.errors import EngineError
from tests.reliability import command
from tests.reliability.cut_images import judge_image
from tests.reliability.cut_life import CannotStart, CutLife, GroupsNotLoaded, on_its_clock
from tests.reliability.recorded_disk import put_image
from tests.reliability.verifier import Verdict
from tests.support.logs import ROOT
from tests.support.memory_filesystem import MemoryFileSystem
from tests.support.power_cut import power_cut

STEPS = 12
NO_FAULT = 2**62
WRITES = ("write",)
FAILURES = {
    "EIO": (errno.EIO, None),
    "ENOSPC": (errno.ENOSPC, None),
    "EINTR": (errno.EINTR, None),
    "short write": (None, WRITES),
}
"""Of each kind the error, and the operations that fail by it; None for all of them."""
EXPECTED = (EngineError, OSError, GroupsNotLoaded)


class FailingIO:
    """One life lived with one failure after the other, and what was found."""

    def __init__(self, seed: int, work: Path) -> None:
        self._seed = seed
        self._work = work
        self.tried: Counter[str] = Counter()
        self.operations = 0
        self.total = Verdict()

    async def run(self, every: int, deadline: float) -> bool:
        """Every failure of every operation; False if time ran out."""
        whole = await self._lived(NO_FAULT, None, is_sticky=False, kinds=None)
        counts = whole.disk.operations
        self.operations = counts.total() - self._begun
        for kind, (error, kinds) in FAILURES.items():
            count = sum(counts[each] for each in kinds) if kinds else self.operations
            for number in range(self._seed % every, count, every):
                for is_sticky in (False, True):
                    if time.monotonic() > deadline:
                        return False
                    life = await self._lived(number, error, is_sticky=is_sticky, kinds=kinds)
                    ends = "for ever" if is_sticky else "once"
                    self.tried[f"{kind}, {ends}"] += 1
                    await self._judge(life, f"operation {number}: {kind} {ends}")
        return True

    async def _lived(
        self, number: int, error: int | None, *, is_sticky: bool, kinds: tuple[str, ...] | None
    ) -> CutLife:
        life = CutLife(Random(self._seed), expected=EXPECTED)
        with on_its_clock(life.clock):
            await life.begin()
            self._begun = life.disk.operations.total()
            life.disk.fail(number, error, is_sticky=is_sticky, kinds=kinds)
            try:
                for _ in range(STEPS):
                    await life.step()
            except CannotStart:
                pass
            life.disk.heal()
            await life.end()
        return life

    async def _judge(self, life: CutLife, case: str) -> None:
        """What a power cut leaves, and what a death leaves."""
        disk = life.disk
        disk.locked.clear()
        length = life.now
        cut = power_cut(disk, length, life.random)
        for image, ending in ((cut, "power cut"), (disk, "death")):
            before = image.copy()
            with on_its_clock(life.clock):
                verdict = await judge_image(life, image, length)
            self._add(verdict, before, f"{case}, {ending}")

    def _add(self, verdict: Verdict, disk: MemoryFileSystem, case: str) -> None:
        self.total.records += verdict.records
        self.total.acknowledged += verdict.acknowledged
        self.total.lost += verdict.lost
        if not verdict.is_clean:
            put_image(disk, self._work / case.replace(" ", "-").replace(":", ""), ROOT)
            for fault in verdict.faults:
                self.total.fault(f"{case}: {fault}")


def run(seed: int, every: int, seconds: float, work: Path) -> dict[str, object]:
    """Let operations fail and judge; the result as plain values."""
    failing = FailingIO(seed, work)
    is_whole = asyncio.run(failing.run(every, time.monotonic() + seconds))
    return {
        "seed": seed,
        "operations": failing.operations,
        "every": every,
        "failures_tried": failing.tried.total(),
        "by_kind": dict(failing.tried),
        "acknowledged_checked": failing.total.acknowledged,
        "lost": failing.total.lost,
        "faults": failing.total.faults,
        "clean": failing.total.is_clean and is_whole and failing.total.acknowledged > 0,
    }


def main() -> int:
    parser = command.parser(__doc__)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3600)
    given = parser.parse_args()
    return command.carry_out(
        given, "failing-io", lambda work: run(given.seed, given.every, given.seconds, work)
    )


if __name__ == "__main__":
    sys.exit(main())
