"""What the brokers of a fake cluster tell of themselves: their configuration, and who writes."""

from collections.abc import Collection, Mapping, Sequence

from console.model.names import TopicPartition
from console.port.errors import ClusterError, Rejected
from console.port.readings import ConfigReading, ProducerReading
from tests.support.fake_segments import FakeSegments
from tests.support.fake_world import FakeWorld

BROKER_CONFIGS = {"log.retention.bytes": "-1", "max.connections": "2147483647"}
"""The keys of a broker of the fake that can be changed while it runs."""
FIXED_BROKER_CONFIGS = {"num.partitions": "1"}


class FakeBrokers(FakeSegments):
    """The part of a cluster in memory that is asked of single brokers.

    `writers` are the producers of partitions, `broker_values` the own values of brokers by id,
    `round_trip_s` how long each takes to answer.
    """

    world: FakeWorld

    def __init__(self) -> None:
        self.writers: dict[TopicPartition, tuple[ProducerReading, ...] | ClusterError] = {}
        self.broker_values: dict[int, dict[str, str]] = {}
        self.round_trip_s: dict[int, float] = {}

    async def round_trips(self) -> Mapping[int, float | ClusterError]:
        await self._enter("round_trips")
        return {
            node_id: self.world.down(node_id)
            if node_id in self.world.silent
            else self.round_trip_s.get(node_id, 0.001)
            for node_id in self.world.nodes
            if node_id not in self.world.stopped
        }

    async def producers(
        self, partitions: Collection[TopicPartition]
    ) -> Mapping[TopicPartition, tuple[ProducerReading, ...] | ClusterError]:
        await self._enter("producers")
        found: dict[TopicPartition, tuple[ProducerReading, ...] | ClusterError] = {}
        for key in partitions:
            partition = self.world.partition(key)
            is_there = not isinstance(partition, ClusterError)
            found[key] = self.writers.get(key, ()) if is_there else partition
        return found

    async def broker_configs(
        self, node_id: int, *, keys: Sequence[str] | None = None
    ) -> tuple[ConfigReading, ...]:
        await self._enter("broker_configs")
        self._find(node_id)
        own = self.broker_values.get(node_id, {})
        return tuple(
            ConfigReading(
                key,
                own.get(key, default),
                "broker" if key in own else "default",
                is_read_only=key in FIXED_BROKER_CONFIGS,
                default=default if keys is None else None,
            )
            for key, default in {**BROKER_CONFIGS, **FIXED_BROKER_CONFIGS}.items()
            if keys is None or key in keys
        )

    async def set_broker_configs(
        self, node_id: int, changes: Mapping[str, str | None], *, validate_only: bool = False
    ) -> None:
        await self._enter("validate_configs" if validate_only else "set_broker_configs")
        self._find(node_id)
        if not changes.keys() <= BROKER_CONFIGS.keys():
            raise Rejected("INVALID_REQUEST", "cannot update these configs dynamically")
        if not validate_only:
            own = {**self.broker_values.get(node_id, {}), **changes}
            self.broker_values[node_id] = {k: value for k, value in own.items() if value}

    def _find(self, node_id: int) -> None:
        if node_id not in self.world.nodes or node_id in self.world.stopped | self.world.silent:
            raise self.world.down(node_id)
