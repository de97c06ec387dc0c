"""When to ask what: each round has a period of its own and backs off while it fails.

Pure: time comes in as seconds of a monotonic clock. A round that is late is due once, however many
periods have passed; a round under way is not due again before it has ended. Whoever hurries a round
wants an answer to a question asked from now on: one under way does not count, and is asked again.
"""

from dataclasses import dataclass
from enum import Enum

BACKOFF_S_MAX = 10.0
"""A round that keeps failing is tried at least this often."""

PARTITIONS_PER_SECOND = 5_000
"""Partitions that may be asked for in a second; more make the periods of big rounds longer."""


class Round(Enum):
    """One kind of question."""

    LAYOUT = "layout"
    OFFSETS = "offsets"
    GROUPS = "groups"
    MEMBERS = "members"
    STARTS = "starts"
    DISKS = "disks"
    CONFIGS = "configs"
    OLDEST = "oldest"
    AGES = "ages"
    PRODUCERS = "producers"
    SEGMENTS = "segments"
    BROKER_CONFIGS = "broker configs"
    ROUND_TRIPS = "round trips"
    VITALS = "vitals"


@dataclass(frozen=True, slots=True)
class Pace:
    """`periods` are in intervals of the user's choice, `floor_s` in seconds at least."""

    periods: float
    floor_s: float
    grows: bool = False


PACES = {
    Round.LAYOUT: Pace(2, 2.0, grows=True),
    Round.OFFSETS: Pace(1, 0.0, grows=True),
    Round.GROUPS: Pace(3, 3.0),
    Round.MEMBERS: Pace(3, 3.0),
    Round.STARTS: Pace(5, 5.0, grows=True),
    Round.DISKS: Pace(5, 5.0, grows=True),
    Round.CONFIGS: Pace(15, 15.0, grows=True),
    Round.OLDEST: Pace(30, 30.0, grows=True),
    Round.AGES: Pace(5, 5.0),
    Round.PRODUCERS: Pace(2, 2.0),
    Round.SEGMENTS: Pace(10, 10.0, grows=True),
    Round.BROKER_CONFIGS: Pace(15, 15.0),
    Round.ROUND_TRIPS: Pace(1, 1.0),
    Round.VITALS: Pace(1, 1.0),
}


@dataclass(slots=True)
class _State:
    due_s: float = 0.0
    failures: int = 0
    is_running: bool = False
    is_hurried: bool = False


class Cadence:
    """Remembers when each round is due next."""

    def __init__(self, interval_s: float) -> None:
        self.interval_s = interval_s
        self.partition_count = 0
        self._states = {each: _State() for each in Round}

    def is_due(self, wanted: Round, now_s: float) -> bool:
        state = self._states[wanted]
        return not state.is_running and now_s >= state.due_s

    def began(self, begun: Round) -> None:
        self._states[begun].is_running = True
        self._states[begun].is_hurried = False

    def ended(self, done: Round, *, started_s: float, now_s: float, is_ok: bool) -> None:
        """Note the end. The period counts from the start; a failure makes it longer."""
        state = self._states[done]
        state.is_running = False
        state.failures = 0 if is_ok else state.failures + 1
        period_s = self.period_s(done)
        if state.failures:
            period_s = min(
                max(period_s, 1.0) * 2.0 ** min(state.failures - 1, 10),
                max(period_s, BACKOFF_S_MAX),
            )
        state.due_s = 0.0 if state.is_hurried else max(now_s, started_s + period_s)

    def hurry(self, *rounds: Round) -> None:
        """Make rounds due now: every one when none is named."""
        for each in rounds or tuple(Round):
            self._states[each].due_s = 0.0
            self._states[each].is_hurried = self._states[each].is_running

    def period_s(self, wanted: Round) -> float:
        """Seconds from one start to the next, while all is well."""
        pace = PACES[wanted]
        period_s = max(pace.floor_s, pace.periods * self.interval_s)
        if pace.grows:
            period_s *= max(1.0, self.partition_count / PARTITIONS_PER_SECOND)
        return period_s
