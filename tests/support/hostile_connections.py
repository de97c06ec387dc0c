"""Frames that no honest client sends, to a running broker, beside an innocent client.

After each frame the innocent client produces a record and reads it back. The attacker takes another
connection whenever the broker ends one or keeps it waiting. A fault is an error in the broker's
log, memory beyond a constant times the frame, or anything that the innocent client notices.
"""

import asyncio
import itertools
import logging
import random
import struct
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine import Engine
from engine.broker.api_table import SERVED_APIS
from engine.host import LOGGER_NAME
from engine.protocol.advertised import APIS
from engine.protocol.api_keys import FLEXIBLE_FROM, ApiKey
from engine.protocol.error_codes import ErrorCode
from engine.protocol.fields import NEVER
from engine.protocol.headers import decode_request_header
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
    World,
    broken,
    mutants,
)
from tests.support.mutated_bytes import mutated
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

BYTES_BASE = 4 << 20
"""Memory that a request may take however small it is: the answer, and what is made on first use."""

BYTES_PER_BYTE = 100
"""Memory that a request may take for each of its bytes: objects are larger than what they say."""

INNOCENT = "innocent"


@dataclass(frozen=True, slots=True)
class Frame:
    """What is sent, and what is wrong with it."""

    label: str
    data: bytes


@dataclass
class Sent:
    """What was sent, and what came of it."""

    frames: int = 0
    closed: int = 0
    """Connections that the broker ended, or kept waiting."""
    innocent: int = 0
    """Requests of the innocent client, each answered as if nothing had been."""
    faults: list[str] = field(default_factory=list)


def chosen(key: ApiKey, world: World, rng: random.Random, count: int) -> list[Frame]:
    """Frames of all versions of an API, in an order of chance: so many with one wrong field, and
    half as many with wrong bytes."""
    row = APIS[key]
    versions = range(row.min_accepted, row.max_accepted + 1)
    wrong = [
        (version, each) for version in versions for each in mutants(row.request, version, world)
    ]
    rng.shuffle(wrong)
    garbage = {version: broken(row.request, version, world, rng) for version in versions}
    turns = itertools.islice(itertools.cycle(versions), count // 2)
    found = [*wrong[:count], *((version, next(garbage[version])) for version in turns)]
    return [Frame(each.label, framed(key, version, each.body)) for version, each in found]


def altered(frames: Sequence[bytes], rng: random.Random, count: int) -> Iterator[Frame]:
    """Frames of honest clients with bytes made wrong, the length of the frame now and then too."""
    for _ in range(count if frames else 0):
        data = mutated(rng.choice(frames), rng.choice(frames), rng)
        length = len(data) if rng.random() < 0.9 else rng.choice((-1, 0, 3, 2**31 - 1))
        yield Frame(f"altered {data[:40].hex()}", struct.pack(">i", length) + data)


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

    @property
    def requests(self) -> int:
        """How many were answered."""
        return 2 * self._produced

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
        self.closed = 0

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
        self.closed += 1
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


async def attack(
    key: ApiKey, place: Path, frames_of: Callable[[World], Sequence[Frame]], sent: Sent
) -> None:
    """Send frames to a broker of their own, and note what came of it; the first fault ends it."""
    errors = _Errors()
    logger = logging.getLogger(LOGGER_NAME)
    logger.addHandler(errors)
    try:
        async with running_engine(place) as engine, connect(engine) as client:
            frames = frames_of(await furnish(client))
            innocent, attacker = Innocent(client), Attacker(engine)
            await innocent.lives()
            tracemalloc.start()
            try:
                for frame in frames:
                    fault = await _fault_of(frame, attacker, innocent, errors)
                    sent.frames += 1
                    if fault is not None:
                        sent.faults.append(f"{key.name}: {frame.label}: {fault}")
                        break
            finally:
                tracemalloc.stop()
                await attacker.hang_up()
            sent.closed += attacker.closed
            sent.innocent += innocent.requests
    finally:
        logger.removeHandler(errors)


async def _fault_of(
    frame: Frame, attacker: Attacker, innocent: Innocent, errors: "_Errors"
) -> str | None:
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    try:
        answer_bytes = await attacker.send(frame.data, innocent)
    except (AssertionError, ConnectionError, asyncio.IncompleteReadError) as error:
        return f"the innocent client was told {error!r}"
    _, peak = tracemalloc.get_traced_memory()
    excess = peak - before - BYTES_BASE - BYTES_PER_BYTE * (len(frame.data) + answer_bytes)
    if excess >= 0:
        return f"it took {excess} bytes of memory more than it may"
    return errors.first


class _Errors(logging.Handler):
    """The first error that is logged."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.first: str | None = None

    def emit(self, record: logging.LogRecord) -> None:
        self.first = self.first or record.getMessage()


def attack_all(place: Path, *, seed: int, frames: int, recorded: Sequence[bytes]) -> Sent:
    """Attack with so many frames of all APIs, a share of them those of recorded clients."""
    sent = Sent()
    share = -(-frames // len(SERVED_APIS))

    async def attack_each() -> None:
        for key in SERVED_APIS:
            rng = random.Random(f"{key.name} {seed}")
            own = [each for each in recorded if decode_request_header(each)[0].api_key == key]
            count = share // 2 if own else 0

            def frames_of(world: World) -> list[Frame]:
                found = chosen(key, world, rng, share)  # noqa: B023
                rng.shuffle(found)  # noqa: B023
                return [*found[: share - count], *altered(own, rng, count)]  # noqa: B023

            if sent.frames < frames:
                await attack(key, place / key.name.lower(), frames_of, sent)

    if frames:
        place.mkdir(parents=True, exist_ok=True)
        asyncio.run(attack_each())
    return sent
