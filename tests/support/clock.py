"""A clock that stands still until a test moves it."""

FAKE_EPOCH_MS = 1_700_000_000_000
"""Where the wall clock of a `FakeClock` starts: a plausible moment in 2023."""


class FakeClock:
    """The `engine.kernel.clock.Clock` port under a test's control. Public fields may be set."""

    def __init__(self, wall_ms: int = FAKE_EPOCH_MS, monotonic_s: float = 1000.0) -> None:
        self.wall = wall_ms
        self.monotonic = monotonic_s
        self.others_busy = 0.0

    def wall_ms(self) -> int:
        return self.wall

    def monotonic_s(self) -> float:
        return self.monotonic

    def others_busy_s(self) -> float:
        return self.others_busy

    def advance(self, seconds: float) -> None:
        """Let time pass on both clocks. Seconds are not negative."""
        assert seconds >= 0, "time passes forwards; use step_wall for a jump of the wall clock"
        self.wall += round(seconds * 1000)
        self.monotonic += seconds

    def step_wall(self, seconds: float) -> None:
        """Set the wall clock forwards or back, as an administrator or NTP would."""
        self.wall += round(seconds * 1000)
