"""Finds the brokers that coordinate groups, many in one request, and remembers them."""

from collections.abc import Mapping, Sequence

from engine.client.cluster import Cluster
from engine.client.errors import ClientError, refusal
from engine.client.routing import concurrently
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.find_coordinator import (
    FindCoordinatorRequest,
    FindCoordinatorResponse,
)

_GROUP = 0
_BATCHED_FROM = 4
_REMEMBERED_MAX = 10_000
"""Groups whose coordinator is remembered; when there are more, all are forgotten."""


class Coordinators:
    """Which node coordinates which group. Belongs to one event loop."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._known: dict[str, int] = {}

    async def locate(
        self, keys: Sequence[str], *, refresh: bool
    ) -> Mapping[str, int | ClientError]:
        """The coordinator of each group, or why there is none."""
        known = {} if refresh else self._known
        places: dict[str, int | ClientError] = {key: known[key] for key in keys if key in known}
        missing = [key for key in keys if key not in places]
        if refresh:
            # A coordinator that is not among the known nodes could not be reached by its id.
            await self._cluster.metadata([])
        if missing:
            # What is remembered may be forgotten meanwhile: the places were taken out before.
            found = await self._find(missing)
            places.update(found)
            if len(self._known) + len(found) > _REMEMBERED_MAX:
                self._known.clear()
            self._known.update({k: node for k, node in found.items() if isinstance(node, int)})
        return places

    async def _find(self, groups: list[str]) -> dict[str, int | ClientError]:
        await self._cluster.known_nodes()
        if await self._cluster.speaks(FindCoordinatorRequest, _BATCHED_FROM):
            answer = await self._ask(FindCoordinatorRequest(coordinator_keys=groups))
            found = {
                place.key: _place(place.node_id, place.error_code, place.error_message)
                for place in answer.coordinators
            }
            unanswered = refusal(ErrorCode.COORDINATOR_NOT_AVAILABLE)
            return {group: found.get(group, unanswered) for group in groups}
        return await concurrently({group: self._find_one(group) for group in groups})

    async def _find_one(self, group: str) -> int:
        answer = await self._ask(FindCoordinatorRequest(key=group))
        place = _place(answer.node_id, answer.error_code, answer.error_message)
        if isinstance(place, ClientError):
            raise place
        return place

    async def _ask(self, request: FindCoordinatorRequest) -> FindCoordinatorResponse:
        request.key_type = _GROUP
        return await self._cluster.request_any(request, FindCoordinatorResponse)


def _place(node_id: int, code: int, message: str | None) -> int | ClientError:
    return node_id if code == ErrorCode.NONE else refusal(code, message)
