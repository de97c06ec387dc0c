"""DescribeCluster: cluster id, controller and brokers.

Versions 0-2. 1: the type of endpoint (KIP-919): 1 brokers, 2 controllers; only brokers are served
here. 2: fenced brokers can be included; there are none. Source: Kafka's
`KafkaApis.handleDescribeCluster`.
"""

from engine.broker.cluster import Cluster, Node
from engine.broker.context import RequestContext
from engine.broker.leadership import cluster_operations
from engine.protocol.error_codes import ErrorCode
from engine.protocol.messages.describe_cluster import (
    DescribeClusterBroker,
    DescribeClusterRequest,
    DescribeClusterResponse,
)

_BROKERS = 1
_CONTROLLERS = 2


class DescribeClusterHandler:
    """Tells who makes up the cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def handle(
        self, request: DescribeClusterRequest, context: RequestContext
    ) -> DescribeClusterResponse:
        """Answer from memory."""
        if request.endpoint_type == _CONTROLLERS:
            return DescribeClusterResponse(
                error_code=ErrorCode.MISMATCHED_ENDPOINT_TYPE,
                error_message="The request was sent to an endpoint of type BROKER, but we wanted "
                "an endpoint of type CONTROLLER",
            )
        if request.endpoint_type != _BROKERS:
            return DescribeClusterResponse(
                error_code=ErrorCode.UNSUPPORTED_ENDPOINT_TYPE,
                error_message=f"Unsupported endpoint type {request.endpoint_type}",
            )
        return DescribeClusterResponse(
            cluster_id=self._cluster.cluster_id,
            controller_id=self._cluster.controller_id,
            brokers=[_broker(node, context.connection.listener) for node in self._cluster.nodes],
            cluster_authorized_operations=cluster_operations(
                requested=request.include_cluster_authorized_operations
            ),
        )


def _broker(node: Node, listener: str) -> DescribeClusterBroker:
    host, port = node.address_for(listener)
    return DescribeClusterBroker(broker_id=node.node_id, host=host, port=port, rack=node.rack)
