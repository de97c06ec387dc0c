"""Three brokers as a snapshot tells them, and the configuration of the first."""

from console.model.cluster import Broker, ClusterState, RoundTrip, Usage
from console.model.config_rule import ConfigRule
from console.model.figures import Known
from console.model.topic import ConfigEntry
from tests.support.sample_series import GIB, NOW_MS


def brokers() -> tuple[Broker, ...]:
    """Three brokers: fine, filling up, nearly full."""
    return tuple(
        Broker(
            node_id=node_id,
            host=f"kafka-{node_id}.eu",
            port=9092,
            rack=f"eu-west-1{'abc'[node_id - 1]}",
            is_controller=node_id == 1,
            leaders=leaders,
            replicas=1284,
            log_bytes=Known(round(4000 * GIB * disk), NOW_MS),
            disk=Known(Usage(round(4000 * GIB * disk), 4000 * GIB), NOW_MS),
            cpu_ratio=Known(cpu, NOW_MS),
            memory=Known(Usage(round(16 * GIB * memory), 16 * GIB), NOW_MS),
            messages_per_s=Known(messages, NOW_MS),
            bytes_per_s=Known(310 * messages, NOW_MS),
            round_trip=Known(RoundTrip(median_s, 9 * median_s), NOW_MS),
        )
        for node_id, leaders, disk, cpu, memory, messages, median_s in (
            (1, 431, 0.62, 0.34, 0.48, 61_400.0, 0.0012),
            (2, 428, 0.78, 0.41, 0.52, 58_900.0, 0.0019),
            (3, 425, 0.91, 0.57, 0.74, 62_500.0, 0.0147),
        )
    )


def cluster() -> ClusterState:
    """The cluster of the three brokers."""
    return ClusterState("MkU3OEVBNTcwNTJENDM2Qg", brokers(), 1, version="4.1", mode="KRaft")


def broker_configs() -> tuple[ConfigEntry, ...]:
    """A broker's configuration: set on it, for all brokers, at its start, and at defaults."""
    rows = (
        ("advertised.listeners", "PLAINTEXT://kafka-1.eu:9092", "start", True),
        ("background.threads", "10", "default", False),
        ("log.cleaner.threads", "2", "cluster", False),
        ("log.retention.ms", "172800000", "broker", False),
        ("max.connections", "2147483647", "default", False),
        ("node.id", "1", "start", True),
        ("num.io.threads", "8", "default", False),
        ("ssl.key.password", None, "start", False),
    )
    return tuple(
        ConfigEntry(
            name=name,
            value=value,
            source=source,
            is_default=source == "default",
            is_sensitive=value is None,
            is_read_only=is_fixed,
            documentation=_MEANINGS.get(name, ""),
            rule=_RULES.get(name, ConfigRule("string")),
            default="604800000" if name == "log.retention.ms" else value,
            owner="broker",
        )
        for name, value, source, is_fixed in rows
    )


_RULES = {
    "log.retention.ms": ConfigRule("long", least=-1),
    "max.connections": ConfigRule("int", least=0),
    "num.io.threads": ConfigRule("int", least=1),
}
_MEANINGS = {
    "log.retention.ms": "How long records are kept in topics that have no retention of their own.",
    "max.connections": "Connections served at once.",
    "num.io.threads": "Threads that carry out requests.",
}
