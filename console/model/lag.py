"""What the lag of one partition is, from one reading of the offsets involved.

The caller reads committed offsets *before* end offsets, so that lag cannot come out negative by
the order of reading. Judging a history of lag is `verdict`; speeds and times are `outlook`.
"""

from dataclasses import dataclass
from enum import Enum

from console.model.figures import Figure, Known, Unknown

NO_COMMIT = Unknown("nothing committed")
NOT_ASKED = Unknown("not asked for")


@dataclass(frozen=True, slots=True)
class Offsets:
    """One reading of a partition. `last_stable` is unknown where the cluster was not asked."""

    committed: Figure[int]
    log_start: Figure[int]
    high_watermark: Figure[int]
    last_stable: Figure[int] = NOT_ASKED
    is_remainder_control_only: bool = False
    """Whether the batches from `committed` to the end were found to hold no records for readers."""

    @property
    def end(self) -> Figure[int]:
        """What the group can read up to.

        The last stable offset holds readers of committed transactions; a group that has committed
        beyond it has shown that it reads uncommitted records too.
        """
        stable, committed = self.last_stable, self.committed
        if isinstance(stable, Unknown) or isinstance(committed, Unknown):
            return self.high_watermark
        return stable if committed.value <= stable.value else self.high_watermark


@dataclass(frozen=True, slots=True)
class Lag:
    """`records` is what is still to read; the others stand beside it and are not part of it.

    `expired_unread`: committed offset lies below log start by this many; retention took them.
    `ahead`: the committed offset lies beyond the end (the topic was truncated or made anew).
    `held_back`: records behind an open transaction, which a committed reader cannot have.
    `is_clamped`: the subtraction came out negative and is shown as 0.
    """

    records: Figure[int]
    position: Figure[int]
    expired_unread: int = 0
    ahead: int = 0
    held_back: int = 0
    is_clamped: bool = False


class OutlookKind(Enum):
    """Where a group's lag is going."""

    CAUGHT_UP = "caught up"
    CATCHING_UP = "catching up"
    HOLDING = "holding"
    FALLING_BEHIND = "falling behind"
    NOT_AT_THIS_RATE = "not at this rate"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outlook:
    """`eta_s` with its band is set while catching up, once the speed is known well enough. Speeds
    are in records a second.

    `gain_per_s` is how fast the lag shrinks from commit to commit; it is measured by itself, and is
    not the difference of the two speeds, which are medians over different moments. `is_settled`:
    while falling behind, it is known how fast; a reader that has just paused still has the speed
    of before. `reason` says why the kind is UNKNOWN.
    """

    kind: OutlookKind
    eta_s: float | None = None
    eta_low_s: float | None = None
    eta_high_s: float | None = None
    produced_per_s: float | None = None
    consumed_per_s: float | None = None
    gain_per_s: float | None = None
    reason: str = ""
    is_settled: bool = True

    @property
    def growth_per_s(self) -> float | None:
        """How fast the lag grows; negative while it shrinks."""
        if self.gain_per_s is not None:
            return -self.gain_per_s
        if self.produced_per_s is None or self.consumed_per_s is None:
            return None
        return self.produced_per_s - self.consumed_per_s


class LossKind(Enum):
    """Whether retention will take records that a group has not read."""

    SAFE = "safe"
    IN_TIME = "in"
    NOW = "now"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LossOutlook:
    """`seconds` until the first unread record goes, while `kind` is IN_TIME."""

    kind: LossKind
    seconds: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Age:
    """How old the next unread record is.

    `is_at_least`: time stamps do not rise steadily, or a partition's age is not known.
    """

    seconds: float
    is_at_least: bool = False


def lag_of(offsets: Offsets) -> Lag:
    """The lag of one partition of one group. Never negative; unknown is never zero.

    Without a commit it is unknown, as `-` of Kafka's `kafka-consumer-groups --describe`: where the
    group would begin is known to its members alone. In a log without a record it is 0 all the same,
    since there is nothing to read wherever one begins: clients of librdkafka commit nothing there,
    and a group would otherwise never be known to have read all of a topic with an empty partition.
    """
    committed, end = offsets.committed, offsets.end
    if isinstance(committed, Unknown):
        nothing = _nothing_there(offsets) if committed == NO_COMMIT else None
        return Lag(nothing or committed, committed)
    expired = 0
    position: Known[int] = committed
    if isinstance(offsets.log_start, Known) and offsets.log_start.value > committed.value:
        expired = offsets.log_start.value - committed.value
        position = offsets.log_start
    if isinstance(end, Unknown):
        return Lag(end, position, expired_unread=expired)
    held_back = 0
    if isinstance(offsets.high_watermark, Known):
        held_back = max(0, offsets.high_watermark.value - end.value)
    if offsets.is_remainder_control_only:
        return Lag(Known(0, end.at_ms), position, expired, held_back=held_back)
    remainder = end.value - position.value
    return Lag(
        records=Known(max(0, remainder), end.at_ms),
        position=position,
        expired_unread=expired,
        ahead=max(0, committed.value - end.value),
        held_back=held_back,
        is_clamped=remainder < 0,
    )


def _nothing_there(offsets: Offsets) -> Known[int] | None:
    """No record, where the log has none; None where it has, or where that is not known.

    A log start that was read before the end lies no further by then; one that was read after it may
    have reached where records had been written meanwhile.
    """
    start, end = offsets.log_start, offsets.high_watermark
    if isinstance(start, Unknown) or isinstance(end, Unknown) or start.at_ms > end.at_ms:
        return None
    return Known(0, end.at_ms) if start.value == end.value else None
