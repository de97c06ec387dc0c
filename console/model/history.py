"""What one group did in one partition lately: the window that verdict and outlook look at.

A sample is taken at every poll of end offsets, so that a group that commits rarely is judged on
current figures. A commit is noted when the committed offset differs from the one before: polling
cannot see a commit that repeats an offset.

Between two commits the lag rises however well the reader keeps up. Speeds are therefore measured
from commit to commit: from the samples that are the first to show a new committed offset.

Immutable; `observed` makes the next history.
"""

from dataclasses import dataclass, replace

COMMITS_MAX = 10
"""Commits that are kept, as Burrow keeps."""

SAMPLES_MAX = 60
"""Samples that are kept; when they are that many, some of them go and the window stays."""

WINDOW_MS = 300_000
"""Milliseconds that samples reach back."""

RECENT_MS = 60_000
RECENT_SAMPLES = 10
"""What a verdict looks at: the last minute, or the last ten samples if that is longer."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A committed offset, when it was first seen, and the lag at that moment.

    `was_made_then` is False for the first one of a history: it may be much older.
    """

    at_ms: int
    offset: int
    lag: int
    was_made_then: bool = True


@dataclass(frozen=True, slots=True)
class Sample:
    """The offsets of one poll and the lag between them. `is_commit`: the first to show a commit."""

    at_ms: int
    committed: int
    end: int
    lag: int
    is_commit: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """Commits and samples, oldest first."""

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

    @property
    def at_commits(self) -> tuple[Sample, ...]:
        """The samples that were the first to show a commit: comparable with each other."""
        return tuple(sample for sample in self.samples if sample.is_commit)

    def observed(self, sample: Sample) -> "History":
        """With one more poll. One that is not later than the last sample is ignored."""
        samples = self.samples
        if samples and sample.at_ms <= samples[-1].at_ms:
            return self
        is_commit = bool(samples) and samples[-1].committed != sample.committed
        if len(samples) >= SAMPLES_MAX:
            samples = _thinned(samples)
        oldest_ms = sample.at_ms - WINDOW_MS
        kept = tuple(each for each in samples if each.at_ms >= oldest_ms)
        return History(self._commits_with(sample), (*kept, replace(sample, is_commit=is_commit)))

    def _commits_with(self, sample: Sample) -> tuple[Commit, ...]:
        if self.commits and self.commits[-1].offset == sample.committed:
            return self.commits
        commit = Commit(sample.at_ms, sample.committed, sample.lag, bool(self.commits))
        return (*self.commits[1 - COMMITS_MAX :], commit)


def _thinned(samples: tuple[Sample, ...]) -> tuple[Sample, ...]:
    """Without every other sample between commits; without every other one if few lie there."""
    kept: list[Sample] = []
    is_dropped = False
    for sample in samples:
        if not sample.is_commit:
            is_dropped = not is_dropped
            if is_dropped:
                continue
        kept.append(sample)
    return tuple(kept) if len(kept) <= SAMPLES_MAX * 3 // 4 else samples[::2]
