"""A rate as an allowance: how many records may be handled now, and how fast it has really been.

Pure: time comes in as seconds of a monotonic clock.
"""

from collections import deque

WINDOW_S = 3.0
BURST_S = 0.25


class Pace:
    """Allows `limit` records a second in small bursts and measures what was done."""

    def __init__(self, limit: float | None, now_s: float) -> None:
        self.limit = limit
        self.handled = 0
        self._allowance = 0.0
        self._seen_s = now_s
        self._done: deque[tuple[float, int]] = deque()

    def allowed(self, now_s: float, at_most: int) -> int:
        """How many records may be handled now."""
        elapsed, self._seen_s = now_s - self._seen_s, now_s
        if self.limit is None:
            return at_most
        ceiling = max(1.0, self.limit * BURST_S)
        self._allowance = min(ceiling, self._allowance + elapsed * self.limit)
        return min(at_most, int(self._allowance))

    def note(self, count: int, now_s: float) -> None:
        """Tell that `count` records were handled."""
        self.handled += count
        if self.limit is not None:
            self._allowance -= count
        if count:
            self._done.append((now_s, count))

    def rate(self, now_s: float) -> float:
        """Records a second over the last three seconds."""
        while self._done and self._done[0][0] < now_s - WINDOW_S:
            self._done.popleft()
        return sum(count for _, count in self._done) / WINDOW_S
