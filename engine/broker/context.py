"""What a handler is told about a request besides the request itself, and how it answers.

A handler comes in one of four shapes; its row in `engine.broker.api_table` says which:

- immediate: `def handle(request, context) -> response`. Never waits, blocks for microseconds only.
- ordinary: `async def handle(request, context) -> response`. May wait. Later requests of the same
  connection start after it has answered, as in Kafka, so it needs no care for its connection's
  order. It runs to its end when the client leaves; only the engine's stop cancels it.
- direct: `def handle(request, context, reply) -> None`. Returns at once, answers through `reply`
  there and then or later; later requests of the connection are handled meanwhile, their replies
  held back to request order. For Produce, Fetch and whatever else is worth pipelining.
- held: as direct, but later requests of the connection start after it has answered. For what comes
  often and would be ordinary: a task and a future cost more than what members of groups ask for.

A handler that raises `OffendingRequest` has its connection closed with a log line; any other
exception closes the connection too and counts as a programmer's error. Operating errors are
answered with error codes in the response instead.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from engine.broker.client_software import UNKNOWN
from engine.kernel.errors import EngineError
from engine.protocol.headers import RequestHeader
from engine.protocol.layout import Message

ANONYMOUS = "User:ANONYMOUS"


def _not_heard(_name: str, _version: str) -> None:
    return


class OffendingRequest(EngineError):
    """A request that breaks the protocol: no reply can be trusted to be understood."""


@dataclass(slots=True)
class ConnectionFacts:
    """Who is at the other end. One per connection; handlers read it.

    The software name and version are what ApiVersions told (KIP-511), unknown until then;
    `on_software` is called with them.
    """

    listener: str
    peer_host: str
    peer_port: int
    principal: str = ANONYMOUS
    software_name: str = UNKNOWN
    software_version: str = UNKNOWN
    on_software: Callable[[str, str], None] = _not_heard

    @property
    def user(self) -> str:
        """The name of the principal, without its type."""
        return self.principal.partition(":")[2]

    def tell_software(self, name: str, version: str) -> None:
        """Take in what the client says it is."""
        self.software_name, self.software_version = name, version
        self.on_software(name, version)


class RequestContext(NamedTuple):
    """The facts of one request."""

    header: RequestHeader
    connection: ConnectionFacts
    size_bytes: int = 0
    """Bytes of the request's frame."""

    @property
    def api_version(self) -> int:
        return self.header.api_version

    @property
    def client_id(self) -> str:
        """The client id of the request; empty when the client sent null."""
        return self.header.client_id or ""

    @property
    def user(self) -> str:
        """The name of the principal, without its type."""
        return self.connection.user


class Reply(Protocol):
    """The answer that a handler owes. Exactly one of the first three is called, once."""

    def send(self, response: Message) -> None:
        """Answer. The message is encoded at once; it may be changed afterwards.

        Nothing more is taken from the connection for the response's `throttle_time_ms`, which
        grows here if the client has used too much of the broker's time.
        """
        ...

    def omit(self, throttle_ms: int = 0) -> None:
        """The request has no answer (acks=0); later replies need not wait for it.

        Nothing more is taken from the connection for `throttle_ms`.
        """
        ...

    def close_connection(self, reason: str) -> None:
        """Close the connection, as Kafka does where it can answer in no other way."""
        ...

    def when_abandoned(self, callback: Callable[[], object]) -> None:
        """Call back if the connection is lost first; an answer is still allowed afterwards."""
        ...
