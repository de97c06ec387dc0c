"""Who may connect: counts the connections of all listeners, in all and per address, and refuses.

The limits are those of the whole broker, however many listeners it has. Loop thread only.

Differs from Kafka: a connection that comes too fast is closed at once, not after a while.
"""

from collections import Counter
from collections.abc import Iterator

from engine.broker.client_quotas import Quota
from engine.broker.throttling import Throttling
from engine.metrics import catalogue
from engine.metrics.registry import Registry, Sample
from engine.server.connection import Connection


class Admission:
    """The connections of a broker."""

    def __init__(
        self,
        registry: Registry,
        throttling: Throttling,
        *,
        connections_max: int,
        connections_per_host_max: int,
    ) -> None:
        self._connections_max = connections_max
        self._connections_per_host_max = connections_per_host_max
        self._connections: dict[Connection, None] = {}
        self._per_host: Counter[str] = Counter()
        self._accepted = registry.counter(catalogue.CONNECTIONS_ACCEPTED)
        self._registry = registry
        self._throttling = throttling
        self._last_id = 0
        registry.watch(catalogue.CONNECTIONS, self._by_software)

    def __len__(self) -> int:
        return len(self._connections)

    def __iter__(self) -> Iterator[Connection]:
        """The connections at this moment; some may go meanwhile."""
        return iter(tuple(self._connections))

    def next_id(self) -> int:
        """A number for a connection that no other one had."""
        self._last_id += 1
        return self._last_id

    def admit(self, connection: Connection) -> str:
        """Count a connection whose peer is known; the name of the limit that refuses it, or ''."""
        host = connection.facts.peer_host
        limit = ""
        if len(self._connections) >= self._connections_max:
            limit = "max.connections"
        elif self._per_host[host] >= self._connections_per_host_max:
            limit = "max.connections.per.ip"
        elif not self._throttling.may_connect(host):
            limit = Quota.CONNECTION.value
        if limit:
            self._registry.counter(catalogue.CONNECTIONS_CLOSED, "limit").add()
            return limit
        self._connections[connection] = None
        self._per_host[host] += 1
        self._accepted.add()
        return ""

    def release(self, connection: Connection) -> None:
        """A connection has ended. Harmless for one that was refused."""
        if connection not in self._connections:
            return
        del self._connections[connection]
        host = connection.facts.peer_host
        self._per_host[host] -= 1
        if not self._per_host[host]:
            del self._per_host[host]

    def _by_software(self) -> list[Sample]:
        counts = Counter(
            (each.facts.software_name, each.facts.software_version) for each in self._connections
        )
        return [(labels, float(count)) for labels, count in counts.items()]
