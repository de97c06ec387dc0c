"""What a connection may make the broker keep, and what it is not to blame for."""

import asyncio
import os
import struct
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from engine.broker.api_row import direct, immediate, ordinary
from engine.broker.context import Reply, RequestContext
from engine.metrics import catalogue
from engine.protocol.messages.fetch import (
    FetchableTopicResponse,
    FetchRequest,
    FetchResponse,
    PartitionData,
)
from engine.protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from engine.server.staleness import FRAME_BYTES_PER_SECOND, FRAME_SECONDS_MAX
from engine.server.unsent import (
    FRAMES_PER_TURN_MAX,
    HELD_FILES_SHARE,
    UNSENT_BYTES_MAX,
    UNSENT_IN_ALL_BYTES,
    UNSENT_SCARCE_BYTES_MAX,
)
from engine.storage.posix import PosixFileSystem
from engine.storage.region import Region
from tests.support.served_handlers import IDLE_MS_MAX, ServedHandlers, served
from tests.support.waiting import until
from tests.support.wire_client import WireClient

ANSWER_BYTES = 256 * 1024
ANSWER = FetchResponse(responses=[FetchableTopicResponse("x" * 16 * 1024)] * 16)


def alive(request: HeartbeatRequest, context: RequestContext) -> HeartbeatResponse:
    return HeartbeatResponse()


HEARTBEATS = immediate(HeartbeatRequest, lambda parts: alive)


def received_bytes(server: ServedHandlers) -> float:
    ((_, count),) = server.registry.samples(catalogue.RECEIVED_BYTES)
    return count


async def test_burst_of_small_requests_has_few_of_its_large_answers_ready_at_once() -> None:
    """All requests come in one readiness event; their answers are made as they can be sent."""
    server: ServedHandlers
    ready: list[float] = []

    def large(request: FetchRequest, context: RequestContext) -> FetchResponse:
        replies = server.registry.histograms(catalogue.REPLY_BYTES).values()
        replied = sum(each.total for each in replies)
        sent = sum(count for _, count in server.registry.samples(catalogue.SENT_BYTES))
        ready.append(replied - sent)
        return ANSWER

    rows = (immediate(FetchRequest, lambda parts: large), HEARTBEATS)
    async with served(*rows) as server, server.connect() as client:
        requests = 100
        client.write(b"".join(client.frame(FetchRequest(), 12) for _ in range(requests)))
        for _ in range(requests):
            await client.receive(FetchResponse, 12)

    assert len(ready) == requests
    assert max(ready) <= UNSENT_BYTES_MAX + ANSWER_BYTES


async def test_frame_that_waits_for_memory_of_the_broker_is_not_late() -> None:
    """Another frame has taken the budget; what has come of this one is not read on until then."""
    size, come = 90_000, 40_000
    async with served(HEARTBEATS, buffer_bytes_max=size) as server, server.connect() as client:
        await client.call(HeartbeatRequest(), HeartbeatResponse, 4)
        other = server.buffers.acquire(size, size)
        assert other is not None
        content = client.frame(HeartbeatRequest(), 4)[4:].ljust(size, b"\0")
        frame = struct.pack(">i", size) + content
        await send_all(server, client, frame[:come])
        server.clock.advance(FRAME_SECONDS_MAX + 1)

        server.front.sweep()

        assert len(server.connections) == 1
        server.buffers.release(other)
        await until(lambda: server.buffers.promised_bytes > 0)
        server.front.sweep()
        client.write(frame[come:])
        _, answer = await client.receive(HeartbeatResponse, 4)
        assert answer.error_code == 0


async def test_buffer_of_a_large_frame_is_kept_from_one_sweep_to_the_next() -> None:
    async with served(HEARTBEATS) as server, server.connect() as client:
        content = client.frame(HeartbeatRequest(), 4)[4:] + bytes(90_000)
        client.write(struct.pack(">i", len(content)) + content[:1_000])
        await until(lambda: server.buffers.promised_bytes > 0)
        client.write(content[1_000:])
        await client.receive(HeartbeatResponse, 4)

        server.front.sweep()
        assert server.buffers.kept_bytes > 0
        server.front.sweep()

        assert server.buffers.kept_bytes == 0


