"""The APIs that the broker serves: one row per API. ApiVersions, dispatch and docs derive from it.

Versions come from `engine.protocol.advertised`; a row adds which handler serves the API, how it is
built from the broker's parts, and its shape (`engine.broker.context` explains the three). To add an
API: declare the message, write the handler module, add one row.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from engine.broker.context import Reply, RequestContext
from engine.broker.handlers.alter_configs import AlterConfigsHandler
from engine.broker.handlers.api_versions import ApiVersionsHandler
from engine.broker.handlers.create_partitions import CreatePartitionsHandler
from engine.broker.handlers.create_topics import CreateTopicsHandler
from engine.broker.handlers.delete_records import DeleteRecordsHandler
from engine.broker.handlers.delete_topics import DeleteTopicsHandler
from engine.broker.handlers.describe_cluster import DescribeClusterHandler
from engine.broker.handlers.describe_configs import DescribeConfigsHandler
from engine.broker.handlers.describe_log_dirs import DescribeLogDirsHandler
from engine.broker.handlers.describe_topic_partitions import DescribeTopicPartitionsHandler
from engine.broker.handlers.fetch import FetchHandler
from engine.broker.handlers.incremental_alter_configs import IncrementalAlterConfigsHandler
from engine.broker.handlers.init_producer_id import InitProducerIdHandler
from engine.broker.handlers.list_offsets import ListOffsetsHandler
from engine.broker.handlers.metadata import MetadataHandler
from engine.broker.handlers.offset_for_leader_epoch import OffsetForLeaderEpochHandler
from engine.broker.handlers.produce import ProduceHandler
from engine.broker.parts import BrokerParts
from engine.protocol.api_keys import ApiKey
from engine.protocol.layout import Message
from engine.protocol.messages.alter_configs import AlterConfigsRequest
from engine.protocol.messages.api_versions import ApiVersionsRequest
from engine.protocol.messages.create_partitions import CreatePartitionsRequest
from engine.protocol.messages.create_topics import CreateTopicsRequest
from engine.protocol.messages.delete_records import DeleteRecordsRequest
from engine.protocol.messages.delete_topics import DeleteTopicsRequest
from engine.protocol.messages.describe_cluster import DescribeClusterRequest
from engine.protocol.messages.describe_configs import DescribeConfigsRequest
from engine.protocol.messages.describe_log_dirs import DescribeLogDirsRequest
from engine.protocol.messages.describe_topic_partitions import DescribeTopicPartitionsRequest
from engine.protocol.messages.fetch import FetchRequest
from engine.protocol.messages.incremental_alter_configs import IncrementalAlterConfigsRequest
from engine.protocol.messages.init_producer_id import InitProducerIdRequest
from engine.protocol.messages.list_offsets import ListOffsetsRequest
from engine.protocol.messages.metadata import MetadataRequest
from engine.protocol.messages.offset_for_leader_epoch import OffsetForLeaderEpochRequest
from engine.protocol.messages.produce import ProduceRequest

RequestT = TypeVar("RequestT", bound=Message)
Immediate = Callable[[RequestT, RequestContext], Message]
Ordinary = Callable[[RequestT, RequestContext], Awaitable[Message]]
Direct = Callable[[RequestT, RequestContext, Reply], None]


class Shape(Enum):
    """How a handler answers; see `engine.broker.context`."""

    IMMEDIATE = "immediate"
    ORDINARY = "ordinary"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class ApiRow:
    """One API: its key, the shape of its handler and how that is built."""

    api_key: ApiKey
    shape: Shape
    build: Callable[[BrokerParts], Callable[..., object]]


def immediate(
    request: type[RequestT], build: Callable[[BrokerParts], Immediate[RequestT]]
) -> ApiRow:
    """The row of a handler that never waits."""
    return ApiRow(request.API_KEY, Shape.IMMEDIATE, build)


def ordinary(request: type[RequestT], build: Callable[[BrokerParts], Ordinary[RequestT]]) -> ApiRow:
    """The row of a coroutine handler, which holds back its connection's later requests."""
    return ApiRow(request.API_KEY, Shape.ORDINARY, build)


