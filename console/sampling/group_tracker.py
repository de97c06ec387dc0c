"""What one group has done over time: a history for each partition and one for the whole.

Fed once for each round of offsets, with committed offsets that were read before the ends. Judging
is dear compared with reading, so a partition is judged anew only every few seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from console.model.age import EndTimes
from console.model.figures import Figure, Known, Unknown, total
from console.model.history import History, Sample
from console.model.lag import Age, Lag, Outlook, OutlookKind, lag_of
from console.model.lag import Offsets as OffsetReading
from console.model.names import TopicPartition
from console.model.outlook import Speeds, added, outlook_of, speeds_of
from console.model.partition import NOT_READ
from console.model.series import EMPTY_SERIES, Series
from console.model.verdict import Allowance, Reader, Verdict, judge
from console.sampling.collected import Stamp
from console.sampling.held_loss import HeldLoss
from console.sampling.rates import RateMeter

JUDGED_EVERY_MS = 5_000

CONTROL_REMAINDER_MAX = 2
STAMPED_EVERY_MS = 5_000
"""How long a group that reads on goes by the record where it stood."""

STOOD_SAMPLES = 5
"""An answer that takes longer than so many polls is not known for this group's any more."""

STILL_SAMPLES = 3
"""A remainder of at most so many offsets that did not move for so many polls is looked at."""


@dataclass(slots=True)
class Judgement:
    """What was concluded at `at_ms`, for a lag that was zero or not."""

    at_ms: int
    had_lag: bool
    verdict: Verdict
    outlook: Outlook
    speeds: Speeds | None


@dataclass(slots=True)
class Tracked:
    """One partition of the group: the newest reading and what came before.

    `last_lag` is the newest that was known, in records; None before the first. `stamp` is that of
    the record where the group stood when it was last asked for, `stamped_ms` when it came in.
    """

    offsets: OffsetReading
    lag: Lag
    history: History
    last_lag: int | None = None
    age: Figure[Age] = NOT_READ
    stamp: Stamp | None = None
    stamped_ms: int = 0
    is_stamp_old: bool = False
    judgement: Judgement | None = None
    loss: HeldLoss = field(default_factory=HeldLoss)

    def take_stamp(self, stamps: Mapping[int, Stamp], now_ms: int) -> None:
        """Go by the stamp of the record where the group stands, or stood when it was asked for."""
        if not isinstance(self.lag.position, Known):
            return
        position = self.lag.position.value
        stood = {sample.committed for sample in self.history.samples[-STOOD_SAMPLES:]}
        found = [stamps[each] for each in {position, *stood} if each in stamps]
        stamp = max(found, default=None)
        if stamp is not None and stamp != self.stamp:
            self.stamp, self.stamped_ms = stamp, now_ms
        has_left = self.stamp is not None and self.stamp.position != position
        self.is_stamp_old = has_left and now_ms - self.stamped_ms >= STAMPED_EVERY_MS

    @property
    def may_be_control_only(self) -> bool:
        """Whether so little is left, for so long, that it may hold no record for readers.

        Commit markers take up offsets, and some clients stop just before the last one.
        """
        records = self.lag.records
        if not isinstance(records, Known) or not 0 < records.value <= CONTROL_REMAINDER_MAX:
            return False
        still = self.history.samples[-STILL_SAMPLES:]
        return len(still) == STILL_SAMPLES and len({(s.committed, s.end) for s in still}) == 1


