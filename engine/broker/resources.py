"""The resources that have configurations, as the config APIs number and name them."""

from enum import IntEnum

from engine.broker.refusal import Refused
from engine.kernel.ids import BrokerId
from engine.protocol.error_codes import ErrorCode


class ResourceType(IntEnum):
    """Kafka's `ConfigResource.Type`."""

    UNKNOWN = 0
    TOPIC = 2
    BROKER = 4
    BROKER_LOGGER = 8
    CLIENT_METRICS = 16
    GROUP = 32


def broker_of(name: str, node_id: BrokerId, *, may_be_all: bool) -> BrokerId | None:
    """The broker that a resource name means; None for all of them. Raises Refused."""
    if not name:
        if may_be_all:
            return None
        raise Refused(ErrorCode.INVALID_REQUEST, "Broker id must not be empty")
    if not name.isascii() or not name.isdigit():
        message = f"Broker id must be an integer, but it is: {name}"
        raise Refused(ErrorCode.INVALID_REQUEST, message)
    if name != str(node_id):
        expected = f"{node_id} or empty string," if may_be_all else f"{node_id}"
        message = f"Unexpected broker id, expected {expected} but received {name}"
        raise Refused(ErrorCode.INVALID_REQUEST, message)
    return node_id
