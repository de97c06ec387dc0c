"""Who may connect: counts the connections in all, per listener and per address, and refuses.

The limits are those of the whole broker, however many listeners it has, and of the moment: a lower
one refuses who comes, and leaves who is there. Loop thread only.

Differs from Kafka: a connection over a limit is closed at once, where Kafka lets those that are too
many for the broker or a listener wait until another one ends. How fast they may come is decided
before, in `engine.broker.connection_rates`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.config.engine_config import EngineConfig
from engine.config.listener_keys import listener_key
from engine.kernel.limits import SOFTWARE_LABELS_MAX
from engine.metrics import catalogue
from engine.metrics.registry import Registry, Sample
from engine.server.connection import Connection


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """How many connections there may be at once: in all, of one address, of one listener.

    `of_hosts` has the addresses with a limit of their own, `of_listeners` the listeners.
    """

    in_all: int
    per_host: int
    of_hosts: Mapping[str, int] = field(default_factory=dict)
    of_listeners: Mapping[str, int] = field(default_factory=dict)

    def of(self, host: str) -> int:
        """The limit of an address."""
        return self.of_hosts.get(host, self.per_host)


def limits_of(config: EngineConfig, fitting: int) -> ConnectionLimits:
    """What a configuration says; `fitting` connections are all that the process can have."""
    return ConnectionLimits(
        min(config.max_connections, fitting),
        config.max_connections_per_ip,
        config.connections_of_hosts,
        {name: config.of_listener(name, "max.connections") for name in config.listener_names},
    )


class Admission:
    """The connections of a broker."""

    def __init__(
        self,
        registry: Registry,
        limits: Callable[[], ConnectionLimits],
    ) -> None:
        self._limits = limits
        self._connections: dict[Connection, None] = {}
        self._per_host: Counter[str] = Counter()
        self._per_listener: Counter[str] = Counter()
        self._accepted = registry.counter(catalogue.CONNECTIONS_ACCEPTED)
        self._registry = registry
        registry.watch(catalogue.CONNECTIONS, self._by_software)
        registry.watch(catalogue.REQUESTS_IN_FLIGHT, self._in_flight)
        registry.watch(catalogue.UNSENT_BYTES, self._unsent_bytes)

    def __len__(self) -> int:
        return len(self._connections)

    def __iter__(self) -> Iterator[Connection]:
        """The connections at this moment; some may go meanwhile."""
        return iter(tuple(self._connections))

    def admit(self, connection: Connection) -> str:
        """Count a connection whose peer is known; the name of the limit that refuses it, or ''."""
        host, listener = connection.facts.peer_host, connection.facts.listener
        limits, limit = self._limits(), ""
        if len(self._connections) >= limits.in_all:
            limit = "max.connections"
        elif self._per_listener[listener] >= limits.of_listeners.get(listener, limits.in_all):
            limit = listener_key(listener, "max.connections")
        elif self._per_host[host] >= limits.of(host):
            limit = "max.connections.per.ip"
        if limit:
            self._registry.counter(catalogue.CONNECTIONS_CLOSED, "limit").add()
            return limit
        self._connections[connection] = None
        self._per_host[host] += 1
        self._per_listener[listener] += 1
        self._accepted.add()
        return ""

    def release(self, connection: Connection) -> None:
        """A connection has ended. Harmless for one that was refused."""
        if connection not in self._connections:
            return
        del self._connections[connection]
        host = connection.facts.peer_host
        self._per_listener[connection.facts.listener] -= 1
        self._per_host[host] -= 1
        if not self._per_host[host]:
            del self._per_host[host]

    def _by_software(self) -> list[Sample]:
        counts = Counter(
            (each.facts.software_name, each.facts.software_version) for each in self._connections
        )
        shown = Counter(dict(counts.most_common(SOFTWARE_LABELS_MAX)))
        others = counts.total() - shown.total()
        if others:
            shown["other", "other"] += others
        return [(labels, float(count)) for labels, count in shown.items()]

    def _in_flight(self) -> list[Sample]:
        asked = self._registry.samples(catalogue.REQUESTS)
        counts = dict.fromkeys((labels for labels, _ in asked), 0)
        for connection in self._connections:
            for meter in connection.in_flight:
                counts[meter.labels] += 1
        return [(labels, float(count)) for labels, count in counts.items()]

    def _unsent_bytes(self) -> list[Sample]:
        return [((), float(sum(each.unsent_bytes for each in self._connections)))]
