"""Clusters to choose from, one of them production and one to look at only; and what trying says."""

import asyncio
from dataclasses import replace

from console.model.care import Care
from console.port.cluster import Cluster, Writes
from console.port.clusters import SavedCluster, Trial
from console.port.errors import ClusterError
from console.port.readings import ConfigReading
from console.port.source import Source
from tests.support.clock import FakeClock
from tests.support.fake_cluster import EVERYTHING

LOCAL = SavedCluster("local", "127.0.0.1:9092", is_hosted=True, care=Care("local"))
PRODUCTION = SavedCluster(
    "production",
    "kafka-1.example:9093,kafka-2.example:9093,kafka-3.example:9093",
    "TLS, SCRAM-SHA-512",
    Care("production", is_production=True),
)
AUDIT = SavedCluster(
    "audit",
    "audit.example:9093",
    "mutual TLS",
    Care("audit", is_production=True, is_read_only=True),
    theme="paper",
)
STAGING = SavedCluster("staging", "staging.example:9092", care=Care("staging", is_read_only=True))
SAVED = (LOCAL, PRODUCTION, AUDIT, STAGING)

GOOD = Trial(
    brokers=3,
    answered_ms=41.4,
    offered=replace(EVERYTHING, version="4.1+"),
    rights=("see all groups and disks", "see the brokers' configuration"),
    missing=("create topics", "change the cluster"),
)
BAD = Trial(
    failure="audit.example:9093 cannot be reached safely: its certificate is not trusted "
    "(unable to get local issuer certificate): name the file with its authority's certificate as "
    "tls.ca"
)


class SampleClusters:
    """The `Clusters` port under a test's control: all are asked and changed by the same way."""

    def __init__(self, cluster: Cluster, writes: Writes, current: SavedCluster = LOCAL) -> None:
        self.saved = SAVED
        self.current = current
        self.reads = cluster
        self.writes = writes
        self.source = Source(cluster, cluster, FakeClock())
        self.trials = {"production": GOOD, "audit": BAD}
        self.switched: list[str] = []
        self.started = 0
        """How often a broker of our own was started."""
        self.configs: dict[str, tuple[ConfigReading, ...] | ClusterError] = {}
        """Configurations of topics elsewhere, by `cluster/topic`; others never come."""

    def switch(self, name: str) -> None:
        self.switched.append(name)
        self.current = next(each for each in self.saved if each.name == name)

    def start_broker(self) -> None:
        self.started += 1

    async def topic_configs(self, name: str, topic: str) -> tuple[ConfigReading, ...]:
        answer = self.configs.get(f"{name}/{topic}")
        if answer is None:
            await asyncio.Event().wait()
        if isinstance(answer, ClusterError):
            raise answer
        assert answer is not None
        return answer

    async def tried(self, name: str) -> Trial:
        if name not in self.trials:
            await asyncio.Event().wait()
        return self.trials[name]
