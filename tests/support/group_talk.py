"""One conversation with a broker about groups, kept in a form that two brokers can share.

What differs by nature is put aside: throttle times, addresses, and the ids that a broker draws,
which are numbered in the order in which they come up. Lists are sorted, since Kafka keeps most of
them in hash maps.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from engine.protocol.messages.consumer_group_describe import ConsumerGroupDescribeResponse
from engine.protocol.messages.consumer_group_heartbeat import ConsumerGroupHeartbeatResponse
from engine.protocol.messages.create_topics import (
    CreatableTopic,
    CreateTopicsRequest,
    CreateTopicsResponse,
)
from engine.protocol.messages.delete_topics import (
    DeleteTopicsRequest,
    DeleteTopicsResponse,
    DeleteTopicState,
)
from engine.protocol.messages.describe_groups import DescribeGroupsRequest, DescribeGroupsResponse
from engine.protocol.messages.find_coordinator import FindCoordinatorRequest
from engine.protocol.messages.join_group import JoinGroupResponse
from engine.protocol.messages.list_groups import ListGroupsRequest, ListGroupsResponse
from engine.protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
)
from tests.support.group_requests import join, sync
from tests.support.running_engine import running_engine
from tests.support.wire_client import WireClient

Answer = Any
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ANSWER_SECONDS_MAX = 20
_SHORT_UUID = re.compile(r"[0-9A-Za-z_-]{22}")
_PUT_ASIDE = frozenset({"throttle_time_ms", "node_id", "host", "port", "error_message"})
TELLS_WHY = (ConsumerGroupHeartbeatResponse, ConsumerGroupDescribeResponse)
"""Answers whose sentences are those of Kafka too."""


JOIN, SYNC, HEARTBEAT, LEAVE, DESCRIBE = 9, 5, 4, 5, 6
"""Versions of requests that a scenario is not about."""


class Waiting(NamedTuple):
    """A request whose answer has not been read."""

    label: str
    connection: WireClient
    response: type[Any]
    version: int


class Talk:
    """A conversation about one group. `transcript` holds every request and what was answered."""

    def __init__(self, host: str, port: int, group: str) -> None:
        self.group = group
        self.transcript: list[tuple[str, object]] = []
        self._address = host, port
        self._connections: dict[str, WireClient] = {}
        self._numbers: dict[object, str] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for connection in self._connections.values():
            await connection.__aexit__(kind, error, trace)

    async def ready(self) -> None:
        """Make the broker a coordinator and wait until it has loaded every group."""
        find = FindCoordinatorRequest(key=self.group)
        await self.until(find, 0, lambda answer: answer.error_code == 0)
        await self.until(ListGroupsRequest(), 0, lambda answer: answer.error_code == 0)

    async def ask(self, request: Any, version: int, *, by: str = "a", note: str = "") -> Answer:
        """Send a request on the connection of client `by`; keep and return the answer."""
        return await self.answer(await self.begin(request, version, by=by, note=note))

    async def begin(self, request: Any, version: int, *, by: str = "a", note: str = "") -> Waiting:
        """Send a request whose answer comes later."""
        connection = await self._connection(by)
        connection.send(request, version)
        label = f"{by}: {type(request).__name__} {version} {note}".rstrip()
        return Waiting(label, connection, _response_of(type(request)), version)

    async def answer(self, waiting: Waiting) -> Answer:
        """Read the answer to a request that was sent before, and keep it."""
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            _, answer = await waiting.connection.receive(waiting.response, waiting.version)
        kept = asdict(answer)
        if isinstance(answer, ListGroupsResponse):
            kept["groups"] = [each for each in kept["groups"] if each["group_id"] == self.group]
        aside = _PUT_ASIDE
        if isinstance(answer, TELLS_WHY):
            aside = _PUT_ASIDE - {"error_message"}
        self.transcript.append((waiting.label, self._comparable(kept, aside)))
        return answer

    async def wait_for(self, state: str, members: int) -> None:
        """Ask again and again until the group is in a state with so many members."""

        def is_there(answer: DescribeGroupsResponse) -> bool:
            (found,) = answer.groups
            return found.group_state == state and len(found.members) == members

        await self.until(DescribeGroupsRequest(groups=[self.group]), 5, is_there)

    async def until(self, request: Any, version: int, condition: Callable[[Any], bool]) -> None:
        """Ask again and again, unrecorded, until an answer is as wanted."""
        watcher = await self._connection("watcher")
        while not condition(await watcher.call(request, _response_of(type(request)), version)):
            pass

    async def topic(self, name: str, partitions: int = 2) -> bytes:
        """Create a topic; its id."""
        topic = CreatableTopic(name=name, num_partitions=partitions, replication_factor=1)
        connection = await self._connection("admin")
        request = CreateTopicsRequest(topics=[topic], timeout_ms=10_000)
        (created,) = (await connection.call(request, CreateTopicsResponse, 7)).topics
        assert created.error_code == 0, created.error_message
        # Kafka answers before its own brokers know of the topic.
        look = MetadataRequest(topics=[MetadataRequestTopic(name=name)])
        await self.until(look, 12, lambda answer: _is_served(answer, partitions))
        return created.topic_id

    async def delete_topic(self, name: str) -> None:
        """Delete a topic by its name."""
        connection = await self._connection("admin")
        request = DeleteTopicsRequest(topics=[DeleteTopicState(name=name)], timeout_ms=10_000)
        (deleted,) = (await connection.call(request, DeleteTopicsResponse, 6)).responses
        assert deleted.error_code == 0, deleted.error_message

    async def _connection(self, name: str) -> WireClient:
        found = self._connections.get(name)
        if found is None:
            found = WireClient(*self._address, client_id=name)
            self._connections[name] = await found.__aenter__()
        return found

    def _comparable(self, value: object, aside: frozenset[str]) -> object:
        if isinstance(value, dict):
            kept = {k: self._comparable(v, aside) for k, v in value.items() if k not in aside}
            member_id = kept.get("member_id")
            if isinstance(member_id, str) and _SHORT_UUID.fullmatch(member_id):
                kept["member_id"] = self._number(member_id, "uuid")
            return kept
        if isinstance(value, list):
            return sorted((self._comparable(each, aside) for each in value), key=repr)
        if isinstance(value, str):
            return _UUID.sub(lambda found: self._number(found[0], "uuid"), value)
        if isinstance(value, bytes | memoryview) and len(value) == 16 and any(value):
            return self._number(bytes(value), "topic")
        return bytes(value) if isinstance(value, memoryview) else value

    def _number(self, drawn: object, kind: str) -> str:
        return self._numbers.setdefault(drawn, f"<{kind} {len(self._numbers) + 1}>")


Scene = Callable[[Talk, int], Awaitable[None]]


class Scenario(NamedTuple):
    """A conversation and the versions with which it is held."""

    play: Scene
    versions: Iterable[int]


async def enter(talk: Talk, by: str = "a", version: int = JOIN, **how: object) -> JoinGroupResponse:
    """Join as the only one who does: in two steps where the version asks for them."""
    request = join(talk.group, **how)
    answer: JoinGroupResponse = await talk.ask(request, version, by=by)
    if answer.error_code == 79:
        request.member_id = answer.member_id
        answer = await talk.ask(request, version, by=by)
    return answer


async def stable_pair(
    talk: Talk, *, instances: tuple[str | None, str | None] = (None, None), **how: object
) -> tuple[str, str, int]:
    """Leader "a" and follower "b" in one Stable generation; their ids and the generation."""
    group = talk.group
    a = await enter(talk, "a", instance=instances[0], **how)
    request = join(group, instance=instances[1], **how)
    if instances[1] is None:
        request.member_id = (await talk.ask(request, JOIN, by="b")).member_id
    b_waits = await talk.begin(request, JOIN, by="b")
    await talk.wait_for("PreparingRebalance", 2)
    await talk.ask(join(group, a.member_id, instance=instances[0], **how), JOIN, by="a")
    b = await talk.answer(b_waits)
    assignments = {a.member_id: b"for a", b.member_id: b"for b"}
    await talk.ask(
        sync(group, a.member_id, b.generation_id, assignments, instance=instances[0]), SYNC
    )
    await talk.ask(sync(group, b.member_id, b.generation_id, instance=instances[1]), SYNC, by="b")
    return a.member_id, b.member_id, b.generation_id


@asynccontextmanager
async def talking(path: Path, group: str = "orders", **settings: Any) -> AsyncIterator[Talk]:
    """A conversation with an engine that has loaded its groups; it stores below `path`."""
    settings.setdefault("offsets_topic_num_partitions", 2)
    async with (
        running_engine(path / "data", **settings) as engine,
        Talk(engine.address.host, engine.address.port, group) as talk,
    ):
        await talk.ready()
        yield talk


def _response_of(request: type[Any]) -> type[Any]:
    module = import_module(request.__module__)
    response: type[Any] = getattr(module, request.__name__.removesuffix("Request") + "Response")
    return response


def _is_served(answer: MetadataResponse, partitions: int) -> bool:
    (topic,) = answer.topics
    return len(topic.partitions) == partitions and not any(
        each.error_code for each in topic.partitions
    )
