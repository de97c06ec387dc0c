"""Groups from outside: list them, describe them, delete them.

Every operation goes to the brokers that coordinate the groups, each asked once for all of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.client.changes import outcome
from engine.client.cluster import Cluster
from engine.client.coordinators import Coordinators
from engine.client.errors import ClientError, refusal
from engine.client.group_descriptions import (
    GroupDescription,
    described_classic_group,
    described_consumer_group,
)
from engine.client.routing import is_safe_to_retry, routed
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.consumer_group_describe import (
    ConsumerGroupDescribeRequest,
    ConsumerGroupDescribeResponse,
)
from engine.protocol.messages.delete_groups import DeleteGroupsRequest, DeleteGroupsResponse
from engine.protocol.messages.describe_groups import DescribeGroupsRequest, DescribeGroupsResponse
from engine.protocol.messages.list_groups import ListGroupsRequest, ListGroupsResponse

CONSUMER_TYPE = "consumer"
"""The type, in lower case, of groups of the KIP-848 protocol."""


@dataclass(frozen=True, slots=True)
class GroupListing:
    """A group as its coordinator lists it; state and type are empty from old brokers."""

    group_id: str
    protocol_type: str
    state: str
    group_type: str
    coordinator: int

    @property
    def is_consumer_type(self) -> bool:
        """It is described by ConsumerGroupDescribe and not by DescribeGroups."""
        return self.group_type.lower() == CONSUMER_TYPE


class GroupAdmin:
    """The groups of one cluster. Results are by group, a value or why there is none."""

    def __init__(self, cluster: Cluster, coordinators: Coordinators) -> None:
        self._cluster = cluster
        self._coordinators = coordinators

    async def list_groups(self) -> dict[int, tuple[GroupListing, ...] | ClientError]:
        """By node, the groups that each known broker coordinates.

        Raises ClientError when no broker is known.
        """
        nodes = await self._cluster.known_nodes()
        return await self._cluster.of_nodes({node_id: self._listed(node_id) for node_id in nodes})

    async def describe(
        self, group_ids: Sequence[str], *, consumer_type: frozenset[str] = frozenset()
    ) -> dict[str, GroupDescription | ClientError]:
        """State and members. `consumer_type` names those that are listed with that type."""
        classic = [group for group in group_ids if group not in consumer_type]
        modern = [group for group in group_ids if group in consumer_type]
        reading = self._cluster.settings.reading
        locate = self._coordinators.locate
        results = await routed(
            self._cluster, classic, locate=locate, call=self._describe_classic, policy=reading
        )
        results.update(
            await routed(
                self._cluster, modern, locate=locate, call=self._describe_consumer, policy=reading
            )
        )
        return results

    async def delete(self, group_ids: Sequence[str]) -> dict[str, ClientError | None]:
        """Delete groups with their offsets; None for those that are gone.

        A request that may have been carried out is not repeated: it would find no group.
        """
        return await routed(
            self._cluster,
            group_ids,
            locate=self._coordinators.locate,
            call=self._delete,
            policy=self._cluster.settings.writing,
            may_repeat=is_safe_to_retry,
        )

    async def _listed(self, node_id: int) -> tuple[GroupListing, ...]:
        request = ListGroupsRequest()
        answer = await self._cluster.request_node(node_id, request, ListGroupsResponse)
        if answer.error_code != ErrorCode.NONE:
            raise refusal(answer.error_code)
        return tuple(
            GroupListing(
                group.group_id, group.protocol_type, group.group_state, group.group_type, node_id
            )
            for group in answer.groups
        )

    async def _describe_classic(
        self, node_id: int, groups: list[str]
    ) -> dict[str, GroupDescription | ClientError]:
        request = DescribeGroupsRequest(groups=groups)
        answer = await self._cluster.request_node(node_id, request, DescribeGroupsResponse)
        return {group.group_id: described_classic_group(group) for group in answer.groups}

    async def _describe_consumer(
        self, node_id: int, groups: list[str]
    ) -> dict[str, GroupDescription | ClientError]:
        request = ConsumerGroupDescribeRequest(group_ids=groups)
        answer = await self._cluster.request_node(node_id, request, ConsumerGroupDescribeResponse)
        return {group.group_id: described_consumer_group(group) for group in answer.groups}

    async def _delete(self, node_id: int, groups: list[str]) -> dict[str, ClientError | None]:
        request = DeleteGroupsRequest(groups_names=groups)
        answer = await self._cluster.request_node(node_id, request, DeleteGroupsResponse)
        return {result.group_id: outcome(result.error_code) for result in answer.results}
