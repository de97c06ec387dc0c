"""What one group did in one partition lately: the window that verdict and outlook look at.

A sample is taken at every poll of end offsets, so that a group that commits rarely is judged on
current figures. A commit is noted when the committed offset differs from the one before: polling
cannot see a commit that repeats an offset. Immutable; `observed` makes the next history.
"""

from dataclasses import dataclass

COMMITS_MAX = 10
"""Commits that are kept, as Burrow keeps."""

SAMPLES_MAX = 60
"""Samples that are kept; when they are that many, every other one of them goes."""

WINDOW_MS = 300_000
"""Milliseconds that samples reach back."""

RECENT_MS = 60_000
RECENT_SAMPLES = 10
"""What a verdict looks at: the last minute, or the last ten samples if that is longer."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A committed offset, when it was first seen, and the lag at that moment."""

    at_ms: int
    offset: int
    lag: int


@dataclass(frozen=True, slots=True)
class Sample:
    """The offsets of one poll and the lag between them."""

    at_ms: int
    committed: int
    end: int
    lag: int


@dataclass(frozen=True, slots=True)
class History:
    """Commits and samples, oldest first. The first commit was made at or before its time."""

    commits: tuple[Commit, ...] = ()
    samples: tuple[Sample, ...] = ()

    @property
    def span_ms(self) -> int:
        """Milliseconds from the first to the last sample."""
        return self.samples[-1].at_ms - self.samples[0].at_ms if self.samples else 0

    @property
    def recent(self) -> tuple[Sample, ...]:
        """The samples that a verdict is based on."""
        if not self.samples:
            return ()
        from_ms = self.samples[-1].at_ms - RECENT_MS
        first = sum(each.at_ms < from_ms for each in self.samples)
        return self.samples[max(0, min(first, len(self.samples) - RECENT_SAMPLES)) :]

    def observed(self, sample: Sample) -> "History":
        """With one more poll. One that is not later than the last sample is ignored."""
        samples = self.samples
        if samples and sample.at_ms <= samples[-1].at_ms:
            return self
        if len(samples) >= SAMPLES_MAX:
            samples = samples[::2]
        oldest_ms = sample.at_ms - WINDOW_MS
        kept = tuple(each for each in samples if each.at_ms >= oldest_ms)
        return History(self._commits_with(sample), (*kept, sample))

    def _commits_with(self, sample: Sample) -> tuple[Commit, ...]:
        if self.commits and self.commits[-1].offset == sample.committed:
            return self.commits
        commit = Commit(sample.at_ms, sample.committed, sample.lag)
        return (*self.commits[1 - COMMITS_MAX :], commit)
