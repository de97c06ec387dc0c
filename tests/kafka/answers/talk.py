"""A talk: requests in a fixed order, made of one broker, and its answers.

Talks are tables. A step is a request in one or more versions; it may be made from earlier answers,
or be bytes that no client would send. After a step that changes the cluster the talk waits until
the change has reached every part of the broker, so that answers do not depend on how fast that is.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeAlias

from engine.protocol.advertised import APIS
from engine.protocol.api_keys import ApiKey
from engine.protocol.layout import Message
from engine.protocol.messages.create_topics import (
    CreatableTopic,
    CreatableTopicConfig,
    CreateTopicsRequest,
    CreateTopicsResponse,
)
from engine.protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
    DescribeConfigsResponse,
)
from engine.protocol.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
    IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsResponse,
)
from tests.kafka.answers.plain import BARRIER_PREFIX, Names, Plain, plain
from tests.support.wire_client import WireClient

CLOSED = "the connection is closed"
ANSWER_SECONDS_MAX = 60

CHANGES = frozenset(
    {
        ApiKey.CREATE_TOPICS,
        ApiKey.DELETE_TOPICS,
        ApiKey.CREATE_PARTITIONS,
        ApiKey.ALTER_CONFIGS,
        ApiKey.INCREMENTAL_ALTER_CONFIGS,
        ApiKey.ALTER_CLIENT_QUOTAS,
        ApiKey.METADATA,
    }
)
"""APIs after which a talk waits for the change to be everywhere; Metadata creates topics."""


_BARRIER_TOPIC = CreateTopicsRequest(
    [CreatableTopic(name=f"{BARRIER_PREFIX}topic", num_partitions=1, replication_factor=1)],
    timeout_ms=30_000,
)
_barriers = count(1_000_000_000)
"""Values that no barrier had before, whichever broker it was for."""


class Seen:
    """What a request may be made from: the ids of this broker and the latest answers."""

    def __init__(self) -> None:
        self.names = Names()
        self.latest: dict[ApiKey, Any] = {}

    def topic_id(self, name: str) -> bytes:
        return self.names.topic_id(name)


Request: TypeAlias = Message | Callable[[Seen], Message] | bytes


@dataclass(frozen=True, slots=True)
class Step:
    """One request, sent in each of the versions; `label` says what is special about it."""

    label: str
    request: Request
    versions: Sequence[int]
    client_id: str | None = "talk"
    ordered: bool = False
    """Whether the order of arrays is a part of the answer."""
    until: Callable[[Any], bool] = lambda answer: True
    """Asked again until this holds of the answer: what a broker prepares in the background."""
    answers: bool = True
    """Whether an answer is due; without, the step after it tells that the connection is open."""


def ask(label: str, request: Request, *versions: int, **more: Any) -> Step:
    """A step; without versions, the newest one that is advertised."""
    if isinstance(request, bytes):
        return Step(label, request, (0,), **more)
    if versions:
        return Step(label, request, versions, **more)
    assert not callable(request), "a request that is made later needs its versions"
    return Step(label, request, (APIS[request.API_KEY].max_advertised,), **more)


def every(label: str, request: Request, key: ApiKey | None = None, **more: Any) -> Step:
    """A step in every version that is served."""
    api_key = key if key is not None else request.API_KEY  # type: ignore[union-attr] # a message
    row = APIS[api_key]
    return Step(label, request, range(row.min_accepted, row.max_advertised + 1), **more)


def topic(name: str, partitions: int = 1, **configs: str) -> Step:
    """A step that creates a topic; underscores in the names of configurations stand for dots."""
    wanted = CreatableTopic(
        name=name,
        num_partitions=partitions,
        replication_factor=1,
        configs=[
            CreatableTopicConfig(name=key.replace("_", "."), value=value)
            for key, value in configs.items()
        ],
    )
    return ask(f"create {name}", CreateTopicsRequest(topics=[wanted], timeout_ms=30_000))


class Peer:
    """One broker, and what was seen of it."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._seen = Seen()
        self._clients: dict[str | None, WireClient] = {}

    async def hold(self, steps: Iterable[Step]) -> list[tuple[str, Plain]]:
        """The answers to a talk: label and version, and the plain value."""
        answers: list[tuple[str, Plain]] = []
        try:
            for step in steps:
                for version in step.versions:
                    label = f"{step.label}, version {version}"
                    answers.append((label, await self._answer(step, version)))
        finally:
            await self._hang_up()
        return answers

    async def _answer(self, step: Step, version: int) -> Plain:
        client = await self._client(step.client_id)
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                if isinstance(step.request, bytes):
                    client.write(step.request)
                    return (await client.receive_frame()).hex() if step.answers else None
                request = step.request(self._seen) if callable(step.request) else step.request
                client.send(request, version)
                if not step.answers:
                    return None
                response = APIS[request.API_KEY].response
                _, answer = await client.receive(response, version)
                while not step.until(answer):
                    answer = await client.call(request, response, version)
        except (asyncio.IncompleteReadError, ConnectionError):
            await self._hang_up()
            return CLOSED
        self._seen.names.learn(answer)
        self._seen.latest[request.API_KEY] = answer
        if request.API_KEY in CHANGES:
            await self._settle()
        return plain(answer, self._seen.names, ordered=step.ordered)

    async def _client(self, client_id: str | None) -> WireClient:
        client = self._clients.get(client_id)
        if client is None:
            client = WireClient(self._host, self._port, client_id=client_id)
            self._clients[client_id] = await client.__aenter__()
        return client

    async def _hang_up(self) -> None:
        for client in self._clients.values():
            await client.__aexit__(None, None, None)
        self._clients.clear()

    async def _settle(self) -> None:
        """Wait until what changed is in force: changes of a mark after it can be seen, twice.

        Kafka publishes changes in order, but several at once: only a second round begins after the
        first has reached every part.
        """
        client = await self._client(f"{BARRIER_PREFIX}client")
        await client.call(_BARRIER_TOPIC, CreateTopicsResponse, 7)
        for _ in range(2):
            value = str(next(_barriers))
            change = AlterConfigsResource(
                2, f"{BARRIER_PREFIX}topic", [AlterableConfig("retention.ms", 0, value)]
            )
            await client.call(
                IncrementalAlterConfigsRequest([change]), IncrementalAlterConfigsResponse, 1
            )
            asked = DescribeConfigsResource(2, f"{BARRIER_PREFIX}topic", ["retention.ms"])
            found = None
            while found != value:
                described = await client.call(
                    DescribeConfigsRequest([asked]), DescribeConfigsResponse, 4
                )
                configs = described.results[0].configs
                found = configs[0].value if configs else None
