"""The guard of the wall clock that a data directory needs, and what it tells the operator."""

from engine.kernel.clock import Clock
from engine.kernel.clock_guard import UNTIL_CONFIRMED, ClockGuard, Hold
from engine.kernel.event_log import EventLog
from engine.storage.log_directory import LogDirectory


def deletion_clock(directory: LogDirectory, clock: Clock, events: EventLog) -> ClockGuard:
    """Whether the clock may decide over deletion in a directory, by what its last run trusted."""
    trusted_time = directory.trusted_time

    def on_hold(hold: Hold) -> None:
        if hold.seconds == UNTIL_CONFIRMED:
            events.error(
                "clock_not_confirmed",
                clock_ahead_seconds=hold.ahead_s,
                confirm=f"date +%s000 > {trusted_time.path}",
            )
            return
        events.warning("deletion_held_back", clock_ahead_seconds=hold.ahead_s, seconds=hold.seconds)

    return ClockGuard(
        clock, directory.last_run.wrote_ms, on_hold=on_hold, confirmed_ms=trusted_time.read
    )
