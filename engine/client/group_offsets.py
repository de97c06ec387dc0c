"""Committed offsets of groups: read those of many groups at once, set and delete those of one.

A group whose members are active refuses to have its offsets set from outside.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.client.changes import outcome
from engine.client.cluster import Cluster
from engine.client.coordinators import Coordinators
from engine.client.errors import ClientError, refusal
from engine.client.offsets import by_topic
from engine.client.routing import concurrently, routed
from engine.kernel.ids import TopicPartition
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
    OffsetCommitResponse,
)
from engine.protocol.messages.offset_delete import (
    OffsetDeleteRequest,
    OffsetDeleteRequestPartition,
    OffsetDeleteRequestTopic,
    OffsetDeleteResponse,
)
from engine.protocol.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchRequestGroup,
    OffsetFetchRequestTopic,
    OffsetFetchRequestTopics,
    OffsetFetchResponse,
    OffsetFetchResponsePartition,
    OffsetFetchResponsePartitions,
    OffsetFetchResponseTopic,
    OffsetFetchResponseTopics,
)

NAMED_TOPICS_MAX = 9
"""The last version of OffsetCommit and OffsetFetch that names topics and not their ids."""

_BATCHED_FROM = 8


@dataclass(frozen=True, slots=True)
class CommittedOffset:
    """The next offset that a group will read in a partition; epoch -1 when it is not known."""

    offset: int
    leader_epoch: int
    metadata: str


Committed = dict[TopicPartition, CommittedOffset | ClientError]
"""Committed offsets of one group. Partitions without one are left out."""

Outcomes = dict[TopicPartition, ClientError | None]
"""By partition, None for what was done."""

_CallGroup = Callable[[int, list[str]], Awaitable[dict[str, Outcomes | ClientError]]]


class GroupOffsets:
    """Committed offsets of one cluster's groups."""

    def __init__(self, cluster: Cluster, coordinators: Coordinators) -> None:
        self._cluster = cluster
        self._coordinators = coordinators

    async def fetch(
        self, wanted: Mapping[str, Sequence[TopicPartition] | None]
    ) -> dict[str, Committed | ClientError]:
        """The committed offsets of some partitions of each group; None is every partition."""

        async def call(node_id: int, groups: list[str]) -> Mapping[str, Committed | ClientError]:
            connection = await self._cluster.connection(node_id)
            version = connection.version_of(OffsetFetchRequest, NAMED_TOPICS_MAX)
            if version >= _BATCHED_FROM:
                return await self._fetch_together(node_id, groups, wanted)
            return await concurrently(
                {group: self._fetch_one(node_id, group, wanted[group]) for group in groups}
            )

        return await routed(
            self._cluster,
            wanted,
            locate=self._coordinators.locate,
            call=call,
            policy=self._cluster.settings.reading,
        )

    async def commit(self, group_id: str, offsets: Mapping[TopicPartition, int]) -> Outcomes:
        """Set the offsets of a group without members. Raises ClientError for the whole."""

        async def call(node_id: int, groups: list[str]) -> dict[str, Outcomes | ClientError]:
            request = OffsetCommitRequest(
                group_id=group_id,
                topics=[
                    OffsetCommitRequestTopic(
                        name=topic,
                        partitions=[
                            OffsetCommitRequestPartition(
                                key.partition, offsets[key], committed_metadata=""
                            )
                            for key in keys
                        ],
                    )
                    for topic, keys in by_topic(offsets).items()
                ],
            )
            answer = await self._cluster.request_node(
                node_id, request, OffsetCommitResponse, max_version=NAMED_TOPICS_MAX
            )
            done: Outcomes = {
                TopicPartition(topic.name, partition.partition_index): outcome(partition.error_code)
                for topic in answer.topics
                for partition in topic.partitions
            }
            return {group_id: _group_error(answer) or done}

        return await self._of_one_group(group_id, call)

    async def delete(self, group_id: str, partitions: Sequence[TopicPartition]) -> Outcomes:
        """Delete offsets of topics that no member reads. Raises ClientError for the whole."""

        async def call(node_id: int, groups: list[str]) -> dict[str, Outcomes | ClientError]:
            request = OffsetDeleteRequest(
                group_id=group_id,
                topics=[
                    OffsetDeleteRequestTopic(
                        topic, [OffsetDeleteRequestPartition(key.partition) for key in keys]
                    )
                    for topic, keys in by_topic(partitions).items()
                ],
            )
            answer = await self._cluster.request_node(node_id, request, OffsetDeleteResponse)
            if answer.error_code != ErrorCode.NONE:
                return {group_id: refusal(answer.error_code)}
            return {
                group_id: {
                    TopicPartition(topic.name, partition.partition_index): outcome(
                        partition.error_code
                    )
                    for topic in answer.topics
                    for partition in topic.partitions
                }
            }

        return await self._of_one_group(group_id, call)

    async def _of_one_group(self, group_id: str, call: _CallGroup) -> Outcomes:
        results = await routed(
            self._cluster,
            [group_id],
            locate=self._coordinators.locate,
            call=call,
            policy=self._cluster.settings.writing,
        )
        result = results[group_id]
        if isinstance(result, ClientError):
            raise result
        return result

    async def _fetch_together(
        self,
        node_id: int,
        groups: list[str],
        wanted: Mapping[str, Sequence[TopicPartition] | None],
    ) -> dict[str, Committed | ClientError]:
        request = OffsetFetchRequest(
            groups=[
                OffsetFetchRequestGroup(group, topics=_topics(wanted[group])) for group in groups
            ]
        )
        answer = await self._cluster.request_node(
            node_id, request, OffsetFetchResponse, max_version=NAMED_TOPICS_MAX
        )
        return {
            group.group_id: _committed(group.topics)
            if group.error_code == ErrorCode.NONE
            else refusal(group.error_code)
            for group in answer.groups
        }

    async def _fetch_one(
        self, node_id: int, group: str, partitions: Sequence[TopicPartition] | None
    ) -> Committed:
        topics = _topics(partitions)
        request = OffsetFetchRequest(
            group_id=group,
            topics=None
            if topics is None
            else [OffsetFetchRequestTopic(topic.name, topic.partition_indexes) for topic in topics],
        )
        answer = await self._cluster.request_node(
            node_id, request, OffsetFetchResponse, max_version=_BATCHED_FROM - 1
        )
        if answer.error_code != ErrorCode.NONE:
            raise refusal(answer.error_code)
        return _committed(answer.topics)


