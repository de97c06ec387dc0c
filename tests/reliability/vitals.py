"""Memory and descriptors of a process over time, and whether they grow.

Samples are gathered in spans of equal length, and a line is laid through the means of the spans:
neighbouring samples are alike, so that the error of a line through all of them would look smaller
than it is. What is sampled before the warm-up is over is put aside.

An allocator keeps what a peak made it take from the system: memory then jumps, within a second and
for good, without anything having been forgotten. A leak creeps. Jumps are therefore counted apart,
and the line is laid through what is left.
"""

import math
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import fmean, linear_regression, median

import psutil

SAMPLE_S = 1.0
SPANS = 20
SPANS_MIN = 5
JUMP_BYTES_MIN = 262_144
"""From one sample to the next; a leak of so much a second would not need a soak to be found."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A process at one moment, counted from the first sample."""

    at_s: float
    memory_bytes: int
    descriptors: int


@dataclass(frozen=True, slots=True)
class Slope:
    """Growth by the minute, and its standard error."""

    per_minute: float
    error: float


def slope(points: Sequence[tuple[float, float]]) -> Slope:
    """The line through (seconds, value); not a number with too few points to tell."""
    spans = _spans(points)
    if len(spans) < SPANS_MIN:
        return Slope(math.nan, math.nan)
    times, values = zip(*spans, strict=True)
    line = linear_regression(times, values)
    rest = sum((v - line.slope * t - line.intercept) ** 2 for t, v in spans)
    spread = sum((t - fmean(times)) ** 2 for t in times)
    error = math.sqrt(rest / (len(spans) - 2) / spread)
    return Slope(line.slope * 60, error * 60)


def _spans(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The means of up to SPANS spans of equal length."""
    if not points:
        return []
    begin, end = points[0][0], points[-1][0]
    length = (end - begin) / SPANS or 1.0
    spans: dict[int, list[tuple[float, float]]] = {}
    for at_s, value in points:
        number = min(int((at_s - begin) / length), SPANS - 1)
        spans.setdefault(number, []).append((at_s, value))
    return [(fmean(t for t, _ in each), fmean(v for _, v in each)) for each in spans.values()]


def without_jumps(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points with everything behind a jump moved back by it."""
    kept = list(points[:1])
    shift = 0.0
    for (_, before), (at_s, value) in pairwise(points):
        if abs(value - before) >= JUMP_BYTES_MIN:
            shift += value - before
        kept.append((at_s, value - shift))
    return kept


@dataclass(frozen=True, slots=True)
class Vitals:
    """What the samples after the warm-up say."""

    memory: Slope
    """Of all memory, jumps among it."""
    creep: Slope
    """Of memory without its jumps."""
    jumps_bytes: int
    """All jumps together."""
    memory_first_bytes: int
    memory_last_bytes: int
    memory_bytes_max: int
    descriptors: Slope
    descriptors_first: int
    descriptors_last: int
    descriptors_max: int


def vitals(samples: Iterable[Sample], warm_up_s: float) -> Vitals:
    """Judge the samples; the first and the last figure are medians of a span."""
    kept = [sample for sample in samples if sample.at_s >= warm_up_s]
    assert kept, "the run ended before its warm-up"
    span = max(1, len(kept) // SPANS)
    first, last = kept[:span], kept[-span:]
    memory = [(each.at_s, float(each.memory_bytes)) for each in kept]
    level = without_jumps(memory)
    return Vitals(
        memory=slope(memory),
        creep=slope(level),
        jumps_bytes=int(memory[-1][1] - level[-1][1]),
        memory_first_bytes=int(median(each.memory_bytes for each in first)),
        memory_last_bytes=int(median(each.memory_bytes for each in last)),
        memory_bytes_max=max(each.memory_bytes for each in kept),
        descriptors=slope([(each.at_s, each.descriptors) for each in kept]),
        descriptors_first=int(median(each.descriptors for each in first)),
        descriptors_last=int(median(each.descriptors for each in last)),
        descriptors_max=max(each.descriptors for each in kept),
    )


class Sampler:
    """Samples a process once a second, in a thread of its own, until it or the process ends."""

    def __init__(self, pid: int) -> None:
        self.samples: list[Sample] = []
        self.has_ended = False
        """Whether the process has."""
        self._process = psutil.Process(pid)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def lasted_s(self) -> float:
        """From the first sample to the last."""
        return self.samples[-1].at_s if self.samples else 0.0

    def _run(self) -> None:
        begun = time.monotonic()
        while not self._stopped.wait(SAMPLE_S):
            try:
                with self._process.oneshot():
                    memory_bytes = self._process.memory_info().rss
                    descriptors = self._process.num_fds()
            except psutil.Error:
                self.has_ended = True
                return
            self.samples.append(Sample(time.monotonic() - begun, memory_bytes, descriptors))

    def stop(self) -> None:
        """Take no more samples."""
        self._stopped.set()
        self._thread.join()

    def write(self, path: Path) -> None:
        """Keep the samples, one a line."""
        lines = [f"{each.at_s:.1f},{each.memory_bytes},{each.descriptors}" for each in self.samples]
        path.write_text("\n".join(["seconds,memory_bytes,descriptors", *lines, ""]))
