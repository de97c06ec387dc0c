"""FindCoordinator: which node coordinates groups or transactions.

Versions 0-6. 1: key type, error message. 4: several keys at once (KIP-699). 5: transactional ids
may be aborted by the client (KIP-890). 6: share groups (KIP-932). The first look for a group's
coordinator creates `__consumer_offsets`, as in Kafka. Share partitions are refused with
INVALID_REQUEST.

Differs from Kafka: transactions are not served, and a transactional id has no coordinator. It is
refused with TRANSACTIONAL_ID_AUTHORIZATION_FAILED and a sentence: every client takes that error as
final, where librdkafka looks for ever after most others.
Source: Kafka's `KafkaApis.handleFindCoordinatorRequest`.
"""

from typing import Final

from engine.broker.cluster import Cluster
from engine.broker.context import RequestContext
from engine.broker.group_shell import GroupShell
from engine.broker.refusal import Refused
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.find_coordinator import (
    Coordinator,
    FindCoordinatorRequest,
    FindCoordinatorResponse,
)

_GROUP: Final = 0
_TRANSACTION: Final = 1
_BATCHED_SINCE: Final = 4
_NO_NODE: Final = -1
_NO_ERROR: Final = "NONE"
"""What Kafka puts where there is no message, before version 4."""
_NO_TRANSACTIONS: Final = "this broker does not serve transactions"


class FindCoordinatorHandler:
    """Names the coordinator of each key."""

    def __init__(self, groups: GroupShell, cluster: Cluster) -> None:
        self._groups = groups
        self._cluster = cluster

    async def handle(
        self, request: FindCoordinatorRequest, context: RequestContext
    ) -> FindCoordinatorResponse:
        """Answer for every key."""
        is_batched = context.api_version >= _BATCHED_SINCE
        keys = request.coordinator_keys if is_batched else [request.key]
        refusal = await self._refusal(request.key_type)
        if refusal is None:
            found = [self._coordinator(key, context.connection.listener) for key in keys]
        else:
            found = [_refused(key, *refusal) for key in keys]
        if is_batched:
            return FindCoordinatorResponse(coordinators=found)
        (one,) = found
        return FindCoordinatorResponse(
            error_code=one.error_code,
            error_message=one.error_message or _NO_ERROR,
            node_id=one.node_id,
            host=one.host,
            port=one.port,
        )

    async def _refusal(self, key_type: int) -> tuple[ErrorCode, str] | None:
        """Why no key of this kind has a coordinator."""
        if key_type == _TRANSACTION:
            return ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, _NO_TRANSACTIONS
        if key_type != _GROUP:
            return ErrorCode.INVALID_REQUEST, ErrorCode.INVALID_REQUEST.message
        unavailable = ErrorCode.COORDINATOR_NOT_AVAILABLE
        try:
            await self._groups.ensure_topic()
        except Refused:
            return unavailable, unavailable.message
        if not self._cluster.nodes:
            return unavailable, unavailable.message
        return None

    def _coordinator(self, key: str, listener: str) -> Coordinator:
        node = next(n for n in self._cluster.nodes if n.node_id == self._cluster.node_id)
        host, port = node.address_for(listener)
        return Coordinator(key=key, node_id=node.node_id, host=host, port=port)


def _refused(key: str, code: ErrorCode, message: str) -> Coordinator:
    return Coordinator(
        key=key, node_id=_NO_NODE, port=_NO_NODE, error_code=code, error_message=message
    )