def direct(request: type[RequestT], build: Callable[[BrokerParts], Direct[RequestT]]) -> ApiRow:
    """The row of a handler that answers through a `Reply`, pipelined within its connection."""
    return ApiRow(request.API_KEY, Shape.DIRECT, build)


API_TABLE: tuple[ApiRow, ...] = (
    direct(ProduceRequest, lambda parts: ProduceHandler(parts.partitions, parts.commit).handle),
    direct(
        FetchRequest,
        lambda parts: (
            FetchHandler(
                parts.partitions,
                parts.fetch_waiters,
                parts.fetch_sessions,
                parts.clock,
                fetch_bytes_max=parts.config.fetch_max_bytes,
            ).handle
        ),
    ),
    immediate(ListOffsetsRequest, lambda parts: ListOffsetsHandler(parts.partitions).handle),
    ordinary(
        MetadataRequest,
        lambda parts: (
            MetadataHandler(
                parts.topics.catalogue,
                parts.topics.cluster,
                parts.topics.leadership,
                parts.topics.admin,
                creates_topics=parts.config.auto_create_topics_enable,
            ).handle
        ),
    ),
    immediate(ApiVersionsRequest, lambda parts: ApiVersionsHandler(parts.served_apis).handle),
    ordinary(
        CreateTopicsRequest,
        lambda parts: CreateTopicsHandler(parts.topics.admin, parts.topics.settings).handle,
    ),
    ordinary(
        DeleteTopicsRequest,
        lambda parts: (
            DeleteTopicsHandler(
                parts.topics.admin,
                parts.topics.catalogue,
                is_enabled=parts.config.delete_topic_enable,
            ).handle
        ),
    ),
    ordinary(
        DeleteRecordsRequest,
        lambda parts: (
            DeleteRecordsHandler(parts.partitions, parts.topics.maintenance.checkpoint).handle
        ),
    ),
    ordinary(InitProducerIdRequest, lambda parts: InitProducerIdHandler(parts.producer_ids).handle),
    immediate(
        OffsetForLeaderEpochRequest,
        lambda parts: OffsetForLeaderEpochHandler(parts.partitions).handle,
    ),
    immediate(
        DescribeConfigsRequest,
        lambda parts: (
            DescribeConfigsHandler(
                parts.topics.catalogue, parts.topics.settings, parts.topics.cluster.node_id
            ).handle
        ),
    ),
    ordinary(
        AlterConfigsRequest, lambda parts: AlterConfigsHandler(parts.topics.config_admin).handle
    ),
    ordinary(
        DescribeLogDirsRequest,
        lambda parts: DescribeLogDirsHandler(parts.topics.catalogue, parts.topics.space).handle,
    ),
    ordinary(
        CreatePartitionsRequest, lambda parts: CreatePartitionsHandler(parts.topics.admin).handle
    ),
    ordinary(
        IncrementalAlterConfigsRequest,
        lambda parts: IncrementalAlterConfigsHandler(parts.topics.config_admin).handle,
    ),
    immediate(
        DescribeClusterRequest, lambda parts: DescribeClusterHandler(parts.topics.cluster).handle
    ),
    immediate(
        DescribeTopicPartitionsRequest,
        lambda parts: (
            DescribeTopicPartitionsHandler(
                parts.topics.catalogue,
                parts.topics.leadership,
                partition_limit=parts.config.max_request_partition_size_limit,
            ).handle
        ),
    ),
)
"""The table, in the order of the keys."""

SERVED_APIS: tuple[ApiKey, ...] = tuple(row.api_key for row in API_TABLE)
"""The keys of the table: what ApiVersions lists."""
