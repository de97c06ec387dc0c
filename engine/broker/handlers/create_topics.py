"""CreateTopics: creates topics, or says whether it could.

Versions 2-7. 4: -1 asks for the broker's default number of partitions or replicas (older versions
get it too). 5: the answer has partitions, replicas and all configurations. 6: a client over its
quota is refused with THROTTLING_QUOTA_EXCEEDED (KIP-599). 7: the topic's id.

Each topic succeeds or fails by itself; a name that a request has twice fails. With `validate_only`
nothing is created and the answer is the same.

Differs from Kafka: the answer comes when every partition can be written, not before, so a producer
that starts at once finds its leaders. Source: Kafka's `ReplicationControlManager.createTopics`.
"""

from collections import Counter

from engine.broker.broker_settings import BrokerSettings
from engine.broker.catalogue import Topic
from engine.broker.context import RequestContext
from engine.broker.new_topics import NewTopic
from engine.broker.refusal import Refused
from engine.broker.throttling import Throttling
from engine.broker.topic_admin import TopicAdmin
from engine.config.effective import describe_topic
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.create_topics import (
    CreatableTopic,
    CreatableTopicConfigs,
    CreatableTopicResult,
    CreateTopicsRequest,
    CreateTopicsResponse,
)

_STRICT_QUOTA_SINCE = 6


class CreateTopicsHandler:
    """Creates topics."""

    def __init__(self, admin: TopicAdmin, settings: BrokerSettings, throttling: Throttling) -> None:
        self._admin = admin
        self._throttling = throttling
        self._settings = settings

    async def handle(
        self, request: CreateTopicsRequest, context: RequestContext
    ) -> CreateTopicsResponse:
        """Create what can be created; waits for the disk."""
        counts = Counter(topic.name for topic in request.topics)
        wanted = [topic for topic in request.topics if counts[topic.name] == 1]
        mutations = self._throttling.mutations(context, strict_since=_STRICT_QUOTA_SINCE)
        outcomes = await self._admin.create(
            [_as_asked(topic) for topic in wanted],
            validate_only=request.validate_only,
            count=mutations.count,
        )
        repeated = Refused(ErrorCode.INVALID_REQUEST, "Duplicate topic name.")
        results = [_failed(name, repeated) for name, count in counts.items() if count > 1]
        for topic, outcome in zip(wanted, outcomes, strict=True):
            if isinstance(outcome, Refused):
                results.append(_failed(topic.name, outcome))
            else:
                results.append(self._created(outcome))
        return CreateTopicsResponse(throttle_time_ms=mutations.throttle_ms, topics=results)

    def _created(self, topic: Topic) -> CreatableTopicResult:
        return CreatableTopicResult(
            name=topic.name,
            topic_id=topic.topic_id,
            error_code=ErrorCode.NONE,
            error_message=None,
            num_partitions=len(topic.partitions),
            replication_factor=topic.replication_factor,
            configs=[
                CreatableTopicConfigs(
                    name=described.key.name,
                    value=described.value,
                    read_only=False,
                    config_source=described.source,
                    is_sensitive=described.key.is_sensitive,
                )
                for described in describe_topic(topic.configs, self._settings.configs)
            ],
        )


def _as_asked(topic: CreatableTopic) -> NewTopic:
    return NewTopic(
        topic.name,
        topic.num_partitions,
        topic.replication_factor,
        [(each.partition_index, each.broker_ids) for each in topic.assignments],
        [(config.name, config.value) for config in topic.configs],
    )


def _failed(name: str, refused: Refused) -> CreatableTopicResult:
    return CreatableTopicResult(name=name, error_code=refused.code, error_message=refused.sentence)
