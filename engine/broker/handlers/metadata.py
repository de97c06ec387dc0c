"""Metadata: brokers, controller, topics and who leads their partitions.

Versions 0-13. An empty list of topics means all in version 0 and none from version 1 on, where
null means all. 8: authorised operations. 10: topic ids in the answer. 12: topics can be asked for
by id. 13: an error code for the whole answer.

A topic that does not exist is created if the request allows it (always, before version 4) and
`auto.create.topics.enable` does; the request that created it is answered with
LEADER_NOT_AVAILABLE, and the next one with the topic. All topics are listed by name, named ones as
asked for, each once. A request with an id is taken to ask for ids alone: names beside it are not
answered.

Differs from Kafka, whose KRaft answers the request that created a topic as if there were none. Some
clients take that for a topic without partitions, and do not ask again.

Differs from Kafka: a name that cannot be created is answered with the reason's code. Source:
Kafka's `KafkaApis.handleTopicMetadataRequest` and `DefaultAutoTopicCreationManager`.
"""

from collections.abc import Callable, Iterable

from engine.broker.catalogue import Catalogue, Topic
from engine.broker.cluster import Cluster
from engine.broker.context import RequestContext
from engine.broker.leadership import Leadership, cluster_operations, topic_operations
from engine.broker.refusal import Refused
from engine.broker.topic_admin import TopicAdmin
from engine.broker.topic_names import is_internal, name_fault
from engine.kernel.ids import NULL_TOPIC_ID
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
    MetadataResponseBroker,
    MetadataResponsePartition,
    MetadataResponseTopic,
)

_NULL_MEANS_ALL_FROM = 1
_IDS_FROM = 12


class MetadataHandler:
    """Tells what there is, and creates topics on first use."""

    def __init__(
        self,
        catalogue: Catalogue,
        cluster: Cluster,
        leadership: Leadership,
        admin: TopicAdmin,
        *,
        creates_topics: Callable[[], bool],
    ) -> None:
        self._catalogue = catalogue
        self._cluster = cluster
        self._leadership = leadership
        self._admin = admin
        self._creates_topics = creates_topics

    async def handle(self, request: MetadataRequest, context: RequestContext) -> MetadataResponse:
        """Answer from memory; waits only while a topic is created."""
        version = context.api_version
        asked = request.topics
        if asked is not None and not _is_well_formed(asked, version):
            return _refused(asked)
        operations = topic_operations(requested=request.include_topic_authorized_operations)
        if asked is None or (not asked and version < _NULL_MEANS_ALL_FROM):
            topics = [self._known(topic, operations) for topic in self._catalogue.topics()]
        elif any(topic.topic_id != NULL_TOPIC_ID for topic in asked):
            ids = dict.fromkeys(topic.topic_id for topic in asked)
            ids.pop(NULL_TOPIC_ID, None)
            topics = [self._by_id(topic_id, operations) for topic_id in ids]
        else:
            names = dict.fromkeys(topic.name or "" for topic in asked)
            created = await self._create_missing(names, request.allow_auto_topic_creation)
            topics = [self._by_name(name, created, operations) for name in names]
        return MetadataResponse(
            brokers=self._brokers(context.connection.listener),
            cluster_id=self._cluster.cluster_id,
            controller_id=self._cluster.controller_id,
            topics=topics,
            cluster_authorized_operations=cluster_operations(
                requested=request.include_cluster_authorized_operations
            ),
        )

    async def _create_missing(
        self, names: Iterable[str], is_allowed: bool
    ) -> dict[str, Topic | Refused]:
        if not (is_allowed and self._creates_topics()):
            return {}
        missing = [
            name
            for name in names
            if self._catalogue.by_name(name) is None and name_fault(name) is None
        ]
        return await self._admin.auto_create(missing) if missing else {}

    def _by_name(
        self, name: str, created: dict[str, Topic | Refused], operations: int
    ) -> MetadataResponseTopic:
        topic = self._catalogue.by_name(name)
        if topic is not None and name not in created:
            return self._known(topic, operations)
        code = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
        outcome = created.get(name)
        if isinstance(outcome, Refused):
            code = outcome.code
        elif outcome is not None:
            code = ErrorCode.LEADER_NOT_AVAILABLE
        elif name_fault(name) is not None:
            code = ErrorCode.INVALID_TOPIC_EXCEPTION
        return MetadataResponseTopic(error_code=code, name=name, is_internal=is_internal(name))

    def _by_id(self, topic_id: bytes, operations: int) -> MetadataResponseTopic:
        topic = self._catalogue.by_id(topic_id)
        if topic is not None:
            return self._known(topic, operations)
        return MetadataResponseTopic(
            error_code=ErrorCode.UNKNOWN_TOPIC_ID, name=None, topic_id=topic_id
        )

    def _known(self, topic: Topic, operations: int) -> MetadataResponseTopic:
        return MetadataResponseTopic(
            error_code=ErrorCode.NONE,
            name=topic.name,
            topic_id=topic.topic_id,
            is_internal=topic.is_internal,
            partitions=[
                MetadataResponsePartition(
                    error_code=state.error_code,
                    partition_index=state.partition_index,
                    leader_id=state.leader_id,
                    leader_epoch=state.leader_epoch,
                    replica_nodes=state.replicas,
                    isr_nodes=state.isr,
                    offline_replicas=state.offline_replicas,
                )
                for state in self._leadership.states(topic)
            ],
            topic_authorized_operations=operations,
        )

    def _brokers(self, listener: str) -> list[MetadataResponseBroker]:
        brokers = []
        for node in self._cluster.nodes:
            host, port = node.address_for(listener)
            brokers.append(
                MetadataResponseBroker(node_id=node.node_id, host=host, port=port, rack=node.rack)
            )
        return brokers


def _is_well_formed(asked: Iterable[MetadataRequestTopic], version: int) -> bool:
    """Ids may be asked for from version 12 on, and every topic has an id or a name."""
    return all(
        topic.topic_id == NULL_TOPIC_ID
        if topic.name is not None and version < _IDS_FROM
        else topic.name is not None or (version >= _IDS_FROM and topic.topic_id != NULL_TOPIC_ID)
        for topic in asked
    )


def _refused(asked: Iterable[MetadataRequestTopic]) -> MetadataResponse:
    return MetadataResponse(
        topics=[
            MetadataResponseTopic(
                error_code=ErrorCode.INVALID_REQUEST,
                name=topic.name or "",
                topic_id=topic.topic_id,
            )
            for topic in asked
        ],
        error_code=ErrorCode.INVALID_REQUEST,
    )
