"""Quotas for tests: set without a log, measured with Kafka's windows."""

from engine.broker.client_quotas import ClientQuotas, entity_of, quotas_entry
from engine.broker.quota_rates import QuotaWindows
from engine.broker.throttling import Throttling
from engine.kernel.clock import Clock
from engine.metrics.registry import Registry

WINDOWS = QuotaWindows(11, 1000)


def throttling(quotas: ClientQuotas, clock: Clock, registry: Registry | None = None) -> Throttling:
    """Measures against quotas with Kafka's default windows."""
    return Throttling(
        quotas, clock, registry or Registry(), windows=WINDOWS, mutation_windows=WINDOWS
    )


def set_quota(quotas: ClientQuotas, entity: dict[str, str | None], **values: float) -> None:
    """Replace the quotas of an entity."""
    quotas.replay(quotas_entry(entity_of(entity.items()), values))
