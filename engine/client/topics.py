"""Operations on topics: describe, create, delete, add partitions. Changes go to the controller."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.client.changes import Changes, outcome
from engine.client.cluster import Cluster
from engine.client.errors import ClientError, refusal
from engine.client.metadata import ClusterMetadata
from engine.client.routing import retried
from engine.kernel.ids import TopicId
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.create_partitions import (
    CreatePartitionsRequest,
    CreatePartitionsResponse,
    CreatePartitionsTopic,
)
from engine.protocol.messages.create_topics import (
    CreatableReplicaAssignment,
    CreatableTopic,
    CreatableTopicConfig,
    CreateTopicsRequest,
    CreateTopicsResponse,
)
from engine.protocol.messages.delete_topics import (
    DeleteTopicsRequest,
    DeleteTopicsResponse,
    DeleteTopicState,
)

BROKER_DEFAULT = -1
"""A count of partitions or replicas that the broker chooses by its configuration."""


@dataclass(frozen=True, slots=True)
class NewTopic:
    """A topic to create. With `replicas` (partition to brokers) the two counts are not used."""

    name: str
    partitions: int = BROKER_DEFAULT
    replication_factor: int = BROKER_DEFAULT
    configs: Mapping[str, str | None] = field(default_factory=dict)
    replicas: Mapping[int, Sequence[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CreatedTopic:
    """What a broker made. Unknown to old brokers: -1 for the counts, zeros for the id."""

    name: str
    topic_id: TopicId
    partitions: int
    replication_factor: int


class TopicAdmin:
    """Topics of one cluster. Results are by topic, a value or why there is none."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    async def describe(self, names: Sequence[str] | None = None) -> ClusterMetadata:
        """Nodes and topics, fresh from the cluster; None is every topic. Raises ClientError."""
        return await retried(
            self._cluster, self._cluster.settings.reading, lambda _: self._cluster.metadata(names)
        )

    async def create(
        self, topics: Sequence[NewTopic], *, validate_only: bool = False
    ) -> dict[str, CreatedTopic | ClientError]:
        """Create topics. One that fails does not hold back the others."""
        changes = Changes(self._cluster)

        async def call(names: list[str]) -> dict[str, CreatedTopic | ClientError]:
            request = CreateTopicsRequest(
                topics=[_creatable(topic) for topic in topics if topic.name in names],
                timeout_ms=changes.timeout_ms,
                validate_only=validate_only,
            )
            answer = await changes.ask(request, CreateTopicsResponse)
            return {
                topic.name: CreatedTopic(
                    topic.name,
                    TopicId(topic.topic_id),
                    topic.num_partitions,
                    topic.replication_factor,
                )
                if topic.error_code == ErrorCode.NONE
                else refusal(topic.error_code, topic.error_message)
                for topic in answer.topics
            }

        return await changes.make([topic.name for topic in topics], call)

    async def delete(self, names: Sequence[str]) -> dict[str, ClientError | None]:
        """Delete topics; None for those that are gone."""
        changes = Changes(self._cluster)

        async def call(pending: list[str]) -> dict[str, ClientError | None]:
            request = DeleteTopicsRequest(
                topics=[DeleteTopicState(name=name) for name in pending],
                topic_names=pending,
                timeout_ms=changes.timeout_ms,
            )
            answer = await changes.ask(request, DeleteTopicsResponse)
            return {
                topic.name: outcome(topic.error_code, topic.error_message)
                for topic in answer.responses
                if topic.name is not None
            }

        return await changes.make(names, call)

    async def add_partitions(
        self, totals: Mapping[str, int], *, validate_only: bool = False
    ) -> dict[str, ClientError | None]:
        """Raise topics to a total count of partitions; None for those that have it."""
        changes = Changes(self._cluster)

        async def call(pending: list[str]) -> dict[str, ClientError | None]:
            request = CreatePartitionsRequest(
                topics=[
                    CreatePartitionsTopic(name=name, count=totals[name], assignments=None)
                    for name in pending
                ],
                timeout_ms=changes.timeout_ms,
                validate_only=validate_only,
            )
            answer = await changes.ask(request, CreatePartitionsResponse)
            return {
                topic.name: outcome(topic.error_code, topic.error_message)
                for topic in answer.results
            }

        return await changes.make(list(totals), call)


def _creatable(topic: NewTopic) -> CreatableTopic:
    has_assignment = bool(topic.replicas)
    return CreatableTopic(
        name=topic.name,
        num_partitions=BROKER_DEFAULT if has_assignment else topic.partitions,
        replication_factor=BROKER_DEFAULT if has_assignment else topic.replication_factor,
        assignments=[
            CreatableReplicaAssignment(partition, list(brokers))
            for partition, brokers in topic.replicas.items()
        ],
        configs=[CreatableTopicConfig(name, value) for name, value in topic.configs.items()],
    )
