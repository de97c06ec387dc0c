"""Requests with one wrong field, of every API and version, to a running broker.

Goal: no exception leaves a connection, memory stays within a constant times the frame, and an
innocent client beside it sees nothing. Method: requests are made from the message declarations and
one field, or the bytes, are made wrong; after each the innocent client produces and reads back.
KCONSOLE_HOSTILE_SEED and KCONSOLE_HOSTILE_MUTANTS choose others and more of them.
"""

import asyncio
import dataclasses
import itertools
import logging
import os
import random
import struct
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import Engine
from engine.broker.api_table import SERVED_APIS
from engine.host import LOGGER_NAME
from engine.protocol.advertised import APIS
from engine.protocol.api_keys import FLEXIBLE_FROM, ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.fields import NEVER
from engine.protocol.messages.find_coordinator import (
    FindCoordinatorRequest,
    FindCoordinatorResponse,
)
from engine.protocol.messages.join_group import (
    JoinGroupRequest,
    JoinGroupRequestProtocol,
    JoinGroupResponse,
)
from engine.protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
    OffsetCommitResponse,
)
from engine.protocol.messages.sync_group import SyncGroupRequest, SyncGroupResponse
from tests.support.hostile_requests import (
    GROUP,
    SUBSCRIPTION,
    TOPIC,
    Mutant,
    World,
    broken,
    mutants,
)
from tests.support.running_engine import (
    batch,
    connect,
    create_topic,
    fetch,
    produce,
    running_engine,
    values_of,
)
from tests.support.wire_client import WireClient

SEED = int(os.environ.get("KCONSOLE_HOSTILE_SEED", "7"))
MUTANTS = int(os.environ.get("KCONSOLE_HOSTILE_MUTANTS", "60"))
"""Requests of one API; half as many have wrong bytes."""

BYTES_BASE = 4 << 20
"""Memory that a request may take however small it is: the answer, and what is made on first use."""

BYTES_PER_BYTE = 100
"""Memory that a request may take for each of its bytes: objects are larger than what they say."""

NOT_UNDERSTOOD = {ErrorCode.INVALID_REQUEST, ErrorCode.UNSUPPORTED_VERSION}

INNOCENT = "innocent"


