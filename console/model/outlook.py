"""Where the lag of a reader is going: catching up and when, holding, or falling behind.

Age says how old the next unread record is; it does not say how long catching up takes. That is
the estimate here, from the speeds of the end offset and of the committed offset over a window.
"""

from console.model.figures import Figure, Unknown, value_or
from console.model.history import History
from console.model.lag import Age, LossKind, LossOutlook, Outlook, OutlookKind
from console.model.retention import RetentionPolicy
from console.model.slope import theil_sen

SAMPLES_MIN = 5
SPAN_MS_MIN = 4_000
"""A shorter window says nothing about speed."""

ETA_S_MAX = 7 * 86_400
"""A longer time to catch up is not printed: `not at this rate`."""

BAND_RATIO = 0.01
"""Speeds that differ by less than this share of the faster one are held to be equal."""

_NEARLY_FULL = 0.9


def outlook_of(history: History, lag: int) -> Outlook:
    """The outlook of a partition, or of a group whose offsets are added up.

    Never an estimate without at least `SAMPLES_MIN` samples.
    """
    if lag == 0:
        return Outlook(OutlookKind.CAUGHT_UP)
    samples = history.samples
    if len(samples) < SAMPLES_MIN or history.span_ms < SPAN_MS_MIN:
        return Outlook(OutlookKind.UNKNOWN, reason="not enough samples yet")
    times = [each.at_ms / 1000 for each in samples]
    produced = theil_sen(times, [each.end for each in samples])
    consumed = theil_sen(times, [each.committed for each in samples])
    shrinking = theil_sen(times, [each.committed - each.end for each in samples])
    assert produced is not None
    assert consumed is not None
    assert shrinking is not None
    speeds = (max(0.0, produced.median), max(0.0, consumed.median))
    if samples[-1].committed <= samples[0].committed:
        return Outlook(OutlookKind.STOPPED, produced_per_s=speeds[0], consumed_per_s=0.0)
    gain = shrinking.median
    band = BAND_RATIO * max(speeds)
    if gain < -band:
        return Outlook(OutlookKind.FALLING_BEHIND, None, None, None, *speeds)
    if gain <= band:
        return Outlook(OutlookKind.HOLDING, None, None, None, *speeds)
    if lag / gain > ETA_S_MAX:
        return Outlook(OutlookKind.NOT_AT_THIS_RATE, None, None, None, *speeds)
    slowest_s = lag / shrinking.low if shrinking.low > 0 else None
    return Outlook(OutlookKind.CATCHING_UP, lag / gain, lag / shrinking.high, slowest_s, *speeds)


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
    by_size_s = _loss_by_size_s(outlook, policy.value, headroom, partition_bytes)
    if policy.value.retention_ms < 0:
        if by_size_s is None:
            return LossOutlook(LossKind.SAFE)
        return LossOutlook(LossKind.IN_TIME, by_size_s)
    if isinstance(age, Unknown):
        return LossOutlook(LossKind.UNKNOWN, reason=age.reason)
    growth = _age_growth(outlook)
    if growth <= 0:
        return LossOutlook(LossKind.SAFE)
    left_s = max(0.0, policy.value.retention_ms / 1000 - age.value.seconds) / growth
    return LossOutlook(LossKind.IN_TIME, left_s if by_size_s is None else min(left_s, by_size_s))


def _age_growth(outlook: Outlook) -> float:
    """Seconds by which the next unread record ages in a second.

    The reader moves on in the log by as many seconds of production as it reads in a second.
    """
    produced = outlook.produced_per_s or 0.0
    consumed = outlook.consumed_per_s or 0.0
    if consumed == 0.0:
        return 1.0
    return 1.0 - consumed / produced if produced else 0.0


def _loss_by_size_s(
    outlook: Outlook, policy: RetentionPolicy, headroom: int, partition_bytes: Figure[int]
) -> float | None:
    """Seconds until log start reaches the reader because the log is full; None if it is not."""
    size_bytes = value_or(partition_bytes, None)
    growth = outlook.growth_per_s
    if policy.retention_bytes <= 0 or size_bytes is None or not growth or growth <= 0:
        return None
    if size_bytes < _NEARLY_FULL * policy.retention_bytes:
        return None
    return headroom / growth
