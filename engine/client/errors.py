"""What can go wrong between a client and a cluster: one class for each reaction.

Operations on many things return an error as the result of the thing that it befell; they raise only
when nothing at all could be learnt.
"""

from engine.kernel.errors import EngineError
from engine.protocol.error_codes import ErrorCode, error_code


class ClientError(EngineError):
    """Any failure of a client's operation. `is_retriable`: trying again soon may help."""

    is_retriable = False


class Unreachable(ClientError):
    """No connection, or one that ended before the answer.

    `was_sent` tells that the request may have been carried out nevertheless.
    """

    is_retriable = True

    _WHAT = "cannot be reached"

    def __init__(self, host: str, port: int, reason: str, *, was_sent: bool = False) -> None:
        super().__init__(f"{host}:{port} {self._WHAT}: {reason}")
        self.host = host
        self.port = port
        self.reason = reason
        self.was_sent = was_sent


class NotSecured(Unreachable):
    """TLS failed: one side does not trust, or does not understand, the other. A person has to act;
    another broker of the cluster may do better."""

    is_retriable = False
    _WHAT = "cannot be reached safely"


class NotLoggedIn(Unreachable):
    """SASL was refused, or could not be tried. A person has to act; no other broker is asked, and
    none soon again, since every attempt with a wrong password counts against the user."""

    is_retriable = False
    _WHAT = "did not log us in"


class NoSuchNode(ClientError):
    """A node that the cluster does not list at present: it is down, or was taken out."""

    is_retriable = True

    def __init__(self, node_id: int) -> None:
        super().__init__(f"the cluster has no node {node_id} at present")
        self.node_id = node_id


class TimedOut(ClientError):
    """A broker accepted the request and did not answer in time; it may still be carried out."""

    def __init__(self, host: str, port: int, request: str, timeout_s: float) -> None:
        super().__init__(f"{host}:{port} did not answer {request} within {timeout_s:g} s")
        self.host = host
        self.port = port
        self.request = request
        self.timeout_s = timeout_s


class NotAnswering(ClientError):
    """A broker that others are not kept waiting for; it may be slow, or hang."""

    def __init__(self, node: str) -> None:
        super().__init__(f"{node} has not answered yet")
        self.node = node


class MalformedAnswer(ClientError):
    """A peer that does not speak the protocol, or speaks it wrongly."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"{host}:{port} does not answer as a Kafka broker does: {reason}")
        self.host = host
        self.port = port
        self.reason = reason


class Unsupported(ClientError):
    """The broker has no version of an API that this client can use."""

    def __init__(self, api: str, reason: str) -> None:
        super().__init__(f"the broker does not offer {api}: {reason}")
        self.api = api
        self.reason = reason


class Unsendable(ClientError):
    """A value that the protocol cannot carry: text that is no Unicode, a number too large."""

    def __init__(self, request: str, reason: str) -> None:
        super().__init__(f"{request} cannot be sent: {reason}")
        self.request = request
        self.reason = reason


class BrokerError(ClientError):
    """A broker's refusal: its error code, and its own words where it gave any."""

    def __init__(self, code: ErrorCode, message: str | None = None) -> None:
        super().__init__(f"{code.name}: {message or code.message}")
        self.code = code
        self.message = message or code.message
        self.is_retriable = code.retriable


class Refused(BrokerError):
    """The broker does not authorise, or does not know, this client: a person has to act."""


class RecordsRefused(BrokerError):
    """A batch that was refused for some of its records.

    `faults` has the broker's words by the record's index in the batch; the other records of the
    batch were not stored either.
    """

    def __init__(self, code: ErrorCode, message: str | None, faults: dict[int, str]) -> None:
        super().__init__(code, message)
        self.faults = faults


_AUTHORISATION = frozenset(
    {
        ErrorCode.TOPIC_AUTHORIZATION_FAILED,
        ErrorCode.GROUP_AUTHORIZATION_FAILED,
        ErrorCode.CLUSTER_AUTHORIZATION_FAILED,
        ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
        ErrorCode.DELEGATION_TOKEN_AUTHORIZATION_FAILED,
        ErrorCode.SASL_AUTHENTICATION_FAILED,
    }
)


def refusal(number: int, message: str | None = None) -> BrokerError:
    """The error of a code from the wire, which is not NONE. An empty message means no message."""
    code = error_code(number)
    if code in _AUTHORISATION:
        return Refused(code, message)
    if code is ErrorCode.UNKNOWN_SERVER_ERROR and number != code:
        return BrokerError(code, message or f"The broker answered with the unknown code {number}.")
    return BrokerError(code, message)
