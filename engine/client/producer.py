"""Sends records to a topic and tells for each where it went, or why it did not.

Records are grouped into one batch per partition and request; the next batch of a partition is sent
when the one before was answered, so the order of the records of a partition is kept. A batch whose
fate is unknown (the connection ended, or no answer came) is sent again only by an idempotent
producer: the broker recognises it there, and would store it twice otherwise.
"""

import asyncio
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.client.cluster import Cluster
from engine.client.errors import (
    BrokerError,
    ClientError,
    NoSuchNode,
    RecordsRefused,
    TimedOut,
    Unreachable,
    Unsendable,
    refusal,
)
from engine.client.idempotence import NO_PRODUCER, Idempotence
from engine.client.metadata import TopicMetadata
from engine.client.offsets import by_topic
from engine.client.partitioner import Partitioner
from engine.client.routing import routed
from engine.kernel.ids import TopicPartition
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.produce import (
    PartitionProduceData,
    PartitionProduceResponse,
    ProduceRequest,
    ProduceResponse,
    TopicProduceData,
)
from engine.records.builder import NewRecord, build_batch
from engine.records.compression import Compression

ALL_REPLICAS = -1
NOBODY = 0

NAMED_TOPICS_MAX = 12
"""The last version of Produce that names topics and not their ids."""

UNKNOWN_OFFSET = -1
"""The offset of a record that was sent without asking for an acknowledgement."""

_RECORD_OVERHEAD_BYTES = 32

_FATE_UNKNOWN = frozenset({ErrorCode.REQUEST_TIMED_OUT, ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND})


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A record to send. Without a partition the key decides, without a timestamp the clock."""

    value: bytes | None
    key: bytes | None = None
    headers: tuple[tuple[str, bytes | None], ...] = ()
    timestamp_ms: int | None = None
    partition: int | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """Where a record went; `timestamp_ms` is the broker's where the topic says so."""

    partition: int
    offset: int
    timestamp_ms: int


@dataclass(frozen=True, slots=True)
class ProducerSettings:
    """How a producer sends. `batch_bytes` bounds a batch before compression."""

    acks: int = ALL_REPLICAS
    compression: Compression = Compression.NONE
    is_idempotent: bool = False
    batch_bytes: int = 900_000


@dataclass(slots=True)
class _Batch:
    """Records on their way to one partition, with their places in the caller's sequence."""

    places: list[int]
    records: list[NewRecord]


_Outcome = Delivered | ClientError


