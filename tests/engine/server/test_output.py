"""Bytes and file regions arrive in order and whole, whatever the socket and the disk do."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.server.output import (
    CHUNK_BYTES,
    GATHERED_BYTES,
    SENDFILE_BYTES,
    SMALL_REGION_BYTES,
    OutputQueue,
    Piece,
)
from engine.server.unsent import HELD_FILES_SHARE, Unsent
from engine.storage.open_files import OpenFiles
from engine.storage.posix import PosixFileSystem
from engine.storage.region import Region

FILES_MAX = 40


class DiskReads:
    """Reads of a disk whose cache a test controls: what is cold must be warmed first."""

    def __init__(self) -> None:
        self.is_cold = False
        self.peeked_bytes = 0
        self.warmed: list[tuple[int, int]] = []

    def peek(self, fd: int, position: int, size_bytes: int) -> bytes | None:
        self.peeked_bytes += size_bytes
        return None if self.is_cold else os.pread(fd, size_bytes, position)

    def is_resident(self, fd: int, position: int, size_bytes: int) -> bool:
        return not self.is_cold

    def warm(self, fd: int, position: int, size_bytes: int, done: Callable[[], None]) -> None:
        self.warmed.append((position, size_bytes))
        asyncio.get_running_loop().call_soon(done)


class Sender(asyncio.Protocol):
    """The sending end: a transport whose flow control drives the queue, as a connection does."""

    def __init__(self, reads: DiskReads) -> None:
        self.reads = reads
        self.unsent = Unsent(FILES_MAX)
        self.broken: list[str] = []
        self.left_bytes: list[int] = []
        """What was left whenever something may have been sent."""
        self.queue: OutputQueue
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        loop = asyncio.get_running_loop()
        self.queue = OutputQueue(transport, loop, self.reads, self.unsent, self)

    def output_broken(self, reason: str) -> None:
        self.broken.append(reason)

    def output_moved(self) -> None:
        self.left_bytes.append(self.queue.bytes_waiting)

    def pause_writing(self) -> None:
        self.queue.pause()

    def resume_writing(self) -> None:
        self.queue.resume()

    def send(self, pieces: list[Piece]) -> None:
        self.queue.prepare(pieces)
        self.queue.add(pieces, sum(map(len, pieces)))
        self.queue.pump()


class Ends:
    """Both ends of a loopback connection; the receiving one reads only when told."""

    def __init__(self, sender: Sender, receiver: socket.socket) -> None:
        self.sender = sender
        self.receiver = receiver

    async def receive(self, size_bytes: int) -> bytes:
        loop = asyncio.get_running_loop()
        received = bytearray()
        while len(received) < size_bytes:
            data = await loop.sock_recv(self.receiver, 1 << 20)
            assert data, "the stream ended early"
            received += data
        return bytes(received)


async def connected() -> Ends:
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        receiver = socket.create_connection(listening.getsockname())
        accepted, _ = listening.accept()
    receiver.setblocking(False)
    _, sender = await loop.create_connection(lambda: Sender(DiskReads()), sock=accepted)
    return Ends(sender, receiver)


@pytest.fixture
async def ends() -> AsyncIterator[Ends]:
    made = await connected()
    yield made
    made.sender.transport.abort()
    made.receiver.close()


@pytest.fixture(scope="module")
def content() -> bytes:
    return bytes(range(256)) * (3 * SENDFILE_BYTES // 256)


@pytest.fixture
def region_of(tmp_path: Path, content: bytes) -> Callable[[int, int], Region]:
    path = tmp_path / "segment.log"
    path.write_bytes(content)
    file = PosixFileSystem().open(str(path))
    return lambda position, length: Region(file, position, length, 0)


def stuffed(ends: Ends, content: bytes) -> None:
    """More is under way than the socket takes, so that nothing behind it is sent."""
    ends.sender.send([content] * 8)
    assert not ends.sender.queue.is_empty


async def test_regions_and_bytes_arrive_in_order(
    ends: Ends, region_of: Callable[[int, int], Region], content: bytes
) -> None:
    small, large = SMALL_REGION_BYTES, 2 * SENDFILE_BYTES + 17
    expected = b"head" + content[5 : 5 + large] + b"middle" + content[9 : 9 + small] + b"tail"

    ends.sender.send(
        [b"head", region_of(5, large), bytearray(b"middle"), region_of(9, small), b"tail"]
    )

    assert await ends.receive(len(expected)) == expected
    assert ends.sender.queue.is_empty
    assert ends.sender.queue.take_sent_bytes() == len(expected)
    assert ends.sender.queue.bytes_waiting == 0
    assert ends.sender.unsent.bytes == ends.sender.unsent.files_held == 0


async def test_slow_reader_costs_one_chunk_of_memory(
    ends: Ends, region_of: Callable[[int, int], Region], content: bytes
) -> None:
    """Nobody reads while many times the socket's room is queued; then everything arrives."""
    regions = [region_of(0, len(content)) for _ in range(6)]

    ends.sender.send([*regions])
    for _ in range(20):
        await asyncio.sleep(0)

    assert ends.sender.queue.bytes_waiting > 0
    assert ends.sender.transport.get_write_buffer_size() <= CHUNK_BYTES
    assert await ends.receive(6 * len(content)) == 6 * content


