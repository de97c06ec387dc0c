"""A cluster as a client sees it: its nodes, who leads and coordinates what, and a way to each.

Begins with the bootstrap addresses and lives on what the cluster says about itself afterwards; the
bootstrap addresses are used again when no known node can be reached. What is remembered here may be
old: whoever acts on it refreshes and tries again when a broker says that it is not the right one.
"""

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar

from engine.client.connection import Connection, Endpoint
from engine.client.errors import (
    BrokerError,
    ClientError,
    MalformedAnswer,
    NoSuchNode,
    NotLoggedIn,
    TimedOut,
    Unreachable,
    refusal,
)
from engine.client.metadata import NO_NODE, ClusterMetadata, Node, TopicMetadata, cluster_metadata
from engine.client.patience import Patience
from engine.client.pool import ConnectionPool, Purpose
from engine.client.settings import ClientSettings
from engine.kernel.aside import aside
from engine.kernel.clock import Clock
from engine.kernel.entropy import Entropy
from engine.kernel.ids import TopicPartition
from engine.protocol.error_codes import ErrorCode
from engine.protocol.layout import Message
from engine.protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
)

R = TypeVar("R", bound=Message)
T = TypeVar("T")

_SUSPECT_FOR_S = 30.0
_REBOOTSTRAP = int(ErrorCode.REBOOTSTRAP_REQUIRED)


