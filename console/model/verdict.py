"""Whether a group keeps up, judged from a window of samples: Burrow's rules, with three amendments.

The rules, in order; the first that holds decides:

1. The committed offset lies beyond the end: AHEAD.
2. The lag is within what is allowed: OK.
3. Nothing has been committed for longer than the kept commits span (and than a floor), and at no
   recent sample was everything read: STOP, or STALL while the group has members.
4. A commit was lower than the one before, and none since has regained it: REWIND.
5. The lag was within what is allowed at some recent sample: OK, it did catch up.
6. All kept commits have one offset: STALL.
7. Too few commits were seen to tell a trend: UNKNOWN; but STOP of a group without members that
   stands still, by the age of the next unread record for longer than it has been watched.
8. The lag grows from commit to commit by more than the dead band over the window, and the next
   unread record is not fresh: WARN.
9. A limit is set, and the lag beyond it does not shrink by more than the dead band: WARN.
10. Otherwise OK.

A group is as ill as the partition that is worst off; one that cannot be judged lies between those
that are well and those that are ill.

Amendments: the current lag is sampled at every poll and not only at commits; rule 8 is a robust
slope with a dead band, where Burrow asks whether the lag ever fell, and a reader at the end is left
alone; the allowance is in records and seconds.

Source: Burrow's `evaluator`, and its reports of wrong verdicts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from math import inf

from console.model.history import RECENT_MS, History
from console.model.outlook import stands_still
from console.model.severity import Severity
from console.model.slope import theil_sen

COMMITS_MIN = 4
"""Commits that have to be seen before a trend can be told."""

SILENCE_MS = 60_000
"""The shortest pause between commits that is a stop of a group with members."""

SILENCE_ALONE_MS, SILENCE_ALONE_UNPROVEN_MS = 15_000, 30_000
"""That of a group without members; the longer one while fewer than two commits have been seen."""

FRESH_S = 2.0
"""An unread record that is younger shows that all was read a moment ago."""

DEAD_BAND_RATIO = 0.01
"""Growth of the lag below this share of what was produced in the window is noise."""


class Verdict(Enum):
    """What is wrong with a partition's reader, if anything; see the rules above."""

    UNKNOWN = "unknown"
    OK = "ok"
    WARN = "falling behind"
    STOP = "stopped"
    STALL = "stalled"
    REWIND = "rewound"
    AHEAD = "beyond the end"

    @property
    def severity(self) -> Severity:
        return _SEVERITIES[self]


_SEVERITIES = {
    Verdict.UNKNOWN: Severity.UNKNOWN,
    Verdict.OK: Severity.OK,
    Verdict.WARN: Severity.WARNING,
    Verdict.STOP: Severity.ERROR,
    Verdict.STALL: Severity.ERROR,
    Verdict.REWIND: Severity.ERROR,
    Verdict.AHEAD: Severity.ERROR,
}

BAD_VERDICTS = tuple(each for each in Verdict if each.severity > Severity.OK)
"""From mild to bad."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """Lag that is fine: up to so many records, or as long as the next unread one is this young."""

    records: int = 0
    seconds: float = 0.0

    @property
    def is_set(self) -> bool:
        return self.records > 0 or self.seconds > 0


NO_ALLOWANCE = Allowance()


@dataclass(frozen=True, slots=True)
class Reader:
    """The state of one partition's reader. `age_s` is that of the next unread record, if known."""

    lag: int
    ahead: int = 0
    age_s: float | None = None
    has_members: bool = False


