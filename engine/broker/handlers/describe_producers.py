"""DescribeProducers: the idempotent producers that partitions remember.

Version 0. Transactions are not served, so no producer has an open one. Source: Kafka's
`KafkaApis.handleDescribeProducersRequest`, `ReplicaManager.activeProducerState`.
"""

from engine.broker.context import RequestContext
from engine.broker.error_mapping import code_of
from engine.broker.partitions import Partitions, PartitionUnavailable
from engine.broker.topic_names import name_fault
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.describe_producers import (
    DescribeProducersRequest,
    DescribeProducersResponse,
    PartitionResponse,
    ProducerState,
    TopicResponse,
)


class DescribeProducersHandler:
    """Tells who produces to a partition."""

    def __init__(self, partitions: Partitions) -> None:
        self._partitions = partitions

    def handle(
        self, request: DescribeProducersRequest, context: RequestContext
    ) -> DescribeProducersResponse:
        """Answer every partition."""
        return DescribeProducersResponse(
            topics=[
                TopicResponse(
                    name=topic.name,
                    partitions=[
                        self._described(topic.name, index) for index in topic.partition_indexes
                    ],
                )
                for topic in request.topics
            ]
        )

    def _described(self, topic: str, index: int) -> PartitionResponse:
        result = PartitionResponse(partition_index=index)
        fault = name_fault(topic)
        if fault is not None:
            result.error_code, result.error_message = ErrorCode.INVALID_TOPIC_EXCEPTION, fault
            return result
        try:
            partition = self._partitions.find(topic, index)
        except PartitionUnavailable as error:
            result.error_code = code_of(error)
            return result
        if partition is None:
            result.error_code = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
            if not self._partitions.has_topic(topic):
                result.error_message = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.message
            return result
        result.active_producers = [
            ProducerState(
                producer_id=producer.producer_id,
                producer_epoch=producer.producer_epoch,
                last_sequence=producer.last_sequence,
                last_timestamp=producer.last_timestamp_ms,
                coordinator_epoch=producer.coordinator_epoch,
                current_txn_start_offset=producer.transaction_start_offset,
            )
            for producer in partition.log.active_producers()
        ]
        return result
