"""The answer that a direct handler gives, kept for the test that asked."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar, cast

from engine.protocol.layout import Message

ResponseT = TypeVar("ResponseT", bound=Message)


class KeptReply(Generic[ResponseT]):
    """A `Reply` without a connection."""

    def __init__(self, kind: type[ResponseT]) -> None:
        self._kind = kind
        self._response: asyncio.Future[ResponseT] = asyncio.get_running_loop().create_future()

    @property
    def is_answered(self) -> bool:
        return self._response.done()

    async def response(self) -> ResponseT:
        """Wait for the answer."""
        return await self._response

    def send(self, response: Message) -> None:
        assert isinstance(response, self._kind)
        self._response.set_result(cast(ResponseT, response))

    def omit(self, throttle_ms: int = 0) -> None:
        raise AssertionError("no answer was given")

    def close_connection(self, reason: str) -> None:
        raise AssertionError(reason)

    def when_abandoned(self, callback: Callable[[], object]) -> None:
        """Nobody goes away here."""