class Producer:
    """Sends records to one cluster. Calls of `send` are carried out one after the other."""

    def __init__(self, cluster: Cluster, settings: ProducerSettings) -> None:
        is_acknowledged = settings.acks == ALL_REPLICAS
        assert is_acknowledged or not settings.is_idempotent, "idempotence needs all replicas"
        self._cluster = cluster
        self._settings = settings
        self._partitioner = Partitioner()
        self._idempotence = Idempotence(cluster) if settings.is_idempotent else None
        self._turn = asyncio.Lock()

    async def send(self, topic: str, records: Sequence[Outgoing]) -> list[_Outcome]:
        """Send records; the outcomes are in their order.

        Raises ClientError when nothing was sent because the topic cannot be had.
        """
        async with self._turn:
            described = await self._described(topic, records)
            # Whatever is not sent below was meant for a partition that does not exist.
            outcomes: list[_Outcome] = [refusal(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)] * len(
                records
            )
            queues = self._batches(described, records)
            while queues:
                heads = {partition: queue[0] for partition, queue in queues.items()}
                answers = await self._send_batches(heads)
                for partition, batch in heads.items():
                    answer = answers[partition]
                    _settle(partition, batch, answer, outcomes)
                    queues[partition].pop(0)
                    if isinstance(answer, ClientError):
                        # What follows in the partition would overtake what failed.
                        for later in queues.pop(partition):
                            _settle(partition, later, answer, outcomes)
                    elif not queues[partition]:
                        del queues[partition]
            return outcomes

    async def _described(self, topic: str, records: Sequence[Outgoing]) -> TopicMetadata:
        """The topic, asked for again when a record names a partition that it did not have."""
        described = await self._cluster.topic(topic)
        highest = max((record.partition or 0 for record in records), default=0)
        if highest >= len(described.partitions):
            described = await self._cluster.topic(topic, refresh=True)
        return described

    def _batches(
        self, described: TopicMetadata, records: Sequence[Outgoing]
    ) -> dict[TopicPartition, list[_Batch]]:
        """The batches of each partition, in order."""
        with_leader = [
            partition.partition for partition in described.partitions if partition.leader >= 0
        ]
        count = len(described.partitions)
        now_ms = self._cluster.clock.wall_ms()
        queues: dict[TopicPartition, list[_Batch]] = {}
        sizes: dict[TopicPartition, int] = {}
        for place, record in enumerate(records):
            number = record.partition
            if number is None:
                number = self._partitioner.place(record.key, count, with_leader)
            if not 0 <= number < count:
                continue
            partition = TopicPartition(described.name, number)
            queue = queues.setdefault(partition, [])
            size = _size_bytes(record)
            if not queue or sizes[partition] + size > self._settings.batch_bytes:
                queue.append(_Batch([], []))
                sizes[partition] = 0
            sizes[partition] += size
            timestamp_ms = now_ms if record.timestamp_ms is None else record.timestamp_ms
            queue[-1].places.append(place)
            queue[-1].records.append(
                NewRecord(timestamp_ms, record.key, record.value, record.headers)
            )
        return queues

    async def _send_batches(
        self, batches: Mapping[TopicPartition, _Batch]
    ) -> dict[TopicPartition, PartitionProduceResponse | ClientError]:
        """Send one batch to each partition. Batches keep their bytes when they are sent again."""
        try:
            built = await self._built(batches)
        except ClientError as error:
            return dict.fromkeys(batches, error)

        async def call(
            node_id: int, asked: list[TopicPartition]
        ) -> Mapping[TopicPartition, PartitionProduceResponse | ClientError]:
            return await self._produce(node_id, {key: built[key] for key in asked})

        results = await routed(
            self._cluster,
            batches,
            locate=self._cluster.leaders,
            call=call,
            policy=self._cluster.settings.writing,
            may_repeat=self._may_repeat,
        )
        self._advance(batches, results)
        return results

    async def _built(
        self, batches: Mapping[TopicPartition, _Batch]
    ) -> dict[TopicPartition, bytearray]:
        idempotence = self._idempotence
        identity = NO_PRODUCER if idempotence is None else await idempotence.identity()
        try:
            return self._encoded(batches, identity)
        except (UnicodeEncodeError, struct.error) as error:
            raise Unsendable("A record", str(error)) from error

    def _encoded(
        self, batches: Mapping[TopicPartition, _Batch], identity: tuple[int, int]
    ) -> dict[TopicPartition, bytearray]:
        idempotence = self._idempotence
        return {
            partition: build_batch(
                batch.records,
                compression=self._settings.compression,
                producer_id=identity[0],
                producer_epoch=identity[1],
                base_sequence=-1 if idempotence is None else idempotence.next_sequence(partition),
            )
            for partition, batch in batches.items()
        }

    def _advance(
        self,
        batches: Mapping[TopicPartition, _Batch],
        results: Mapping[TopicPartition, PartitionProduceResponse | ClientError],
    ) -> None:
        if self._idempotence is None:
            return
        for partition, result in results.items():
            if isinstance(result, ClientError):
                self._idempotence.give_up()
                return
            self._idempotence.advance(partition, len(batches[partition].records))

    def _may_repeat(self, error: ClientError) -> bool:
        if self._idempotence is not None:
            return error.is_retriable or isinstance(error, TimedOut)
        if isinstance(error, Unreachable):
            return not error.was_sent
        if isinstance(error, BrokerError):
            return error.is_retriable and error.code not in _FATE_UNKNOWN
        return isinstance(error, NoSuchNode)

    async def _produce(
        self, node_id: int, built: Mapping[TopicPartition, bytearray]
    ) -> dict[TopicPartition, PartitionProduceResponse | ClientError]:
        request = ProduceRequest(
            transactional_id=None,
            acks=self._settings.acks,
            timeout_ms=round(self._cluster.settings.request_timeout_s * 1000 * 0.8),
            topic_data=[
                TopicProduceData(
                    topic,
                    partition_data=[
                        PartitionProduceData(key.partition, built[key]) for key in keys
                    ],
                )
                for topic, keys in by_topic(built).items()
            ],
        )
        connection = await self._cluster.connection(node_id)
        if self._settings.acks == NOBODY:
            await connection.send_unanswered(request, max_version=NAMED_TOPICS_MAX)
            return {key: PartitionProduceResponse(base_offset=UNKNOWN_OFFSET) for key in built}
        answer = await connection.request(request, ProduceResponse, max_version=NAMED_TOPICS_MAX)
        return {
            TopicPartition(topic.name, partition.index): partition
            if partition.error_code in (ErrorCode.NONE, ErrorCode.DUPLICATE_SEQUENCE_NUMBER)
            else _refused(partition)
            for topic in answer.responses
            for partition in topic.partition_responses
        }


def _size_bytes(record: Outgoing) -> int:
    """About what a record takes in a batch."""
    size = len(record.value or b"") + len(record.key or b"") + _RECORD_OVERHEAD_BYTES
    return size + sum(len(name) + len(content or b"") for name, content in record.headers)


def _refused(partition: PartitionProduceResponse) -> BrokerError:
    error = refusal(partition.error_code, partition.error_message)
    if not partition.record_errors:
        return error
    faults = {
        fault.batch_index: fault.batch_index_error_message or error.message
        for fault in partition.record_errors
    }
    return RecordsRefused(error.code, partition.error_message, faults)


def _settle(
    partition: TopicPartition,
    batch: _Batch,
    answer: PartitionProduceResponse | ClientError,
    outcomes: list[_Outcome],
) -> None:
    """Give every record of a batch its outcome."""
    for index, place in enumerate(batch.places):
        if isinstance(answer, RecordsRefused):
            fault = answer.faults.get(index)
            outcomes[place] = BrokerError(answer.code, fault) if fault else answer
        elif isinstance(answer, ClientError):
            outcomes[place] = answer
        else:
            base_offset = answer.base_offset
            append_time_ms = answer.log_append_time_ms
            outcomes[place] = Delivered(
                partition.partition,
                UNKNOWN_OFFSET if base_offset < 0 else base_offset + index,
                batch.records[index].timestamp_ms if append_time_ms < 0 else append_time_ms,
            )
