"""How fast a counter rises, from readings of it."""

WINDOW_MS = 5_000
"""The time over which a rate is an average; at least two readings, however far apart."""

_POINTS_MAX = 64


class RateMeter:
    """Readings of one counter. A counter that falls was made anew: its past is forgotten.

    There is one for each of ten thousand topics: a list takes a fifth of what a deque does.
    """

    __slots__ = ("_points",)

    def __init__(self) -> None:
        self._points: list[tuple[int, float]] = []

    def observe(self, at_ms: int, amount: float) -> None:
        """Note a reading. One that is not later than the last is ignored."""
        if self._points:
            last_ms, last = self._points[-1]
            if at_ms <= last_ms:
                return
            if amount < last:
                self._points.clear()
        self._points.append((at_ms, amount))
        del self._points[:-_POINTS_MAX]
        while len(self._points) > 2 and self._points[1][0] <= at_ms - WINDOW_MS:
            del self._points[0]

    def reset(self) -> None:
        self._points.clear()

    def per_s(self) -> float | None:
        """The rate over the window; None before the second reading."""
        if len(self._points) < 2:
            return None
        (first_ms, first), (last_ms, last) = self._points[0], self._points[-1]
        return (last - first) * 1000 / (last_ms - first_ms)
