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
from engine.broker.handlers.api_versions import ApiVersionsHandler
from engine.broker.handlers.fetch import FetchHandler
from engine.broker.handlers.init_producer_id import InitProducerIdHandler
from engine.broker.handlers.list_offsets import ListOffsetsHandler
from engine.broker.handlers.offset_for_leader_epoch import OffsetForLeaderEpochHandler
from engine.broker.handlers.produce import ProduceHandler
from engine.broker.parts import BrokerParts
from engine.protocol.api_keys import ApiKey
from engine.protocol.layout import Message
from engine.protocol.messages.api_versions import ApiVersionsRequest
from engine.protocol.messages.fetch import FetchRequest
from engine.protocol.messages.init_producer_id import InitProducerIdRequest
from engine.protocol.messages.list_offsets import ListOffsetsRequest
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
    immediate(ApiVersionsRequest, lambda parts: ApiVersionsHandler(parts.served_apis).handle),
    ordinary(InitProducerIdRequest, lambda parts: InitProducerIdHandler(parts.producer_ids).handle),
    immediate(
        OffsetForLeaderEpochRequest,
        lambda parts: OffsetForLeaderEpochHandler(parts.partitions).handle,
    ),
)
"""The table, in the order of the keys."""

SERVED_APIS: tuple[ApiKey, ...] = tuple(row.api_key for row in API_TABLE)
"""The keys of the table: what ApiVersions lists."""