async def frame_that_drips(server: ServedHandlers, client: WireClient, announced: int) -> None:
    """A client that has been answered once begins a frame, and sends a byte every eight seconds."""
    await client.call(HeartbeatRequest(), HeartbeatResponse, 4)
    await send_all(server, client, struct.pack(">i", announced) + b"slow")
    begun_s = server.clock.monotonic_s()
    while server.clock.monotonic_s() <= begun_s + FRAME_SECONDS_MAX:
        server.clock.advance(8)
        await send_all(server, client, b"x")


async def send_all(server: ServedHandlers, client: WireClient, data: bytes) -> None:
    """Send, and wait until the server has taken it."""
    before = received_bytes(server)
    client.write(data)
    await until(lambda: received_bytes(server) == before + len(data))


@pytest.mark.parametrize("announced", [100, 90_000, 100 * 1024 * 1024])
async def test_frame_that_comes_byte_by_byte_is_closed_at_its_deadline(announced: int) -> None:
    async with served(HEARTBEATS) as server, server.connect() as client:
        await frame_that_drips(server, client, announced)
        server.clock.advance(1)

        server.front.sweep()

        assert await client.is_closed_by_peer()
        closed = dict(server.registry.samples(catalogue.CONNECTIONS_CLOSED))
        assert closed == {("slow_frame",): 1.0}


