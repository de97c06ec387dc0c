"""The client of one cluster: everything that the other modules offer, under one roof.

    async with KafkaClient.of("localhost:9092", clock=..., entropy=...) as client:
        described = await client.topics.describe()

Connections are opened when they are needed. Belongs to the event loop that uses it first.
"""

import re
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from engine.client.active_producers import ActiveProducers
from engine.client.cluster import Cluster
from engine.client.configs import ConfigAdmin
from engine.client.connection import PORT_MAX, Endpoint
from engine.client.coordinators import Coordinators
from engine.client.errors import ClientError
from engine.client.fetcher import Fetcher, FetchSettings
from engine.client.group_offsets import GroupOffsets
from engine.client.groups import GroupAdmin
from engine.client.nodes import NodeAdmin
from engine.client.offsets import OffsetAdmin
from engine.client.producer import Producer, ProducerSettings
from engine.client.record_times import RecordTimes
from engine.client.settings import ClientSettings
from engine.client.topics import TopicAdmin
from engine.kernel.clock import Clock
from engine.kernel.entropy import Entropy

DEFAULT_PORT = 9092

_ADDRESS = re.compile(
    r"(?:\[(?P<ipv6>[0-9A-Za-z:.%]+)\]|(?P<host>[^:\[\]\s]+))(?::(?P<port>[0-9]{1,5}))?"
)

_DEFAULTS = ClientSettings()


class KafkaClient:
    """A client of one cluster."""

    def __init__(
        self,
        bootstrap: Sequence[Endpoint],
        *,
        clock: Clock,
        entropy: Entropy,
        settings: ClientSettings = _DEFAULTS,
        retrying: Callable[[ClientError], None] = lambda _: None,
    ) -> None:
        """`retrying` is told why an operation is about to be tried again."""
        self.cluster = Cluster(
            bootstrap, settings=settings, clock=clock, entropy=entropy, retrying=retrying
        )
        coordinators = Coordinators(self.cluster)
        self.nodes = NodeAdmin(self.cluster)
        self.topics = TopicAdmin(self.cluster)
        self.configs = ConfigAdmin(self.cluster)
        self.offsets = OffsetAdmin(self.cluster)
        self.active_producers = ActiveProducers(self.cluster)
        self.record_times = RecordTimes(self.cluster)
        self.groups = GroupAdmin(self.cluster, coordinators)
        self.group_offsets = GroupOffsets(self.cluster, coordinators)

    @classmethod
    def of(
        cls,
        bootstrap: str,
        *,
        clock: Clock,
        entropy: Entropy,
        settings: ClientSettings = _DEFAULTS,
        retrying: Callable[[ClientError], None] = lambda _: None,
    ) -> Self:
        """A client from text: `host:port,host:port`. Raises ValueError for text that is not."""
        return cls(
            parse_bootstrap(bootstrap),
            clock=clock,
            entropy=entropy,
            settings=settings,
            retrying=retrying,
        )

    def producer(self, settings: ProducerSettings | None = None) -> Producer:
        """A producer on this client's connections."""
        return Producer(self.cluster, settings or ProducerSettings())

    def fetcher(self, settings: FetchSettings | None = None) -> Fetcher:
        """A fetcher on this client's connections."""
        return Fetcher(self.cluster, settings or FetchSettings())

    def close(self) -> None:
        """Close every connection; operations under way fail."""
        self.cluster.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def parse_bootstrap(text: str) -> list[Endpoint]:
    """The endpoints in `host:port,host,[ipv6]:port`; the port is 9092 where there is none.

    Raises ValueError, saying which part is wrong.
    """
    endpoints = [_endpoint(part.strip()) for part in text.split(",") if part.strip()]
    if not endpoints:
        raise ValueError("no bootstrap address is given")
    return endpoints


def _endpoint(text: str) -> Endpoint:
    match = _ADDRESS.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not an address: host:port expected")
    port = int(match["port"] or DEFAULT_PORT)
    if not 0 < port <= PORT_MAX:
        raise ValueError(f"{text!r} has a port that does not exist")
    return Endpoint(match["ipv6"] or match["host"], port)
