"""Memory and descriptors of a process over time, and whether they grow.

Memory is what belongs to the process alone: its anonymous pages, swapped out or not. Code and files
that it shares come and go with whatever else the machine does.

Of each minute the least counts: what peaks took is given back within a minute, what is leaked is
not. A line is laid through these floors, and its error is that of the floors around it. What is
sampled before the warm-up is over is put aside.
"""

import math
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, linear_regression, median

import psutil

SAMPLE_S = 1.0
SPAN_S = 60.0
SPANS_MIN = 5
SPAN_SAMPLES_MIN = 30
"""Of a last span that is cut short; with fewer it tells nothing."""
ANONYMOUS = ("Anonymous:", "Swap:")


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

    @property
    def at_least(self) -> float:
        """Growth that is certain but for chance."""
        return self.per_minute - 2 * self.error

    @property
    def at_most(self) -> float:
        """Growth that cannot be ruled out."""
        return self.per_minute + 2 * self.error


def slope(points: Sequence[tuple[float, float]]) -> Slope:
    """The line through the floors of (seconds, value); not a number with too few to tell."""
    floors = floors_of(points)
    if len(floors) < SPANS_MIN:
        return Slope(math.nan, math.nan)
    times, values = zip(*floors, strict=True)
    line = linear_regression(times, values)
    rest = sum((v - line.slope * t - line.intercept) ** 2 for t, v in floors)
    spread = sum((t - fmean(times)) ** 2 for t in times)
    error = math.sqrt(rest / (len(floors) - 2) / spread)
    return Slope(line.slope * 60, error * 60)


def floors_of(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The least value of each span, at the middle of it."""
    spans: dict[int, list[float]] = {}
    for at_s, value in points:
        spans.setdefault(int((at_s - points[0][0]) // SPAN_S), []).append(value)
    if spans and len(spans[max(spans)]) < SPAN_SAMPLES_MIN:
        del spans[max(spans)]
    return [((number + 0.5) * SPAN_S, min(values)) for number, values in spans.items()]


@dataclass(frozen=True, slots=True)
class Vitals:
    """What the samples after the warm-up say."""

    memory: Slope
    memory_first_bytes: int
    memory_last_bytes: int
    memory_bytes_max: int
    descriptors: Slope
    descriptors_first: int
    descriptors_last: int
    descriptors_max: int


def vitals(samples: Iterable[Sample], warm_up_s: float) -> Vitals:
    """Judge the samples; the first and the last figure are medians of a minute."""
    kept = [sample for sample in samples if sample.at_s >= warm_up_s]
    assert kept, "the run ended before its warm-up"
    span = int(SPAN_S / SAMPLE_S)
    first, last = kept[:span], kept[-span:]
    return Vitals(
        memory=slope([(each.at_s, each.memory_bytes) for each in kept]),
        memory_first_bytes=int(median(each.memory_bytes for each in first)),
        memory_last_bytes=int(median(each.memory_bytes for each in last)),
        memory_bytes_max=max(each.memory_bytes for each in kept),
        descriptors=slope([(each.at_s, each.descriptors) for each in kept]),
        descriptors_first=int(median(each.descriptors for each in first)),
        descriptors_last=int(median(each.descriptors for each in last)),
        descriptors_max=max(each.descriptors for each in kept),
    )


def anonymous_bytes(maps: str) -> int:
    """What `/proc/PID/smaps_rollup` says of pages that belong to the process alone."""
    lines = (line.split() for line in maps.splitlines())
    return sum(int(line[1]) * 1024 for line in lines if line[0] in ANONYMOUS)


class Sampler:
    """Samples a process once a second, in a thread of its own, until it or the process ends."""

    def __init__(self, pid: int) -> None:
        self.samples: list[Sample] = []
        self.has_ended = False
        """Whether the process has."""
        self._process = psutil.Process(pid)
        self._maps = Path(f"/proc/{pid}/smaps_rollup")
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
                memory_bytes = anonymous_bytes(self._maps.read_text())
                descriptors = self._process.num_fds()
            except (psutil.Error, OSError):
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
