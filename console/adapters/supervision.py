"""How often a broker that died is started again. Pure: time comes in as monotonic seconds."""

from collections import deque

RESTARTS_MAX = 5
WINDOW_S = 120.0
"""More restarts than these within this time: it does not stay up, and nobody keeps trying."""

DELAYS_S = (0.2, 0.5, 1.0, 2.0, 4.0)
"""Seconds to wait before the first, second ... restart of a window."""


class Restarts:
    """Counts the restarts of one broker."""

    def __init__(self) -> None:
        self._made: deque[float] = deque()

    @property
    def made(self) -> int:
        """Restarts in the present window."""
        return len(self._made)

    def next_delay_s(self, now_s: float) -> float | None:
        """Count one more restart: how long to wait before it, None when there is none left."""
        while self._made and self._made[0] <= now_s - WINDOW_S:
            self._made.popleft()
        if len(self._made) >= RESTARTS_MAX:
            return None
        self._made.append(now_s)
        return DELAYS_S[len(self._made) - 1]
