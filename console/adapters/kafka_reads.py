"""What the sampler asks, over the Kafka protocol. Implements `console.port.cluster.Watched`.

The client sends one request to each broker that is concerned, all at once, and answers with an
error for what a broker that is down would have answered.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from pathlib import Path

from console.adapters.config_asking import configs_of
from console.adapters.engine_metrics import MetricsSource
from console.adapters.link import ClientSource
from console.adapters.offered import capabilities_of
from console.adapters.recognition import metrics_told
from console.adapters.round_trips import round_trips
from console.adapters.segment_folder import segments_in
from console.adapters.translation import asked, ours, theirs, translated
from console.model.cluster import Connection
from console.model.group import GroupState, Member
from console.model.names import TopicPartition
from console.port.capabilities import Capabilities
from console.port.errors import ClusterError, NotSupported, TimedOut, Unreachable
from console.port.readings import (
    ConfigReading,
    DirectoryReading,
    GroupListing,
    GroupReading,
    GroupsReading,
    LayoutReading,
    MetricSample,
    NodeReading,
    PartitionReading,
    ProducerReading,
    SegmentReading,
    TimedOffset,
    TopicReading,
)
from engine.client.active_producers import ActiveProducer
from engine.client.configs import Resource, ResourceType
from engine.client.errors import ClientError
from engine.client.group_descriptions import GroupDescription, MemberDescription
from engine.client.metadata import NO_NODE, ClusterMetadata, TopicMetadata
from engine.client.nodes import LogDirectory
from engine.client.offsets import Isolation, ListedOffset, Position
from engine.kernel import ids
from engine.kernel.aside import aside

_STATES = {state.value.lower(): state for state in GroupState}


async def anybody() -> None:
    """Lets everybody ask."""


def _as_it_is(error: ClusterError) -> ClusterError:
    return error


class KafkaReads:
    """Reads of one cluster. `connection` tells how the link is; `heard` and `missed` feed it."""

    def __init__(
        self,
        client: ClientSource,
        *,
        connection: Callable[[], Connection],
        heard: Callable[[], None],
        missed: Callable[[ClusterError], None],
        metrics: MetricsSource,
        engine_version: str | None = None,
        admitted: Callable[[], Awaitable[None]] = anybody,
        advised: Callable[[ClusterError], ClusterError] = _as_it_is,
    ) -> None:
        """`engine_version` is that of an engine of ours, empty where it is not known which, and
        None where the cluster is known for one by its metrics or its configuration alone.
        `admitted` is asked before the layout is; it raises NotLetIn where asking is in vain.
        `advised` says of what keeps layout and groups from being read what to do about it."""
        self._client = client
        self._connection = connection
        self._heard = heard
        self._missed = missed
        self._metrics = metrics
        self._software_version = engine_version
        self._is_recognized = False
        self._admitted = admitted
        self._advised = advised

    @property
    def connection(self) -> Connection:
        return self._connection()

    @property
    def _engine_version(self) -> str | None:
        """The version of an engine of ours, empty where it is not known; None for others."""
        if self._software_version is None and (self._metrics.is_there or self._is_recognized):
            return ""
        return self._software_version

    async def layout(self) -> LayoutReading:
        try:
            await self._admitted()
            metadata = await asked(self._client().topics.describe())
        except (Unreachable, TimedOut) as error:
            self._missed(error)
            raise self._advised(error) from error.__cause__
        self._heard()
        return await aside(_layout, metadata, count=len(metadata.topics))

    async def capabilities(self) -> Capabilities:
        answers = await asked(self._client().nodes.api_versions())
        for node_id, answer in answers.items():
            if not isinstance(answer, ClientError):
                await self._recognize(node_id)
                return capabilities_of(
                    answer,
                    engine_version=self._engine_version,
                    tells_vitals=self._metrics.is_there,
                )
        raise Unreachable("no broker could be asked what it offers")

    async def _recognize(self, node_id: int) -> None:
        """Learn whether a cluster of which nobody said so is an engine of ours."""
        if self._software_version is not None:
            return
        told = await metrics_told(self._client(), node_id)
        self._is_recognized, self._metrics.told = told is not None, told or ""

    async def topic_configs(
        self, topics: Collection[str], *, keys: Sequence[str] | None = None
    ) -> Mapping[str, tuple[ConfigReading, ...] | ClusterError]:
        resources = [Resource(ResourceType.TOPIC, name) for name in topics]
        answers = await self._configs(resources, keys)
        return {resource.name: answer for resource, answer in answers.items()}

    async def broker_configs(
        self, node_id: int, *, keys: Sequence[str] | None = None
    ) -> tuple[ConfigReading, ...]:
        (answer,) = (
            await self._configs([Resource(ResourceType.BROKER, str(node_id))], keys)
        ).values()
        if isinstance(answer, ClusterError):
            raise answer
        return answer

    async def _configs(
        self, resources: Sequence[Resource], keys: Sequence[str] | None
    ) -> dict[Resource, tuple[ConfigReading, ...] | ClusterError]:
        """Configurations, whole where no keys are named: with all that is told of each key."""
        is_ours = self._engine_version is not None
        return await configs_of(self._client(), resources, keys, is_ours=is_ours)

    async def end_offsets(
        self, partitions: Collection[TopicPartition]
    ) -> Mapping[TopicPartition, int | ClusterError]:
        return await self._offsets(partitions, Position.LATEST)

    async def stable_offsets(
        self, partitions: Collection[TopicPartition]
    ) -> Mapping[TopicPartition, int | ClusterError]:
        return await self._offsets(partitions, Position.LATEST, Isolation.READ_COMMITTED)

    async def start_offsets(
        self, partitions: Collection[TopicPartition]
    ) -> Mapping[TopicPartition, int | ClusterError]:
        return await self._offsets(partitions, Position.EARLIEST)

    async def offsets_at(
        self, partitions: Collection[TopicPartition], timestamp_ms: int
    ) -> Mapping[TopicPartition, TimedOffset | ClusterError]:
        answers = await self._client().offsets.find_all(theirs(partitions), timestamp_ms)
        return {
            ours(key): translated(answer)
            if isinstance(answer, ClientError)
            else TimedOffset(answer.offset, answer.timestamp_ms)
            for key, answer in answers.items()
        }

    async def record_times(
        self, offsets: Mapping[TopicPartition, Collection[int]]
    ) -> Mapping[TopicPartition, Mapping[int, int] | ClusterError]:
        wanted = {ids.TopicPartition(*key): each for key, each in offsets.items()}
        answers = await self._client().record_times.find(wanted)
        return {
            ours(key): translated(answer) if isinstance(answer, ClientError) else answer
            for key, answer in answers.items()
        }

    async def producers(
        self, partitions: Collection[TopicPartition]
    ) -> Mapping[TopicPartition, tuple[ProducerReading, ...] | ClusterError]:
        answers = await self._client().active_producers.describe(theirs(partitions))
        return {
            ours(key): translated(answer)
            if isinstance(answer, ClientError)
            else tuple(_producer(each) for each in answer)
            for key, answer in answers.items()
        }

    async def list_groups(self) -> GroupsReading:
        try:
            answers = await asked(self._client().groups.list_groups())
        except Unreachable as error:
            raise self._advised(error) from error.__cause__
        failures = {
            node: translated(answer)
            for node, answer in answers.items()
            if isinstance(answer, ClientError)
        }
        if failures and len(failures) == len(answers):
            raise next(iter(failures.values()))
        listed = tuple(
            GroupListing(
                name=group.group_id,
                state=group_state(group.state),
                group_type=group.group_type.lower() or "classic",
                protocol_type=group.protocol_type,
                coordinator=group.coordinator,
            )
            for answer in answers.values()
            if not isinstance(answer, ClientError)
            for group in answer
        )
        return GroupsReading(listed, failures)

    async def describe_groups(
        self, groups: Mapping[str, str]
    ) -> Mapping[str, GroupReading | ClusterError]:
        modern = frozenset(name for name, group_type in groups.items() if group_type == "consumer")
        answers = await self._client().groups.describe(list(groups), consumer_type=modern)
        return {
            name: translated(answer) if isinstance(answer, ClientError) else _group(answer)
            for name, answer in answers.items()
        }

    async def committed(
        self, groups: Collection[str]
    ) -> Mapping[str, Mapping[TopicPartition, int | ClusterError] | ClusterError]:
        answers = await self._client().group_offsets.fetch(dict.fromkeys(groups))
        return {
            name: translated(answer)
            if isinstance(answer, ClientError)
            else {
                ours(key): translated(value) if isinstance(value, ClientError) else value.offset
                for key, value in answer.items()
            }
            for name, answer in answers.items()
        }

    async def directories(self) -> Mapping[int, tuple[DirectoryReading, ...] | ClusterError]:
        answers = await asked(self._client().nodes.log_directories())
        return {
            node: translated(answer)
            if isinstance(answer, ClientError)
            else await aside(_directories, answer, count=sum(len(each.replicas) for each in answer))
            for node, answer in answers.items()
        }

    async def round_trips(self) -> Mapping[int, float | ClusterError]:
        answers = await asked(round_trips(self._client().cluster))
        return {
            node: translated(answer) if isinstance(answer, ClientError) else answer
            for node, answer in answers.items()
        }

    async def segments(
        self, partitions: Collection[TopicPartition]
    ) -> Mapping[TopicPartition, tuple[SegmentReading, ...]]:
        if not self._metrics.is_here:
            raise NotSupported("this cluster does not tell its segments")
        found: dict[TopicPartition, tuple[SegmentReading, ...]] = {}
        for answer in (await self.directories()).values():
            for directory in () if isinstance(answer, ClusterError) else answer:
                folder = Path(directory.path)
                found |= await asyncio.to_thread(segments_in, folder, partitions)
        return found

    async def metrics(self) -> tuple[MetricSample, ...]:
        return await self._metrics.samples()

    async def _offsets(
        self,
        partitions: Collection[TopicPartition],
        position: Position,
        isolation: Isolation = Isolation.READ_UNCOMMITTED,
    ) -> Mapping[TopicPartition, int | ClusterError]:
        answers = await self._client().offsets.find_all(
            theirs(partitions), position, isolation=isolation
        )
        return {ours(key): _offset(answer) for key, answer in answers.items()}


def group_state(text: str) -> GroupState:
    """The state that a broker names; UNKNOWN for a name that we do not know."""
    return _STATES.get(text.lower(), GroupState.UNKNOWN)


def _offset(answer: ListedOffset | ClientError) -> int | ClusterError:
    return translated(answer) if isinstance(answer, ClientError) else answer.offset


def _layout(metadata: ClusterMetadata) -> LayoutReading:
    return LayoutReading(
        cluster_id=metadata.cluster_id or "",
        controller_id=None if metadata.controller == NO_NODE else metadata.controller,
        nodes=tuple(
            NodeReading(node.node_id, node.host, node.port, node.rack)
            for node in metadata.nodes.values()
        ),
        topics=tuple(_topic(topic) for topic in metadata.topics.values() if topic.error is None),
    )


def _topic(topic: TopicMetadata) -> TopicReading:
    return TopicReading(
        topic.name,
        ids.format_topic_id(topic.topic_id) if topic.topic_id != ids.NULL_TOPIC_ID else "",
        topic.is_internal,
        tuple(
            PartitionReading(
                each.partition,
                None if each.leader == NO_NODE else each.leader,
                each.leader_epoch,
                each.replicas,
                each.in_sync_replicas,
                each.offline_replicas,
            )
            for each in topic.partitions
        ),
    )


def _producer(producer: ActiveProducer) -> ProducerReading:
    return ProducerReading(
        producer_id=producer.producer_id,
        epoch=producer.producer_epoch,
        last_sequence=_told(producer.last_sequence),
        last_ms=_told(producer.last_timestamp_ms),
        transaction_start=_told(producer.transaction_start),
    )


def _group(group: GroupDescription) -> GroupReading:
    return GroupReading(
        name=group.group_id,
        state=group_state(group.state),
        protocol=group.assignor,
        members=tuple(_member(member) for member in group.members),
    )


def _member(member: MemberDescription) -> Member:
    return Member(
        member_id=member.member_id,
        instance_id=member.instance_id,
        client_id=member.client_id,
        host=member.host.removeprefix("/"),
        assignments=tuple(ours(key) for key in member.assignment or ()),
    )


def _directories(directories: Sequence[LogDirectory]) -> tuple[DirectoryReading, ...]:
    return tuple(_directory(each) for each in directories)


def _told(number: int) -> int | None:
    """A number that is negative where a broker does not tell it."""
    return None if number < 0 else number


def _directory(directory: LogDirectory) -> DirectoryReading:
    return DirectoryReading(
        path=directory.path,
        total_bytes=_told(directory.total_bytes),
        usable_bytes=_told(directory.usable_bytes),
        replica_bytes={
            ours(key): replica.size_bytes
            for key, replica in directory.replicas.items()
            if not replica.is_future
        },
        problem="" if directory.error is None else translated(directory.error).reason,
    )
