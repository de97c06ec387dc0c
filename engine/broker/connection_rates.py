"""How many connections a second may come: to the broker, to a listener, from an address.

A connection that comes too fast for the broker or its listener has to wait, and so do all that come
after it. One whose address opens too many is closed after a while and does not count. Nobody waits
for longer than one window of the quotas. Source: Kafka's `ConnectionQuotas`.
"""

from collections.abc import Callable
from typing import Final

from engine.broker.client_quotas import ClientQuotas, Quota
from engine.broker.measures import Measures
from engine.broker.quota_rates import QuotaWindows, WindowedRate
from engine.config.engine_config import EngineConfig
from engine.kernel.clock import Clock
from engine.metrics import catalogue
from engine.metrics.registry import Registry

RATE: Final = "max.connection.creation.rate"


class ConnectionRates:
    """Measures the connections that come. Loop thread only."""

    def __init__(
        self,
        quotas: ClientQuotas,
        windows: QuotaWindows,
        config: Callable[[], EngineConfig],
        *,
        clock: Clock,
        registry: Registry,
    ) -> None:
        """`config` gives the values in force."""
        self._quotas = quotas
        self._windows = windows
        self._config = config
        self._clock = clock
        self._of_broker = WindowedRate(windows)
        self._of_listeners: dict[str, WindowedRate] = {}
        self._of_hosts: Measures[str, WindowedRate] = Measures()
        self._throttles = registry.counter(catalogue.THROTTLES, Quota.CONNECTION.value)

    def came(self, listener: str) -> int:
        """Count a connection; the milliseconds for which it and all that follow have to wait."""
        now_ms, config = self._now_ms(), self._config()
        wait_ms = max(
            self._counted(self._of_broker, config.max_connection_creation_rate, now_ms),
            self._counted(self._of_listener(listener), config.of_listener(listener, RATE), now_ms),
        )
        if wait_ms:
            self._throttles.add()
        return wait_ms

    def refused_ms(self, listener: str, host: str) -> int:
        """How long a connection is held until it is closed since its address opens too many.

        0 lets it in. One that is not let in has not come.
        """
        has_any = self._quotas.has_any(Quota.CONNECTION)
        limit = self._quotas.connection_rate(host) if has_any else None
        if limit is None:
            return 0
        now_ms = self._now_ms()
        rate = self._of_hosts.get(host, now_ms, lambda: WindowedRate(self._windows))
        wait_ms = self._counted(rate, limit, now_ms)
        if wait_ms:
            self._throttles.add()
            for each in (rate, self._of_broker, self._of_listener(listener)):
                each.record(-1, now_ms)
        return wait_ms

    def _counted(self, rate: WindowedRate, limit: float, now_ms: float) -> int:
        rate.record(1, now_ms)
        longest_ms = self._windows.length_ms
        return min(rate.throttle_ms(limit, now_ms), longest_ms) if limit > 0 else longest_ms

    def _of_listener(self, listener: str) -> WindowedRate:
        return self._of_listeners.setdefault(listener, WindowedRate(self._windows))

    def _now_ms(self) -> float:
        return self._clock.monotonic_s() * 1000