async def test_slow_reader_of_small_regions_costs_one_gathering_of_memory(
    ends: Ends, region_of: Callable[[int, int], Region], content: bytes
) -> None:
    """As in an answer with some records of each of very many partitions."""
    size, count = SMALL_REGION_BYTES, 600
    regions = [region_of(number, size) for number in range(count)]

    ends.sender.send([*regions])
    for _ in range(20):
        await asyncio.sleep(0)

    queue = ends.sender.queue
    sent = count * size - queue.bytes_waiting
    assert queue.bytes_waiting > 0
    assert ends.sender.reads.peeked_bytes - sent <= GATHERED_BYTES + CHUNK_BYTES
    assert 0 < ends.sender.unsent.bytes <= GATHERED_BYTES + SMALL_REGION_BYTES
    expected = b"".join(content[number : number + size] for number in range(count))
    assert await ends.receive(len(expected)) == expected
    assert ends.sender.unsent.bytes == ends.sender.unsent.files_held == 0


async def test_slow_reader_of_very_many_partitions_leaves_files_for_others(
    ends: Ends, tmp_path: Path, content: bytes
) -> None:
    """It has a share of the files; what would hold more is copied, and arrives all the same."""
    files, size, count = OpenFiles(PosixFileSystem(), FILES_MAX), 100, 2 * FILES_MAX
    stuffed(ends, content)

    for number in range(count):
        path = tmp_path / f"{number}.log"
        path.write_bytes(content[number : number + size])
        ends.sender.send([Region(files.get(str(path)), 0, size, 0)])

    assert ends.sender.queue.bytes_waiting > count * size
    assert ends.sender.unsent.files_held == FILES_MAX // HELD_FILES_SHARE
    expected = 8 * content + b"".join(content[each : each + size] for each in range(count))
    assert await ends.receive(len(expected)) == expected
    assert ends.sender.unsent.bytes == ends.sender.unsent.files_held == 0


async def test_regions_of_a_file_that_is_held_already_are_not_copied(
    ends: Ends, region_of: Callable[[int, int], Region], content: bytes
) -> None:
    """They cost neither a descriptor nor memory, however many readers have them."""
    stuffed(ends, content)

    ends.sender.send([region_of(number, 100) for number in range(10 * FILES_MAX)])

    assert ends.sender.reads.peeked_bytes == 0
    assert ends.sender.unsent.files_held == 1


@pytest.mark.parametrize("is_cold", [False, True])
async def test_what_was_not_sent_is_counted_until_the_end(
    is_cold: bool, ends: Ends, region_of: Callable[[int, int], Region], content: bytes
) -> None:
    """Of answers that were added, in memory and on disk, and of one that never was."""
    sender = ends.sender
    sender.reads.is_cold = is_cold
    waiting: list[Piece] = [b"waiting", region_of(5, 100), region_of(5, len(content) - 5)]
    sender.queue.prepare(waiting)
    for number in range(100):
        sender.send([b"x" * 100_000, region_of(number, 100), region_of(0, SENDFILE_BYTES)])
        await asyncio.sleep(0)
    assert sender.queue.bytes_waiting > 0
    assert sender.unsent.bytes > len(b"waiting")
    assert sender.unsent.files_held == 1

    sender.queue.drop(waiting)
    for _ in range(2):
        sender.queue.close()

    assert sender.unsent.bytes == sender.unsent.files_held == 0


async def test_owner_is_told_of_what_left_after_a_cold_region_was_read_ahead(
    ends: Ends, region_of: Callable[[int, int], Region]
) -> None:
    """The socket had room all the time, so that no event of its own would tell."""
    ends.sender.reads.is_cold = True
    ends.sender.send([region_of(0, 2 * SMALL_REGION_BYTES)])
    assert ends.sender.left_bytes == [2 * SMALL_REGION_BYTES]

    await ends.receive(2 * SMALL_REGION_BYTES)

    assert ends.sender.left_bytes[-1] == 0


async def test_cold_region_is_read_ahead_before_it_is_sent(
    ends: Ends, region_of: Callable[[int, int], Region], content: bytes
) -> None:
    ends.sender.reads.is_cold = True

    ends.sender.send([b"head", region_of(0, SENDFILE_BYTES + 1)])

    assert await ends.receive(4 + SENDFILE_BYTES + 1) == b"head" + content[: SENDFILE_BYTES + 1]
    assert ends.sender.reads.warmed[0] == (0, SENDFILE_BYTES)
    assert ends.sender.reads.warmed[-1][0] + ends.sender.reads.warmed[-1][1] == SENDFILE_BYTES + 1


async def test_file_that_ends_early_breaks_the_connection_instead_of_lying(
    ends: Ends, region_of: Callable[[int, int], Region], content: bytes
) -> None:
    ends.sender.send([region_of(len(content) - 10, SMALL_REGION_BYTES + 1)])

    for _ in range(3):
        await asyncio.sleep(0)
    assert ends.sender.broken


async def test_peer_that_is_gone_breaks_the_connection(ends: Ends) -> None:
    ends.receiver.close()
    for _ in range(50):
        ends.sender.send([b"x" * 1000])
        await asyncio.sleep(0)

    assert ends.sender.broken or ends.sender.transport.is_closing()


@given(st.lists(st.binary(min_size=1, max_size=3000), min_size=1, max_size=1500))
def test_many_small_buffers_arrive_in_order(buffers: list[bytes]) -> None:
    async def scenario() -> None:
        ends = await connected()
        try:
            ends.sender.send([*buffers])
            expected = b"".join(buffers)
            assert await ends.receive(len(expected)) == expected
        finally:
            ends.sender.transport.abort()
            ends.receiver.close()

    asyncio.run(scenario())
