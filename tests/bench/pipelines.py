"""A load generator of bytes: connections that keep some prepared requests in flight.

For what no client library can drive as fast as a broker answers: small requests. Frames are
encoded once and sent again and again; answers are counted by their lengths and not decoded, except
the first of each connection, which must tell no error.
"""

import asyncio
import struct
import time
from collections.abc import Callable, Sequence

from engine.kernel.ids import TopicId
from engine.protocol.codec import decode
from engine.protocol.headers import decode_response_header
from engine.protocol.layout import Message
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
from engine.protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    ProduceResponse,
    TopicProduceData,
)
from engine.protocol.messages.sync_group import (
    SyncGroupRequest,
    SyncGroupRequestAssignment,
    SyncGroupResponse,
)
from engine.records.builder import NewRecord, build_batch
from tests.support.wire_client import WireClient

PRODUCE_VERSION = 9
COMMIT_VERSION = 8
JOIN_VERSION = 3
SYNC_VERSION = 3
NULL_TOPIC_ID = TopicId(bytes(16))
Check = Callable[[bytes], None]
"""Looks at the first answer of a connection; raises AssertionError if it tells an error."""


class Pipeline(asyncio.Protocol):
    """One connection that keeps `in_flight` copies of one frame under way until told to stop."""

    def __init__(self, frame: bytes, in_flight: int, check: Check) -> None:
        self._frame = frame
        self._in_flight = in_flight
        self._check = check
        self._buffer = bytearray()
        self._transport: asyncio.WriteTransport
        self.answered = 0
        self.lost: Exception | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        transport.write(self._frame * self._in_flight)

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer
        buffer += data
        at = count = 0
        while at + 4 <= len(buffer):
            (length,) = struct.unpack_from(">i", buffer, at)
            if at + 4 + length > len(buffer):
                break
            if not self.answered:
                self._check(bytes(buffer[at + 4 : at + 4 + length]))
            at += 4 + length
            count += 1
            self.answered += 1
        del buffer[:at]
        if count:
            self._transport.write(self._frame * count)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = exc

    def close(self) -> None:
        self._transport.abort()


async def requests_per_second(
    address: str,
    frames: Sequence[bytes],
    in_flight: int,
    seconds: float,
    check: Check,
) -> tuple[float, int]:
    """One connection for each frame; answers a second, and how many there were."""
    host, _, port = address.rpartition(":")
    loop = asyncio.get_running_loop()
    pipelines = [Pipeline(frame, in_flight, check) for frame in frames]
    for pipeline in pipelines:
        await loop.create_connection(lambda p=pipeline: p, host, int(port))  # type: ignore[misc]
    started = time.perf_counter()
    await asyncio.sleep(seconds)
    spent = time.perf_counter() - started
    answered = sum(pipeline.answered for pipeline in pipelines)
    for pipeline in pipelines:
        assert pipeline.lost is None, pipeline.lost
        pipeline.close()
    return answered / spent, answered


def produce_frames(topic: str, partitions: int, connections: int) -> list[bytes]:
    """A request with one record of 100 bytes for each connection, acks=all."""
    client = WireClient("", 0)
    batch = bytes(build_batch([NewRecord(0, None, b"x" * 100)]))
    return [
        client.frame(
            ProduceRequest(
                acks=-1,
                timeout_ms=30_000,
                topic_data=[
                    TopicProduceData(
                        topic,
                        NULL_TOPIC_ID,
                        [PartitionProduceData(number % partitions, memoryview(batch))],
                    )
                ],
            ),
            PRODUCE_VERSION,
        )
        for number in range(connections)
    ]


def commit_frames(topic: str, connections: int) -> list[bytes]:
    """An offset commit of a group of its own, without members, for each connection."""
    client = WireClient("", 0)
    return [
        client.frame(
            OffsetCommitRequest(
                group_id=f"bench-{number}",
                generation_id_or_member_epoch=-1,
                member_id="",
                topics=[
                    OffsetCommitRequestTopic(
                        name=topic,
                        partitions=[
                            OffsetCommitRequestPartition(partition_index=0, committed_offset=0)
                        ],
                    )
                ],
            ),
            COMMIT_VERSION,
        )
        for number in range(connections)
    ]


def check_produced(frame: bytes) -> None:
    """The answer to a produce request tells no error."""
    answer = _decoded(frame, ProduceResponse, PRODUCE_VERSION)
    assert isinstance(answer, ProduceResponse)
    code = answer.responses[0].partition_responses[0].error_code
    assert code == 0, f"produce failed with code {code}"


def check_committed(frame: bytes) -> None:
    """The answer to an offset commit tells no error."""
    answer = _decoded(frame, OffsetCommitResponse, COMMIT_VERSION)
    assert isinstance(answer, OffsetCommitResponse)
    code = answer.topics[0].partitions[0].error_code
    assert code == 0, f"commit failed with code {code}"


def _decoded(frame: bytes, response: type[Message], version: int) -> Message:
    _, body = decode_response_header(frame, response.API_KEY, version)
    return decode(response, frame, version, body)


async def join_groups(
    address: str, count: int, connections: int, *, session_timeout_ms: int = 30_000
) -> float:
    """Seconds until `count` groups of one member each are stable, over some connections."""
    host, _, port = address.rpartition(":")
    numbers = iter(range(count))

    async def work() -> None:
        async with WireClient(host, int(port)) as client:
            for number in numbers:
                group = f"join-{time.monotonic_ns()}-{number}"
                await _join(client, group, session_timeout_ms)

    started = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(connections)))
    return time.perf_counter() - started


async def _join(client: WireClient, group: str, session_timeout_ms: int) -> None:
    join = JoinGroupRequest(
        group_id=group,
        session_timeout_ms=session_timeout_ms,
        rebalance_timeout_ms=30_000,
        protocol_type="consumer",
        protocols=[JoinGroupRequestProtocol(name="range", metadata=b"")],
    )
    joined = await client.call(join, JoinGroupResponse, JOIN_VERSION)
    assert joined.error_code == 0, joined.error_code
    sync = SyncGroupRequest(
        group_id=group,
        generation_id=joined.generation_id,
        member_id=joined.member_id,
        assignments=[SyncGroupRequestAssignment(member_id=joined.member_id, assignment=b"")],
    )
    synced = await client.call(sync, SyncGroupResponse, SYNC_VERSION)
    assert synced.error_code == 0, synced.error_code