def _topics(
    partitions: Sequence[TopicPartition] | None,
) -> list[OffsetFetchRequestTopics] | None:
    if partitions is None:
        return None
    return [
        OffsetFetchRequestTopics(topic, partition_indexes=[key.partition for key in keys])
        for topic, keys in by_topic(partitions).items()
    ]


def _committed(
    topics: Sequence[OffsetFetchResponseTopic | OffsetFetchResponseTopics],
) -> Committed:
    committed: Committed = {}
    for topic in topics:
        for partition in topic.partitions:
            value = _committed_offset(partition)
            if value is not None:
                committed[TopicPartition(topic.name, partition.partition_index)] = value
    return committed


def _committed_offset(
    partition: OffsetFetchResponsePartition | OffsetFetchResponsePartitions,
) -> CommittedOffset | ClientError | None:
    if partition.error_code != ErrorCode.NONE:
        return refusal(partition.error_code)
    if partition.committed_offset < 0:
        return None
    return CommittedOffset(
        partition.committed_offset, partition.committed_leader_epoch, partition.metadata or ""
    )


_OF_A_PARTITION = frozenset(
    {
        ErrorCode.NONE,
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ErrorCode.TOPIC_AUTHORIZATION_FAILED,
        ErrorCode.OFFSET_METADATA_TOO_LARGE,
    }
)


def _group_error(answer: OffsetCommitResponse) -> ClientError | None:
    """The error that befell the whole group: the protocol tells it with each partition."""
    for topic in answer.topics:
        for partition in topic.partitions:
            if partition.error_code not in _OF_A_PARTITION:
                return refusal(partition.error_code)
    return None