class GroupTracker:
    """Follows one group."""

    def __init__(self) -> None:
        self.partitions: dict[TopicPartition, Tracked] = {}
        self.lag_series: Series = EMPTY_SERIES
        self.consumed_series: Series = EMPTY_SERIES
        self.outlook: Outlook | None = None
        self._counted: frozenset[TopicPartition] = frozenset()
        self._consumed = RateMeter()

    def observe(self, at_ms: int, offsets: Mapping[TopicPartition, OffsetReading]) -> None:
        """Take in one round. Partitions that are not in it are forgotten."""
        seen: dict[TopicPartition, Tracked] = {}
        for key, reading in offsets.items():
            lag = lag_of(reading)
            tracked = self.partitions.get(key) or Tracked(reading, lag, History())
            tracked.offsets, tracked.lag = reading, lag
            if isinstance(tracked.lag.records, Known):
                tracked.last_lag = tracked.lag.records.value
            sample = _sample(at_ms, reading, tracked.lag)
            if sample is not None:
                tracked.history = tracked.history.observed(sample)
            seen[key] = tracked
        self.partitions = seen
        self._observe_total(at_ms)

    def judge(
        self,
        now_ms: int,
        *,
        end_times: Mapping[TopicPartition, EndTimes],
        record_times: Mapping[TopicPartition, Mapping[int, Stamp]],
        members: Mapping[TopicPartition, str],
        allowance: Allowance,
    ) -> None:
        """Bring ages, verdicts and outlooks up to date where that is due."""
        self.tell_ages(now_ms, end_times, record_times)
        for key, tracked in self.partitions.items():
            if _is_due(tracked, now_ms):
                tracked.judgement = _judged(
                    tracked, now_ms, has_members=key in members, allowance=allowance
                )
        self.outlook = self._outlook()

    def tell_ages(
        self,
        now_ms: int,
        end_times: Mapping[TopicPartition, EndTimes],
        record_times: Mapping[TopicPartition, Mapping[int, Stamp]],
    ) -> None:
        """Bring the ages up to date."""
        for key, tracked in self.partitions.items():
            tracked.take_stamp(record_times.get(key, {}), now_ms)
            tracked.age = _age(tracked.lag, end_times.get(key), tracked.stamp, now_ms=now_ms)

    def _outlook(self) -> Outlook | None:
        """Of the partitions that still have something to read.

        While one of them stands still the group is never done, however fast the others are.
        """
        lag = total(tracked.lag.records for tracked in self.partitions.values()).amount
        judged = [each.judgement for each in self.partitions.values() if each.judgement]
        behind = [judgement.speeds for judgement in judged if judgement.had_lag]
        if not judged:
            return None
        outlook = outlook_of(added(speeds for speeds in behind if speeds is not None), lag)
        stands = any(each.had_lag and each.outlook.kind is OutlookKind.STOPPED for each in judged)
        if not stands or not lag:
            return outlook
        return replace(
            outlook, kind=OutlookKind.STOPPED, eta_s=None, eta_low_s=None, eta_high_s=None
        )

    def _observe_total(self, at_ms: int) -> None:
        known = {
            key: tracked
            for key, tracked in self.partitions.items()
            if isinstance(tracked.lag.records, Known)
            and isinstance(tracked.offsets.committed, Known)
        }
        if frozenset(known) != self._counted:
            # A sum over other partitions is another quantity: its speed would be a jump.
            self._counted = frozenset(known)
            self._consumed.reset()
        if not known:
            return
        # A partition that cannot be read at the moment has not been caught up with meanwhile.
        lag = sum(tracked.last_lag or 0 for tracked in self.partitions.values())
        committed = 0
        for tracked in known.values():
            assert isinstance(tracked.offsets.committed, Known)
            committed += tracked.offsets.committed.value
        self.lag_series = self.lag_series.appended(at_ms, lag)
        self._consumed.observe(at_ms, committed)
        per_s = self._consumed.per_s()
        if per_s is not None:
            self.consumed_series = self.consumed_series.appended(at_ms, per_s)


def _sample(at_ms: int, offsets: OffsetReading, lag: Lag) -> Sample | None:
    if isinstance(lag.records, Unknown) or isinstance(offsets.committed, Unknown):
        return None
    assert isinstance(offsets.end, Known)
    return Sample(at_ms, offsets.committed.value, offsets.end.value, lag.records.value)


def _is_due(tracked: Tracked, now_ms: int) -> bool:
    judgement = tracked.judgement
    if judgement is None or judgement.verdict is Verdict.UNKNOWN:
        return True
    has_lag = not isinstance(tracked.lag.records, Known) or tracked.lag.records.value > 0
    is_old = now_ms - judgement.at_ms >= JUDGED_EVERY_MS
    return is_old or has_lag != judgement.had_lag or tracked.lag.ahead > 0


def _judged(
    tracked: Tracked, now_ms: int, *, has_members: bool, allowance: Allowance
) -> Judgement | None:
    records = tracked.lag.records
    if isinstance(records, Unknown):
        return None
    reader = Reader(
        lag=records.value,
        ahead=tracked.lag.ahead,
        age_s=_exact_s(tracked.age),
        has_members=has_members,
    )
    verdict = judge(tracked.history, reader, now_ms, allowance)
    speeds = speeds_of(tracked.history)
    if verdict is Verdict.UNKNOWN and speeds is not None and not speeds.consumed:
        # Whether it has stopped is for the verdict to say: until it does, it has no speed.
        speeds = None
    outlook = outlook_of(speeds, records.value)
    return Judgement(now_ms, records.value > 0, verdict, outlook, speeds)


def _age(lag: Lag, ends: EndTimes | None, stamp: Stamp | None, *, now_ms: int) -> Figure[Age]:
    """From when the end offset passed the position, or from the time stamp of a record there.

    A group that has read on since then is at most so far behind. What it has read meanwhile is not
    guessed: the records before the watching may have come in one burst, hours before its begin.
    """
    if isinstance(lag.records, Known) and lag.records.value == 0:
        return Known(Age(0.0), now_ms)
    if isinstance(lag.position, Unknown):
        return lag.position
    if isinstance(lag.records, Unknown):
        return lag.records
    position = lag.position.value
    seconds = ends.age_s(position, now_ms) if ends else None
    if seconds is not None:
        return Known(Age(seconds), now_ms)
    if stamp is None or stamp.position > position or ends is None or not ends.offsets:
        return Unknown("written before the console began to watch")
    if stamp.timestamp_ms < 0:
        return Unknown("the record has no time stamp")
    seconds = max(0.0, (now_ms - stamp.timestamp_ms) / 1000)
    return Known(Age(seconds, is_at_least=stamp.timestamp_ms > ends.times_ms[0]), now_ms)


def _exact_s(age: Figure[Age]) -> float | None:
    """The seconds of an age that is more than a lower bound."""
    return age.value.seconds if isinstance(age, Known) and not age.value.is_at_least else None
