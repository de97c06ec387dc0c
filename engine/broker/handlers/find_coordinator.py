"""FindCoordinator: which node coordinates groups or transactions.

Versions 0-6. 1: key type, error message. 4: several keys at once (KIP-699). 5: transactional ids
may be aborted by the client (KIP-890). 6: share groups (KIP-932). The first look for a group's
coordinator creates `__consumer_offsets`, as in Kafka. Share partitions are refused with
INVALID_REQUEST.

Differs from Kafka: with one node the answer for a transactional id is that node, which then refuses
InitProducerId, so that a transactional producer fails at once instead of looking for ever.
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
        code = await self._problem(request.key_type)
        found = [self._coordinator(key, code, context.connection.listener) for key in keys]
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

    async def _problem(self, key_type: int) -> ErrorCode:
        if key_type not in (_GROUP, _TRANSACTION):
            return ErrorCode.INVALID_REQUEST
        if key_type == _GROUP:
            try:
                await self._groups.ensure_topic()
            except Refused:
                return ErrorCode.COORDINATOR_NOT_AVAILABLE
        if not self._cluster.nodes:
            return ErrorCode.COORDINATOR_NOT_AVAILABLE
        return ErrorCode.NONE

    def _coordinator(self, key: str, code: ErrorCode, listener: str) -> Coordinator:
        if code is not ErrorCode.NONE:
            return Coordinator(
                key=key,
                node_id=_NO_NODE,
                port=_NO_NODE,
                error_code=code,
                error_message=code.message,
            )
        node = next(n for n in self._cluster.nodes if n.node_id == self._cluster.node_id)
        host, port = node.address_for(listener)
        return Coordinator(key=key, node_id=node.node_id, host=host, port=port)
