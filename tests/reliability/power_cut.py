"""Cuts the power of a broker at every sync and at random moments, and verifies what is left.

    python -m tests.reliability.power_cut [--images 10000] [--seed N] [--seconds BUDGET]
        [--keep DIR]

A broker lives a random life on a disk that records every write, sync, rename, truncate and unlink:
it produces, commits, rolls, compacts, deletes, retains, checkpoints, ends and dies. Of each moment
that is chosen an image is made that a power cut could have left (`tests.support.power_cut`: what
was not synced lost or reordered, sectors torn, names missing); a broker starts on it and everything
that had been promised by then must be there. Some images are cut again while the broker starts.
Prints one JSON line; an image with a fault is kept as a data directory.
"""

import asyncio
import sys
import time
from pathlib import Path
from random import Random

from tests.reliability import command
from tests.reliability.cut_images import judge_image
from tests.reliability.cut_life import CutLife, on_its_clock, sync_points
from tests.reliability.recorded_disk import put_image
from tests.reliability.verifier import Verdict
from tests.support.logs import ROOT
from tests.support.memory_filesystem import MemoryFileSystem
from tests.support.power_cut import power_cut

STEPS = 40
LIVES_MIN = 4
CUT_AGAIN = 0.2
"""The share of images that are cut once more, while a broker starts on them."""


class PowerCuts:
    """Lives, their images, and what was found."""

    def __init__(self, seed: int, images: int, seconds: float, work: Path) -> None:
        self._seed = seed
        self._wanted = images
        self._deadline = time.monotonic() + seconds
        self._work = work
        self.images = 0
        self.lives = 0
        self.deaths = 0
        self.syncs = 0
        self.operations = 0
        self.total = Verdict()

    @property
    def is_over(self) -> bool:
        return self.images >= self._wanted or time.monotonic() > self._deadline

    async def run(self) -> None:
        """Lives until there are enough images."""
        while not self.is_over:
            random = Random(f"{self._seed}/{self.lives}")
            life = CutLife(random)
            with on_its_clock(life.clock):
                await life.begin()
                for _ in range(STEPS):
                    await life.step()
                await self._cut(life)
                await life.end()
            self.lives += 1
            self.deaths += life.deaths

    async def _cut(self, life: CutLife) -> None:
        """Images at every sync of a life and as many at random, if so many are wanted."""
        points = [*sync_points(life)]
        self.syncs += len(points) // 2
        self.operations += life.now - life.begun_at
        points += life.random.choices(range(life.begun_at, life.now + 1), k=len(points))
        life.random.shuffle(points)
        for length in points[: max(1, self._wanted // LIVES_MIN)]:
            image = power_cut(life.disk, length, life.random)
            begun_at = len(image.journal)
            await self._judge(life, image, length)
            if life.random.random() < CUT_AGAIN and not self.is_over:
                moment = life.random.randint(begun_at, len(image.journal))
                await self._judge(life, power_cut(image, moment, life.random), length)
            if self.is_over:
                return

    async def _judge(self, life: CutLife, image: MemoryFileSystem, length: int) -> None:
        before = image.copy()
        verdict = await judge_image(life, image, length)
        self.images += 1
        self.total.records += verdict.records
        self.total.acknowledged += verdict.acknowledged
        self.total.lost += verdict.lost
        if not verdict.is_clean:
            kept = self._work / f"life-{self.lives}-operations-{length}-image-{self.images}"
            put_image(before, kept, ROOT)
            for fault in verdict.faults:
                self.total.fault(f"life {self.lives}, {length} operations: {fault}")


def run(images: int, seed: int, seconds: float, work: Path) -> dict[str, object]:
    """Make and judge so many images; the result as plain values."""
    cuts = PowerCuts(seed, images, seconds, work)
    asyncio.run(cuts.run())
    return {
        "images": cuts.images,
        "seed": seed,
        "lives": cuts.lives,
        "deaths": cuts.deaths,
        "operations_recorded": cuts.operations,
        "sync_points": cuts.syncs,
        "acknowledged_checked": cuts.total.acknowledged,
        "records_read": cuts.total.records,
        "lost": cuts.total.lost,
        "faults": cuts.total.faults,
        "clean": cuts.total.is_clean and cuts.images >= images and cuts.total.acknowledged > 0,
    }


def main() -> int:
    parser = command.parser(__doc__)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=3600)
    given = parser.parse_args()
    return command.carry_out(
        given, "power-cut", lambda work: run(given.images, given.seed, given.seconds, work)
    )


if __name__ == "__main__":
    sys.exit(main())
