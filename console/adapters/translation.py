"""From the client's errors to those of the port, and from its keys to the model's."""

from collections.abc import Awaitable, Iterable
from typing import TypeVar

from console.model.names import TopicPartition
from console.model.text import plain
from console.port import errors as port
from engine.client import errors as client
from engine.kernel import ids
from engine.protocol.error_codes import ErrorCode

T = TypeVar("T")

REASON_CHARACTERS_MAX = 300
"""Characters of a broker's own words that are shown."""

_NOT_FOUND = frozenset(
    {
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ErrorCode.UNKNOWN_TOPIC_ID,
        ErrorCode.GROUP_ID_NOT_FOUND,
    }
)
_WORDS = {
    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION: "there is no such topic or partition",
    ErrorCode.UNKNOWN_TOPIC_ID: "there is no such topic any more",
    ErrorCode.GROUP_ID_NOT_FOUND: "there is no such group",
}
"""What Kafka's standing words for a code mean to people."""
_ACTIVE = frozenset(
    {
        ErrorCode.NON_EMPTY_GROUP,
        ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC,
        ErrorCode.UNKNOWN_MEMBER_ID,
        ErrorCode.ILLEGAL_GENERATION,
        ErrorCode.REBALANCE_IN_PROGRESS,
    }
)


def translated(error: client.ClientError) -> port.ClusterError:
    """The port's error for one of the client's."""
    text = plain(str(error), limit=REASON_CHARACTERS_MAX)
    match error:
        case client.NotLoggedIn() | client.NotSecured():
            return port.NotLetIn(text)
        case client.Unreachable(was_sent=was_sent):
            return port.Unreachable(text, was_sent=was_sent)
        case client.MalformedAnswer():
            return port.Unreachable(text, was_sent=True)
        case client.NoSuchNode():
            return port.Unreachable(text)
        case client.TimedOut() | client.NotAnswering():
            return port.TimedOut(text)
        case client.Unsupported():
            return port.NotSupported(text)
        case client.BrokerError():
            return _of_broker(error)
        case _:
            return port.Failed("CLIENT", text)


async def asked(answer: Awaitable[T]) -> T:
    """The answer of the client, or its error as one of the port's."""
    try:
        return await answer
    except client.ClientError as error:
        raise translated(error) from error


def ours(key: ids.TopicPartition) -> TopicPartition:
    """The model's name of a partition."""
    return TopicPartition(key.topic, key.partition)


def theirs(keys: Iterable[TopicPartition]) -> list[ids.TopicPartition]:
    """The client's names of partitions."""
    return [ids.TopicPartition(key.topic, key.partition) for key in keys]


def _of_broker(error: client.BrokerError) -> port.ClusterError:
    code = error.code
    said = _WORDS.get(code, error.message) if error.message == code.message else error.message
    text = plain(said, limit=REASON_CHARACTERS_MAX).rstrip(".")
    if isinstance(error, client.Refused):
        return port.Refused(text)
    if code in _NOT_FOUND:
        return port.NotFound(text)
    if code in _ACTIVE:
        return port.GroupIsActive(text)
    if code is ErrorCode.TOPIC_ALREADY_EXISTS:
        return port.AlreadyExists(text)
    if code is ErrorCode.UNSUPPORTED_VERSION:
        return port.NotSupported(text)
    if error.is_retriable or code is ErrorCode.BROKER_NOT_AVAILABLE:
        return port.Failed(code.name, text)
    return port.Rejected(code.name, text)
