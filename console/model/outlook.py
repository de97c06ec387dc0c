"""Where the lag of a reader is going: catching up and when, holding, or falling behind.

Age says how old the next unread record is; it does not say how long catching up takes. That is
the estimate here, from the speeds of the end offset and of the committed offset over the last
seconds: as many as tell a speed, and no more, for a reader that slowed down is to be seen at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from console.model.figures import Figure, Unknown, value_or
from console.model.history import History, Sample
from console.model.lag import Age, LossKind, LossOutlook, Outlook, OutlookKind
from console.model.retention import RetentionPolicy
from console.model.slope import theil_sen

COMMITS_MIN = 4
"""Commits that have to be seen before a speed can be told."""

SPEED_MS = 20_000
SPEED_COMMITS = 8
"""What a speed is measured over: so much time, or so many commits if that is longer."""

STOPPED_MS = 10_000
"""Without a commit for so long, a reader is taken to stand still."""

STOPPED_PAUSES = 2
"""A reader that commits rarely has to be silent for so many of its longest pauses."""

ETA_S_MAX = 7 * 86_400
"""A longer time to catch up is not printed: `not at this rate`."""

AT_END_S = 1.0
"""A reader that is behind by less than what is written in this time is at the end."""

BAND_RATIO = 0.01
"""Speeds that differ by less than this share of the faster one are held to be equal."""

ETA_BAND_MAX = 4.0
"""A time to catch up is told once its slow end is at most so many times its fast end; a time to
data loss once the growth of the lag is known as well."""

UNSETTLED = "how fast it falls behind is not settled yet"

_NEARLY_FULL = 0.9


@dataclass(frozen=True, slots=True)
class Speeds:
    """Records a second. `gain` is how fast the lag shrinks, with its quartiles.

    `is_current`: the reader has not been silent for longer than between any two commits before.
    """

    produced: float
    consumed: float
    gain: float
    gain_low: float
    gain_high: float
    is_current: bool = True


def speeds_of(history: History) -> Speeds | None:
    """The speeds in one partition; None while too little was seen."""
    points = _lately(_since_rewind(history.at_commits))
    samples = _lately(history.samples, since_ms=points[0].at_ms if points else None)
    produced = theil_sen([each.at_ms / 1000 for each in samples], [each.end for each in samples])
    if produced is None:
        return None
    rate = max(0.0, produced.median)
    if stands_still(history):
        return Speeds(rate, 0.0, -rate, -rate, -rate)
    if len(points) < COMMITS_MIN:
        return None
    times = [each.at_ms / 1000 for each in points]
    consumed = theil_sen(times, [each.committed for each in points])
    gain = theil_sen(times, [each.committed - each.end for each in points])
    assert consumed is not None
    assert gain is not None
    return Speeds(
        rate,
        max(0.0, consumed.median),
        gain.median,
        gain.low,
        gain.high,
        is_current=_quiet_ms(history) <= _longest_pause_ms(history),
    )


def stands_still(history: History) -> bool:
    """Whether the reader has been silent for longer than its pauses before explain."""
    pauses_ms = STOPPED_PAUSES * _longest_pause_ms(history)
    return bool(history.samples) and _quiet_ms(history) >= max(STOPPED_MS, pauses_ms)


def _quiet_ms(history: History) -> int:
    """Since when nothing was committed; who has nothing to read is not silent."""
    last = (history.at_commits or history.samples[:1])[-1]
    return history.samples[-1].at_ms - max(last.at_ms, _read_all(history))


def _since_rewind(points: Sequence[Sample]) -> Sequence[Sample]:
    """Those after the last time that the reader was set back: the leap is no speed."""
    back = [
        at for at, (one, two) in enumerate(pairwise(points), 1) if two.committed < one.committed
    ]
    return points[back[-1] :] if back else points


def _lately(samples: Sequence[Sample], since_ms: int | None = None) -> Sequence[Sample]:
    """The last of them that a speed is measured over; more where it began before."""
    if not samples:
        return ()
    from_ms = samples[-1].at_ms - SPEED_MS
    if since_ms is not None:
        from_ms = min(from_ms, since_ms)
    count = sum(each.at_ms >= from_ms for each in samples)
    return samples[-max(SPEED_COMMITS, count) :]


def _read_all(history: History) -> int:
    """When everything was read last; 0 for never."""
    return max((each.at_ms for each in history.samples if not each.lag), default=0)


def _longest_pause_ms(history: History) -> float:
    """The longest time between two commits; half of what was seen while there were not two."""
    made = [commit for commit in history.commits if commit.was_made_then]
    if len(made) < 2:
        return history.span_ms / (2 * STOPPED_PAUSES)
    return max(after.at_ms - before.at_ms for before, after in pairwise(made))


def added(speeds: Iterable[Speeds]) -> Speeds | None:
    """The speeds of several partitions together; None when there are none."""
    parts = list(speeds)
    if not parts:
        return None
    return Speeds(
        sum(each.produced for each in parts),
        sum(each.consumed for each in parts),
        sum(each.gain for each in parts),
        sum(each.gain_low for each in parts),
        sum(each.gain_high for each in parts),
        is_current=all(each.is_current for each in parts),
    )


def outlook_of(speeds: Speeds | None, lag: int) -> Outlook:
    """The outlook of a partition, or of a group by its speeds together."""
    if lag == 0:
        return Outlook(OutlookKind.CAUGHT_UP)
    if speeds is None:
        return Outlook(OutlookKind.UNKNOWN, reason="not enough commits seen yet")
    measured = (speeds.produced, speeds.consumed, speeds.gain)
    if speeds.consumed == 0:
        return Outlook(OutlookKind.STOPPED, None, None, None, *measured)
    band = BAND_RATIO * max(speeds.produced, speeds.consumed)
    if lag < AT_END_S * speeds.produced:
        return Outlook(OutlookKind.HOLDING, None, None, None, *measured)
    if speeds.gain < -band:
        is_settled = speeds.is_current and speeds.gain_low >= ETA_BAND_MAX * speeds.gain_high
        kind = OutlookKind.FALLING_BEHIND
        return Outlook(kind, None, None, None, *measured, is_settled=is_settled)
    if speeds.gain <= band:
        return Outlook(OutlookKind.HOLDING, None, None, None, *measured)
    if lag / speeds.gain > ETA_S_MAX:
        return Outlook(OutlookKind.NOT_AT_THIS_RATE, None, None, None, *measured)
    if speeds.gain_low <= 0 or speeds.gain_high > ETA_BAND_MAX * speeds.gain_low:
        return Outlook(OutlookKind.CATCHING_UP, None, None, None, *measured)
    slowest_s, fastest_s = lag / speeds.gain_low, lag / speeds.gain_high
    return Outlook(OutlookKind.CATCHING_UP, lag / speeds.gain, fastest_s, slowest_s, *measured)


def loss_of(
    outlook: Outlook,
    *,
    age: Figure[Age],
    policy: Figure[RetentionPolicy],
    headroom: int,
    expired_unread: int,
    partition_bytes: Figure[int],
) -> LossOutlook:
    """Whether, and when, retention takes records that the reader has not read.

    `headroom` is how many records lie between log start and the reader's position.
    """
    if expired_unread:
        return LossOutlook(LossKind.NOW)
    if outlook.kind in (OutlookKind.CAUGHT_UP, OutlookKind.CATCHING_UP, OutlookKind.HOLDING):
        return LossOutlook(LossKind.SAFE)
    if isinstance(policy, Unknown):
        return LossOutlook(LossKind.UNKNOWN, reason=policy.reason)
    if not policy.value.expires:
        return LossOutlook(LossKind.SAFE)
    if outlook.kind is OutlookKind.UNKNOWN:
        return LossOutlook(LossKind.UNKNOWN, reason=outlook.reason)
    if not outlook.is_settled:
        return LossOutlook(LossKind.UNKNOWN, reason=UNSETTLED)
    by_size_s = _loss_by_size_s(outlook, policy.value, headroom, partition_bytes)
    if policy.value.retention_ms < 0:
        if isinstance(partition_bytes, Unknown):
            return LossOutlook(LossKind.UNKNOWN, reason=partition_bytes.reason)
        if by_size_s is None:
            return LossOutlook(LossKind.SAFE)
        return LossOutlook(LossKind.IN_TIME, by_size_s)
    if isinstance(age, Unknown):
        return LossOutlook(LossKind.UNKNOWN, reason=age.reason)
    growth = _age_growth(outlook)
    if growth <= 0:
        return LossOutlook(LossKind.SAFE)
    left_s = max(0.0, policy.value.retention_ms / 1000 - age.value.seconds) / growth
    if left_s and isinstance(partition_bytes, Unknown) and _may_go_by_size(outlook, policy.value):
        # By age alone it would be told too late.
        return LossOutlook(LossKind.UNKNOWN, reason=partition_bytes.reason)
    return LossOutlook(LossKind.IN_TIME, left_s if by_size_s is None else min(left_s, by_size_s))


def _age_growth(outlook: Outlook) -> float:
    """Seconds by which the next unread record ages in a second.

    The reader moves on in the log by as many seconds of production as it reads in a second; what
    it lacks for a whole second is what the lag grows by.
    """
    produced, growth = outlook.produced_per_s, outlook.growth_per_s
    if outlook.consumed_per_s == 0.0:
        return 1.0
    return growth / produced if produced and growth is not None else 0.0


def _loss_by_size_s(
    outlook: Outlook, policy: RetentionPolicy, headroom: int, partition_bytes: Figure[int]
) -> float | None:
    """Seconds until log start reaches the reader because the log is full; None if it is not."""
    size_bytes = value_or(partition_bytes, None)
    if size_bytes is None or not _may_go_by_size(outlook, policy):
        return None
    if size_bytes < _NEARLY_FULL * policy.retention_bytes:
        return None
    growth = outlook.growth_per_s
    assert growth, "it grows where records may go by size"
    return headroom / growth


def _may_go_by_size(outlook: Outlook, policy: RetentionPolicy) -> bool:
    """Whether a limit of size counts: there is one, and the reader falls behind what is written."""
    return policy.retention_bytes > 0 and (outlook.growth_per_s or 0.0) > 0