def judge(
    history: History, reader: Reader, now_ms: int, allowance: Allowance = NO_ALLOWANCE
) -> Verdict:
    """The verdict on one partition."""
    if reader.ahead:
        return Verdict.AHEAD
    if reader.lag <= allowance.records or _is_young(reader, allowance):
        return Verdict.OK
    if not history.samples:
        return Verdict.UNKNOWN
    if _has_stopped(history, now_ms, has_members=reader.has_members):
        return Verdict.STALL if reader.has_members else Verdict.STOP
    if _is_rewound(history):
        return Verdict.REWIND
    if any(sample.lag <= allowance.records for sample in history.recent):
        return Verdict.OK
    if len(history.commits) > 1 and len({commit.offset for commit in history.commits}) == 1:
        return Verdict.STALL
    if not can_be_judged(history):
        return Verdict.STOP if _was_left(history, reader) else Verdict.UNKNOWN
    growth, band = _growth_and_band(history, allowance)
    is_fresh = (inf if reader.age_s is None else reader.age_s) < FRESH_S
    if (growth > band and not is_fresh) or (allowance.is_set and growth >= -band):
        return Verdict.WARN
    return Verdict.OK


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of a group: that of the partition which is worst off.

    A partition that cannot be judged may be ill: a group is only well when all of them are.
    """
    return max(verdicts, key=_badness, default=Verdict.UNKNOWN)


def is_at_least(verdict: Verdict, limit: Verdict) -> bool:
    """Whether a verdict is as bad as another, or worse."""
    return _badness(verdict) >= _badness(limit)


def can_be_judged(history: History) -> bool:
    """Whether enough commits were seen to tell a trend."""
    return sum(sample.is_commit for sample in history.samples) >= COMMITS_MIN


def completeness(histories: Iterable[History]) -> float:
    """The share of partitions that can be judged, 0 to 1; 0 without partitions.

    A partition in which everything is read needs no trend.
    """
    counts = [
        can_be_judged(each) or (bool(each.samples) and each.samples[-1].lag == 0)
        for each in histories
    ]
    return sum(counts) / len(counts) if counts else 0.0


def _badness(verdict: Verdict) -> int:
    return _ORDER.index(verdict)


_ORDER = (Verdict.OK, Verdict.UNKNOWN, *BAD_VERDICTS)
"""From well to ill."""


def _is_young(reader: Reader, allowance: Allowance) -> bool:
    return reader.age_s is not None and reader.age_s <= allowance.seconds and allowance.seconds > 0


def _has_stopped(history: History, now_ms: int, *, has_members: bool) -> bool:
    first, last = history.commits[0], history.commits[-1]
    is_proven = sum(commit.was_made_then for commit in history.commits) > 1
    alone_ms = SILENCE_ALONE_MS if is_proven else SILENCE_ALONE_UNPROVEN_MS
    floor_ms = SILENCE_MS if has_members else alone_ms
    if now_ms - last.at_ms <= max(last.at_ms - first.at_ms, floor_ms):
        return False
    return all(sample.end > last.offset for sample in history.recent)


def _was_left(history: History, reader: Reader) -> bool:
    """Whether nobody reads on, and the next record has waited for as long as a stop has to last.

    Who has members may have read far behind all the time, and commit too rarely to be seen yet.
    """
    waited_ms = 0.0 if reader.age_s is None else reader.age_s * 1000
    is_old = waited_ms > SILENCE_ALONE_UNPROVEN_MS
    return is_old and not reader.has_members and stands_still(history)


def _is_rewound(history: History) -> bool:
    offsets = [commit.offset for commit in history.commits]
    return any(
        after < before and max(offsets[position + 1 :]) < before
        for position, (before, after) in enumerate(pairwise(offsets))
    )


def _growth_and_band(history: History, allowance: Allowance) -> tuple[float, float]:
    """Records that the lag grew over the window, and how many of them are noise."""
    points = history.at_commits
    recent = [each for each in points if each.at_ms >= points[-1].at_ms - RECENT_MS]
    points = points[-max(COMMITS_MIN, len(recent)) :]
    window_s = (points[-1].at_ms - points[0].at_ms) / 1000
    slope = theil_sen([each.at_ms / 1000 for each in points], [each.lag for each in points])
    growth = slope.median * window_s if slope else 0.0
    produced = max(0, points[-1].end - points[0].end)
    return growth, max(allowance.records, DEAD_BAND_RATIO * produced)