def chosen(key: ApiKey, world: World, rng: random.Random) -> list[tuple[int, Mutant]]:
    """Mutants of all versions of an API, in an order of chance."""
    row = APIS[key]
    versions = range(row.min_accepted, row.max_accepted + 1)
    wrong = [
        (version, each) for version in versions for each in mutants(row.request, version, world)
    ]
    rng.shuffle(wrong)
    garbage = {version: broken(row.request, version, world, rng) for version in versions}
    turns = itertools.islice(itertools.cycle(versions), MUTANTS // 2)
    return [*wrong[:MUTANTS], *((version, next(garbage[version])) for version in turns)]


def framed(key: ApiKey, version: int, body: bytes) -> bytes:
    """The frame of a request whose body may be anything."""
    head = struct.pack(">hhih", key, version, 1, 7) + b"hostile"
    if version >= FLEXIBLE_FROM.get(key, NEVER):
        head += b"\0"
    return struct.pack(">i", len(head) + len(body)) + head + body


class Innocent:
    """A client that has nothing to do with it all."""

    def __init__(self, client: WireClient) -> None:
        self._client = client
        self._produced = 0

    async def lives(self) -> None:
        """Produce a record and read it back."""
        value = b"%d" % self._produced
        (answer,) = await produce(self._client, INNOCENT, batch(value))
        assert (answer.error_code, answer.base_offset) == (ErrorCode.NONE, self._produced)
        found = await fetch(self._client, INNOCENT, self._produced)
        assert list(values_of(found)) == [value]
        self._produced += 1


class Attacker:
    """Sends frames, on another connection whenever the broker ends one or keeps it waiting."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._client: WireClient | None = None

    async def send(self, frame: bytes, innocent: Innocent) -> int:
        """Send a frame and let the innocent client live meanwhile; the bytes of the answer."""
        if self._client is None:
            self._client = await connect(self._engine).__aenter__()
        self._client.write(frame)
        answer = asyncio.ensure_future(self._client.receive_frame())
        await innocent.lives()
        try:
            if answer.done():
                return len(answer.result())
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        answer.cancel()
        await asyncio.gather(answer, return_exceptions=True)
        await self.hang_up()
        return 0

    async def hang_up(self) -> None:
        if self._client is not None:
            await self._client.__aexit__(None, None, None)
            self._client = None


async def furnish(client: WireClient) -> World:
    """A topic with a record, and a group with a position in it and one member."""
    topic_id = await create_topic(client, TOPIC)
    await produce(client, TOPIC, batch(b"a"))
    await create_topic(client, INNOCENT, retention_ms="-1")
    code = ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
    await client.call(FindCoordinatorRequest(key=GROUP), FindCoordinatorResponse, 2)
    partition = OffsetCommitRequestPartition(0, 1, committed_metadata="")
    commit = OffsetCommitRequest(
        group_id=GROUP, topics=[OffsetCommitRequestTopic(name=TOPIC, partitions=[partition])]
    )
    while code == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
        response = await client.call(commit, OffsetCommitResponse, 8)
        code = response.topics[0].partitions[0].error_code
    assert code == ErrorCode.NONE
    member_id, generation_id = await enter_group(client)
    return World(topic_id=topic_id, member_id=member_id, generation_id=generation_id)


async def enter_group(client: WireClient) -> tuple[str, int]:
    """The id and the generation of a member that has its assignment."""
    join = JoinGroupRequest(
        group_id=GROUP,
        session_timeout_ms=1_800_000,
        rebalance_timeout_ms=60_000,
        protocol_type="consumer",
        protocols=[JoinGroupRequestProtocol("range", SUBSCRIPTION)],
    )
    joined = await client.call(join, JoinGroupResponse, 3)
    sync = SyncGroupRequest(GROUP, joined.generation_id, joined.member_id)
    synced = await client.call(sync, SyncGroupResponse, 2)
    assert (joined.error_code, synced.error_code) == (ErrorCode.NONE, ErrorCode.NONE)
    return joined.member_id, joined.generation_id


def codes(answer: object) -> Iterator[int]:
    """Every error code in an answer."""
    if isinstance(answer, list):
        for each in answer:
            yield from codes(each)
    elif dataclasses.is_dataclass(answer):
        for field in dataclasses.fields(answer):
            value = getattr(answer, field.name)
            if field.name == "error_code":
                yield value
            else:
                yield from codes(value)


async def test_right_requests_are_understood(tmp_path: Path) -> None:
    """Or else their mutants would be refused for more than the one wrong field."""
    async with running_engine(tmp_path / "data") as engine, connect(engine) as client:
        world = await furnish(client)
        for key in sorted(SERVED_APIS, key=lambda key: key is ApiKey.DELETE_TOPICS):
            row = APIS[key]
            for version in (row.min_accepted, row.max_accepted):
                answer = await client.call(world.right(row.request, version), row.response, version)
                assert NOT_UNDERSTOOD.isdisjoint(codes(answer)), (key.name, version)


@pytest.mark.parametrize("key", SERVED_APIS, ids=lambda key: key.name)
async def test_wrong_request_harms_nobody(
    key: ApiKey, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rng = random.Random(f"{key.name} {SEED}")
    caplog.set_level(logging.ERROR, logger=LOGGER_NAME)
    async with running_engine(tmp_path / "data") as engine, connect(engine) as client:
        world = await furnish(client)
        innocent, attacker = Innocent(client), Attacker(engine)
        await innocent.lives()
        tracemalloc.start()
        try:
            for version, mutant in chosen(key, world, rng):
                frame = framed(key, version, mutant.body)
                tracemalloc.reset_peak()
                before, _ = tracemalloc.get_traced_memory()
                answer_bytes = await attacker.send(frame, innocent)
                _, peak = tracemalloc.get_traced_memory()
                allowed = BYTES_BASE + BYTES_PER_BYTE * (len(frame) + answer_bytes)
                assert peak - before < allowed, f"{mutant.label}, seed {SEED}"
                assert not caplog.records, f"{mutant.label}, seed {SEED}"
        finally:
            tracemalloc.stop()
            await attacker.hang_up()
