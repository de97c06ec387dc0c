"""Several scripted brokers that agree on who leads what: the cluster that a client test needs."""

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self

from engine.client.kafka import KafkaClient
from engine.client.settings import ClientSettings, RetryPolicy
from engine.protocol.messages.find_coordinator import (
    Coordinator,
    FindCoordinatorRequest,
    FindCoordinatorResponse,
)
from engine.protocol.messages.metadata import (
    MetadataRequest,
    MetadataResponse,
    MetadataResponseBroker,
    MetadataResponsePartition,
    MetadataResponseTopic,
)
from tests.support.clock import FakeClock
from tests.support.entropy import SeededEntropy
from tests.support.scripted_broker import Reply, ScriptedBroker

UNKNOWN_TOPIC = 3
COORDINATOR_NOT_AVAILABLE = 15
IMPATIENT = ClientSettings(
    connect_timeout_s=10.0,
    request_timeout_s=10.0,
    retry_backoff_s=0.001,
    retry_backoff_max_s=0.002,
    reconnect_backoff_s=0.0,
    reconnect_backoff_max_s=0.0,
    reading=RetryPolicy(attempts_max=3, deadline_s=5.0, is_patient=False),
    writing=RetryPolicy(attempts_max=4, deadline_s=5.0),
)
"""Settings that let a test see retries and time-outs without waiting for them."""


class ScriptedCluster:
    """Nodes 1 to n. `leaders` maps topics to the leader of each partition; -1 is none."""

    def __init__(self, nodes: int, leaders: Mapping[str, list[int]] | None = None) -> None:
        self.nodes = {node_id: ScriptedBroker() for node_id in range(1, nodes + 1)}
        self.leaders: dict[str, list[int]] = {k: list(v) for k, v in (leaders or {}).items()}
        self.coordinators: dict[str, int] = {}
        self.controller = 1
        self.listed = set(self.nodes)
        self.clock = FakeClock()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        for broker in self.nodes.values():
            await self._stack.enter_async_context(broker)
            broker.script[MetadataRequest] = self._metadata
            broker.script[FindCoordinatorRequest] = self._coordinators
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    def client(self, settings: ClientSettings = IMPATIENT) -> KafkaClient:
        """A client whose bootstrap addresses are all nodes. The caller closes it."""
        return KafkaClient(
            [broker.endpoint for broker in self.nodes.values()],
            clock=self.clock,
            entropy=SeededEntropy(),
            settings=settings,
        )

    def on_all(self, kind: type[Any], reply: Reply | Callable[[int], Reply]) -> None:
        """Script the same answer on every node."""
        for broker in self.nodes.values():
            broker.script[kind] = reply  # type: ignore[assignment]

    def _metadata(self, request: MetadataRequest) -> MetadataResponse:
        wanted = (
            list(self.leaders)
            if request.topics is None
            else [topic.name or "" for topic in request.topics]
        )
        return MetadataResponse(
            brokers=[
                MetadataResponseBroker(node_id, "127.0.0.1", self.nodes[node_id].port)
                for node_id in sorted(self.listed)
            ],
            cluster_id="scripted",
            controller_id=self.controller,
            topics=[self._topic(name) for name in wanted],
        )

    def _topic(self, name: str) -> MetadataResponseTopic:
        if name not in self.leaders:
            return MetadataResponseTopic(error_code=UNKNOWN_TOPIC, name=name)
        return MetadataResponseTopic(
            name=name,
            topic_id=bytes(15) + b"\x01",
            partitions=[
                MetadataResponsePartition(
                    partition_index=partition, leader_id=leader, replica_nodes=[1], isr_nodes=[1]
                )
                for partition, leader in enumerate(self.leaders[name])
            ],
        )

    def _coordinators(self, request: FindCoordinatorRequest) -> FindCoordinatorResponse:
        found = [self._coordinator(key) for key in request.coordinator_keys or [request.key]]
        first = found[0]
        return FindCoordinatorResponse(
            error_code=first.error_code, node_id=first.node_id, coordinators=found
        )

    def _coordinator(self, key: str) -> Coordinator:
        node_id = self.coordinators.get(key, -1)
        code = 0 if node_id > 0 else COORDINATOR_NOT_AVAILABLE
        return Coordinator(key=key, node_id=node_id, error_code=code)
