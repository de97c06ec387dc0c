"""What a row of the API table is: a key, the shape of its handler, and how that is built.

`engine.broker.context` explains the three shapes. The function for each takes the request class, so
that the type checker sees that the handler fits.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from engine.broker.context import Reply, RequestContext
from engine.broker.parts import BrokerParts
from engine.protocol.api_keys import ApiKey
from engine.protocol.layout import Message

RequestT = TypeVar("RequestT", bound=Message)
Immediate = Callable[[RequestT, RequestContext], Message]
Ordinary = Callable[[RequestT, RequestContext], Awaitable[Message]]
Direct = Callable[[RequestT, RequestContext, Reply], None]


class Shape(Enum):
    """How a handler answers."""

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
