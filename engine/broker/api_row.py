"""What a row of the API table is: a key, the shape of its handler, and how that is built.

`engine.broker.context` explains the four shapes. The function for each takes the request class, so
that the type checker sees that the handler fits. A handler that needs partitions says which ones a
request names: it is not called before their logs are open, or have taken long to open.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from engine.broker.context import Reply, RequestContext
from engine.broker.partitions import NamedPartitions
from engine.broker.parts import BrokerParts
from engine.protocol.api_keys import ApiKey
from engine.protocol.layout import Message

RequestT = TypeVar("RequestT", bound=Message)
Immediate = Callable[[RequestT, RequestContext], Message]
Ordinary = Callable[[RequestT, RequestContext], Awaitable[Message]]
Direct = Callable[[RequestT, RequestContext, Reply], None]
Named = Callable[[RequestT], Iterable[NamedPartitions]]


class Shape(Enum):
    """How a handler answers."""

    IMMEDIATE = "immediate"
    ORDINARY = "ordinary"
    HELD = "held"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class ApiRow:
    """One API: its key, the shape of its handler and how that is built."""

    api_key: ApiKey
    shape: Shape
    build: Callable[[BrokerParts], Callable[..., object]]
    named: Callable[..., Iterable[NamedPartitions]] | None = None
    """The partitions that a request names, if their logs are to be open for the handler."""


def immediate(
    request: type[RequestT],
    build: Callable[[BrokerParts], Immediate[RequestT]],
    *,
    named: Named[RequestT] | None = None,
) -> ApiRow:
    """The row of a handler that never waits."""
    return ApiRow(request.API_KEY, Shape.IMMEDIATE, build, named)


def ordinary(
    request: type[RequestT],
    build: Callable[[BrokerParts], Ordinary[RequestT]],
    *,
    named: Named[RequestT] | None = None,
) -> ApiRow:
    """The row of a coroutine handler, which holds back its connection's later requests."""
    return ApiRow(request.API_KEY, Shape.ORDINARY, build, named)


def direct(
    request: type[RequestT],
    build: Callable[[BrokerParts], Direct[RequestT]],
    *,
    named: Named[RequestT] | None = None,
) -> ApiRow:
    """The row of a handler that answers through a `Reply`, pipelined within its connection."""
    return ApiRow(request.API_KEY, Shape.DIRECT, build, named)


def held(request: type[RequestT], build: Callable[[BrokerParts], Direct[RequestT]]) -> ApiRow:
    """The row of a handler that answers through a `Reply`, for which its connection waits."""
    return ApiRow(request.API_KEY, Shape.HELD, build)
