"""Changes over the Kafka protocol. Implements `console.port.cluster.Writes`."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import TypeVar

from console.adapters.link import ClientSource
from console.adapters.translation import asked, ours, theirs, translated
from console.model.names import TopicPartition
from console.port.cluster import TO_THE_END, NewRecord, NewTopic, Published
from console.port.errors import ClusterError, TimedOut, Unreachable
from engine.client.configs import ConfigChange, Operation, Resource, ResourceType
from engine.client.errors import BrokerError, ClientError
from engine.client.offsets import HIGH_WATERMARK
from engine.client.producer import Outgoing
from engine.client.topics import BROKER_DEFAULT
from engine.client.topics import NewTopic as ClientTopic
from engine.kernel import ids

AnswerT = TypeVar("AnswerT")


class KafkaWrites:
    """Changes to one cluster. What may have been done already is never repeated."""

    def __init__(self, client: ClientSource, heard: Callable[[], None] = lambda: None) -> None:
        """`heard` is told whenever the cluster answered, be it that it refuses."""
        self._client = client
        self._heard = heard

    async def _asked(self, answer: Awaitable[AnswerT]) -> AnswerT:
        """`asked`, with a word to whoever wants to know that there was an answer."""
        try:
            found = await asked(answer)
        except ClusterError as error:
            if not isinstance(error, Unreachable | TimedOut):
                self._heard()
            raise
        if _is_answer(found):
            self._heard()
        return found

    async def create_topic(self, topic: NewTopic, *, validate_only: bool = False) -> int | None:
        wanted = ClientTopic(
            topic.name,
            BROKER_DEFAULT if topic.partitions is None else topic.partitions,
            BROKER_DEFAULT if topic.replication_factor is None else topic.replication_factor,
            dict(topic.configs),
        )
        answers = await self._asked(
            self._client().topics.create([wanted], validate_only=validate_only)
        )
        made = answers[topic.name]
        if isinstance(made, ClientError):
            raise translated(made) from made
        return topic.partitions if made.partitions < 0 else made.partitions

    async def delete_topic(self, name: str) -> None:
        _raise((await self._asked(self._client().topics.delete([name])))[name])

    async def add_partitions(self, topic: str, total: int, *, validate_only: bool = False) -> None:
        topics = self._client().topics
        answers = await self._asked(
            topics.add_partitions({topic: total}, validate_only=validate_only)
        )
        _raise(answers[topic])

    async def set_topic_configs(
        self, topic: str, changes: Mapping[str, str | None], *, validate_only: bool = False
    ) -> None:
        await self._set(Resource(ResourceType.TOPIC, topic), changes, validate_only=validate_only)

    async def set_broker_configs(
        self, node_id: int, changes: Mapping[str, str | None], *, validate_only: bool = False
    ) -> None:
        resource = Resource(ResourceType.BROKER, str(node_id))
        await self._set(resource, changes, validate_only=validate_only)

    async def _set(
        self, resource: Resource, changes: Mapping[str, str | None], *, validate_only: bool
    ) -> None:
        wanted = [
            ConfigChange(name, Operation.DELETE)
            if value is None
            else ConfigChange(name, Operation.SET, value)
            for name, value in changes.items()
        ]
        configs = self._client().configs
        answers = await self._asked(configs.alter({resource: wanted}, validate_only=validate_only))
        _raise(answers[resource])

    async def publish(
        self, topic: str, records: Sequence[NewRecord]
    ) -> tuple[Published | ClusterError, ...]:
        outgoing = [
            Outgoing(
                value=record.value,
                key=record.key,
                headers=record.headers,
                timestamp_ms=record.timestamp_ms,
                partition=record.partition,
            )
            for record in records
        ]
        outcomes = await self._asked(self._client().producer().send(topic, outgoing))
        return tuple(
            translated(outcome)
            if isinstance(outcome, ClientError)
            else Published(outcome.partition, outcome.offset)
            for outcome in outcomes
        )

    async def delete_records(
        self, before: Mapping[TopicPartition, int]
    ) -> Mapping[TopicPartition, int | ClusterError]:
        wanted = {
            ids.TopicPartition(*key): HIGH_WATERMARK if offset == TO_THE_END else offset
            for key, offset in before.items()
        }
        answers = await self._asked(self._client().offsets.delete_records(wanted))
        return {
            ours(key): translated(answer) if isinstance(answer, ClientError) else answer
            for key, answer in answers.items()
        }

    async def set_offsets(
        self, group: str, offsets: Mapping[TopicPartition, int]
    ) -> Mapping[TopicPartition, ClusterError | None]:
        wanted = {ids.TopicPartition(*key): offset for key, offset in offsets.items()}
        return _outcomes(await self._asked(self._client().group_offsets.commit(group, wanted)))

    async def delete_offsets(
        self, group: str, partitions: Collection[TopicPartition]
    ) -> Mapping[TopicPartition, ClusterError | None]:
        answers = await self._asked(self._client().group_offsets.delete(group, theirs(partitions)))
        return _outcomes(answers)

    async def delete_group(self, group: str) -> None:
        _raise((await self._asked(self._client().groups.delete([group])))[group])


def _is_answer(found: object) -> bool:
    """Whether any part of what came is from a broker."""
    outcomes = found.values() if isinstance(found, Mapping) else found
    assert isinstance(outcomes, Collection)
    return not outcomes or any(
        not isinstance(each, ClientError) or isinstance(each, BrokerError) for each in outcomes
    )


def _raise(outcome: object) -> None:
    if isinstance(outcome, ClientError):
        raise translated(outcome) from outcome


def _outcomes(
    answers: Mapping[ids.TopicPartition, ClientError | None],
) -> dict[TopicPartition, ClusterError | None]:
    return {
        ours(key): None if answer is None else translated(answer) for key, answer in answers.items()
    }
