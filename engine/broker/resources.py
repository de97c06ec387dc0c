"""The resources that have configurations, as the config APIs number and name them."""

import re
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


_INTEGER = re.compile(r"[+-]?[0-9]{1,10}")


def described_broker(name: str, node_id: BrokerId, *, may_be_all: bool) -> BrokerId | None:
    """The broker that is to be described; None for what is set for all. Raises Refused."""
    if not name:
        if may_be_all:
            return None
        raise Refused(ErrorCode.INVALID_REQUEST, "Broker id must not be empty")
    expected = f"{node_id} or empty string," if may_be_all else f"{node_id}"
    return _checked(name, node_id, "Broker id", f"Unexpected broker id, expected {expected}")


def altered_broker(name: str, node_id: BrokerId) -> BrokerId | None:
    """The broker whose configuration is to be altered; None for all of them. Raises Refused."""
    unexpected = f"Unexpected broker id, expected {node_id},"
    return _checked(name, node_id, "Node id", unexpected) if name else None


def logging_broker(name: str, node_id: BrokerId) -> BrokerId:
    """The broker whose loggers are to be changed. Raises Refused."""
    return _checked(name, node_id, "Node id", f"Unexpected node id. Expected {node_id},")


def described_group(name: str) -> str:
    """The group that is to be described. Raises Refused."""
    if not name:
        raise Refused(ErrorCode.INVALID_REQUEST, "Group name must not be empty")
    return name


def described_subscription(name: str) -> str:
    """The subscription to client metrics that is to be described. Raises Refused."""
    if not name:
        message = "Client metrics subscription name must not be empty"
        raise Refused(ErrorCode.INVALID_REQUEST, message)
    return name


def altered_subscription(name: str) -> str:
    """The subscription to client metrics that is to be altered. Raises Refused."""
    if not name:
        raise Refused(ErrorCode.INVALID_REQUEST, "Subscription name can't be empty")
    return name


def altered_group(name: str) -> str:
    """The group whose configuration is to be altered. Raises Refused."""
    if not name:
        raise Refused(ErrorCode.INVALID_REQUEST, "Default group resources are not allowed.")
    return name


def _checked(name: str, node_id: BrokerId, what: str, unexpected: str) -> BrokerId:
    if not _INTEGER.fullmatch(name):
        message = f"{what} must be an integer, but it is: {name}"
        raise Refused(ErrorCode.INVALID_REQUEST, message)
    if int(name) != node_id:
        raise Refused(ErrorCode.INVALID_REQUEST, f"{unexpected} but received {name}")
    return node_id