async def test_frame_that_nobody_read_while_the_broker_stood_still_is_not_late() -> None:
    """What came meanwhile is read at once, then somebody looks whether it is late."""
    size = 16 * FRAME_BYTES_PER_SECOND
    async with served(HEARTBEATS) as server, server.connect() as client:
        await client.call(HeartbeatRequest(), HeartbeatResponse, 4)
        frame = struct.pack(">i", size) + client.frame(HeartbeatRequest(), 4)[4:].ljust(size, b"\0")
        await send_all(server, client, frame[: size // 4])
        server.clock.advance(2 * FRAME_SECONDS_MAX)
        await send_all(server, client, frame[size // 4 : size // 2])

        server.front.sweep()

        await send_all(server, client, frame[size // 2 :])
        _, answer = await client.receive(HeartbeatResponse, 4)
        assert answer.error_code == 0


class ColdFiles:
    """Files whose pages come from the disk when the test says so."""

    def __init__(self) -> None:
        self.awaited: list[Callable[[], None]] = []

    def peek(self, fd: int, position: int, size_bytes: int) -> None:
        return None

    def is_resident(self, fd: int, position: int, size_bytes: int) -> bool:
        return False

    def warm(self, fd: int, position: int, size_bytes: int, done: Callable[[], None]) -> None:
        self.awaited.append(done)


async def test_request_behind_an_answer_from_the_disk_is_taken_once_that_has_left(
    tmp_path: Path,
) -> None:
    """It was left while the answer waited for its pages; the socket had room all the time."""
    records = 4 * UNSENT_SCARCE_BYTES_MAX
    path, reads = tmp_path / "segment.log", ColdFiles()
    path.write_bytes(bytes(records))
    file = PosixFileSystem().open(str(path))

    def from_disk(request: FetchRequest, context: RequestContext) -> FetchResponse:
        part = PartitionData(0, 0, 0, records=Region(file, 0, records, 0))
        return FetchResponse(responses=[FetchableTopicResponse("t", partitions=[part])])

    rows = (immediate(FetchRequest, lambda parts: from_disk), HEARTBEATS)
    async with served(*rows, reads=reads) as server, server.connect() as client:
        server.unsent.bytes += UNSENT_IN_ALL_BYTES + 1
        await send_all(server, client, client.frame(FetchRequest(), 12))
        await send_all(server, client, client.frame(HeartbeatRequest(), 4))
        (done,) = reads.awaited

        done()

        await client.receive(FetchResponse, 12)
        _, answer = await client.receive(HeartbeatResponse, 4)
        assert answer.error_code == 0


async def test_frame_that_keeps_coming_may_take_long() -> None:
    size = 8 * FRAME_BYTES_PER_SECOND * 20
    async with served(HEARTBEATS) as server, server.connect() as client:
        await client.call(HeartbeatRequest(), HeartbeatResponse, 4)
        content = client.frame(HeartbeatRequest(), 4)[4:].ljust(size, b"\0")
        frame = struct.pack(">i", len(content)) + content
        part = len(frame) // 8 + 1
        for start in range(0, len(frame), part):
            server.clock.advance(20)
            server.front.sweep()
            await send_all(server, client, frame[start : start + part])

        _, answer = await client.receive(HeartbeatResponse, 4)
        assert answer.error_code == 0


async def test_frame_that_stops_coming_is_closed_however_much_of_it_came_at_once() -> None:
    async with served(HEARTBEATS) as server, server.connect() as client:
        await client.call(HeartbeatRequest(), HeartbeatResponse, 4)
        come = 60 * FRAME_BYTES_PER_SECOND
        await send_all(server, client, struct.pack(">i", 2 * come) + bytes(come))
        server.clock.advance(FRAME_SECONDS_MAX + 1)

        server.front.sweep()

        assert await client.is_closed_by_peer()


async def test_answers_that_wait_for_another_are_few_when_many_clients_have_them() -> None:
    """Each client has asked for what is answered never, and for much behind that."""
    answer = FetchResponse(responses=[FetchableTopicResponse("x" * 15 * 1024)])
    clients, each_bytes = 64, 15 * 1024

    def never(request: HeartbeatRequest, context: RequestContext, reply: Reply) -> None:
        pass

    def much(request: FetchRequest, context: RequestContext) -> FetchResponse:
        return answer

    rows = (direct(HeartbeatRequest, lambda parts: never), immediate(FetchRequest, lambda _: much))
    async with served(*rows) as server, AsyncExitStack() as stack:
        for _ in range(clients):
            client = await stack.enter_async_context(server.connect())
            asked = client.frame(HeartbeatRequest(), 4)
            asked += b"".join(client.frame(FetchRequest(), 12) for _ in range(200))
            await send_all(server, client, asked)

        unsent = sum(each.unsent_bytes for each in server.connections)

        assert unsent > UNSENT_IN_ALL_BYTES
        most = clients * (UNSENT_SCARCE_BYTES_MAX + each_bytes + 100)
        assert unsent <= UNSENT_IN_ALL_BYTES + UNSENT_BYTES_MAX + most
        assert server.unsent.bytes == unsent
    await until(lambda: server.unsent.bytes == 0)


async def test_large_answer_that_stands_in_a_file_makes_nothing_scarce_for_others(
    tmp_path: Path,
) -> None:
    """One consumer lags and does not read; it costs no memory, so others may have plenty."""
    path, size = tmp_path / "segment.log", UNSENT_IN_ALL_BYTES + (16 << 20)
    path.touch()
    os.truncate(path, size)
    file = PosixFileSystem().open(str(path))

    def large(request: FetchRequest, context: RequestContext) -> FetchResponse:
        partition = PartitionData(records=Region(file, 0, size, 0))
        return FetchResponse(responses=[FetchableTopicResponse("wide", partitions=[partition])])

    rows = (immediate(FetchRequest, lambda parts: large),)
    async with served(*rows) as server, server.connect() as client:
        client.take_little(4096)
        client.write(client.frame(FetchRequest(), 12))
        await until(lambda: sum(each.unsent_bytes for each in server.connections) > 0)

        assert sum(each.unsent_bytes for each in server.connections) > UNSENT_IN_ALL_BYTES
        assert server.unsent.bytes_max == UNSENT_BYTES_MAX
    await until(lambda: server.unsent.bytes == 0)


async def test_answers_that_wait_for_another_hold_few_files(tmp_path: Path) -> None:
    """A client asks for what is answered never, and behind that for records of many partitions."""
    files_max, size = 40, 100
    answered = 0

    def never(request: HeartbeatRequest, context: RequestContext, reply: Reply) -> None:
        pass

    def little(request: FetchRequest, context: RequestContext) -> FetchResponse:
        nonlocal answered
        answered += 1
        path = tmp_path / f"{answered}.log"
        path.write_bytes(bytes(size))
        records = Region(PosixFileSystem().open(str(path)), 0, size, 0)
        topic = FetchableTopicResponse("wide", partitions=[PartitionData(records=records)])
        return FetchResponse(responses=[topic])

    rows = (direct(HeartbeatRequest, lambda _: never), immediate(FetchRequest, lambda _: little))
    async with served(*rows, files_max=files_max) as server, server.connect() as client:
        asked = client.frame(HeartbeatRequest(), 4)
        client.write(asked + b"".join(client.frame(FetchRequest(), 12) for _ in range(files_max)))
        await until(lambda: answered == files_max)

        # One more where the system turns out, at the first copy, not to tell what is in memory.
        assert 0 < server.unsent.files_held <= files_max // HELD_FILES_SHARE + 1
    await until(lambda: server.unsent.bytes == server.unsent.files_held == 0)


async def test_client_that_waits_and_is_not_heard_is_idle_like_any_other() -> None:
    """It asked for what is answered never and for more behind that; whether it is gone, nobody
    knows. Who waits and is heard stays."""

    async def never(request: HeartbeatRequest, context: RequestContext) -> HeartbeatResponse:
        await asyncio.Event().wait()
        return HeartbeatResponse()

    rows = (ordinary(HeartbeatRequest, lambda parts: never),)
    async with served(*rows) as server, server.connect() as patient:
        frames = [patient.frame(HeartbeatRequest(), 4) for _ in range(2)]
        await send_all(server, patient, frames[0])
        async with server.connect() as gone:
            await send_all(server, gone, b"".join(frames))
        async with server.connect() as unheard:
            await send_all(server, unheard, b"".join(frames))
            server.clock.advance(IDLE_MS_MAX / 1000 + 1)

            server.front.sweep()

            assert await unheard.is_closed_by_peer()
        await until(lambda: len(server.connections) == 1)
        closed = dict(server.registry.samples(catalogue.CONNECTIONS_CLOSED))
        assert closed == {("idle",): 2.0}


async def test_idle_client_that_reads_nothing_is_cut_off() -> None:
    """What is ready for it will never be taken: closing must not wait for that."""

    def large(request: FetchRequest, context: RequestContext) -> FetchResponse:
        return ANSWER

    rows = (immediate(FetchRequest, lambda parts: large),)
    async with served(*rows) as server, server.connect() as client:
        client.take_little(4096)
        client.write(client.frame(FetchRequest(), 12) * 100)
        await until(lambda: server.unsent.bytes >= UNSENT_BYTES_MAX)
        server.clock.advance(IDLE_MS_MAX / 1000 + 1)

        for _ in range(3):
            server.front.sweep()

        await until(lambda: not len(server.connections))
        closed = dict(server.registry.samples(catalogue.CONNECTIONS_CLOSED))
        assert closed == {("idle",): 1.0}


async def test_burst_of_requests_lets_others_have_their_turn() -> None:
    """Five thousand requests have come at once when another client's comes."""
    order: list[int] = []

    def note(request: HeartbeatRequest, context: RequestContext) -> HeartbeatResponse:
        order.append(context.connection.peer_port)
        return HeartbeatResponse()

    rows = (immediate(HeartbeatRequest, lambda parts: note),)
    async with served(*rows) as server, server.connect() as many, server.connect() as other:
        for client in (many, other):
            await client.call(HeartbeatRequest(), HeartbeatResponse, 4)
        order.clear()
        burst = many.frame(HeartbeatRequest(), 4) * 5000
        many.write(burst)
        other.write(other.frame(HeartbeatRequest(), 4))
        for _ in range(5000):
            await many.receive_frame()
        await other.receive_frame()

    assert len(order) == 5001
    assert order.index(other.local_port) <= 2 * FRAMES_PER_TURN_MAX
