"""Changes that the controller of a cluster makes, by name: tried again where that may help."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from engine.client.cluster import Cluster
from engine.client.errors import BrokerError, ClientError, NoSuchNode, Unreachable, refusal
from engine.client.routing import Attempts
from engine.protocol.error_codes import ErrorCode
from engine.protocol.layout import Message

T = TypeVar("T")
R = TypeVar("R", bound=Message)


class Changes:
    """Makes named changes through the controller; a name that fails holds back no other."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._refresh = False

    @property
    def timeout_ms(self) -> int:
        """How long the controller may take before it answers."""
        return round(self._cluster.settings.request_timeout_s * 1000 * 0.8)

    async def ask(self, message: Message, response: type[R]) -> R:
        """Ask the controller. Raises ClientError."""
        node_id = await self._cluster.controller(refresh=self._refresh)
        return await self._cluster.request_node(node_id, message, response)

    async def make(
        self,
        names: Sequence[str],
        call: Callable[[list[str]], Awaitable[dict[str, T | ClientError]]],
    ) -> dict[str, T | ClientError]:
        """The outcome of each name. `call` makes the change for some of them.

        Names whose error may pass (no controller yet, quota used up) are tried again; a request
        that may have been carried out is not.
        """
        results: dict[str, T | ClientError] = {}
        attempts = Attempts(self._cluster, self._cluster.settings.writing)
        pending = list(dict.fromkeys(names))
        while pending:
            try:
                answers = await call(pending)
            except ClientError as error:
                answers = dict.fromkeys(pending, error)
            for name in pending:
                results[name] = (
                    answers[name] if name in answers else refusal(ErrorCode.UNKNOWN_SERVER_ERROR)
                )
            mendable = {
                name: failure
                for name in pending
                if isinstance(failure := results[name], ClientError) and _may_be_repeated(failure)
            }
            pending = list(mendable)
            if not pending or not await attempts.may_retry(mendable[pending[0]]):
                break
            self._refresh = True
        return results


def outcome(code: int, message: str | None = None) -> BrokerError | None:
    """The error of a code from the wire, None for success."""
    return None if code == ErrorCode.NONE else refusal(code, message)


_NOT_YET = frozenset(
    {
        ErrorCode.NOT_CONTROLLER,
        ErrorCode.THROTTLING_QUOTA_EXCEEDED,
        ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
        ErrorCode.COORDINATOR_NOT_AVAILABLE,
        ErrorCode.NOT_COORDINATOR,
    }
)


def _may_be_repeated(error: ClientError) -> bool:
    if isinstance(error, Unreachable):
        return not error.was_sent
    if isinstance(error, NoSuchNode):
        return True
    return isinstance(error, BrokerError) and error.code in _NOT_YET
