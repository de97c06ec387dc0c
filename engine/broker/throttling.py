"""Who is over a quota, and for how long they have to wait (KIP-13, KIP-124, KIP-219, KIP-599).

Every method counts what a client did and tells the milliseconds for which its connection is to be
muted; the client is told in the answer, which is not held back. Only clients that have a quota are
counted. Connections are counted by `connection_rates`.

Source: Kafka's `ClientQuotaManager`, `ClientRequestQuotaManager`, `ControllerMutationQuotaManager`.
"""

from dataclasses import dataclass
from typing import NamedTuple

from engine.broker.client_quotas import ClientQuotas, Limit, Quota
from engine.broker.context import RequestContext
from engine.broker.measures import Measures
from engine.broker.quota_rates import QuotaWindows, TokenBucket, WindowedRate
from engine.broker.refusal import Refused
from engine.config.engine_config import EngineConfig
from engine.kernel.clock import Clock
from engine.kernel.limits import QUOTA_MEASURES_MAX
from engine.metrics import catalogue
from engine.metrics.registry import Registry
from engine.protocol.error_codes import ErrorCode

_Key = tuple[Quota, tuple[str | None, str | None]]


@dataclass(slots=True)
class Mutations:
    """The changes of the cluster that one request makes, counted one by one as they are decided.

    A strict client is refused a change while it is over its quota; others are only made to wait.
    """

    throttling: "Throttling"
    user: str
    client_id: str
    is_strict: bool
    throttle_ms: int = 0

    def count(self, partitions: int) -> None:
        """Count partitions that are created or deleted. Raises Refused."""
        self.throttle_ms = max(self.throttle_ms, self.throttling.mutated(self, partitions))


class FetchVerdict(NamedTuple):
    """How long a client has to wait for its next answer, and whether it gets this one."""

    throttle_ms: int
    is_withheld: bool


class Throttling:
    """Measures what clients do against their quotas. Loop thread only."""

    def __init__(
        self,
        quotas: ClientQuotas,
        clock: Clock,
        registry: Registry,
        *,
        windows: QuotaWindows,
        mutation_windows: QuotaWindows,
    ) -> None:
        self._quotas = quotas
        self._clock = clock
        self.windows = windows
        self._mutation_windows = mutation_windows
        self._rates: Measures[_Key, WindowedRate] = Measures()
        self._buckets: Measures[_Key, TokenBucket] = Measures()
        self._limits: dict[tuple[Quota, str, str], Limit | None] = {}
        self._version = -1
        self._throttles = {
            quota: registry.counter(catalogue.THROTTLES, quota.value) for quota in Quota
        }

    @property
    def limits_requests(self) -> bool:
        """Whether anybody's share of the broker's time is limited."""
        return self._quotas.has_any(Quota.REQUEST)

    def produced(self, context: RequestContext, size_bytes: int) -> int:
        """A client sent so many bytes to be appended."""
        quota = Quota.PRODUCE
        return self._told(quota, self._over(quota, context.user, context.client_id, size_bytes))

    def fetched(self, context: RequestContext, size_bytes: int) -> FetchVerdict:
        """A client is to get so many bytes; if they are withheld they are not counted.

        Differs from Kafka: a batch that is larger than the quota could ever allow is sent and paid
        for afterwards. Kafka would withhold it for ever.
        """
        quota, user, client_id = Quota.FETCH, context.user, context.client_id
        throttle_ms = self._told(quota, self._over(quota, user, client_id, size_bytes))
        within_quota = self.fetch_bytes_max(context)
        is_withheld = throttle_ms > 0 and within_quota is not None and size_bytes <= within_quota
        if is_withheld:
            self._over(quota, user, client_id, -size_bytes)
        return FetchVerdict(throttle_ms, is_withheld)

    def fetch_bytes_max(self, context: RequestContext) -> int | None:
        """The most that a client could ever get within its quota; None for no limit.

        A fetch that returned more would have to wait for ever.
        """
        if not self._quotas.has_any(Quota.FETCH):
            return None
        limit = self._limit(Quota.FETCH, context.user, context.client_id)
        if limit is None:
            return None
        return int(limit.value * (self.windows.count - 1) * self.windows.length_ms / 1000)

    def requested(self, user: str, client_id: str, busy_s: float) -> int:
        """A request kept the broker busy for so long; at most one window is waited for.

        Differs from Kafka: the answer is sent with what it holds, where Kafka empties that of a
        fetch and has it read again.
        """
        throttle_ms = self._over(Quota.REQUEST, user, client_id, busy_s * 100)
        return self._told(Quota.REQUEST, min(throttle_ms, self.windows.length_ms))

    def mutations(self, context: RequestContext, *, strict_since: int) -> Mutations:
        """The changes of one request, refused from a version on that understands why."""
        is_strict = context.api_version >= strict_since
        return Mutations(self, context.user, context.client_id, is_strict)

    def mutated(self, who: Mutations, partitions: int) -> int:
        """Count changes. Raises Refused when a strict client is over its quota already."""
        quota = Quota.MUTATION
        if not self._quotas.has_any(quota):
            return 0
        limit = self._limit(quota, who.user, who.client_id)
        if limit is None:
            return 0
        now_ms = self._now_ms()
        bucket = self._buckets.get(
            (quota, limit.shared_by),
            now_ms,
            lambda: TokenBucket(self._mutation_windows, limit.value, now_ms),
        )
        if who.is_strict and not bucket.has_any(limit.value, now_ms):
            who.throttle_ms = self._told(quota, bucket.throttle_ms(limit.value, now_ms))
            raise Refused(ErrorCode.THROTTLING_QUOTA_EXCEEDED)
        bucket.take(partitions, limit.value, now_ms)
        if who.is_strict:
            return 0
        return self._told(quota, bucket.throttle_ms(limit.value, now_ms))

    def _over(self, quota: Quota, user: str, client_id: str, amount: float) -> int:
        if not self._quotas.has_any(quota):
            return 0
        limit = self._limit(quota, user, client_id)
        if limit is None:
            return 0
        now_ms = self._now_ms()
        rate = self._rates.get((quota, limit.shared_by), now_ms, lambda: WindowedRate(self.windows))
        rate.record(amount, now_ms)
        return rate.throttle_ms(limit.value, now_ms)

    def _told(self, quota: Quota, throttle_ms: int) -> int:
        if throttle_ms:
            self._throttles[quota].add()
        return throttle_ms

    def _limit(self, quota: Quota, user: str, client_id: str) -> Limit | None:
        if self._version != self._quotas.version or len(self._limits) > QUOTA_MEASURES_MAX:
            self._version = self._quotas.version
            self._limits.clear()
        key = (quota, user, client_id)
        if key not in self._limits:
            self._limits[key] = self._quotas.limit(quota, user, client_id)
        return self._limits[key]

    def _now_ms(self) -> float:
        return self._clock.monotonic_s() * 1000


def throttling_of(
    config: EngineConfig, quotas: ClientQuotas, clock: Clock, registry: Registry
) -> Throttling:
    """The throttling with the windows that a configuration sets."""
    return Throttling(
        quotas,
        clock,
        registry,
        windows=QuotaWindows(config.quota_window_num, config.quota_window_size_seconds * 1000),
        mutation_windows=QuotaWindows(
            config.controller_quota_window_num,
            config.controller_quota_window_size_seconds * 1000,
        ),
    )
