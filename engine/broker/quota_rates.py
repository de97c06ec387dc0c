"""How fast something happens, and how long to wait until it is slow enough: Kafka's two measures.

`WindowedRate` holds what bytes and request time are measured with: the sum over the last windows of
one second each, divided by the time that they cover. It may be exceeded first and is paid for
afterwards. `TokenBucket` is for changes of the cluster, which come in bursts.

Pure: time comes in, in milliseconds that never go back. Sources: Kafka's `Rate`, `SampledStat`,
`TokenBucket` and `QuotaUtils.throttleTime`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QuotaWindows:
    """How many windows are remembered, the one that is being filled included, and their length."""

    count: int
    length_ms: int

    @property
    def total_ms(self) -> int:
        return self.count * self.length_ms


class _Window:
    __slots__ = ("last_ms", "start_ms", "total")

    def __init__(self, now_ms: float) -> None:
        self.start_ms = now_ms
        self.last_ms = now_ms
        self.total = 0.0


class WindowedRate:
    """Units per second over the last windows."""

    __slots__ = ("_windows", "_windows_kept")

    def __init__(self, windows: QuotaWindows) -> None:
        self._windows = windows
        self._windows_kept: list[_Window] = []

    def record(self, amount: float, now_ms: float) -> None:
        """Count an amount; a negative one takes back what was counted."""
        kept = self._windows_kept
        if not kept or now_ms - kept[-1].start_ms >= self._windows.length_ms:
            kept.append(_Window(now_ms))
            del kept[: -self._windows.count]
        window = kept[-1]
        window.total += amount
        window.last_ms = now_ms

    def per_second(self, now_ms: float) -> float:
        """The rate at this moment."""
        return self._total(now_ms) / (self._covered_ms(now_ms) / 1000)

    def throttle_ms(self, limit: float, now_ms: float) -> int:
        """How long nothing must happen for the rate to fall to the limit; 0 while it is within.

        With a rate O over a time W, waiting X more makes it O * W / (W + X); that is to be the
        limit.
        """
        rate = self.per_second(now_ms)
        if rate <= limit:
            return 0
        return round((rate - limit) / limit * self._covered_ms(now_ms))

    def _total(self, now_ms: float) -> float:
        self._forget(now_ms)
        return sum(window.total for window in self._windows_kept)

    def _covered_ms(self, now_ms: float) -> float:
        """The time that the kept windows cover; fewer than all count as if all had begun."""
        self._forget(now_ms)
        kept, windows = self._windows_kept, self._windows
        elapsed_ms = now_ms - kept[0].start_ms if kept else 0.0
        missing = windows.count - 1 - int(elapsed_ms // windows.length_ms)
        return max(elapsed_ms + max(missing, 0) * windows.length_ms, 1.0)

    def _forget(self, now_ms: float) -> None:
        kept, total_ms = self._windows_kept, self._windows.total_ms
        self._windows_kept = [window for window in kept if now_ms - window.last_ms < total_ms]


class TokenBucket:
    """Tokens that come at a rate, up to as many as the windows hold; taking may overdraw it."""

    __slots__ = ("_refilled_ms", "_tokens", "_windows")

    def __init__(self, windows: QuotaWindows, limit: float, now_ms: float) -> None:
        self._windows = windows
        self._tokens = self._most(limit)
        self._refilled_ms = now_ms

    def has_any(self, limit: float, now_ms: float) -> bool:
        """Whether something may be taken: the bucket is not overdrawn."""
        self._refill(limit, now_ms)
        return self._tokens >= 0

    def take(self, amount: float, limit: float, now_ms: float) -> None:
        """Take tokens, of which there need not be enough."""
        self._refill(limit, now_ms)
        self._tokens = min(self._tokens - amount, self._most(limit))

    def throttle_ms(self, limit: float, now_ms: float) -> int:
        """How long until the bucket is not overdrawn any more; 0 when it is not."""
        self._refill(limit, now_ms)
        return 0 if self._tokens >= 0 else round(-self._tokens / limit * 1000)

    def _refill(self, limit: float, now_ms: float) -> None:
        come = limit * (now_ms - self._refilled_ms) / 1000
        self._tokens = min(self._tokens + come, self._most(limit))
        self._refilled_ms = now_ms

    def _most(self, limit: float) -> float:
        return self._windows.total_ms / 1000 * limit
