"""ListConfigResources: which resources have configurations (KIP-1142).

Versions 0-1. 0 asks for client metrics alone; 1 for the kinds it names, or for all. A kind that
does not exist is UNSUPPORTED_VERSION. Source: Kafka's `KafkaApis.handleListConfigResources`.
"""

from collections.abc import Iterator

from engine.broker.cluster import Cluster
from engine.broker.context import RequestContext
from engine.broker.metadata import Metadata
from engine.broker.resources import ResourceType
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.list_config_resources import (
    ConfigResource,
    ListConfigResourcesRequest,
    ListConfigResourcesResponse,
)

_KINDS_SINCE = 1
_KINDS = tuple(kind for kind in ResourceType if kind is not ResourceType.UNKNOWN)


class ListConfigResourcesHandler:
    """Tells topics, brokers, subscriptions and the groups that anything was set for."""

    def __init__(self, metadata: Metadata, cluster: Cluster) -> None:
        self._catalogue = metadata.catalogue
        self._groups = metadata.group_configs
        self._subscriptions = metadata.client_metrics
        self._cluster = cluster

    def handle(
        self, request: ListConfigResourcesRequest, context: RequestContext
    ) -> ListConfigResourcesResponse:
        """Answer from memory."""
        asked = set(request.resource_types) or set(_KINDS)
        if context.api_version < _KINDS_SINCE:
            asked = {ResourceType.CLIENT_METRICS}
        if not asked.issubset(_KINDS):
            return ListConfigResourcesResponse(error_code=ErrorCode.UNSUPPORTED_VERSION)
        return ListConfigResourcesResponse(
            config_resources=[
                ConfigResource(resource_name=name, resource_type=kind)
                for kind in _KINDS
                if kind in asked
                for name in self._names(kind)
            ]
        )

    def _names(self, kind: ResourceType) -> Iterator[str]:
        if kind is ResourceType.TOPIC:
            yield from (topic.name for topic in self._catalogue.topics())
        elif kind in (ResourceType.BROKER, ResourceType.BROKER_LOGGER):
            yield from (str(node.node_id) for node in self._cluster.nodes)
        elif kind is ResourceType.CLIENT_METRICS:
            yield from self._subscriptions.names()
        elif kind is ResourceType.GROUP:
            yield from self._groups.names()
