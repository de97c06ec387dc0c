"""How long each broker takes to answer this console: the smallest request there is, timed.

ApiVersions needs no right and no work of the broker. It goes over the connection that everything
else is asked on, so what it waits for there is part of it, as it is part of all that we ask. The
opening of that connection is not.
"""

from engine.client.cluster import Cluster
from engine.client.errors import ClientError
from engine.protocol.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse


async def round_trips(cluster: Cluster) -> dict[int, float | ClientError]:
    """By node, the seconds until it answered, or why it did not. Raises ClientError."""
    nodes = await cluster.known_nodes()
    return await cluster.of_nodes({node_id: _round_trip(cluster, node_id) for node_id in nodes})


async def _round_trip(cluster: Cluster, node_id: int) -> float:
    connection = await cluster.connection(node_id)
    settings = cluster.settings
    request = ApiVersionsRequest(settings.software_name, settings.software_version)
    started_s = cluster.clock.monotonic_s()
    await connection.request(request, ApiVersionsResponse)
    return cluster.clock.monotonic_s() - started_s
