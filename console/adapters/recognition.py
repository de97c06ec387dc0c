"""Whether a broker is an engine of ours, by what it tells over the protocol.

No answer of the protocol names the software of a broker or its version. The configuration of a
broker of ours has keys that Kafka's has not, and one of them says where it tells its metrics. Who
may not describe configurations learns nothing.
"""

from console.adapters.translation import asked
from console.port.errors import ClusterError
from engine.client.configs import Resource, ResourceType
from engine.client.errors import ClientError
from engine.client.kafka import KafkaClient
from engine.config.address import Address, parse_address

_METRICS = "metrics.listen"
_OWN_KEYS = (_METRICS, "durability")


async def metrics_told(client: KafkaClient, node_id: int) -> str | None:
    """Where a broker of ours tells its metrics, empty where it does not or where that cannot be
    reached from here; None of a broker that is not known to be one of ours."""
    resource = Resource(ResourceType.BROKER, str(node_id))
    try:
        answer = (await asked(client.configs.describe([resource], keys=_OWN_KEYS)))[resource]
    except ClusterError:
        return None
    if isinstance(answer, ClientError):
        return None
    values = {entry.name: entry.value for entry in answer}
    if not values.keys() >= set(_OWN_KEYS):
        return None
    node = client.cluster.nodes.get(node_id)
    return "" if node is None else reachable(values[_METRICS] or "", node.host)


def reachable(listen: str, host: str) -> str:
    """Where a broker that is reached at a host is asked for its metrics, by where it listens.

    Only ever at that host: a broker cannot send this console anywhere else.
    """
    try:
        address = parse_address(listen)
    except ValueError:
        return ""
    node = Address(host, address.port)
    is_there = address.host == host or address.is_wildcard
    is_here = address.is_loopback and node.is_loopback
    return str(node) if address.port and (is_there or is_here) else ""
