"""Requests that clients of a simulated broker make, and what they find in the answers.

A `Caller` asks over one connection after the other. Records are read by another client library's
parser than the one that wrote.
"""

import asyncio
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from aiokafka.errors import CorruptRecordException
from aiokafka.record.memory_records import MemoryRecords

from engine.protocol.messages.create_topics import (
    CreatableTopic,
    CreatableTopicConfig,
    CreateTopicsRequest,
)
from engine.protocol.messages.fetch import FetchPartition, FetchRequest, FetchTopic
from engine.protocol.messages.find_coordinator import FindCoordinatorRequest
from engine.protocol.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
    IncrementalAlterConfigsRequest,
)
from engine.protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsRequest,
    ListOffsetsTopic,
)
from tests.reliability.verifier import Stamped
from tests.support.simulated_machine import PORT
from tests.support.wire_client import WireClient

ANSWER_S_MAX = 20.0
"""How long a client waits for an answer before it tries another connection."""

FETCH_BYTES = 24 * 1024
FIND, FETCH, OFFSETS, CREATE, ALTER = 0, 12, 7, 7, 1
OK, OUT_OF_RANGE, EXISTS, UNKNOWN_TOPIC = 0, 1, 36, 3
EARLIEST, LATEST = -2, -1


class Unreachable(Exception):
    """There was no answer, or none that says what became of the request."""


class NoRecords(Exception):
    """What was handed out are no whole records."""


class Caller:
    """One connection to the broker at a time, opened when it is needed."""

    def __init__(self, trace: Callable[..., None], name: str) -> None:
        self.name = name
        self._trace = trace
        self._client: WireClient | None = None

    async def call(self, request: Any, version: int) -> Any:
        """Ask and return the answer. Raises Unreachable; then the next comes over a new one."""
        kind = type(request)
        try:
            async with asyncio.timeout(ANSWER_S_MAX):
                if self._client is None:
                    client = WireClient("broker", PORT, client_id=self.name)
                    self._client = await client.__aenter__()
                answer = await self._client.call(request, _response_of(kind), version)
        except (OSError, EOFError, TimeoutError) as error:
            self._trace("unanswered", self.name, kind.__name__, type(error).__name__)
            self.hang_up()
            raise Unreachable(repr(error)) from error
        return answer

    def hang_up(self) -> None:
        """Let go of the connection."""
        if self._client is not None:
            self._client._writer.close()
            self._client = None


_RESPONSES: dict[type[Any], type[Any]] = {}


def _response_of(request: type[Any]) -> type[Any]:
    found = _RESPONSES.get(request)
    if found is None:
        module = import_module(request.__module__)
        found = getattr(module, request.__name__.removesuffix("Request") + "Response")
        _RESPONSES[request] = found
    return found


async def create_topic(caller: Caller, name: str, partitions: int, configs: dict[str, str]) -> int:
    """Create a topic; the error code. Raises Unreachable."""
    topic = CreatableTopic(
        name=name,
        num_partitions=partitions,
        replication_factor=1,
        configs=[CreatableTopicConfig(name=key, value=value) for key, value in configs.items()],
    )
    answer = await caller.call(CreateTopicsRequest(topics=[topic], timeout_ms=5000), CREATE)
    code: int = answer.topics[0].error_code
    return code


async def set_config(caller: Caller, topic: str, name: str, value: str) -> None:
    """Set a configuration of a topic. Raises Unreachable, also for an error."""
    config = AlterableConfig(name=name, config_operation=0, value=value)
    resource = AlterConfigsResource(resource_type=2, resource_name=topic, configs=[config])
    request = IncrementalAlterConfigsRequest(resources=[resource])
    code = (await caller.call(request, ALTER)).responses[0].error_code
    if code:
        raise Unreachable(f"{name} of {topic} cannot be set: {code}")


async def has_coordinator(caller: Caller, group: str) -> bool:
    """Whether somebody coordinates a group. Raises Unreachable."""
    answer = await caller.call(FindCoordinatorRequest(key=group), FIND)
    return bool(answer.error_code == OK)


async def fetched(
    caller: Caller, topic: str, partition: int, position: int, wait_ms: int = 0
) -> Any:
    """What a fetch of one partition answers. Raises Unreachable."""
    wanted = FetchPartition(
        partition=partition, fetch_offset=position, partition_max_bytes=FETCH_BYTES
    )
    request = FetchRequest(
        max_wait_ms=wait_ms,
        min_bytes=1,
        max_bytes=FETCH_BYTES,
        session_epoch=-1,
        topics=[FetchTopic(topic=topic, partitions=[wanted])],
    )
    answer = await caller.call(request, FETCH)
    if answer.error_code or not answer.responses:
        raise Unreachable(f"fetch: {answer.error_code}")
    return answer.responses[0].partitions[0]


async def offset_at(caller: Caller, topic: str, partition: int, timestamp_ms: int) -> int:
    """The offset of a time. Raises Unreachable, also for an error."""
    wanted = ListOffsetsPartition(partition_index=partition, timestamp=timestamp_ms)
    request = ListOffsetsRequest(
        replica_id=-1, topics=[ListOffsetsTopic(name=topic, partitions=[wanted])]
    )
    found = (await caller.call(request, OFFSETS)).topics[0].partitions[0]
    if found.error_code:
        raise Unreachable(f"offsets: {found.error_code}")
    offset: int = found.offset
    return offset


def records_in(data: Any, position: int) -> Sequence[Stamped]:
    """The records of an answer from a position on. Raises NoRecords."""
    found: list[Stamped] = []
    batches = MemoryRecords(bytes(data.records or b""))
    try:
        while batches.has_next():
            batch = batches.next_batch()
            if not batch.validate_crc():
                raise NoRecords(f"the checksum of the batch at {batch.base_offset} is wrong")
            found += [
                Stamped(each.offset, each.value or b"", each.timestamp)
                for each in batch
                if each.offset >= position
            ]
    except CorruptRecordException as error:
        raise NoRecords(f"behind {position}: {error}") from error
    return found