class Cluster:
    """Routes requests to nodes. Belongs to one event loop; many operations may use it at once."""

    def __init__(
        self,
        bootstrap: Sequence[Endpoint],
        *,
        settings: ClientSettings,
        clock: Clock,
        entropy: Entropy,
        retrying: Callable[[ClientError], None] = lambda _: None,
    ) -> None:
        """`retrying` is told why an operation is about to be tried again."""
        assert bootstrap, "a cluster needs at least one bootstrap address"
        self.settings = settings
        self.retrying = retrying
        self.clock = clock
        self.entropy = entropy
        self._bootstrap = tuple(bootstrap)
        self._pool = ConnectionPool(settings, clock, entropy)
        self._patience = Patience(clock, first_s=settings.patience_s)
        self._nodes: dict[int, Node] = {}
        self._controller = NO_NODE
        self._topics: dict[str, TopicMetadata] = {}
        self._suspect_until_s: dict[Endpoint, float] = {}

    @property
    def nodes(self) -> dict[int, Node]:
        """The nodes of the latest answer; empty before the first."""
        return dict(self._nodes)

    async def metadata(self, topics: Sequence[str] | None = None) -> ClusterMetadata:
        """Ask the cluster: None is every topic, an empty sequence is nodes only.

        Never creates a topic. An unknown topic is there with its error.
        """
        named = None if topics is None else [MetadataRequestTopic(name=name) for name in topics]
        request = MetadataRequest(topics=named, allow_auto_topic_creation=False)
        answer = await self.request_any(request, MetadataResponse)
        if answer.error_code == _REBOOTSTRAP:
            self._forget()
            answer = await self.request_any(request, MetadataResponse)
        if answer.error_code != ErrorCode.NONE:
            raise refusal(answer.error_code)
        described = await aside(cluster_metadata, answer, count=len(answer.topics))
        self._remember(described, is_complete=topics is None)
        return described

    async def request_any(self, message: Message, response: type[R], *, min_version: int = 0) -> R:
        """Ask whichever node answers first: open connections, then known nodes, then bootstrap.

        The next one is asked as well when one takes long. Raises Unreachable with the reason of the
        last one when none answers.
        """
        return await self._patience.first(
            [
                (endpoint, partial(self._request, endpoint, message, response, min_version))
                for endpoint in self._candidates()
            ],
            may_others_answer=_says_nothing,
        )

    async def _request(
        self, endpoint: Endpoint, message: Message, response: type[R], min_version: int
    ) -> R:
        try:
            connection = await self._pool.connection(endpoint)
            return await connection.request(message, response, min_version=min_version)
        except (Unreachable, TimedOut, MalformedAnswer):
            self._suspect(endpoint)
            raise

    async def of_nodes(
        self, calls: Mapping[int, Coroutine[Any, Any, T]]
    ) -> dict[int, T | ClientError]:
        """The results of calls to nodes, made at once; one node that hangs holds up no other.

        A node that is the only one has nobody to hold up.
        """
        named = {_Named(node_id): call for node_id, call in calls.items()}
        is_patient = len(self._nodes) < 2
        answers = await self._patience.gathered(named, is_patient=is_patient)
        return {name.node_id: answer for name, answer in answers.items()}

    async def speaks(self, request: type[Message], version: int) -> bool:
        """Whether the node that is asked first offers this version of a request, or a later one.

        The nodes of one cluster speak the same versions, except during an upgrade.
        """
        last: ClientError | None = None
        for endpoint in self._candidates():
            try:
                connection = await self._pool.connection(endpoint)
            except (Unreachable, TimedOut, MalformedAnswer) as error:
                self._suspect(endpoint)
                last = error
                continue
            return connection.version_of(request) >= version
        assert last is not None, "there is at least one bootstrap address"
        raise last

    async def request_node(
        self,
        node_id: int,
        message: Message,
        response: type[R],
        *,
        max_version: int | None = None,
        timeout_s: float | None = None,
    ) -> R:
        """Ask one node."""
        connection = await self.connection(node_id)
        return await connection.request(
            message, response, max_version=max_version, timeout_s=timeout_s
        )

    async def connection(self, node_id: int, purpose: Purpose = Purpose.REQUESTS) -> Connection:
        """An open connection to a known node. Raises ClientError."""
        node = self._nodes.get(node_id)
        if node is None:
            raise NoSuchNode(node_id)
        connection = await self._pool.connection(node.endpoint, purpose)
        self._leave_bootstrap()
        return connection

    async def controller(self, *, refresh: bool = False) -> int:
        """The node that takes changes of the cluster. Raises BrokerError when there is none."""
        if refresh or self._controller == NO_NODE:
            await self.metadata([])
        if self._controller == NO_NODE:
            raise BrokerError(ErrorCode.NOT_CONTROLLER, "The cluster has no controller at present.")
        return self._controller

    async def known_nodes(self) -> dict[int, Node]:
        """The nodes, asked for if none is known yet."""
        if not self._nodes:
            await self.metadata([])
        return self.nodes

    async def leaders(
        self, partitions: Iterable[TopicPartition], *, refresh: bool = False
    ) -> dict[TopicPartition, int | ClientError]:
        """The leader of each partition, or why there is none.

        Topics that are not remembered are asked for; with `refresh` all of them are.
        """
        wanted = list(partitions)
        names = {partition.topic for partition in wanted}
        missing = sorted(names if refresh else names - self._topics.keys())
        found: dict[str, TopicMetadata] = {}
        if missing:
            found = (await self.metadata(missing)).topics
        return {
            partition: _leader(
                found.get(partition.topic) or self._topics.get(partition.topic), partition
            )
            for partition in wanted
        }

    async def topic(self, name: str, *, refresh: bool = False) -> TopicMetadata:
        """One topic, from memory unless `refresh`. Raises BrokerError if there is no such topic."""
        known = None if refresh else self._topics.get(name)
        if known is None:
            known = (await self.metadata([name])).topics.get(name)
        if known is None:
            raise BrokerError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
        if known.error is not None:
            raise known.error
        return known

    def has_open_connection(self, endpoint: Endpoint) -> bool:
        """A request to this address would not have to wait for a connection."""
        return self._pool.is_open(endpoint)

    def close(self) -> None:
        """Close every connection; operations under way fail."""
        self._patience.close()
        self._pool.close()

    def _candidates(self) -> list[Endpoint]:
        """Where to ask what any node can answer, the cheapest first."""
        known = [node.endpoint for node in self._nodes.values()]
        start = int(self.entropy.uniform() * len(known)) if known else 0
        turned = known[start:] + known[:start]
        endpoints = dict.fromkeys([*turned, *self._bootstrap])
        # Sorting keeps the order of equals: known nodes in turn, then bootstrap addresses.
        return sorted(endpoints, key=lambda e: (self._is_suspect(e), not self._pool.is_open(e)))

    def _suspect(self, endpoint: Endpoint) -> None:
        """Ask this one last for a while: a broker that hangs costs a whole time-out each time."""
        self._suspect_until_s[endpoint] = self.clock.monotonic_s() + _SUSPECT_FOR_S

    def _is_suspect(self, endpoint: Endpoint) -> bool:
        return self.clock.monotonic_s() < self._suspect_until_s.get(endpoint, 0.0)

    def _remember(self, described: ClusterMetadata, *, is_complete: bool) -> None:
        gone = {node.endpoint for node in self._nodes.values()} - {
            node.endpoint for node in described.nodes.values()
        }
        for endpoint in gone:
            self._pool.close_endpoint(endpoint)
            self._suspect_until_s.pop(endpoint, None)
        self._nodes = dict(described.nodes)
        self._controller = described.controller
        if is_complete:
            self._topics = {}
        for name, topic in described.topics.items():
            if topic.error is None:
                self._topics[name] = topic
            else:
                self._topics.pop(name, None)

    def _forget(self) -> None:
        """Begin again with the bootstrap addresses, as the cluster demands (KIP-1102)."""
        for node in self._nodes.values():
            self._pool.close_endpoint(node.endpoint)
        self._nodes = {}
        self._controller = NO_NODE
        self._topics = {}

    def _leave_bootstrap(self) -> None:
        """Close bootstrap connections that are no node's own: a node is reached by its address."""
        nodes = {node.endpoint for node in self._nodes.values()}
        for endpoint in self._bootstrap:
            if endpoint not in nodes and self._pool.is_open(endpoint):
                self._pool.close_idle(endpoint)


class _Named(NamedTuple):
    """A node as messages name it."""

    node_id: int

    def __str__(self) -> str:
        return f"broker {self.node_id}"


def _says_nothing(error: ClientError) -> bool:
    """Another node may answer what this one did not."""
    is_silence = isinstance(error, Unreachable | TimedOut | MalformedAnswer)
    return is_silence and not isinstance(error, NotLoggedIn)


def _leader(topic: TopicMetadata | None, wanted: TopicPartition) -> int | ClientError:
    if topic is None:
        return BrokerError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    if topic.error is not None:
        return topic.error
    partition = topic.partition(wanted.partition)
    if partition is None:
        return BrokerError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    if partition.leader == NO_NODE:
        return partition.error or BrokerError(ErrorCode.LEADER_NOT_AVAILABLE)
    return partition.leader
